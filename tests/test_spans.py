"""Spans of words and numbers in order: scores that agree with other people's, and intervals that hold the truth."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trainlib import measure

TAGS = ["O", "B-PER", "I-PER", "B-X-Y", "I-X-Y"]
ROWS = st.lists(st.lists(st.tuples(*[st.sampled_from(TAGS)] * 2), max_size=7), min_size=1, max_size=6)

# Eight texts drawn with the wildest tags, and what seqeval 1.2.2 says of them: f1_score(labels, predictions, average=…)
# and classification_report(…, output_dict=True). It is not installed here: its last release is of 2020. On 1,500 more
# such corpora, drawn anew, both gave the same spans, and the same scores to 12 digits.
DRAWN = [
    ("I-LOC B-X-Y O B-X-Y I-PER I-PER B-LOC", "I-LOC B-X-Y O B-X-Y I-PER O B-LOC"),
    ("I-LOC", "I-LOC"),
    ("O O I-X-Y O I-X-Y B-X-Y B-X-Y O B-PER", "O O I-X-Y O I-X-Y O B-X-Y O B-PER"),
    ("I-PER I-X-Y B-X-Y B-X-Y", "I-PER I-X-Y B-X-Y B-X-Y"),
    ("B-PER B-PER I-X-Y O I-PER O O B-X-Y O O O O", "B-PER B-PER B-X-Y O O O O B-X-Y O B-X-Y O O"),
    ("I-X-Y I-X-Y I-LOC B-PER O I-X-Y", "I-X-Y I-X-Y I-LOC B-PER O I-X-Y"),
    ("I-X-Y O B-PER B-LOC B-LOC O O I-LOC", "I-X-Y O O B-LOC O O O I-LOC"),
    ("O I-X-Y I-LOC", "O I-X-Y I-LOC"),
]
SEQEVAL = {"micro": 0.8813559322033899, "macro": 0.8603174603174603, "weighted": 0.8768049155145929}
BY_KIND = {  # precision, recall, F1, support
    "LOC": (1.0, 0.875, 0.9333333333333333, 8),
    "PER": (0.8333333333333334, 0.625, 0.7142857142857143, 8),
    "X-Y": (0.9333333333333333, 0.9333333333333333, 0.9333333333333333, 15),
}


def columns(rows):
    """Tags and predicted tags of texts of pairs."""
    return [[[pair[part] for pair in row] for row in rows] for part in (0, 1)]


def slow_spans(tags):
    """All stretches of words that are a span by the words of the rule, tried one by one."""
    kind = lambda place: tags[place][2:] if 0 <= place < len(tags) else ""
    begins = lambda place: kind(place) and (tags[place][0] == "B" or kind(place - 1) != kind(place))
    goes_on = lambda place: kind(place) and not begins(place)
    found = []
    for start in range(len(tags)):
        for end in range(start + 1, len(tags) + 1):
            inside = all(goes_on(place) for place in range(start + 1, end))
            if begins(start) and inside and not goes_on(end):
                found.append((kind(start), start, end))
    return found


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("B-a I-a O B-a", [("a", 0, 2), ("a", 3, 4)]),
        ("B-a B-a I-a", [("a", 0, 1), ("a", 1, 3)]),
        ("O I-a I-a", [("a", 1, 3)]),
        ("B-a I-b I-b", [("a", 0, 1), ("b", 1, 3)]),
        ("O O", []),
        ("", []),
    ],
)
def test_a_span_begins_at_b_and_at_an_i_behind_another_kind_or_o(tags, expected):
    assert measure.spans(tags.split()) == expected


@given(ROWS)
def test_spans_are_those_of_the_rule_tried_on_every_stretch_of_words(rows):
    for tags in columns(rows)[0]:
        assert measure.spans(tags) == measure.spans(np.array(tags, dtype=object)) == slow_spans(tags)


def test_scores_are_those_of_seqeval():
    labels, predictions = ([text.split() for text in part] for part in zip(*DRAWN))
    for average, expected in SEQEVAL.items():
        score = measure.span_f1(labels, predictions, average)
        assert score.value == pytest.approx(expected, abs=1e-12) and score.low <= score.value <= score.high
    report = measure.span_report(labels, predictions)
    assert {kind: tuple(row) for kind, row in report[["precision", "recall", "f1", "support"]].iterrows()} == {
        kind: pytest.approx(row) for kind, row in BY_KIND.items()
    }
    assert (report["f1_low"] <= report["f1"]).all() and (report["f1"] <= report["f1_high"]).all()


@settings(deadline=None)
@given(ROWS)
def test_micro_f1_counts_spans_of_all_texts_that_are_right_in_kind_start_and_end(rows):
    labels, predictions = columns(rows)
    spans_in = lambda part: {(row, *span) for row, tags in enumerate(part) for span in slow_spans(tags)}
    right, found = spans_in(labels), spans_in(predictions)
    expected = 2 * len(right & found) / max(len(right) + len(found), 1)
    assert measure.span_f1(labels, predictions, draws=5).value == pytest.approx(expected)
    assert measure.span_f1(predictions, labels, draws=5).value == pytest.approx(expected)


def test_the_interval_is_that_of_texts_drawn_anew():
    rng, texts = np.random.default_rng(0), []
    for _ in range(60):
        tags = rng.choice(TAGS, 6, p=[0.4, 0.2, 0.1, 0.2, 0.1])
        texts.append((list(tags), list(np.where(rng.random(6) < 0.7, tags, rng.choice(TAGS, 6)))))
    labels, predictions = (list(part) for part in zip(*texts))
    score = measure.span_f1(labels, predictions, draws=2000)
    drawn = []
    for _ in range(400):
        rows = rng.integers(0, 60, 60)
        drawn.append(measure.span_f1([labels[i] for i in rows], [predictions[i] for i in rows], draws=1).value)
    assert [score.low, score.high] == pytest.approx(list(np.quantile(drawn, [0.025, 0.975])), abs=0.03)


def test_what_is_never_found_has_an_unknown_precision_and_no_spans_score_nothing():
    report = measure.span_report([["B-a", "O"]], [["O", "B-b"]])
    assert math.isnan(report.loc["a", "precision"])
    assert report.loc["a", ["recall", "f1", "support"]].tolist() == [0, 0, 1]
    assert math.isnan(report.loc["b", "recall"]) and report.loc["b", "precision_high"] < 1
    for average in measure.AVERAGES:
        assert measure.span_f1([["O"], []], [["O"], []], average).value == 0


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: measure.spans(["O", "PER"]), r"tags\[1\] is 'PER'; it must be \"O\", \"B-kind\" or \"I-kind\""),
        (lambda: measure.spans("O"), "tags is 'O'; it must be a list of tags, one for each word"),
        (lambda: measure.span_f1([["O"]], []), "labels has 1 texts and predictions 0; both must have the same ones"),
        (lambda: measure.span_f1([], []), "labels has 0 texts and predictions 0"),
        (lambda: measure.span_f1([["O"]], [["O", "O"]]), r"labels\[0\] has 1 tags and predictions\[0\] 2; a text must"),
        (lambda: measure.span_f1(["O"], ["O"]), r"labels\[0\] is 'O'; it must be a list of tags"),
        (lambda: measure.span_f1([["O"]], [["B"]]), r"predictions\[0\]\[0\] is 'B'; it must be"),
        (
            lambda: measure.span_f1([["O"]], [["O"]], "mean"),
            "average is 'mean'; it must be one of macro",
        ),
        (lambda: measure.span_f1([["O"]], [["O"]], draws=0), "draws is 0; it must be a whole number"),
        (lambda: measure.span_report([["O"]], [["O"]], level=95), "level is 95; it must lie between 0 and 1"),
        (lambda: measure.spearman([1, 2], [1]), r"shape \(2,\) and predictions \(1,\); both must be lists of one"),
        (lambda: measure.spearman([1], [1]), "with two rows or more"),
        (lambda: measure.spearman([1, 2], [1, math.nan]), "missing or infinite; all must be finite"),
    ],
)
def test_a_wrong_argument_is_named_with_what_is_allowed(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(-5, 5)), min_size=4, max_size=30))
def test_spearman_is_scipy_s_and_undefined_where_all_are_alike(pairs):
    values, predictions = zip(*pairs)
    score = measure.spearman(values, predictions)
    if len(set(values)) == 1 or len(set(predictions)) == 1:
        assert math.isnan(score.value) and (score.low, score.high) == (-1, 1)
        return
    assert score.value == pytest.approx(stats.spearmanr(values, predictions).statistic)
    assert -1 <= score.low <= score.value + 1e-9 and score.value - 1e-9 <= score.high <= 1


def test_the_interval_of_spearman_holds_the_true_value_about_as_often_as_promised():
    rng, held = np.random.default_rng(0), []
    truth = 6 / np.pi * np.arcsin(0.7 / 2)  # of normal values with a correlation of 0.7
    for _ in range(600):
        values, noise = rng.normal(size=(2, 80))
        score = measure.spearman(values, 0.7 * values + math.sqrt(1 - 0.7**2) * noise, level=0.9)
        held.append(score.low <= truth <= score.high)
    assert np.mean(held) == pytest.approx(0.9, abs=0.035)

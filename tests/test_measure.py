"""Measures equal scikit-learn's and scipy's, their intervals hold what they promise, wrong arguments are explained."""

from math import sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize
from scipy.stats import binomtest, norm
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, brier_score_loss, classification_report, f1_score

from trainlib import data, measure

NAMES = ["negative", "neutral", "positive"]
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1, max_size=60)
TRIPLES = st.lists(st.tuples(*[st.sampled_from(NAMES)] * 3), min_size=1, max_size=60)
QUICK = settings(max_examples=60, deadline=None)


def columns(rows):
    return [list(column) for column in zip(*rows)]


@QUICK
@given(PAIRS, st.sampled_from([0.8, 0.95, 0.99]))
def test_accuracy_is_scikit_learns_with_wilsons_interval(pairs, level):
    labels, predictions = columns(pairs)
    score, rows = measure.accuracy(labels, predictions, level), len(pairs)
    assert score.value == pytest.approx(accuracy_score(labels, predictions))
    z = norm.ppf((1 + level) / 2)  # Wilson's formula, written out
    centre = (score.value + z**2 / (2 * rows)) / (1 + z**2 / rows)
    half = z / (1 + z**2 / rows) * sqrt(score.value * (1 - score.value) / rows + z**2 / (4 * rows**2))
    assert (score.low, score.high) == pytest.approx((centre - half, centre + half), abs=1e-9)
    assert 0 <= score.low <= score.value <= score.high <= 1


@QUICK
@given(PAIRS, st.sampled_from(measure.AVERAGES))
def test_f1_is_scikit_learns_and_its_interval_lies_between_0_and_1(pairs, average):
    labels, predictions = columns(pairs)
    score = measure.f1(labels, predictions, average, draws=50)
    assert score.value == pytest.approx(f1_score(labels, predictions, average=average, zero_division=0))
    assert 0 <= score.low <= score.high <= 1


@pytest.mark.parametrize("average", measure.AVERAGES)
def test_the_bootstrap_of_f1_agrees_with_resampling_rows(average):
    generator = np.random.default_rng(0)
    labels = generator.choice(NAMES, 200, p=[0.1, 0.8, 0.1])
    predictions = np.where(generator.random(200) < 0.7, labels, generator.choice(NAMES, 200))
    score = measure.f1(labels, predictions, average, draws=4000)
    drawn = generator.integers(200, size=(700, 200))
    rows = [f1_score(labels[i], predictions[i], average=average, zero_division=0) for i in drawn]
    assert (score.low, score.high) == pytest.approx(np.quantile(rows, [0.025, 0.975]), abs=0.02)


def test_the_interval_of_f1_holds_the_true_value_about_as_often_as_promised():
    generator = np.random.default_rng(1)

    def draw(rows):
        labels = generator.choice(NAMES, rows, p=[0.2, 0.5, 0.3])
        return labels, np.where(generator.random(rows) < 0.6, labels, generator.choice(NAMES, rows))

    truth = measure.f1(*draw(200_000), draws=1).value
    scores = [measure.f1(*draw(300), draws=300, level=0.9) for _ in range(200)]
    assert np.mean([score.low <= truth <= score.high for score in scores]) == pytest.approx(0.9, abs=0.06)


@QUICK
@given(PAIRS)
def test_the_report_is_scikit_learns_with_intervals_around_each_score(pairs):
    labels, predictions = columns(pairs)
    table = measure.report(labels, predictions, NAMES, draws=50)
    reference = classification_report(labels, predictions, labels=NAMES, output_dict=True, zero_division=np.nan)
    for name in NAMES:
        row = table.loc[name]
        assert row.support == reference[name]["support"]
        assert [row.precision, row.recall] == pytest.approx(
            [reference[name][k] for k in ("precision", "recall")], nan_ok=True
        )
        assert row.f1 == pytest.approx(np.nan_to_num(reference[name]["f1-score"]))
        for column in ("precision", "recall"):
            assert np.isnan(row[column]) or row[f"{column}_low"] <= row[column] <= row[f"{column}_high"]


def test_what_was_never_predicted_has_an_unknown_precision():
    table = measure.report(["a", "b"], ["a", "a"])
    assert table.loc["b", ["precision_low", "precision_high"]].tolist() == [0, 1] and np.isnan(
        table.loc["b", "precision"]
    )
    assert table.loc["b", "f1"] == 0


@QUICK
@given(TRIPLES)
def test_comparing_two_models_is_mcnemars_exact_test_and_the_difference_of_their_accuracies(triples):
    labels, a, b = columns(triples)
    result = measure.compare(labels, a, b)
    difference = measure.accuracy(labels, b).value - measure.accuracy(labels, a).value
    assert result.difference.value == pytest.approx(difference)
    assert result.difference.low <= difference + 1e-12 and difference <= result.difference.high + 1e-12
    rows = result.only_a + result.only_b
    assert result.p_value == (
        1.0
        if rows == 0
        else pytest.approx(min(1, 2 * binomtest(min(result.only_a, result.only_b), rows, alternative="less").pvalue))
    )
    swapped = measure.compare(labels, b, a)
    assert swapped.p_value == pytest.approx(result.p_value)
    assert swapped.difference.low == pytest.approx(-result.difference.high)


def test_the_interval_of_a_difference_holds_the_true_one_about_as_often_as_promised():
    generator, held, runs = np.random.default_rng(2), 0, 1000
    truth = np.ones(60, int)
    for _ in range(runs):
        both, kind = generator.random(60) < 0.6, generator.random(60) < 0.7  # b alone right 0.28, a alone 0.12
        a, b = np.where(both | ~kind, 1, 0), np.where(both | kind, 1, 0)
        difference = measure.compare(truth, a, b).difference
        held += difference.low <= 0.16 <= difference.high
    assert held / runs == pytest.approx(0.95, abs=0.025)


def test_comparing_a_model_with_itself_finds_nothing():
    result = measure.compare(["a", "b"] * 50, ["a"] * 100, ["a"] * 100)
    assert (result.difference.value, result.p_value) == (0, 1)
    assert "accuracy of b minus a: 0.000" in str(result)


@QUICK
@given(st.lists(st.integers(0, 1000), min_size=2, max_size=30), st.integers(1, 500), st.integers(1, 500))
def test_the_interval_of_cross_validation_is_a_t_interval_with_the_corrected_variance(
    thousandths, train_rows, test_rows
):
    scores = np.array(thousandths) / 1000
    got, runs = measure.cross_validated(scores, train_rows, test_rows), len(scores)
    plain = stats.t.interval(0.95, runs - 1, np.mean(scores), stats.sem(scores)) if np.ptp(scores) else [scores[0]] * 2
    wider = sqrt(1 + runs * test_rows / train_rows)
    assert got.value == pytest.approx(np.mean(scores))
    assert got.high - got.low == pytest.approx((plain[1] - plain[0]) * wider, abs=1e-9)


def test_repeating_the_same_folds_does_not_narrow_the_interval_to_nothing():
    once = [0.4, 0.45, 0.5, 0.55, 0.6]
    widths = [
        np.subtract(*[getattr(measure.cross_validated(once * n, 80, 20), end) for end in ("high", "low")])
        for n in (4, 400)
    ]
    assert widths[1] > 0.8 * widths[0]


def cusum_by_hand(counts, reference, threshold):
    level, rings = 0.0, []
    for count in counts:
        level = max(0.0, level + count - reference)
        rings.append(level > threshold)
        level = 0.0 if rings[-1] else level
    return rings


@QUICK
@given(
    st.lists(st.lists(st.integers(0, 20), min_size=7, max_size=7), min_size=1, max_size=5),
    st.integers(0, 10),
    st.integers(0, 30),
)
def test_alarms_ring_where_a_chart_kept_by_hand_rings(streams, reference, threshold):
    rings = measure.alarms(streams, reference + 0.5, threshold)
    assert rings.tolist() == [cusum_by_hand(counts, reference + 0.5, threshold) for counts in streams]
    assert measure.alarms(streams[0], reference + 0.5, threshold).tolist() == rings[0].tolist()


def test_a_chart_on_quiet_counts_rings_as_seldom_as_theory_says():
    # Average run length for Poisson counts with mean 4, reference 5, ringing above 9: from the chart's Markov chain.
    mean, reference, threshold = 4, 5, 9
    chance = stats.poisson(mean).pmf
    moves = np.array(
        [
            [chance(b - a + reference) if b else stats.poisson(mean).cdf(reference - a) for b in range(threshold + 1)]
            for a in range(threshold + 1)
        ]
    )
    expected = np.linalg.solve(np.eye(threshold + 1) - moves, np.ones(threshold + 1))[0]
    quiet = np.random.default_rng(5).poisson(mean, (400, 4000))
    assert quiet.size / measure.alarms(quiet, reference, threshold).sum() == pytest.approx(expected, rel=0.05)


@QUICK
@given(st.lists(st.floats(-100, 100), min_size=2, max_size=30), st.sampled_from([0.8, 0.95]))
def test_a_mean_has_the_interval_of_scipys_t_test(values, level):
    score = measure.mean(values, level)
    reference = stats.ttest_1samp(values, 0).confidence_interval(level) if np.ptp(values) else (score.value,) * 2
    assert (score.low, score.high) == pytest.approx(tuple(reference), abs=1e-9)
    assert score.value == pytest.approx(np.mean(values))


FORECASTS = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=2, max_size=80)


@QUICK
@given(FORECASTS, st.integers(1, 15))
def test_calibration_is_scikit_learns_brier_score_and_curve(forecasts, bins):
    happened, said = columns(forecasts)
    result = measure.calibration(happened, said, bins, draws=50)
    assert result.brier.value == pytest.approx(brier_score_loss(happened, said, labels=[False, True]))
    share, mean = calibration_curve(happened, said, n_bins=bins) if len(set(happened)) == 2 else (None, None)
    if share is not None:
        assert result.table.happened.to_numpy() == pytest.approx(share)
        assert result.table.said.to_numpy() == pytest.approx(mean)
    gaps = (result.table.said - result.table.happened).abs()
    assert result.error.value == pytest.approx(np.average(gaps, weights=result.table.rows))
    assert 0 <= result.error.low <= result.error.value <= result.error.high
    assert result.table.rows.sum() == len(said)


def forecast(generator, rows, slope):
    """Probabilities, what happened, and how probable it really was: `slope` below 1 is overconfidence."""
    logits = generator.normal(0, 1.2, rows)
    said, true = 1 / (1 + np.exp(-logits)), 1 / (1 + np.exp(-slope * logits))
    return generator.random(rows) < true, said, true


@pytest.mark.parametrize("slope", [1.0, 0.7, 0.4])
def test_the_interval_of_the_calibration_error_holds_the_true_one_as_often_as_promised(slope):
    generator = np.random.default_rng(3)
    _, said, true = forecast(generator, 1_000_000, slope)
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], said)
    truth = abs(np.bincount(bins, true - said)).sum() / len(said)
    runs = [measure.calibration(*forecast(generator, 1000, slope)[:2], draws=200) for _ in range(200)]
    assert np.mean([run.error.low <= truth <= run.error.high for run in runs]) >= 0.92


def test_a_calibrated_model_shows_the_error_that_is_called_chance():
    generator = np.random.default_rng(4)
    runs = [measure.calibration(*forecast(generator, 500, 1.0)[:2], draws=10) for _ in range(200)]
    shown, expected = np.mean([run.error.value for run in runs]), np.mean([run.by_chance for run in runs])
    assert shown == pytest.approx(expected, rel=0.05)
    assert "by chance alone" in str(runs[0])


def test_pooling_equal_groups_is_the_textbooks_shrinkage():
    values = np.array([[3.0, 4.0, 5.0], [1.0, 2.0, 3.0], [4.0, 4.0, 1.0], [5.0, 5.0, 5.0]])
    result = measure.pooled(values.ravel(), np.repeat(list("abcd"), 3))
    one_way = stats.f_oneway(*values)  # F = MS between / MS within; trust is 1 - 1 / F
    assert result.table.trust.tolist() == pytest.approx([1 - 1 / one_way.statistic] * 4)
    means = values.mean(axis=1)
    assert result.table.effect.tolist() == pytest.approx(
        means.mean() + (1 - 1 / one_way.statistic) * (means - means.mean())
    )
    assert result.centre.value == pytest.approx(values.mean())
    assert "12 values in 4 groups" in str(result)


def restricted_likelihood(logs, values, group):
    """-2 log of the restricted likelihood of one-way random effects, from group sums alone (Searle and others, ch.
    6)."""
    between, within = np.exp(logs)
    count = np.bincount(group)
    mean = np.bincount(group, values) / count
    variance = between + within / count
    centre = (mean / variance).sum() / (1 / variance).sum()
    inside = ((values - mean[group]) ** 2).sum() / within + (len(values) - len(count)) * np.log(within)
    return inside + (np.log(variance) + (mean - centre) ** 2 / variance).sum() + np.log((1 / variance).sum())


def test_pooling_lecturers_agrees_with_restricted_maximum_likelihood():
    ratings = data.load("instructor_ratings")
    result = measure.pooled(ratings.rating, ratings.lecturer)
    group = pd.factorize(ratings.lecturer, sort=True)[0]
    found = minimize(restricted_likelihood, [0, 0], (ratings.rating.to_numpy(float), group), method="Nelder-Mead")
    between, within = np.exp(found.x)
    assert (result.between, result.within) == pytest.approx((sqrt(between), sqrt(within)), rel=0.03)
    count, mean = np.bincount(group), ratings.groupby("lecturer").rating.mean()
    trust = between / (between + within / count)
    assert result.table.effect.to_numpy() == pytest.approx(
        result.centre.value + trust * (mean - result.centre.value), abs=0.02
    )


@QUICK
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0, 5) | st.just(np.nan)), min_size=1, max_size=40))
def test_pooling_draws_every_group_towards_the_centre_and_never_past_it(rows):
    groups, values = columns(rows)
    if np.isnan(values).all():
        return
    result = measure.pooled(values, groups)
    centre, table = result.centre.value, result.table
    assert table.trust.between(0, 1).all() and (table.low <= table.effect).all() and (table.effect <= table.high).all()
    known = table[table["count"] > 0]
    assert ((known.effect - centre).abs() <= (known["mean"] - centre).abs() + 1e-9).all()
    assert (table.effect[table["count"] == 0] - centre).abs().lt(1e-9).all()


def test_the_intervals_of_pooled_groups_hold_the_true_means_about_as_often_as_promised():
    generator, held = np.random.default_rng(5), []
    for _ in range(200):
        true = generator.normal(0, 0.5, 20)
        group = np.repeat(np.arange(20), generator.integers(3, 30, 20))
        table = measure.pooled(generator.normal(true[group], 1), group).table
        held.append(((table.low <= true) & (true <= table.high)).mean())
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


def test_one_value_in_each_group_tells_nothing_apart():
    table = measure.pooled([1, 5, 3], ["a", "b", "c"]).table
    assert table.effect.tolist() == pytest.approx([3, 3, 3]) and (table.trust == 0).all()


def test_a_score_reads_as_a_sentence():
    score = measure.accuracy([1] * 1000, [1] * 842 + [0] * 158)
    assert str(score) == "0.842 (95 % interval 0.818 to 0.863)"


def test_labels_may_come_in_any_container():
    torch = pytest.importorskip("torch")
    wanted = measure.accuracy([0, 1, 1], [0, 1, 0])
    for make in (np.array, tuple, pd.Series, torch.tensor, pd.Categorical):
        assert measure.accuracy(make([0, 1, 1]), make([0, 1, 0])) == wanted


def test_the_same_seed_gives_the_same_interval():
    labels, predictions = ["a", "b"] * 20, ["a"] * 40
    assert measure.f1(labels, predictions, seed=3) == measure.f1(labels, predictions, seed=3)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: measure.accuracy([1, 2], [1]), r"shape \(2,\) and predictions \(1,\)"),
        (lambda: measure.accuracy([], []), "at least one row"),
        (lambda: measure.accuracy([[1]], [[1]]), "lists of one length"),
        (lambda: measure.accuracy(["a"], [1]), "both must be names or numbers"),
        (lambda: measure.accuracy([1], [1], level=95), "level is 95; it must lie between 0 and 1"),
        (lambda: measure.f1([1], [1], average="mean"), "'mean'; it must be one of macro, micro, weighted"),
        (lambda: measure.f1([1], [1], draws=0), "draws is 0"),
        (lambda: measure.cross_validated([0.5], 80, 20), "two numbers or more"),
        (lambda: measure.cross_validated([0.5, 0.6], 80, 0), "test_rows 0; both must be at least 1"),
        (lambda: measure.alarms(3, 1, 1), r"\(hours,\) or \(streams, hours\)"),
        (lambda: measure.alarms([3], 1, -1), "threshold is -1; it must be at least 0"),
        (lambda: measure.report(["a"], ["b"], names=["a"]), "'b'.* is missing"),
        (lambda: measure.mean([1]), "two numbers or more"),
        (lambda: measure.mean([1, np.nan]), "none of them missing"),
        (lambda: measure.calibration([0, 2], [0.1, 0.2]), "happened holds 2; it must be 0 or 1"),
        (lambda: measure.calibration([0, 1], [0.1, 1.5]), "probabilities holds 1.5; it must lie from 0 to 1"),
        (lambda: measure.calibration([0, 1], [0.1, np.nan]), "probabilities holds nan"),
        (lambda: measure.calibration([0, 1], [0.1]), r"shape \(2,\) and probabilities \(1,\)"),
        (lambda: measure.calibration([0, 1], [0.1, 0.2], bins=0), "bins is 0; it must be a whole number"),
        (lambda: measure.pooled([1, 2], ["a"]), r"shape \(2,\) and groups \(1,\)"),
        (lambda: measure.pooled([np.nan], ["a"]), "at least one group must have one"),
    ],
)
def test_a_wrong_argument_is_named_with_what_is_allowed(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
def test_f1_of_several_labels_equals_scikit_learn_and_its_interval_holds_it(average):
    rng = np.random.default_rng(0)
    labels = rng.random((200, 3)) < [0.1, 0.5, 0.7]
    predictions = labels ^ (rng.random((200, 3)) < 0.2)
    score = measure.f1(labels.astype(int), predictions.astype(int), average=average)
    assert score.value == pytest.approx(f1_score(labels, predictions, average=average))
    assert score.low < score.value < score.high


def test_f1_of_several_labels_refuses_what_is_not_zero_or_one():
    with pytest.raises(ValueError, match="must be arrays of 0 and 1"):
        measure.f1(np.array([[0, 2]]), np.array([[0, 1]]))

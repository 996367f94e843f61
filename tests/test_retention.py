"""What is kept after check-out: shares by days, where enough learners say so, and as a part of a report."""

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from grading.__main__ import main
from grading.lead import report, report_retention, retention
from trainlib import questions


def rows(kind, days, people, right=1, known=1):
    return [(person, kind, days, right, known) for person in range(people)]


def frame(*parts):
    return pd.DataFrame([row for part in parts for row in part], columns=retention.COLUMNS)


def test_a_span_of_days_with_fewer_than_five_learners_has_no_share():
    kept = frame(rows("review", 3, 4), rows("review", 30, 5), rows("follow-up", 30, 4, 0.4, 0.8))
    few, enough = retention.curve(kept, "review")
    assert few.share is None and (few.name, few.learners) == ("1 to 7", 4)
    assert enough.share.value == 1 and enough.share.low < 0.6, "five learners who forgot nothing say little"
    assert retention.curve(kept, "follow-up")[0].share is None


def test_a_follow_ups_share_is_over_that_of_check_out():
    people = [(person, "follow-up", 31, right, 0.8) for person, right in enumerate([0.4, 0.6, 0.5, 0.7, 0.3])]
    (point,) = retention.curve(frame(people), "follow-up")
    assert point.share.value == pytest.approx(0.5 / 0.8) and point.share.low < 0.5 / 0.8 < point.share.high


def test_points_are_joined_from_three_spans_on():
    two = frame(*(rows("review", days, 6) for days in (3, 30)))
    three = frame(*(rows("review", days, 6) for days in (3, 30, 90)))
    assert not retention.is_curve(retention.curve(two, "review"))
    assert retention.is_curve(retention.curve(three, "review"))


def test_the_interval_covers_the_share_where_learners_differ():
    """SIMULATED: 300 cohorts of 12 learners with 8 answers each, learners differ by a Beta(4, 2)."""
    rng, held = np.random.default_rng(0), 0
    for _ in range(300):
        right = rng.binomial(8, rng.beta(4, 2, 12))
        share = retention.clustered(right, np.full(12, 8))
        held += share.low <= 4 / 6 <= share.high
    assert 0.9 <= held / 300 <= 0.99


def test_the_follow_up_command_says_the_share_right_by_days_from_five_learners_on(tmp_path, capsys):
    for place, days in enumerate((30, 31, 33, 35, 40, 90)):
        path = questions.follow_up(f"ada-{place}", "lead", tmp_path, today=date(2026, 3, 1))
        day = date(2026, 3, 1) + timedelta(days)
        path.write_text(path.read_text(encoding="utf-8").replace('filled_in = ""', f'filled_in = "{day}"'))
    capsys.readouterr()
    assert main(["follow-up", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "21 to 45 days after check-out, 5 learners, share right: 0.00 (0.00 to 0.43)" in said
    assert "76 to 120 days after check-out, 1 learner, share right: too few for a share: under 5" in said


def record(folder, learner="Ada", answers=(), **other):
    path = folder / f"review_{learner}.json"
    content = {"learner": learner, "checked_out": "2026-03-01", "answers": list(answers)} | other
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def answer(id, day, right):
    return {"id": id, "day": day, "right": right}


def test_of_a_record_the_first_answer_to_what_was_known_at_check_out_counts(tmp_path):
    given = [answer("a-1", "2026-03-20", False), answer("a-1", "2026-03-09", True), answer("b-1", "2026-03-09", False)]
    record(tmp_path, "Ada", given)
    record(tmp_path, "eve", given)
    (tmp_path / "review_x.json").write_text('{"answers": 3}')
    (tmp_path / "review_y.json").mkdir()
    records, notes = retention.read_folder(tmp_path, {"ada": "ada"})
    assert [one.learner for one in records] == ["ada"] and len(notes) == 3
    assert sum("no review record" in note for note in notes) == 2 and any("no learner 'eve'" in note for note in notes)
    columns = ["learner", "lesson", "item", "score"]
    scores = [("ada", questions.CHECK_OUT, "a-1", 1.0), ("ada", questions.CHECK_OUT, "b-1", 0.0)]
    kept = retention.table(pd.DataFrame(scores, columns=columns), [], records)
    assert kept[["kind", "days", "right"]].values.tolist() == [["review", 8, 1.0]]


def test_of_records_from_two_machines_each_questions_first_answer_counts(tmp_path):
    for folder, given in (
        ("a", [answer("x", "2026-03-09", False), answer("y", "2026-03-20", True)]),
        ("b", [answer("x", "2026-03-12", True), answer("y", "2026-03-10", False), answer("z", "2026-03-30", True)]),
    ):
        (tmp_path / folder).mkdir()
        record(tmp_path / folder, "Ada", given).rename(tmp_path / f"review_Ada_{folder}.json")
    ((one,), notes) = retention.read_folder(tmp_path, {"ada": "ada"})
    assert one.first == {"x": (8, False), "y": (9, False), "z": (29, True)} and not notes


def test_the_part_shows_both_curves_with_a_text_for_the_figure_and_is_missing_without_numbers():
    own = dict.fromkeys(("title", "table", "scores", "later", "fitted", "unfitted", "currency", "command"))
    kept = frame(
        *(rows("review", days, 6) for days in (3, 30, 90)), rows("follow-up", 31, 8, 0.4, 0.8), rows("review", 150, 2)
    )
    made = report_retention.kept(report.CohortReport(**own, simulated=0, kept=kept))
    assert 'alt="Share of what was known at check-out that is kept, by days.' in made.figures[0]
    assert [row[-1] for row in made.rows][-1] == "not shown: under 5 learners" and len(made.rows) == 5
    assert made.finding.endswith("after 90 days, review, the same questions")
    with pytest.raises(report.Missing, match="No 5 learners have a follow-up form"):
        report_retention.kept(report.CohortReport(**own, simulated=0))

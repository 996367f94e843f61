"""Deadlines as they are now: lateness is taken off where points are read, and a learner may have an extension.

On the two tiny lessons of `test_grading_cycle`; nothing is run.
"""

import csv
from pathlib import Path

import nbformat
import pytest
import test_grading_cycle as cycle
from conftest import hand_in_graded
from test_collect import HANDED_IN, STAGE, stamped, text, with_settings
from test_grading_cycle import LESSON, OTHER, answered, page, row_of
from test_status import graded

from grading.__main__ import main
from grading.intake.collect import collect
from grading.marking.certificates import results
from grading.marking.feedback import feedback
from grading.records import folders, settings
from grading.records.folders import Submission
from grading.records.glance import points
from grading.records.gradebook import gradebook
from grading.records.lateness import Lateness
from trainlib._files import write
from trainlib.course import CHECK_IN, CHECK_OUT

tiny_course, state = cycle.tiny_course, cycle.state  # fixtures
DAY = cycle.timedelta(days=1)
PENALTY = '[late]\noutcome = "penalty"\n'
EXTENSION = "[extensions.ada]\n1_principles = {}\n"


def due(time, *more):
    """Settings with a deadline that lies so long after HANDED_IN."""
    with_settings("".join((f"[deadlines]\n1_principles = {HANDED_IN + time:%Y-%m-%dT%H:%M:%SZ}\n", *more)))


def extended(time, learner="ada"):
    return f"[extensions.{learner}]\n1_principles = {HANDED_IN + time:%Y-%m-%dT%H:%M:%SZ}\n"


@pytest.fixture
def ada(state):
    """Ada has 5 points in the tests of a lesson, and an open question waits."""
    stamped(state, "ada", HANDED_IN)
    collect(state / "in")
    graded("ada", {"double-tests": 3, "count-tests": 2}, ["open-question"])
    return state


def mark(given):
    with gradebook() as book:
        grade = book.find_grade("open-question", LESSON, STAGE, "ada")
        grade.manual_score, grade.needs_manual_grade = given, False
        book.db.commit()


def exported(path):
    assert main(["export", "--csv", str(path)]) == 0
    with open(path, newline="", encoding="utf-8") as file:
        return next(row for row in csv.DictReader(file) if (row["learner"], row["lesson"]) == ("ada", LESSON))


def test_marks_that_come_in_by_hand_are_part_of_what_lateness_takes_its_share_of(ada, tmp_path):
    due(-1.5 * DAY, PENALTY)
    assert float(exported(tmp_path / "e.csv")["score"]) == pytest.approx(5 - 0.2 * 5)
    mark(4)
    found = exported(tmp_path / "e.csv")
    assert float(found["late_penalty"]) == pytest.approx(0.2 * 9) == pytest.approx(9 - float(found["score"]))


def test_a_deadline_that_moves_counts_at_once_wherever_points_are_read(ada, capsys):
    mark(5)
    for late, score in ((-0.5 * DAY, 9), (-2.5 * DAY, 7), (-40 * DAY, 0), (DAY, 10)):
        due(late, PENALTY)
        assert row_of("ada").score == pytest.approx(score)
        assert points()["ada", STAGE, LESSON].score == pytest.approx(score)
        assert results()[0].points["1 Principles"][0] == pytest.approx(score)
        assert main(["status", "ada"]) == 0 and f" {score} " in capsys.readouterr().out
        assert feedback(STAGE)[1] == {}
        assert ("points off" in page(ada, "ada")) == (score < 10) and f"{score} of 10 points" in page(ada, "ada")
    with gradebook() as book:
        assert book.find_submission_notebook(LESSON, STAGE, "ada").late_submission_penalty is None


def test_what_is_taken_off_has_no_more_digits_than_the_sum_has(ada, tmp_path):
    mark(5)
    due(-6.5 * DAY, PENALTY)
    found = exported(tmp_path / "e.csv")
    assert (found["late_penalty"], found["score"]) == ("7.0", "3.0")
    due(-2.5 * DAY, PENALTY + "share_per_day = 0.11\n")
    found = exported(tmp_path / "e.csv")
    assert (found["late_penalty"], found["score"]) == ("3.3", "6.7")


def test_the_page_says_how_late_it_was_and_what_that_took_off(ada):
    mark(5)
    due(-1.1 * DAY, PENALTY)
    feedback(STAGE)
    said = page(ada, "ada")
    assert "2 days late: 2 × 10 % of 10 points = 2 points off. It came 1 day 2 h 24 min after the deadline" in said
    assert "8 of 10 points" in said
    due(-20 * DAY, PENALTY)
    feedback(STAGE)
    assert "20 days late: 20 × 10 % of 10 points, at most all of them, = 10 points off" in page(ada, "ada")
    due(-1.1 * DAY)
    feedback(STAGE)
    assert "Nothing is taken off for that" in page(ada, "ada") and "points off" not in page(ada, "ada")
    due(-1.1 * DAY, '[late]\noutcome = "accept"\n')
    feedback(STAGE)
    assert "after the deadline" not in page(ada, "ada")


def test_what_an_older_version_stored_is_not_taken_off_the_page_either(ada):
    due(-0.5 * DAY, PENALTY)
    with gradebook() as book:
        book.find_submission_notebook(LESSON, STAGE, "ada").late_submission_penalty = 3.0
        book.db.commit()
    feedback(STAGE)
    assert "1 day late: 1 × 10 % of 5 points = 0.5 points off" in page(ada, "ada")
    assert "4.5 of 10 points" in page(ada, "ada") and row_of("ada").score == pytest.approx(4.5)


def test_late_work_that_is_not_graded_yet_takes_nothing_off_the_points_of_what_is(ada):
    due(DAY, PENALTY)
    stamped(ada, "ada", HANDED_IN + 3 * DAY, answers={"double-answer": "0"})
    collect(ada / "in")
    assert row_of("ada").score == 5 and row_of("ada").seconds_late == 0
    graded("ada", {"double-tests": 3, "count-tests": 2})
    assert row_of("ada").score == pytest.approx(4)
    stamped(ada, "ada", HANDED_IN + 4 * DAY)  # the work that was in time, once more
    collect(ada / "in")
    graded("ada", {"double-tests": 3, "count-tests": 2})
    assert row_of("ada").score == 5


def test_nothing_is_taken_off_what_measures_a_person(ada):
    due(-2 * DAY, PENALTY)
    late = []
    for lesson in (LESSON, CHECK_IN, CHECK_OUT):
        one = Submission("ada", STAGE, lesson)
        hand_in_graded(nbformat.from_dict(answered(ada, LESSON, {})), "ada", STAGE, lesson)
        write(folders.attempts_of("ada", STAGE) / f"{HANDED_IN:{folders.STAMP}}" / one.file.name, one.file.read_bytes())
        late.append(Lateness().of(one))
    assert [one.by for one in late] == [2 * DAY, 0 * DAY, 0 * DAY]
    assert [one.penalty(10) for one in late] == [2, 0, 0]


def test_where_nobody_missed_a_deadline_no_notebook_is_read(ada, monkeypatch):
    due(DAY, PENALTY)
    opened, read = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: opened.append(path) or read(path))
    assert points() and not [path for path in opened if path.suffix == ".ipynb"]
    due(-DAY, PENALTY)
    assert points() and [path for path in opened if path.suffix == ".ipynb"]


def test_an_extension_is_one_learners_at_one_stage_and_counts_at_once(ada, capsys):
    stamped(ada, "ben", HANDED_IN)
    collect(ada / "in")
    graded("ben", {"double-tests": 3, "count-tests": 2})
    due(-2.5 * DAY, PENALTY, extended(-0.5 * DAY))
    assert (row_of("ada").score, row_of("ben").score) == (pytest.approx(4.5), pytest.approx(3.5))
    due(-2.5 * DAY, PENALTY, extended(DAY))
    assert (row_of("ada").score, row_of("ben").score) == (5, pytest.approx(3.5))
    assert main(["status", STAGE]) == 0 and "late: ben\n" in capsys.readouterr().out


def test_with_an_extension_late_work_is_not_refused_before_it_is_over(state):
    due(-DAY, '[late]\noutcome = "refuse"\n', extended(DAY))
    stamped(state, "ada", HANDED_IN)
    stamped(state, "ben", HANDED_IN)
    report = collect(state / "in")
    assert [(row[0], row[-1]) for row in report.taken] == [("ada", "taken")]
    assert report.refused == [(f"ben/{STAGE}/{LESSON}.ipynb", "it was handed in 1 day 0 h after the deadline")]
    stamped(state, "ada", HANDED_IN + 2 * DAY, answers={"double-answer": "0"})
    assert "1 day 0 h after" in str(collect(state / "in").refused)


def test_whom_a_platform_calls_late_is_in_time_with_an_extension(state):
    due(-DAY, extended(DAY, "ada-1"))
    cycle.zipped(
        state / "c.zip", {f"ada_LATE_1_9_{LESSON}.ipynb": text(state), f"ben_LATE_2_8_{LESSON}.ipynb": text(state)}
    )
    assert [row[-1] for row in collect(state / "c.zip").taken] == ["taken", "taken, 0 h 1 min after the deadline"]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("[extensions.ada]\n9_nowhere = 2026-02-03T18:00:00Z\n", "line 4: extensions.ada.9_nowhere is no stage"),
        ("[extensions.ada]\n1_principles = 2026-02-03T18:00:00\n", "line 4: .*must be a time with its offset"),
        ("[extensions.ada]\n1_principles = 'soon'\n", "line 4: .*is 'soon'; it must be a time with its offset"),
        (
            "[extensions.'ada l']\n1_principles = 2026-02-03T18:00:00Z\n",
            "line 3: extensions.ada l is no learner's name",
        ),
        ("[extensions]\nada = 2026-01-03T18:00:00Z\n", "line 4: .*stages with this learner's deadlines"),
        ("[late]\nshare_per_day = '10 %'\n", "line 4: late.share_per_day is '10 %'"),
        ("[late]\nshare_per_day = true\n", "line 4: late.share_per_day is True"),
        ("[late]\noutcom = 'penalty'\n", "late.outcom is "),
        ("[extension.ada]\n1_principles = 2026-02-03T18:00:00Z\n", "line 3: .*extension is "),
        ("[groups]\nstage = ['1_principles']\n", "groups.stage is "),
    ],
)
def test_a_fault_in_an_extension_is_named_with_its_line(state, said, fault):
    due(DAY, said)
    for reader in (settings.read, Lateness):
        with pytest.raises(ValueError, match=fault):
            reader()


def test_an_extension_needs_a_deadline_and_somebody_who_is_known(ada, capsys):
    with_settings(extended(DAY))
    with pytest.raises(ValueError, match="line 2: .*for a stage without a deadline"):
        Lateness()
    due(-DAY, extended(DAY), extended(DAY, "eve"))
    assert main(["status"]) == 0
    said = capsys.readouterr().out
    assert "note: eve has an extension" in said and "note: ada" not in said
    (ada / "learners.csv").write_text("learner\nada\neve\n")
    assert main(["status"]) == 0 and "note: eve" not in capsys.readouterr().out


def test_work_that_was_mended_in_place_is_as_late_as_the_newest_attempt(ada):
    due(-0.5 * DAY, PENALTY)
    notebook = answered(ada, LESSON, {"double-answer": "1"})
    hand_in_graded(nbformat.from_dict(notebook), "ada", STAGE, LESSON)
    assert row_of("ada").score == pytest.approx(4.5) and row_of("ada", OTHER).seconds_late == 0


def test_a_deadline_moved_beyond_an_extension_counts_and_status_says_so(ada, capsys):
    due(-0.5 * DAY, PENALTY, extended(-1.5 * DAY))
    assert row_of("ada").score == pytest.approx(4.5)
    assert main(["status"]) == 0 and "note: ada's extension ends before the deadline of" in capsys.readouterr().out
    due(-0.5 * DAY, PENALTY, extended(DAY))
    assert main(["status"]) == 0 and "extension" not in capsys.readouterr().out

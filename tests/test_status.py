"""How a cohort stands, on the two tiny lessons of `test_grading_cycle`; nothing is run here."""

import csv
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
import test_grading_cycle as cycle
from conftest import hand_in_graded
from test_grading_cycle import LESSON, OTHER, STAGE, answered, zipped

from grading.__main__ import main
from grading.intake.collect import collect
from grading.marking import mastery, review_deck
from grading.marking.status import Status
from grading.records.folders import Submission
from grading.records.glance import points, rows
from grading.records.gradebook import gradebook

tiny_course, built = cycle.tiny_course, cycle.state  # fixtures
WRONG = {"double-answer": "def double(x):\n    return abs(2 * x)", "count-answer": None}
TODAY = datetime.now(UTC).replace(tzinfo=None)


def hand_in(state, learner, days_ago, answers, lesson=LESSON):
    when = TODAY - timedelta(days=days_ago)
    name = f"{learner}/{STAGE}"
    text = nbformat.writes(answered(state, lesson, answers))
    stamp = f"{when:%Y-%m-%d %H:%M:%S.%f} UTC"
    collect(
        zipped(
            state / "in" / f"{learner}_{days_ago}.zip", {f"{name}/timestamp.txt": stamp, f"{name}/{lesson}.ipynb": text}
        )
    )


def graded(learner, marks, to_mark=(), lesson=LESSON):
    """As if autograde had run the newest attempt."""
    one = Submission(learner, STAGE, lesson)
    hand_in_graded(nbformat.read(one.file, as_version=4), learner, STAGE, lesson)
    with gradebook() as book:
        book.update_or_create_student(learner)
        book.update_or_create_submission(STAGE, learner)
        for grade in book.find_submission_notebook(lesson, STAGE, learner).grades:
            grade.auto_score, grade.needs_manual_grade = marks.get(grade.name, 0.0), grade.name in to_mark
        book.db.commit()


@pytest.fixture
def state(built):
    """Ada is stuck in an exercise, ben was late and waits for a mark, cy has not been graded, dan handed in nothing."""
    (built / "learners.csv").write_text("learner,name\nada,Ada L\nben,Ben\ncy,Cy\ndan,Dan\n")
    deadline = TODAY - timedelta(days=10)
    (built / "settings.toml").write_text(f"[deadlines]\n{STAGE} = {deadline:%Y-%m-%dT%H:%M:%S}Z\n")
    for days_ago in (13, 12, 11):
        hand_in(built, "ada", days_ago, WRONG)
    graded("ada", {"count-tests": 0, "double-tests": 0})
    hand_in(built, "ben", 3, {})
    graded("ben", {"count-tests": 2, "double-tests": 3}, ["open-question"])
    hand_in(built, "cy", 1, {}, OTHER)
    return built


def test_each_stage_has_who_handed_in_who_is_missing_late_and_what_waits(state, capsys):
    assert main(["status", "--json"]) == 0
    outcome = json.loads(capsys.readouterr().out)
    (stage,) = outcome["stages"]
    assert (stage["handed_in"], stage["missing"], stage["late"]) == (3, ["dan"], ["ben", "cy"])
    assert (stage["to_mark"], stage["not_graded"]) == (1, 1)
    assert [(one["learner"], one["why"]) for one in outcome["stuck"]] == [
        ("ada", f"{LESSON}: double still fails after 3 attempts"),
        ("ada", "has handed in nothing for 11 days"),
        ("dan", "has handed in nothing yet"),
    ]
    assert main(["status", STAGE, "--days", "12"]) == 0
    said = capsys.readouterr().out
    assert "missing: dan\nlate: ben, cy" in said and "nothing for 11 days" not in said
    (line,) = [line for line in said.splitlines() if line.startswith("dan  ") and "not handed in" in line]
    assert "0" not in line


def test_a_learners_page_says_of_each_lesson_what_came_of_it_and_whose_turn_it_is(state, capsys):
    assert main(["status", "ada"]) == 0
    first, second = capsys.readouterr().out.splitlines()[1:3]
    assert first.split()[3:] == "3 0 10 nobody double (3 attempts), count (left open)".split()
    assert second.split() == [OTHER, "not", "handed", "in"]  # and no 0
    assert main(["status", "ben"]) == 0
    assert "7 days 0 h" in (said := capsys.readouterr().out) and "you: 1 cell" in said
    assert main(["status", "cy", "--json"]) == 0
    lessons = json.loads(capsys.readouterr().out)["lessons"]
    assert lessons[LESSON] is None and lessons[OTHER]["score"] is None
    assert main(["status", "cy"]) == 0 and "autograde" in capsys.readouterr().out
    assert main(["status", "dan"]) == 0 and "STUCK: dan has handed in nothing yet" in capsys.readouterr().out


def test_without_a_roster_nobody_is_called_missing_and_it_says_why(state, capsys):
    (state / "learners.csv").unlink()
    assert main(["status"]) == 0
    said = capsys.readouterr().out
    assert "who is missing cannot be known without a roster" in said and "dan" not in said
    assert Status().stages()[0].missing is None


def test_work_without_an_attempt_counts_as_handed_in(built):
    hand_in_graded(answered(built, LESSON, {}), "fay", STAGE, LESSON)
    assert Status().stages()[0].handed_in == 1 and Status().stuck() == []


def test_an_empty_state_has_a_status_and_an_unknown_name_is_refused(built, capsys):
    assert main(["status"]) == 0 and "nobody is stuck" in capsys.readouterr().out
    assert main(["status", "eve"]) == 2
    assert f"'eve' is no stage ({STAGE}) and no learner: these are known: nobody yet" in capsys.readouterr().err


def test_whoever_has_handed_in_everything_is_not_stuck_and_a_name_does_nothing_to_a_terminal(state, capsys):
    hand_in(state, "ada", 30, {}, OTHER)
    assert "nothing for" not in str(Status().stuck())
    with gradebook() as book:
        book.find_grade("double-tests", LESSON, STAGE, "ada").cell.name = "double\x1b[31m-tests"
        book.db.commit()
    assert main(["status", "ada"]) == 0 and "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(("late", "score"), [("", 9.75), ('[late]\noutcome = "penalty"\nshare_per_day = 0.05', 5.85)])
def test_a_glance_at_the_gradebook_says_what_nbgrader_says_and_lateness_is_taken_off_once(state, late, score):
    with open(state / "settings.toml", "a") as file:
        file.write(late)
    with gradebook() as book:
        grade = book.find_grade("open-question", LESSON, STAGE, "ben")
        grade.manual_score, grade.extra_credit = 4.5, 0.25
        book.find_submission_notebook(LESSON, STAGE, "ben").late_submission_penalty = 2.0  # of an older version
        book.db.commit()
    seen = {(row.learner, row.stage, row.lesson): (row.score, row.max_score, row.to_grade) for row in rows()}
    assert {place: (one.score, one.most, one.to_mark) for place, one in points().items()} == seen
    assert seen["ben", STAGE, LESSON] == (pytest.approx(score), 10, 1)  # the eighth day has begun


def test_a_lesson_that_was_not_handed_in_is_empty_in_an_export(state, tmp_path):
    assert main(["export", "--csv", str(tmp_path / "e.csv")]) == 0
    with open(tmp_path / "e.csv", newline="", encoding="utf-8") as file:
        found = {(row["learner"], row["lesson"]): row for row in csv.DictReader(file)}
    assert found["ada", LESSON]["score"] == "0.0" and found["ada", OTHER]["score"] == ""
    assert found["ada", OTHER]["max_score"] == "4.0" and found["ada", OTHER]["handed_in"] == ""


def test_a_status_loads_neither_nbgrader_nor_anything_else_that_takes_seconds():
    code = (
        "import sys\nfrom grading.__main__ import main\nmain(['status'])\n"
        "heavy = ('nbgrader', 'torch', 'numpy', 'pandas', 'sqlalchemy', 'nbformat', 'jsonschema', 'IPython')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent.parent, capture_output=True, text=True)
    assert ran.stderr.strip() == "[]"


def test_exercises_that_were_answered_and_failed_come_back_in_the_review_and_those_left_open_do_not(state):
    (deck,) = review_deck.write({"ada", "ben"})
    content = json.loads(deck.read_text(encoding="utf-8"))
    assert content == {
        "learner": "ada",
        "checked_out": None,
        "exercises": [{"lesson": LESSON, "exercise": "double"}],
        "questions": [],
    }
    graded("ada", {"count-tests": 2, "double-tests": 3})
    assert review_deck.write({"ada"}) == [] and not deck.exists()


def test_a_lesson_that_came_too_late_for_any_point_counts_as_had_where_half_of_its_exercises_pass(state):
    with open(state / "settings.toml", "a") as file:
        file.write('[late]\noutcome = "penalty"\nshare_per_day = 1')
    now = Status()
    assert now.of("ben")[LESSON].score == 0 and mastery._is_had(now.of("ben")[LESSON])
    assert not mastery._is_had(now.of("ada")[LESSON]) and not mastery._is_had(now.of("cy")[OTHER])

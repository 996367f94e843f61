"""Grading a stage again, on the two tiny lessons of `test_grading_cycle`: whatever stops it, marks and scores stay."""

import json
import os
import shutil
import signal
from functools import partial

import pytest
import test_grading_cycle as cycle
from test_grading_cycle import LESSON, STAGE, answered, row_of, write
from test_isolation import in_child

from grading.__main__ import main
from grading.authoring import build
from grading.intake.collect import collect
from grading.marking import autograde
from grading.marking.before import Before, file_of
from grading.records import folders, log
from grading.records.gradebook import gradebook
from grading.sandbox.engine import Engine, EngineError

tiny_course, built = cycle.tiny_course, cycle.state  # fixtures
pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")


@pytest.fixture
def state(built, tiny_course):
    """Ada, ben and cy are graded and marked by hand; then a test is mended that ben and cy did not pass."""
    wrong = {"double-answer": "def double(x):\n    return abs(2 * x)"}
    for learner, answers in (("ada", {}), ("ben", wrong), ("cy", wrong)):
        write(built / "in" / learner / STAGE / f"{LESSON}.ipynb", answered(built, LESSON, answers))
    collect(built / "in")
    autograde.autograde(STAGE)
    with gradebook() as book:
        for learner in ("ada", "ben", "cy"):
            grade = book.find_grade("open-question", LESSON, STAGE, learner)
            grade.manual_score, grade.needs_manual_grade = 4, False
        book.db.commit()
    source = tiny_course / "grading" / "source" / STAGE / f"{LESSON}.py"
    original = source.read_text()
    source.write_text(original.replace("got=double(secret_input), want=-", "got=abs(double(secret_input)), want="))
    try:
        with log.to_file():
            build.editions()
        yield built
    finally:
        source.write_text(original)


@pytest.fixture
def in_order(monkeypatch):
    """What has run is graded by name, and not as it comes."""
    run_all = autograde._run_all
    monkeypatch.setattr(
        autograde, "_run_all", lambda *what: iter(sorted(run_all(*what), key=lambda one: one[0].learner))
    )


def standing():
    return [(row_of(name).score, row_of(name).manual, row_of(name).to_grade) for name in ("ada", "ben", "cy")]


OLD, NEW = [(9, 4, 0), (6, 4, 0), (6, 4, 0)], [(9, 4, 0), (9, 4, 0), (9, 4, 0)]


def test_a_regrade_that_stops_says_what_it_did_and_the_next_one_does_the_rest_and_shows_all(
    state, in_order, monkeypatch, capsys
):
    write_grades = autograde._grade

    def stopped(kept, one, *what):
        if one.learner == "cy":
            raise EngineError("no worker could be started")
        return write_grades(kept, one, *what)

    monkeypatch.setattr(autograde, "_grade", stopped)
    assert main(["regrade", STAGE]) == 1  # not 2: something was done
    said = capsys.readouterr().out
    assert "STOPPED: no worker could be started. 2 of 3 lessons were graded before that" in said
    assert "ben" in said and "1 scores rose" in said
    assert standing() == [*NEW[:2], OLD[2]] and file_of(STAGE).exists()

    monkeypatch.setattr(autograde, "_grade", write_grades)
    assert main(["regrade", "--json", STAGE]) == 0
    captured = capsys.readouterr()
    outcome = json.loads(captured.out)
    assert captured.err.startswith("1 of 3 lessons to grade, the others were graded again before")
    assert [(one["learner"], one["before"], one["after"]) for one in outcome["changes"]] == [
        ("ben", 6, 9),
        ("cy", 6, 9),
    ]
    assert outcome["since"] and outcome["stopped"] == "" and standing() == NEW and not file_of(STAGE).exists()
    assert main(["regrade", STAGE]) == 0 and "nobody's score has changed" in capsys.readouterr().out


def test_a_regrade_runs_only_what_other_tests_would_grade(state, tiny_course, capsys, monkeypatch):
    assert main(["regrade", STAGE]) == 0 and "3 of 3 lessons to grade" in capsys.readouterr().out
    assert main(["regrade", STAGE]) == 0
    assert "0 of 3 lessons to grade, the others have not changed, nor have their tests," in capsys.readouterr().out
    write(state / "in" / "ben" / STAGE / f"{LESSON}.ipynb", answered(state, LESSON, {}))
    collect(state / "in")
    assert main(["regrade", STAGE]) == 0 and "1 of 3 lessons to grade" in capsys.readouterr().out
    assert main(["regrade", STAGE, "--all"]) == 0 and "3 of 3 lessons to grade" in capsys.readouterr().out
    monkeypatch.setattr("grading.marking.regrade.settings.hidden_seed", lambda: 7)  # so are other hidden inputs
    assert main(["regrade", STAGE]) == 0 and "3 of 3 lessons to grade" in capsys.readouterr().out
    assert [row_of(name).score for name in ("ada", "ben", "cy")] == [9, 9, 9]


def test_killed_or_interrupted_at_any_stage_a_regrade_loses_no_mark(state, capsys):
    stops = {
        (autograde, "_run"): OLD,
        (autograde.OverwriteCells, "preprocess"): OLD,  # nbgrader has taken the graded copy away
        (autograde.ExecuteLesson, "preprocess"): OLD,  # an empty copy is written
        (autograde.AssignLatePenalties, "preprocess"): OLD,  # the grades are not yet on the disk
    }
    for number, ((owner, name), left) in enumerate(stops.items()):

        def work(owner=owner, name=name, sign=(signal.SIGKILL, signal.SIGINT)[number % 2]):
            setattr(owner, name, lambda *_, **__: os.kill(os.getpid(), sign))
            main(["regrade", STAGE, "--jobs", "1"])

        child = in_child(work)
        child.join(120)
        assert child.exitcode is not None and standing() == left, name
    capsys.readouterr()
    assert main(["regrade", STAGE]) == 0
    said = capsys.readouterr().out
    assert "2 scores rose, 0 fell\nthe scores before are those of " in said and standing() == NEW


def test_marks_stay_where_plain_autograde_does_the_rest_and_with_force(state):
    child = in_child(
        lambda: (
            setattr(autograde.ExecuteLesson, "preprocess", lambda *_: os.kill(os.getpid(), signal.SIGKILL)),
            main(["regrade", STAGE, "--jobs", "1"]),
        )
    )
    child.join(120)
    assert autograde.autograde(STAGE) == {}
    assert [manual for _, manual, _ in standing()] == [4, 4, 4] and [wait for *_, wait in standing()] == [0, 0, 0]
    file_of(STAGE).unlink()
    assert autograde.autograde(STAGE, force=True) == {} and standing() == NEW and not file_of(STAGE).exists()


def test_a_forced_run_that_was_stopped_behind_its_last_lesson_is_closed_by_the_next_one(state, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        patch.setattr(Before, "forget", lambda before: None)
        assert autograde.autograde(STAGE, force=True) == {}
    assert file_of(STAGE).exists() and autograde.autograde(STAGE, force=True) == {}
    assert "0 of 3 lessons to grade" in capsys.readouterr().out and not file_of(STAGE).exists()
    assert autograde.autograde(STAGE, force=True) == {} and "3 of 3 lessons to grade" in capsys.readouterr().out


def test_what_the_grader_cannot_run_keeps_its_grades_and_is_tried_again(state, monkeypatch, capsys):
    run = Engine._run

    def fails_for_ben(engine, notebook, exam, seeds, examiner):
        if seeds != (1, 2) and "abs(2 * x)" in str(notebook):
            raise EngineError("no worker could be started")
        return run(engine, notebook, exam, seeds, examiner)

    monkeypatch.setattr(Engine, "_run", fails_for_ben)
    assert main(["regrade", STAGE]) == 1
    assert "no worker could be started" in capsys.readouterr().out and standing() == OLD
    monkeypatch.undo()
    assert main(["regrade", STAGE]) == 0 and standing() == NEW
    assert "2 of 3 lessons to grade" in capsys.readouterr().out


def test_work_that_could_not_be_run_is_graded_by_the_next_call(built, monkeypatch):
    write(built / "in" / "ada" / STAGE / f"{LESSON}.ipynb", answered(built, LESSON, {}))
    collect(built / "in")
    run, left = Engine._run, [3]

    def fails(engine, notebook, exam, seeds, examiner):
        if seeds != (1, 2) and left[0]:
            left[0] -= 1
            raise EngineError("no worker could be started")
        return run(engine, notebook, exam, seeds, examiner)

    monkeypatch.setattr(Engine, "_run", fails)
    assert list(autograde.autograde(STAGE)) == [("ada", LESSON)] and row_of("ada").to_grade == 3
    assert autograde.autograde(STAGE) == {} and row_of("ada").automatic == 5


def test_a_sandbox_that_does_not_start_is_tried_again(monkeypatch):
    start, left = Engine._start, [2]

    def fails_twice(engine):
        if left[0]:
            left[0] -= 1
            raise EngineError("the sandbox did not start")
        start(engine)

    monkeypatch.setattr(Engine, "_start", fails_twice)
    with Engine([]) as engine:
        assert left == [0] and not engine.has_ended()
    left[0] = 3
    with pytest.raises(EngineError, match="did not start"), Engine([]):
        pass


def test_of_two_stages_the_first_is_told_where_the_second_cannot_be_graded(state, monkeypatch, capsys):
    grade = autograde.autograde
    monkeypatch.setattr(autograde, "autograde", partial(_second_fails, grade, []))
    assert main(["autograde", STAGE, STAGE]) == 1
    assert f"STOPPED: {STAGE}: nothing of it has been collected" in capsys.readouterr().out


def _second_fails(grade, calls, *what):
    calls.append(what)
    if len(calls) == 2:
        raise ValueError("nothing of it has been collected")
    return grade(*what)


def test_a_record_that_was_changed_by_hand_is_named(state, capsys):
    file_of(STAGE).write_text("{}")
    assert main(["regrade", STAGE]) == 2
    assert f"regrade_{STAGE}.json is not as it was written" in capsys.readouterr().err
    assert folders.state() == state

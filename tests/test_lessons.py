"""Every lesson, run for real: headlessly by papermill, judged on many answers, and handed in to the real autograder.

tests/submissions/ holds, for each exercise, right answers written differently (alternatives), slips that a visible
check must refuse in words that name them, and answers fitted to what is visible, which only a hidden test can refuse.
All of them are judged in forks of one run (tests/judge.py). Through the real autograder go, after the solutions, which
it tries itself, two learners: one who did nothing, and one whose exercises are a mixture of the kinds. Check-in and
check-out have no visible checks and no file there, as it would hold their keys: tests/test_items.py has more on them.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from itertools import cycle

import nbformat
import papermill
import pytest
from benchmarks.grading import LESSONS, earned, hand_in, stock
from judge import ENDED, HIDDEN, KEPT, VISIBLE, answers, not_given

from grading.authoring import build
from grading.demo import solutions
from grading.marking.autograde import autograde
from grading.records import folders
from grading.records.gradebook import gradebook
from grading.sandbox.engine import ENVIRONMENT, is_test
from trainlib.notebook import graded_cells
from trainlib.questions import CHECK_IN, CHECK_OUT

CPU_SECONDS, MEMORY_MIB = 90, 1536
PATIENCE = 20  # times as long on a clock: a machine that others use costs no lesson its test
KINDS = {"alternative": 3, "slip": 3, "fitted": 1}  # the least of each for an exercise
MEASURED = """
import json, resource, sys
from pathlib import Path
usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
if sys.platform == "linux":  # there, ru_maxrss counts what the parent process held when it started this one
    mib = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
else:
    mib = usage[0].ru_maxrss / 2**20
print(json.dumps([sum(one.ru_utime + one.ru_stime for one in usage), mib]))
"""


def lesson_cases(rows):
    """One case a lesson; those of one lesson run in one process (conftest), where they share what was graded."""
    return pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in rows])


every_lesson = lesson_cases(folders.lessons())
every_lesson_with_exercises = lesson_cases(row for row in folders.lessons() if row.id not in (CHECK_IN, CHECK_OUT))


def learners(row) -> dict[str, dict[str, str]]:
    """The answers of each kind of learner to one lesson: {learner: {id of the answer cell: its source}}."""
    code = {(one["answer"], one["kind"]): one["code"] for one in reversed(submissions(row))}
    mixed = solutions(row) | {name: code[name, kind] for name, kind in mixture(row).items()}
    return {"untouched": {}, "mixed": mixed}


def mixture(row) -> dict[str, str]:
    """Of which kind each exercise's answer is in the mixed notebook: {id of the answer cell: kind}."""
    return dict(zip(dict.fromkeys(one["answer"] for one in submissions(row)), cycle(KINDS)))


def submissions(row) -> list[dict]:
    return [] if row.id in (CHECK_IN, CHECK_OUT) else answers(row)


def answered(edition, own):
    """A learner edition with answers filled in."""
    notebook = nbformat.from_dict(edition)
    cells = graded_cells(notebook)
    for grade_id, source in own.items():
        cells[grade_id][0]["source"] = source
    return notebook


@every_lesson
def test_a_lesson_runs_from_top_to_bottom_within_its_limits(row, kind, tmp_path, record_property):
    notebook = build.source_notebook(row)
    notebook.cells.append(nbformat.v4.new_code_cell(MEASURED))
    nbformat.write(notebook, tmp_path / "lesson.ipynb")
    ran = papermill.execute_notebook(
        tmp_path / "lesson.ipynb",
        tmp_path / "ran.ipynb",
        parameters=row.smoke if kind == "smoke" else {},
        cwd=tmp_path,
        progress_bar=False,
        execution_timeout=PATIENCE * CPU_SECONDS,
    )
    seconds, memory = json.loads(ran.cells[-1].outputs[0]["text"])
    record_property("lesson", [row.id, kind, seconds, memory])
    assert memory < MEMORY_MIB
    assert memory < row.memory_mib, "course.toml promises less memory than the lesson takes"
    assert kind == "production" or seconds < CPU_SECONDS
    written = [
        output["text"] for cell in ran.cells for output in cell.get("outputs", []) if output.get("name") == "stderr"
    ]
    assert written == []


@pytest.fixture(scope="module")
def judged():
    """What every answer of tests/submissions to a lesson came to, each judged in a fork of one run of the lesson."""
    found = {}
    own = os.environ | ENVIRONMENT | {"PYTHONPATH": "."}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "tests/judge.py"], cwd=folders.root, env=own, **pipes) as judge:

        def judgement(row):
            if row.id not in found:
                print(row.id, file=judge.stdin, flush=True)
                found[row.id] = json.loads(judge.stdout.readline() or pytest.fail("not judged: see stderr"))
            return found[row.id]

        yield judgement
        judge.stdin.close()


def of_kind(judgement, kind):
    """(outcomes of both seeds, answer) of each answer of a kind."""
    return [({outcome for outcome, _ in one["seen"]}, one) for one in judgement["answers"] if one["kind"] == kind]


def in_words(one):
    return f"{one['answer']} {one['kind']} {one['number']} ({one['name']}): {one['seen']}\n{one['code']}"


@every_lesson_with_exercises
def test_right_answers_pass_every_test_however_they_are_written(row, judged):
    lost = [in_words(one) for outcomes, one in of_kind(judged(row), "alternative") if outcomes != {KEPT}]
    assert lost == [], "\n".join(lost)


@every_lesson_with_exercises
def test_visible_checks_refuse_each_slip_in_words_that_name_it(row, judged):
    faults = []
    for outcomes, one in of_kind(judged(row), "slip"):
        if outcomes != {VISIBLE} or not all(one["says"] in message for _, message in one["seen"]):
            faults.append(f"must say {one['says']!r}: {in_words(one)}")
    assert faults == [], "\n".join(faults)


@every_lesson_with_exercises
def test_hidden_tests_refuse_answers_that_are_fitted_to_the_visible_checks(row, judged):
    faults = [in_words(one) for outcomes, one in of_kind(judged(row), "fitted") if not outcomes <= {HIDDEN, ENDED}]
    assert faults == [], "\n".join(faults)


@every_lesson_with_exercises
def test_cells_give_the_same_when_they_run_again_after_all_others(row, judged):
    assert judged(row)["again"] == []


@every_lesson_with_exercises
def test_no_title_or_label_of_a_figure_is_cut_off(row, judged):
    assert judged(row)["cut off"] == []


@every_lesson_with_exercises
def test_the_solution_gives_the_numbers_that_a_comment_says_to_expect(row, judged):
    assert judged(row)["expected"] == []


@pytest.mark.parametrize(
    ("comment", "written", "missing"),
    [
        ("# expected: (1.0, 0.5)", "(1.0, 0.0)", ["0.5"]),
        ("# expected: [0.665 0.09 ]", "array([0.6652, 0.0900])", []),
        ("# expected: about -0.014 to 0.003", "(-0.0139, 0.0031)", []),
        ("# expected: -1.5 and 2", "1.5 and 2", ["-1.5"]),
        ("# expected: a batch for every 64 loans", "5", []),
        ("# 3 loans", "5", []),
    ],
)
def test_a_number_that_is_expected_and_not_written_is_found(comment, written, missing):
    assert not_given(f"answer()  {comment}", written) == missing


@every_lesson_with_exercises
def test_every_exercise_has_right_answers_slips_and_one_that_is_fitted(row):
    given = Counter((one["answer"], one["kind"]) for one in answers(row))
    source = build.source_notebook(row).cells
    exercises = {
        cell["id"] for cell in source if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    }
    few = [(name, kind) for name in exercises for kind, least in KINDS.items() if given[name, kind] < least]
    assert few == [] and {name for name, _ in given} <= exercises and {kind for _, kind in given} <= set(KINDS)
    unnamed = [one["code"] for one in answers(row) if one["kind"] == "slip" and not (one["name"] and one["says"])]
    assert unnamed == [], "a slip says what it does wrong, and which words of the check name it"


@pytest.fixture(scope="module")
def graded(request, course, tmp_path_factory):
    """What the real autograder makes of each kind of learner: {learner: (graded copy, {test cell: (points, most)})}.

    It grades at once what this run asks of a stage: all of it, as for an instructor, unless lessons were chosen.
    """
    found = {}
    own = [one for one in request.session.items if one.path == request.path and "graded" in one.fixturenames]
    asked = {one.callspec.params["row"].id for one in own}

    def grade(row):
        if row.id not in found:
            state = tmp_path_factory.mktemp("graded") / "state"
            shutil.copytree(course, state)
            lessons = [lesson for lesson in folders.lessons(row.stage) if lesson.id in asked]
            with folders.state_in(state):
                for lesson in lessons:
                    for learner, own in learners(lesson).items():
                        hand_in(lesson, learner, own)
                assert autograde(row.stage) == {}  # which refuses a lesson whose own solutions lose a point
                with gradebook() as book:
                    for lesson in lessons:
                        found[lesson.id] = {
                            learner: copy_and_points(book, lesson, learner) for learner in learners(lesson)
                        }
        return found[row.id]

    return grade


def copy_and_points(book, row, learner):
    """The graded copy of a lesson, and (points, most) of each of its test cells."""
    graded = nbformat.read(folders.Submission(learner, row.stage, row.id).graded, as_version=4)
    grades = book.find_submission_notebook(row.id, row.stage, learner).grades
    return graded, {one.name: (one.auto_score, one.max_score) for one in grades if one.cell_type == "code"}


@every_lesson
def test_the_autograder_gives_an_untouched_lesson_nothing_and_it_breaks_nowhere_else(row, graded):
    notebook, points = graded(row)["untouched"]
    assert {score for score, _ in points.values()} == {0}
    errors = {
        cell["id"]: out.ename
        for cell in notebook.cells
        for out in cell.get("outputs", [])
        if out.output_type == "error"
    }
    assert set(errors.values()) <= {"NotImplementedError", "CheckFailed"}
    assert {cell["id"] for cell in notebook.cells if is_test(cell)} <= set(errors), "a check passes without an answer"
    assert set(errors) <= set(graded_cells(notebook)), "a cell outside of the exercises needs an answer"


@every_lesson
def test_the_autograder_takes_all_points_of_wrong_exercises_and_none_of_right_ones(row, graded):
    _, points = graded(row)["mixed"]
    wrong = [name.replace("-answer", "-tests") for name, kind in mixture(row).items() if kind != "alternative"]
    assert set(wrong) <= set(points)
    assert {name: score for name, (score, _) in points.items()} == {
        name: 0 if name in wrong else most for name, (_, most) in points.items()
    }


@pytest.mark.slow
@lesson_cases(row for row in folders.lessons() if row.id.startswith(LESSONS))
def test_nbgrader_alone_gives_honest_learners_the_same_points(row, course, graded, tmp_path):
    shutil.copytree(course, tmp_path / "state")
    with folders.state_in(tmp_path / "state"):
        hand_in(row, "mixed", learners(row)["mixed"])
        stock(row.stage, "autograde")
        found = earned(row.stage)
    assert found == {("mixed", row.id, name): score for name, (score, _) in graded(row)["mixed"][1].items()}

"""Every lesson, run for real: headlessly by papermill, and handed in by several kinds of learners to the real autograder.

The learners: one answers as the source does, others rightly in another way, one leaves all untouched, and others hold the
misconceptions that tests/submissions/ names: each passes the visible checks and fails the hidden ones. Check-in and
check-out have no visible checks and no file there, as it would hold their keys: tests/test_items.py has more on them.
"""

import shutil
import time
from collections import Counter

import jupytext
import nbformat
import papermill
import pytest
from benchmarks.grading import LESSONS, earned, hand_in, stock
from conftest import measured
from nbclient import NotebookClient

from grading.authoring import build
from grading.demo import solutions
from grading.marking.autograde import autograde
from grading.marking.mend import InjectParameters
from grading.records import folders
from grading.records.gradebook import gradebook
from grading.sandbox.engine import ENVIRONMENT, has_error, is_test
from trainlib.course import graded_cells
from trainlib.questions import CHECK_IN, CHECK_OUT

SECONDS, MEMORY_MIB = 90, 1536
PEAK_MEMORY = """
import resource, sys
from pathlib import Path
if sys.platform == "linux":  # there, ru_maxrss counts what the parent process held when it started this one
    print(int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20)
"""  # MiB
every_lesson = pytest.mark.parametrize("row", folders.lessons(), ids=lambda row: row.id)
every_lesson_with_exercises = pytest.mark.parametrize(
    "row", [row for row in folders.lessons() if row.id not in (CHECK_IN, CHECK_OUT)], ids=lambda row: row.id
)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A state folder with every lesson released in it and known to its gradebook."""
    folder = tmp_path_factory.mktemp("built")
    with folders.state_in(folder):
        build.editions()
    return folder


@pytest.fixture
def edition(built, row):
    """The learner edition of a lesson, freshly released."""
    return nbformat.read(built / "release" / row.file, as_version=4)


def learners(row) -> dict[str, dict[str, str]]:
    """The answers of each kind of learner to one lesson: {learner: {id of the answer cell: its source}}."""
    right = solutions(row)
    given = {"right": right, "untouched": {}}
    if row.id in (CHECK_IN, CHECK_OUT):
        return given
    seen = Counter()
    for cell in jupytext.read(folders.root / "tests" / "submissions" / f"{row.id}.py", fmt="py:percent").cells:
        if kind := cell.metadata.get("kind"):
            answer = cell.metadata["id"]
            seen[kind, answer] += 1
            given.setdefault(f"{kind}-{seen[kind, answer]}", dict(right))[answer] = cell.source
    return given


def misconceived(row) -> dict[str, set[str]]:
    """The exercises that each learner with misconceptions gets wrong, by the stem of their cells' ids."""
    right = solutions(row)
    return {
        learner: {name.removesuffix("-answer") for name, source in answers.items() if source != right[name]}
        for learner, answers in learners(row).items()
        if learner.startswith("misconception")
    }


def answered(edition, answers):
    """A learner edition with answers filled in."""
    notebook = nbformat.from_dict(edition)
    cells = graded_cells(notebook)
    for grade_id, source in answers.items():
        cells[grade_id][0]["source"] = source
    return notebook


def run(notebook, row, folder):
    """A notebook as run by someone who ignores errors, with the parameters that it is graded with."""
    InjectParameters().preprocess(notebook, {"nbgrader": {"assignment": row.stage, "notebook": row.id}})
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        NotebookClient(notebook, timeout=SECONDS, allow_errors=True, resources={"metadata": {"path": folder}}).execute()
    return notebook


@every_lesson
def test_a_lesson_runs_from_top_to_bottom_within_its_limits(row, kind, request, tmp_path):
    notebook = build.source_notebook(row)
    notebook.cells.append(nbformat.v4.new_code_cell(PEAK_MEMORY))
    nbformat.write(notebook, tmp_path / "lesson.ipynb")
    began = time.monotonic()
    ran = papermill.execute_notebook(
        tmp_path / "lesson.ipynb",
        tmp_path / "ran.ipynb",
        parameters=row.smoke if kind == "smoke" else {},
        cwd=tmp_path,
        progress_bar=False,
        execution_timeout=SECONDS if kind == "smoke" else 1800,
    )
    seconds, memory = time.monotonic() - began, float(ran.cells[-1].outputs[0]["text"])
    request.config.stash[measured][row.id, kind] = seconds, memory
    assert memory < MEMORY_MIB
    assert memory < row.memory_mib, "course.toml promises less memory than the lesson takes"
    assert kind == "production" or seconds < SECONDS
    written = [
        output["text"] for cell in ran.cells for output in cell.get("outputs", []) if output.get("name") == "stderr"
    ]
    assert written == []


@every_lesson
def test_an_untouched_lesson_says_what_is_to_do_and_breaks_nowhere_else(row, edition, tmp_path):
    ran = run(edition, row, tmp_path)
    errors = {cell["id"]: out for cell in ran.cells for out in cell.get("outputs", []) if out.output_type == "error"}
    assert {output.ename for output in errors.values()} <= {"NotImplementedError", "CheckFailed"}
    tests = {cell["id"] for cell in ran.cells if is_test(cell)}
    assert tests <= set(errors), "a check passes without an answer"
    assert set(errors) <= set(graded_cells(ran)), "a cell outside of the exercises needs an answer"


@every_lesson_with_exercises
def test_each_misconception_passes_the_visible_checks(row, edition, tmp_path):
    for learner, wrong in misconceived(row).items():
        ran = run(answered(edition, learners(row)[learner]), row, tmp_path)
        failed = {cell["id"] for cell in ran.cells if is_test(cell) and has_error(cell.outputs)}
        assert failed == set(), f"{learner} ({', '.join(wrong)}) is caught by a visible check already"


@pytest.fixture(scope="module")
def scores(built, tmp_path_factory):
    """Points of each kind of learner in each test cell of a lesson, given by the real autograder: {learner: {cell: points}}."""
    found = {}

    def grade(row):
        if row.id in found:
            return found[row.id]
        state = tmp_path_factory.mktemp("graded") / "state"
        shutil.copytree(built, state)
        name = f"{row.id}.ipynb"
        edition = nbformat.read(state / "release" / row.stage / name, as_version=4)
        for learner, answers in learners(row).items():
            target = state / "submitted" / learner / row.stage / name
            target.parent.mkdir(parents=True)
            nbformat.write(answered(edition, answers), target)
        with folders.state_in(state):
            assert autograde(row.stage) == {}
            with gradebook() as book:
                found[row.id] = {
                    learner: {
                        grade.name: (grade.auto_score, grade.max_score)
                        for grade in book.find_submission_notebook(row.id, row.stage, learner).grades
                        if grade.cell_type == "code"
                    }
                    for learner in learners(row)
                }
        return found[row.id]

    return grade


@every_lesson
def test_right_answers_earn_every_automatic_point_however_they_are_written(row, scores):
    for learner, points in scores(row).items():
        if learner == "right" or learner.startswith("alternative"):
            assert all(score == most for score, most in points.values()), f"{learner}: {points}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "row", [row for row in folders.lessons() if row.id.startswith(LESSONS)], ids=lambda row: row.id
)
def test_nbgrader_alone_gives_honest_learners_the_same_points(row, built, scores, tmp_path):
    kinds = ("right", "alternative-1", "untouched")
    shutil.copytree(built, tmp_path / "state")
    with folders.state_in(tmp_path / "state"):
        for kind in kinds:
            hand_in(row, kind, learners(row)[kind])
        stock(row.stage, "autograde")
        found = earned(row.stage)
    ours = {(kind, row.id, name): score for kind in kinds for name, (score, _) in scores(row)[kind].items()}
    assert found == ours


@every_lesson
def test_an_untouched_lesson_earns_nothing(row, scores):
    assert {score for score, _ in scores(row)["untouched"].values()} == {0}


@every_lesson_with_exercises
def test_each_misconception_costs_its_exercise_and_no_other(row, scores):
    for learner, wrong in misconceived(row).items():
        lost = {name.removesuffix("-tests") for name, (score, _) in scores(row)[learner].items() if score == 0}
        assert lost == wrong, f"{learner}"


@every_lesson_with_exercises
def test_every_exercise_has_another_right_answer_and_a_named_misconception(row):
    cells = jupytext.read(folders.root / "tests" / "submissions" / f"{row.id}.py", fmt="py:percent").cells
    given = {(cell.metadata["id"], cell.metadata["kind"]) for cell in cells if "kind" in cell.metadata}
    source = build.source_notebook(row).cells
    answers = {
        cell["id"] for cell in source if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    }
    assert given == {(answer, kind) for answer in answers for kind in ("alternative", "misconception")}
    assert all(cell.metadata["name"] for cell in cells if cell.metadata.get("kind") == "misconception")

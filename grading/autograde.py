"""Grade what was collected: nbgrader's autograder, one lesson of one learner at a time, with two preprocessors of our own.

Four things differ from plain nbgrader, so that grades mean what a lesson says:

- The `grade` parameters of the table of lessons are set after the `parameters` cell, whatever the learner left there.
- Hidden tests enter the kernel in a request of their own, after the visible ones. What the learner's process wrote before
  that can be shown to the learner; what it wrote after it, which may tell of hidden inputs, is marked and left out of
  the feedback.
- stderr costs nothing: libraries warn and draw progress bars there, and nbgrader would give 0 points for it. The text is
  kept, as ordinary output with a note, so that nobody's warning is hidden. Only an error fails a test cell.
- A value shown by a test cell is no grade: nbgrader would take a number that an answer displays for the points.

A lesson that cannot be graded (its kernel died, it ran too long) costs only itself: its cells wait for a person, the
reason is printed, and the next call tries again.
"""

import os
import secrets
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbclient.exceptions import DeadKernelError
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    Execute,
    LimitOutput,
    NbGraderPreprocessor,
    SaveAutoGrades,
)
from nbgrader.utils import is_grade, is_solution
from papermill.translators import translate_parameters
from traitlets.config import Config

from grading import course, log
from grading.export import gradebook, rows
from grading.scores import keep_first_attempts

CELL_SECONDS = 60  # the lessons' own limit is 20 s in all; importing torch on a busy machine takes 10 s
NOTEBOOK_SECONDS = 300
HIDDEN_MARK = "### BEGIN HIDDEN TESTS"
QUIET_LIBRARIES = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
    "TQDM_DISABLE": "1",
}


def hidden_seed() -> int:
    """The seed of hidden inputs: drawn at random on first use and kept in `settings.toml` of the state folder.

    It is no part of the project, so that a public source does not tell it, and it stays, so that grading again gives the
    same grades.
    """
    path = course.state() / "settings.toml"
    if not path.exists():
        path.write_text(
            "# Hidden tests draw their inputs from this seed. Keep it secret, and the same for a whole cohort.\n"
            f"hidden_seed = {1 + secrets.randbelow(2**31)}\n"
        )
    return tomllib.loads(path.read_text())["hidden_seed"]


class InjectParameters(NbGraderPreprocessor):
    """Sets a lesson's `grade` parameters in a cell after the one tagged `parameters`, as papermill does."""

    def preprocess(self, notebook, resources):
        stage, lesson = resources["nbgrader"]["assignment"], resources["nbgrader"]["notebook"]
        row = next(row for row in course.lessons(stage) if row["id"] == lesson)
        source = translate_parameters("python3", "python", row["grade"], comment="Set by the grader")
        cells = [cell for cell in notebook.cells if "injected-parameters" not in _tags(cell)]
        injected = nbformat.v4.new_code_cell(source, metadata={"tags": ["injected-parameters"]})
        if not (notebook.nbformat == 4 and notebook.nbformat_minor >= 5):
            del injected["id"]
        cells.insert(_place_of_parameters(cells), injected)
        notebook.cells = cells
        return notebook, resources


def _place_of_parameters(cells: list) -> int:
    """After the parameters cell, known by its tag or, where a tool has dropped tags, its id; else before all code."""
    for index, cell in enumerate(cells):
        if "parameters" in _tags(cell) or cell.get("id") == "parameters":
            return index + 1
    return next((index for index, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))


def _tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


class ExecuteLesson(Execute):
    """Runs a notebook in a folder that vanishes, with quiet libraries, and hidden tests apart from the visible ones."""

    def preprocess(self, notebook, resources, km=None):
        self.deadline = time.monotonic() + NOTEBOOK_SECONDS
        notebook, resources = super().preprocess(notebook, resources, km)
        notebook.metadata.pop("widgets", None)  # they need the learner's kernel; each has a static twin
        return notebook, resources

    @contextmanager
    def setup_kernel(self, **options):
        environment = os.environ | QUIET_LIBRARIES | {"TRAINLIB_HIDDEN_SEED": str(hidden_seed())}
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, open(log.path(), "ab") as said:
            with super().setup_kernel(env=environment, cwd=folder, stdout=said, stderr=said, **options):
                yield

    def preprocess_cell(self, cell, resources, index):
        if time.monotonic() > self.deadline:
            raise TimeoutError
        if not is_test(cell):
            return super().preprocess_cell(cell, resources, index)
        source = cell.source
        visible, mark, hidden = source.partition(HIDDEN_MARK)
        cell.source = visible
        super().preprocess_cell(cell, resources, index)
        outputs = cell.outputs
        if mark and not has_error(outputs):
            cell.source, cell.outputs = mark + hidden, []
            super().preprocess_cell(cell, resources, index)
            outputs = [*outputs, _curtain(), *cell.outputs]
        cell.source, cell.outputs = source, [_without_grade(output) for output in outputs]
        return cell, resources


def is_test(cell) -> bool:
    """Whether a cell is a locked test cell, graded by running it."""
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


def has_error(outputs: list) -> bool:
    return any(output.output_type == "error" for output in outputs)


def _curtain():
    """The output from which on nothing is shown to the learner."""
    text = "The hidden tests begin here. The learner does not see what follows."
    return nbformat.v4.new_output("display_data", {"text/plain": text}, metadata={"trainlib": "hidden"})


def is_curtain(output) -> bool:
    return output.output_type == "display_data" and output.metadata.get("trainlib") == "hidden"


def _without_grade(output):
    """An output of a test cell in a form from which nbgrader reads no grade, unless it is an error."""
    if output.output_type == "stream" and output.name == "stderr":
        return nbformat.v4.new_output("stream", name="stdout", text=f"Written to stderr, at no cost:\n{output.text}")
    if output.output_type == "execute_result":
        return nbformat.v4.new_output("display_data", output.data, metadata=output.metadata)
    return output


class Grader(Autograde):
    """nbgrader's autograder, which remembers what went wrong instead of only logging it."""

    fault: Exception | None = None

    def convert_single_notebook(self, path):
        try:
            super().convert_single_notebook(path)
        except Exception as error:
            self.fault = error
            raise


def configure(config: Config) -> None:
    """Tell nbgrader how to grade: the commands here and the buttons of its Formgrader do the same."""
    config.Autograde.autograde_preprocessors = [
        InjectParameters,
        ExecuteLesson,
        LimitOutput,
        SaveAutoGrades,
        AssignLatePenalties,
        CheckCellMetadata,
    ]
    config.Execute.timeout = CELL_SECONDS


def autograde(stage: str, force: bool = False) -> dict[tuple[str, str], str]:
    """Grade what is new or changed of one stage, or everything with `force`, with a line for each lesson.

    Returns the reason for each (learner, lesson) that could not be graded. ValueError where the stage is unknown, not
    built, or nothing of it was collected.
    """
    course.lessons(stage)  # refuses an unknown stage
    with gradebook() as book:
        if stage not in [assignment.name for assignment in book.assignments]:
            raise ValueError(f"the gradebook does not know {stage} yet: run `python -m grading build` first")
    keep_first_attempts(stage)
    if not (found := list(submitted(stage))):
        raise ValueError(f"nothing of {stage} has been collected: run `python -m grading collect FOLDER_OR_ZIP` first")
    to_grade = [path for path in found if force or not is_graded(path)]
    print(
        f"{len(to_grade)} of {len(found)} lessons to grade, the others have not changed since they were graded",
        flush=True,
    )
    faults = {}
    for number, path in enumerate(to_grade, start=1):
        learner, lesson, began = path.parent.parent.name, path.stem, time.monotonic()
        print(f"[{number}/{len(to_grade)}] {learner} {lesson}: ", end="", flush=True)
        with log.to_file():
            reason = _grade(learner, stage, lesson)
        if reason:
            faults[learner, lesson] = reason
            print(f"NOT GRADED: {reason}", flush=True)
        else:
            row = next(row for row in rows(stage) if (row.learner, row.lesson) == (learner, lesson))
            seconds = time.monotonic() - began
            print(f"{row.automatic:g} of {row.automatic_max:g} in the tests, {seconds:.1f} s", flush=True)
    return faults


def submitted(stage: str) -> Iterator[Path]:
    """The notebooks of a stage that wait in nbgrader's folder of submissions, by learner and lesson."""
    known = [row["id"] for row in course.lessons(stage)]
    yield from (
        path for path in sorted((course.state() / "submitted").glob(f"*/{stage}/*.ipynb")) if path.stem in known
    )


def is_graded(path: Path) -> bool:
    """Whether the graded copy of a notebook is newer than the notebook, as make would see it."""
    graded = course.state() / "autograded" / path.relative_to(course.state() / "submitted")
    return graded.exists() and graded.stat().st_mtime >= path.stat().st_mtime


def _grade(learner: str, stage: str, lesson: str) -> str | None:
    """Grade one lesson through nbgrader. Returns why it could not be graded, or None."""
    config = course.nbgrader_config()
    directory = CourseDirectory(config=config, student_id=learner, assignment_id=stage, notebook_id=lesson)
    grader = Grader(coursedir=directory, config=config, force=True)
    try:
        grader.start()
        return None
    except NbGraderException:
        _wait_for_person(learner, stage, lesson)
        return _reason(grader.fault)


def _reason(fault: Exception | None) -> str:
    if isinstance(fault, DeadKernelError):
        return "its Python process ended before the notebook did (too little memory, or the code itself ends it)"
    if isinstance(fault, TimeoutError):
        return f"it did not stop: a cell may run {CELL_SECONDS} s, a notebook {NOTEBOOK_SECONDS // 60} minutes"
    return (
        f"{type(fault).__name__}: {str(fault).strip().splitlines()[0] if str(fault).strip() else ''} (see {log.path()})"
    )


def _wait_for_person(learner: str, stage: str, lesson: str) -> None:
    """Take back the automatic grades of an earlier attempt, and ask for a person."""
    with gradebook() as book:
        try:
            grades = book.find_submission_notebook(lesson, stage, learner).grades
        except MissingEntry:
            return
        for grade in grades:
            grade.auto_score, grade.needs_manual_grade = None, True
        book.db.commit()

"""Grade what was collected: notebooks run in `grading.engine`, grades go through nbgrader into its gradebook.

Five things differ from plain nbgrader, so that grades mean what a lesson says:

- What strangers wrote runs confined, and test cells run from the instructor's source, hidden parts last (see the engine).
- The `grade` parameters of the table of lessons are set after the `parameters` cell, whatever the learner left there.
- The graded cells are put back as they were released, whatever became of them; only answers are the learner's.
- stderr costs nothing: libraries warn and draw progress bars there, and nbgrader would give 0 points for it. The text is
  kept, as ordinary output with a note, so that nobody's warning is hidden. Only an error fails a test cell.
- A value shown by a test cell is no grade: nbgrader would take a number that an answer displays for the points.

A fault costs only what it touches. Tests that could not begin wait for a person; every outcome has a reason in words, as a
comment in the gradebook and on the feedback page. Notebooks run side by side, one thread here writes the gradebook; the
graded copy of a notebook comes last, so that whatever stops this, the next call goes on with what has none.
"""

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from copy import deepcopy
from functools import cache, lru_cache, partial
from itertools import islice
from pathlib import Path

import nbformat
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    LimitOutput,
    NbGraderPreprocessor,
    OverwriteCells,
    SaveAutoGrades,
)
from papermill.translators import translate_parameters
from traitlets.config import Config

from grading.lead.item_scores import keep_first_attempts
from grading.marking.export import gradebook, kept_open
from grading.records import backups, folders, log
from grading.records.settings import hidden_seed
from grading.sandbox.cluster import Cluster
from grading.sandbox.engine import (
    MOST_CELLS,
    Engine,
    EngineError,
    Exam,
    Limits,
    Run,
    hidden_draws,
    is_test,
    read_exam,
    read_imports,
)

LIMITS = Limits()
WITHOUT_ISOLATION = (
    "WITHOUT ISOLATION: what learners wrote can read and change all that you can, the gradebook, hidden tests and other "
    "learners' work too, and use the network; no limit of memory or disk holds"
)
SWITCH_SECONDS = 0.0005  # Python's own 0.005 let a notebook wait with each of its messages for the thread that writes
NOTEBOOK_BYTES = 20 << 20  # a notebook that is larger is not read; collect refuses it already


class InjectParameters(NbGraderPreprocessor):
    """Sets a lesson's `grade` parameters in a cell after the one tagged `parameters`, as papermill does."""

    def preprocess(self, notebook, resources):
        stage, lesson = resources["nbgrader"]["assignment"], resources["nbgrader"]["notebook"]
        row = next(row for row in folders.lessons(stage) if row["id"] == lesson)
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


class Mend(NbGraderPreprocessor):
    """Puts the graded cells back as they were released; test cells get the text of the source."""

    def preprocess(self, notebook, resources):
        names = resources["nbgrader"]
        return mended(notebook, names["assignment"], names["notebook"]), resources


def mended(notebook: nbformat.NotebookNode, stage: str, lesson: str) -> nbformat.NotebookNode:
    """A learner's notebook without outputs, with every graded cell once and as it was released, answers apart."""
    release, source = (edition(kind, stage, lesson) for kind in ("release", "source"))
    tests = {cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells if is_test(cell)}
    graded = {cell.metadata.nbgrader.grade_id: cell for cell in release.cells if "nbgrader" in cell.metadata}
    cells, seen = [], set()
    for cell in reversed(notebook.cells):  # of several the last counts, as in nbgrader
        if cell.get("cell_type") not in ("code", "markdown", "raw") or not isinstance(cell.get("source"), str):
            continue
        marks = cell.metadata.pop("nbgrader", None)
        name = marks.get("grade_id") if isinstance(marks, dict) else None
        if isinstance(name, str) and name in graded and name not in seen:
            seen.add(name)
            own = cell.source
            cell = deepcopy(graded[name])
            cell.source = tests.get(name, own)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        cells.insert(0, cell)
    for before, name in zip([None, *graded], graded):
        if name not in seen:
            lost = deepcopy(graded[name])
            lost.source = tests.get(name, lost.source)
            cells.insert(_place_after(before, cells), lost)
    for number, cell in enumerate(cells):
        cell["id"] = cell.get("id") if _is_first(cell, cells[:number]) else f"cell-{number}"
    return nbformat.from_dict(release | {"metadata": deepcopy(release.metadata), "cells": cells})


def _place_after(name: str | None, cells: list) -> int:
    places = (place for place, cell in enumerate(cells) if cell.metadata.get("nbgrader", {}).get("grade_id") == name)
    return next(places, -1) + 1 if name else 0


def _is_first(cell, before: list) -> bool:
    return bool(cell.get("id")) and all(cell["id"] != other.get("id") for other in before)


def edition(kind: str, stage: str, lesson: str) -> nbformat.NotebookNode:
    """A lesson as the build left it in the state folder, not to be changed; `kind` is "source" or "release"."""
    path = folders.state() / kind / stage / f"{lesson}.ipynb"
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: Path, _: int) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


class ExecuteLesson(NbGraderPreprocessor):
    """Puts the outputs of the engine's run into a notebook. Without a run, as from the Formgrader's button, makes one."""

    def preprocess(self, notebook, resources):
        names = resources["nbgrader"]
        run = resources.get("run")
        if run is None:
            with engine(names["assignment"]) as one:
                exam = lesson_tests(names["assignment"], names["notebook"])
                run = one.run(notebook, exam, hidden_draws(hidden_seed(), names["student"], exam, notebook))
            resources["run"] = run
        notebook.cells = run.notebook.cells
        notebook.metadata["trainlib"] = {"fault": run.fault, "suspicious": run.suspicious}
        notebook.metadata.pop("widgets", None)  # they need the learner's kernel; each has a static twin
        return notebook, resources


class SaveReasons(NbGraderPreprocessor):
    """Tells the gradebook why a test could not be run to its end; those that did not begin wait for a person."""

    def preprocess(self, notebook, resources):
        names, run = resources["nbgrader"], resources["run"]
        place = (names["notebook"], names["assignment"], names["student"])
        if not run.unreached and not run.reasons:
            return notebook, resources
        with gradebook() as book:
            for name in run.unreached:
                grade = book.find_grade(name, *place)
                grade.auto_score, grade.needs_manual_grade = None, True
            for name, reason in run.reasons.items():
                if answer := _answer_of(name, notebook.cells):
                    book.find_comment(answer, *place).auto_comment = reason
            book.db.commit()
        return notebook, resources


def _answer_of(test: str, cells: list) -> str | None:
    """The grade id of the answer cell above a test cell: nbgrader keeps comments with answers."""
    answer = None
    for cell in cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade_id") == test:
            return answer
        answer = marks["grade_id"] if marks.get("solution") else answer
    return None


class Grader(Autograde):
    """nbgrader's autograder for a notebook that has run, which remembers what went wrong instead of only logging it."""

    run: Run | None = None
    fault: Exception | None = None

    def init_single_notebook_resources(self, path):
        return super().init_single_notebook_resources(path) | {"run": self.run}

    def write_single_notebook(self, output, resources):
        """As nbgrader does, but a copy is whole at once, and old in the eyes of `is_graded` until the grades are saved."""
        names = resources["nbgrader"]
        self.writer.build_directory = self._format_dest(names["assignment"], names["student"])
        part = folders.state() / "autograded.part"
        part.write_text(output, encoding="utf-8")
        if self._sanitizing:
            os.utime(part, (0, 0))
        Path(self.writer.build_directory).mkdir(parents=True, exist_ok=True)
        part.replace(Path(self.writer.build_directory, f"{names['notebook']}.ipynb"))

    def convert_single_notebook(self, path):
        try:
            super().convert_single_notebook(path)
        except Exception as error:
            self.fault = error
            raise


def configure(config: Config) -> None:
    """Tell nbgrader how to grade: the commands here and the buttons of its Formgrader do the same."""
    config.Autograde.sanitize_preprocessors = [Mend, OverwriteCells, InjectParameters]
    config.Autograde.autograde_preprocessors = [
        ExecuteLesson,
        LimitOutput,
        SaveAutoGrades,
        SaveReasons,
        AssignLatePenalties,
    ]


def engine(stage: str, isolated: bool = True, cluster: str | None = None) -> Engine | Cluster:
    """An engine that has imported what the lessons of a stage import; with `cluster`, on all machines of a Ray cluster."""
    libraries = read_imports([edition("source", stage, row["id"]) for row in folders.lessons(stage)])
    return Engine(libraries, isolated, LIMITS) if cluster is None else Cluster(libraries, isolated, LIMITS, cluster)


def lesson_tests(stage: str, lesson: str) -> Exam:
    """The tests of a lesson, with the instructor's notebook around them and the parameters of grading."""
    names = {"nbgrader": {"assignment": stage, "notebook": lesson}}
    return read_exam(InjectParameters().preprocess(deepcopy(edition("source", stage, lesson)), names)[0], lesson)


def autograde(
    stage: str, force: bool = False, jobs: int | None = None, isolated: bool = True, cluster: str | None = None
) -> dict[tuple[str, str], str]:
    """Grade what is new or changed of one stage, or everything with `force`, with a line for each lesson.

    `jobs` notebooks run at once, by default as many as there are cores; `cluster` is the address of a Ray cluster to run
    them on, "local" for one of this machine. Returns the reason for each (learner, lesson) that could not be graded in
    full. ValueError where the stage is unknown, not built, nothing of it was collected, or
    learners' code cannot be confined here and `isolated` asks for that.
    """
    folders.lessons(stage)  # refuses an unknown stage
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
    if not isolated:
        print(WITHOUT_ISOLATION, flush=True)
    if not to_grade:
        return {}
    backups.make()
    try:
        with log.to_file(), engine(stage, isolated, cluster) as one, kept_open():
            for note in getattr(one, "notes", ()):
                print(note, flush=True)
            return _grade_all(one, to_grade, stage, jobs or one.jobs)
    except EngineError as error:
        raise ValueError(str(error)) from None


def _grade_all(one: Engine | Cluster, paths: list[Path], stage: str, jobs: int) -> dict[tuple[str, str], str]:
    """Run notebooks side by side, and write the grades of each when it has run. Returns the reasons as `autograde` does."""
    faults, began = {}, time.monotonic()
    for number, (path, run, seconds) in enumerate(_run_all(one, paths, stage, jobs), start=1):
        learner, lesson = path.parent.parent.name, path.stem
        reason = _grade(learner, stage, lesson, run)
        outcome = f"NOT GRADED: {reason}" if reason else f"{_score(learner, stage, lesson)}, {seconds:.1f} s"
        left = (time.monotonic() - began) / number * (len(paths) - number)
        print(f"[{number}/{len(paths)}] {learner} {lesson}: {outcome}{_in_words(left)}", flush=True)
        if not reason and run.fault:
            reason = run.fault
            print(f"  NOT GRADED IN FULL: {reason}", flush=True)
        if reason:
            faults[learner, lesson] = reason
    return faults


def _run_all(
    one: Engine | Cluster, paths: list[Path], stage: str, jobs: int
) -> Iterator[tuple[Path, Run | str, float]]:
    """Run notebooks side by side. Each comes with what `_run` returns as soon as it has run; few wait to be written.

    All that parses Python stays in this thread: on 3.11, two threads that parse at once can raise SystemError.
    """
    pool, running, waiting = ThreadPoolExecutor(jobs), {}, iter(paths)
    tests, seed, interval = cache(partial(lesson_tests, stage)), hidden_seed(), sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        while True:
            for path in islice(waiting, 2 * jobs - len(running)):
                notebook = read_submission(path, stage)
                running[pool.submit(_run, one, notebook, tests(path.stem), seed, path.parent.parent.name)] = path
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(future), *future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        sys.setswitchinterval(interval)


def _score(learner: str, stage: str, lesson: str) -> str:
    with gradebook() as book:
        grades = book.find_submission_notebook(lesson, stage, learner).grades
        tests = [(grade.auto_score or 0.0, grade.max_score) for grade in grades if grade.cell_type == "code"]
    return f"{sum(score for score, _ in tests):g} of {sum(most for _, most in tests):g} in the tests"


def _in_words(seconds: float) -> str:
    """The time that is left, as the end of a line; "" at the end of all."""
    if not seconds:
        return ""
    return f"; about {seconds:.0f} s left" if seconds < 90 else f"; about {seconds / 60:.0f} min left"


def read_submission(path: Path, stage: str) -> nbformat.NotebookNode | str:
    """A notebook that was handed in, ready to run, or why it cannot be run."""
    try:
        if path.resolve() != folders.state() / "submitted" / path.relative_to(folders.state() / "submitted"):
            return "it is a link: hand in the file itself"
        if path.stat().st_size > NOTEBOOK_BYTES:
            return f"it has more than {NOTEBOOK_BYTES >> 20} MiB"
        notebook = nbformat.read(path, as_version=4)
        if len(notebook.cells) > MOST_CELLS:
            return f"it has more than {MOST_CELLS:,} cells"
        notebook = mended(notebook, stage, path.stem)
        return InjectParameters().preprocess(notebook, {"nbgrader": {"assignment": stage, "notebook": path.stem}})[0]
    except Exception as error:  # whatever it holds, it must not stop the others
        return f"it cannot be read as a notebook ({type(error).__name__})"


def _run(
    one: Engine | Cluster, notebook: nbformat.NotebookNode | str, exam: Exam, secret: int, learner: str
) -> tuple[Run | str, float]:
    """What came of a notebook, or why it cannot be run, and the seconds it took."""
    began = time.monotonic()
    if isinstance(notebook, str):
        return notebook, 0.0
    run = one.run(notebook, exam, hidden_draws(secret, learner, exam, notebook))
    return run, time.monotonic() - began


def suspicious(stage: str) -> dict[tuple[str, str], list[str]]:
    """What a person should look at, by (learner, lesson): what the code of a graded notebook did that answers need not do."""
    found = {}
    for path in submitted(stage):
        if is_graded(path):
            graded = folders.state() / "autograded" / path.relative_to(folders.state() / "submitted")
            notebook = nbformat.read(graded, as_version=4)
            if what := notebook.metadata.get("trainlib", {}).get("suspicious"):
                found[path.parent.parent.name, path.stem] = what
    return found


def submitted(stage: str) -> Iterator[Path]:
    """The notebooks of a stage that wait in nbgrader's folder of submissions, by learner and lesson."""
    known = [row["id"] for row in folders.lessons(stage)]
    yield from (
        path for path in sorted((folders.state() / "submitted").glob(f"*/{stage}/*.ipynb")) if path.stem in known
    )


def is_graded(path: Path) -> bool:
    """Whether the graded copy of a notebook is newer than the notebook, as make would see it."""
    graded = folders.state() / "autograded" / path.relative_to(folders.state() / "submitted")
    return graded.exists() and graded.stat().st_mtime >= path.stat().st_mtime


def _grade(learner: str, stage: str, lesson: str, run: Run | str) -> str | None:
    """Write what came of a lesson through nbgrader. Returns why it could not be graded, or None."""
    config = folders.nbgrader_config()
    directory = CourseDirectory(config=config, student_id=learner, assignment_id=stage, notebook_id=lesson)
    grader = Grader(coursedir=directory, config=config, force=True)
    if isinstance(run, str):
        with gradebook() as book:
            book.update_or_create_student(learner)
            timestamp = directory.get_existing_timestamp(str(folders.state() / "submitted" / learner / stage))
            book.update_or_create_submission(stage, learner, **({"timestamp": timestamp} if timestamp else {}))
        _wait_for_person(learner, stage, lesson)
        (folders.state() / "autograded" / learner / stage / f"{lesson}.ipynb").unlink(missing_ok=True)
        return run
    grader.run = run
    try:
        grader.start()
        return None
    except NbGraderException:
        _wait_for_person(learner, stage, lesson)
        error, said = grader.fault, str(grader.fault).strip().splitlines() or [""]
        return f"{type(error).__name__}: {said[0]} (see {log.path()})"


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

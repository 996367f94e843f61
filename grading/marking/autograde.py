"""Grade what was collected: notebooks run in `grading.engine`, grades go through nbgrader into its gradebook.

Five things differ from plain nbgrader, so that grades mean what a lesson says:

- What strangers wrote runs confined, and test cells run from the instructor's source, hidden parts last (see the
  engine).
- The `grade` parameters of the table of lessons are set after the `parameters` cell, whatever the learner left there.
- The graded cells are put back as they were released, whatever became of them; only answers are the learner's.
- stderr costs nothing: libraries warn and draw progress bars there, and nbgrader would give 0 points for it. The text
  is kept, as ordinary output with a note, so that nobody's warning is hidden. Only an error fails a test cell.
- A value shown by a test cell is no grade: nbgrader would take a number that an answer displays for the points.

A fault costs only what it touches. Tests that could not begin wait for a person; every outcome has a reason in words,
as a comment in the gradebook and on the feedback page. Notebooks run side by side, one thread here writes the
gradebook; the graded copy of a notebook comes last, so that whatever stops this, the next call goes on with what has
none.
"""

import logging
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from copy import deepcopy
from functools import cache, partial
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
from traitlets.config import Config

from grading.marking.answers import keep_first_attempts
from grading.marking.before import Before, Place, Stopped, file_of, settle
from grading.marking.mend import InjectParameters, Mend, edition, read_submission
from grading.records import backups, folders, log
from grading.records.folders import Submission
from grading.records.gradebook import Kept, gradebook, kept_open
from grading.records.groups import Groups
from grading.records.nbgrader import base_config
from grading.records.settings import hidden_seed
from grading.records.terminal import line
from grading.sandbox.cluster import Cluster
from grading.sandbox.engine import Engine, EngineError, Exam, Limits, Run, hidden_draws, read_exam, read_imports
from grading.sandbox.markup import HELPERS
from trainlib._files import write

LIMITS = Limits()
WITHOUT_ISOLATION = (
    "WITHOUT ISOLATION: what learners wrote can read and change all that you can, the gradebook, hidden tests and "
    "other learners' work too, and use the network; no limit of memory or disk holds"
)
SWITCH_SECONDS = 0.0005  # Python's own 0.005 let a notebook wait with each of its messages for the thread that writes


class ExecuteLesson(NbGraderPreprocessor):
    """Puts the outputs of the engine's run into a notebook.

    Without a run, as from the Formgrader's button, makes one.
    """

    def preprocess(self, notebook, resources):
        names = resources["nbgrader"]
        run, digest = resources.get("run"), resources.get("digest")
        if run is None:
            digest = Submission(names["student"], names["assignment"], names["notebook"]).digest
            with engine(names["assignment"], {names["notebook"]}) as one:
                exam = lesson_tests(names["assignment"], names["notebook"])
                run = one.run(notebook, exam, hidden_draws(hidden_seed(), names["student"], exam, digest))
            resources["run"] = run
        notebook.cells = run.notebook.cells
        made_from = {"submitted": None if run.failed else digest, "again": resources.get("again"), "asked": run.asked}
        notebook.metadata["trainlib"] = {"fault": run.fault, "suspicious": run.suspicious} | made_from
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
                if answer := answer_of(name, notebook.cells):
                    book.find_comment(answer, *place).auto_comment = reason
            book.db.commit()
        return notebook, resources


class KeepMarks(NbGraderPreprocessor):
    """Leaves open questions marked, in one commit with the grades: nbgrader asks for each mark again."""

    def preprocess(self, notebook, resources):
        names = resources["nbgrader"]
        if cells := resources.get("marked"):
            settle(cells, Submission(names["student"], names["assignment"], names["notebook"]))
        return notebook, resources


def answer_of(test: str, cells: list) -> str | None:
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
    digest: str | None = None  # of the file that has run
    kept: Kept | None = None
    marked: Iterable[str] = ()  # open questions that stay marked
    again: str | None = None  # the token of `Before`
    fault: Exception | None = None

    def init_assignment(self, assignment_id, student_id):
        """Its entries in the gradebook are made with the notebook's grades, in one commit: each waits for the disk."""
        self.enter = partial(super().init_assignment, assignment_id, student_id)

    def _init_preprocessors(self):
        super()._init_preprocessors()
        if not self._sanitizing:
            self.kept.begin()  # before, while the notebook is made ready, others may write to the gradebook
            self._sanitizing = True  # so that nbgrader looks at the folder of what was handed in, for its time
            try:
                self.enter()
            except FileNotFoundError:  # `collect` was writing there, and what it was writing has its own name by now
                self.enter()
            self._sanitizing = False

    def init_single_notebook_resources(self, path):
        own = {"run": self.run, "digest": self.digest, "marked": self.marked, "again": self.again}
        return super().init_single_notebook_resources(path) | own

    def write_single_notebook(self, output, resources):
        """As nbgrader does, but a copy is whole at once. `Submission.is_graded` reads it, once the grades are saved."""
        if not self._sanitizing:
            self.kept.end(keep=True)
        names = resources["nbgrader"]
        self.writer.build_directory = self._format_dest(names["assignment"], names["student"])
        write(Path(self.writer.build_directory, f"{names['notebook']}.ipynb"), output)

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
        KeepMarks,
        AssignLatePenalties,  # nbgrader's own takes nothing off, and clears what older versions stored
    ]


def grading_config() -> Config:
    """nbgrader's settings for grading: the course's, and what this room says."""
    config = base_config()
    configure(config)
    return config


def engine(
    stage: str, lessons: Iterable[str] = (), isolated: bool = True, cluster: str | None = None
) -> Engine | Cluster:
    """An engine that has imported what these lessons of a stage import, or all of them where none is named; with
    `cluster`, on all machines of a Ray cluster."""
    rows = [row for row in folders.lessons(stage) if row.id in lessons or not lessons]
    libraries = read_imports([edition("source", stage, row.id) for row in rows])
    return Engine(libraries, isolated, LIMITS) if cluster is None else Cluster(libraries, isolated, LIMITS, cluster)


def lesson_tests(stage: str, lesson: str) -> Exam:
    """The tests of a lesson, with the instructor's notebook around them and the parameters of grading."""
    names = {"nbgrader": {"assignment": stage, "notebook": lesson}}
    return read_exam(InjectParameters().preprocess(deepcopy(edition("source", stage, lesson)), names)[0], lesson)


def autograde(
    stage: str,
    force: bool = False,
    jobs: int | None = None,
    isolated: bool = True,
    cluster: str | None = None,
    before: Before | None = None,
) -> dict[Place, str]:
    """Grade what is new or changed of one stage, or everything with `force`, with a line for each lesson.

    `jobs` notebooks run at once, by default as many as there are cores; `cluster` is the address of a Ray cluster to
    run them on, "local" for one of this machine. With `before`, everything that was not graded since then. Returns the
    reason for each (learner, lesson) that could not be graded in full. ValueError where the stage is unknown, not
    built, nothing of it was collected, or learners' code cannot be confined here and `isolated` asks for that; Stopped
    where some were graded.
    """
    folders.lessons(stage)  # refuses an unknown stage
    with gradebook() as book:
        if stage not in [assignment.name for assignment in book.assignments]:
            raise ValueError(f"the gradebook does not know {stage} yet: run `python -m grading build` first")
    keep_first_attempts(stage)
    if not (found := list(Groups().submissions(stage))):
        raise ValueError(f"nothing of {stage} has been collected: run `python -m grading collect FOLDER_OR_ZIP` first")
    force, own = force or before is not None, before is None
    before = before or (Before.now(stage) if force or file_of(stage).exists() else Before.nothing(stage))
    to_grade = [one for one in found if not (before.is_done(one) if force else one.is_graded)]
    rest = "have not changed, nor have their tests," if before.same else "have not changed"
    rest = "were graded again before that stopped" if force and before.stopped else f"{rest} since they were graded"
    print(f"{len(to_grade)} of {len(found)} lessons to grade, the others {rest}", flush=True)
    if not isolated:
        print(WITHOUT_ISOLATION, flush=True)
    faults = {}
    if to_grade:
        backups.make()
        if force:
            before.keep()
        faults = _in_engine(stage, to_grade, before, jobs, isolated, cluster)
    if force and own and not before.for_table and not before.undone:
        before.forget()
    return faults


def _in_engine(stage: str, to_grade: list[Submission], before: Before, jobs: int | None, *where) -> dict[Place, str]:
    """Start an engine and grade. Returns and raises what `autograde` does."""
    faults, done = {}, []
    try:
        lessons = {one.lesson for one in to_grade}
        HELPERS.prepare()
        with log.to_file(), engine(stage, lessons, *where) as one, kept_open() as kept:
            for note in getattr(one, "notes", ()):
                print(note, flush=True)
            _grade_all(one, kept, to_grade, jobs or one.jobs, before, faults, done)
    except Exception as error:  # whatever it is, what was graded is to be told
        if done:
            logging.getLogger(__name__).exception("grading was stopped")
            raise Stopped(error, len(done), len(to_grade), faults) from error
        if not before.stopped:
            before.forget()
        if isinstance(error, EngineError):
            raise ValueError(str(error)) from None
        raise
    return faults


def _grade_all(
    one: Engine | Cluster, kept: Kept, handed_in: list[Submission], jobs: int, before: Before, faults: dict, gone: list
) -> None:
    """Run notebooks side by side, and write the grades of each when it has run.

    Tells `faults` the reasons as `autograde` returns them, and `gone` what is through.
    """
    began = time.monotonic()
    for number, (done, digest, run, seconds) in enumerate(_run_all(one, handed_in, jobs), start=1):
        reason = _grade(kept, done, run, digest, before)
        outcome = f"NOT GRADED: {reason}" if reason else f"{_score(done)}, {seconds:.1f} s"
        left = (time.monotonic() - began) / number * (len(handed_in) - number)
        said = f"[{number}/{len(handed_in)}] {done.learner} {done.lesson}: {outcome}{_in_words(left)}"
        print(line(said), flush=True)
        gone.append(done)
        if not reason and run.fault:
            reason = run.fault
            print(line(f"  NOT GRADED IN FULL: {reason}"), flush=True)
        if reason:
            faults[done.learner, done.lesson] = reason


def _run_all(
    one: Engine | Cluster, handed_in: list[Submission], jobs: int
) -> Iterator[tuple[Submission, str, Run | str, float]]:
    """Run notebooks side by side. Each comes, as soon as it has run, with the digest of what was read and with what
    `_run` returns; few wait to be written.

    All that parses Python stays in this thread: on 3.11, two threads that parse at once can raise SystemError.
    """
    pool, running, waiting = ThreadPoolExecutor(jobs), {}, iter(handed_in)
    tests, seed, interval = cache(lesson_tests), hidden_seed(), sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        while True:
            for next_one in islice(waiting, 2 * jobs - len(running)):
                notebook, digest = read_submission(next_one)
                exam = tests(next_one.stage, next_one.lesson)
                draws = hidden_draws(seed, next_one.learner, exam, digest)
                running[pool.submit(_run, one, notebook, exam, draws)] = next_one, digest
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield *running.pop(future), *future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        sys.setswitchinterval(interval)


def _score(one: Submission) -> str:
    with gradebook() as book:
        grades = book.find_submission_notebook(one.lesson, one.stage, one.learner).grades
        tests = [(grade.auto_score or 0.0, grade.max_score) for grade in grades if grade.cell_type == "code"]
    return f"{sum(score for score, _ in tests):g} of {sum(most for _, most in tests):g} in the tests"


def _in_words(seconds: float) -> str:
    """The time that is left, as the end of a line; "" at the end of all."""
    if not seconds:
        return ""
    return f"; about {seconds:.0f} s left" if seconds < 90 else f"; about {seconds / 60:.0f} min left"


def _run(
    one: Engine | Cluster, notebook: nbformat.NotebookNode | str, exam: Exam, draws: tuple[int, int]
) -> tuple[Run | str, float]:
    """What came of a notebook, or why it cannot be run, and the seconds it took."""
    began = time.monotonic()
    if isinstance(notebook, str):
        return notebook, 0.0
    run = one.run(notebook, exam, draws)
    return run, time.monotonic() - began


def suspicious(stage: str) -> dict[tuple[str, str], list[str]]:
    """What a person should look at, by (learner, lesson): what the code of a graded notebook did that answers need not
    do."""
    found = {}
    for one in Groups().submissions(stage):
        if one.is_graded:
            notebook = nbformat.read(one.graded, as_version=4)
            if what := notebook.metadata.get("trainlib", {}).get("suspicious"):
                found[one.learner, one.lesson] = what
    return found


def _grade(kept: Kept, one: Submission, run: Run | str, digest: str, before: Before) -> str | None:
    """Write what came of a lesson through nbgrader. Returns why it could not be graded, or None."""
    config = grading_config()
    directory = CourseDirectory(config=config, student_id=one.learner, assignment_id=one.stage, notebook_id=one.lesson)
    if isinstance(run, str):
        _wait_for_person(one, directory)
        one.graded.unlink(missing_ok=True)
        return run
    if run.failed:
        before.undone.add((one.learner, one.lesson))
        if one.is_graded:
            return f"{run.fault}; its grades stay as they were"
    grader = Grader(coursedir=directory, config=config, force=True)
    grader.run, grader.digest, grader.kept = run, digest, kept
    grader.marked, grader.again = before.marked(one, digest), before.token
    try:
        grader.start()
        return None
    except NbGraderException:
        kept.end(keep=False)
        _wait_for_person(one, directory, grader.marked)
        before.undone.add((one.learner, one.lesson))
        error, said = grader.fault, str(grader.fault).strip().splitlines() or [""]
        return f"{type(error).__name__}: {said[0]} (see {log.path()})"


def _wait_for_person(one: Submission, directory: CourseDirectory, marked: Iterable[str] = ()) -> None:
    """Take back the automatic grades of an earlier attempt, and ask for a person; what is `marked` stays so."""
    with gradebook() as book:
        book.update_or_create_student(one.learner)
        timestamp = directory.get_existing_timestamp(str(one.folder))
        book.update_or_create_submission(one.stage, one.learner, **({"timestamp": timestamp} if timestamp else {}))
        try:
            grades = book.find_submission_notebook(one.lesson, one.stage, one.learner).grades
        except MissingEntry:
            return
        for grade in grades:
            grade.auto_score, grade.needs_manual_grade = None, grade.name not in marked or grade.manual_score is None
        book.db.commit()

"""Runs notebooks that strangers wrote: each in a confined process, forked warm, whose every byte is checked here.

`Engine` starts the folder `inside` once, inside bubblewrap: no network, no file but the system, the Python
environment, `trainlib` and the learner editions. It forks a worker for each notebook and an examiner for each lesson,
which confine themselves once more. The examiner runs the instructor's notebook and all tests; a worker runs what a
learner wrote and answers when a test calls it. Of a notebook three things come back: what its cells showed before any
hidden test ran, the examiner's verdict on each test, and what a person should look at.

Covered: a verdict, a wanted value, a tolerance or a seed is never in a process that runs a learner's code, which can
only return values. Notebooks share no process, no writable file, no network, no user id where the grader is root. Not
covered: flaws of the kernel; a learner's code that knows hidden inputs by what it is called with, and answers those
only; what can be told from how busy the machine is. `isolated=False` protects the verdict's process by nothing but a
fork.
"""

import json
import logging
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grading.sandbox.cgroups import Group, Groups
from grading.sandbox.clock import Waiting
from grading.sandbox.confinement import ENVIRONMENT, INSIDE, NO_ISOLATION, in_sight, sandbox
from grading.sandbox.examiner import START_SECONDS, Examiner
from grading.sandbox.job import Job, Limits, Run, has_error, is_curtain
from grading.sandbox.messages import CELL_BYTES, CUT, Channel, EngineError, NotebookFault, Refused
from grading.sandbox.process import Process
from grading.sandbox.source_tests import Exam, hidden_draws, is_test, read_exam, read_imports
from trainlib.matching import MOST_CELLS

__all__ = [
    "CUT",
    "ENVIRONMENT",
    "MOST_CELLS",
    "Engine",
    "EngineError",
    "Exam",
    "Limits",
    "Refused",
    "Run",
    "has_error",
    "hidden_draws",
    "is_curtain",
    "is_test",
    "read_exam",
    "read_imports",
]
WITHOUT_SECCOMP = (
    "libseccomp is not installed: notebooks run side by side can signal to each other by locks, and use memory that no "
    "limit counts (Debian: apt-get install libseccomp2)"
)
TRIES = 3  # to start the sandbox or a worker; what is in the way may be gone a moment later
PAUSE_SECONDS = 0.5  # between tries to start the sandbox
MISSING = "what the lessons import cannot be imported inside the sandbox: {}"
FAILED = "it could not be run, through no fault of yours: {}. Grade it again"


class Engine:
    """A warm process that forks a worker for each notebook; use it in a `with`. `run` may be called by several threads.

    EngineError where learners' code cannot be confined, unless `isolated` is False.
    """

    def __init__(self, libraries: list[str], isolated: bool = True, limits: Limits | None = None):
        self.libraries, self.isolated, self.limits = libraries, isolated, limits or Limits()
        self.jobs = os.cpu_count() or 1
        self.lock, self.keepers = threading.Lock(), set()
        self.examiners, self.preparing, self.number, self.closed = {}, threading.Lock(), 0, False
        self.groups = Groups() if isolated else None

    def __enter__(self) -> "Engine":
        if self.isolated and not (sys.platform.startswith("linux") and shutil.which("bwrap")):
            raise EngineError(NO_ISOLATION.format(reason="bubblewrap is not installed"))
        self._start_in_tries()
        return self

    def __exit__(self, *_) -> None:
        self.closed = True
        self._stop()

    def _start_in_tries(self) -> None:
        for left in reversed(range(TRIES)):
            try:
                return self._start()
            except Refused:
                raise
            except (EngineError, OSError) as error:
                logging.getLogger(__name__).warning("the sandbox did not start: %s", error)
                if not left or self.closed:
                    raise error if isinstance(error, EngineError) else EngineError(str(error)) from None
                time.sleep(PAUSE_SECONDS)

    def _start(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True)
        self.said = open(Path(self.folder.name) / "said", "w+b")  # noqa: SIM115  (closed in __exit__)
        self.control, other = socket.socketpair()
        home = "/tmp/home" if self.isolated else self.folder.name
        limits = vars(self.limits) | {"output_bytes": CELL_BYTES}
        settings = {"confined": self.isolated, "libraries": self.libraries, "limits": limits, "home": home}
        settings["in_sight"] = in_sight()
        worker = "/inside" if self.isolated else str(INSIDE)
        command = [*(sandbox() if self.isolated else []), sys.executable, "-I", worker, str(other.fileno())]
        environment = None if self.isolated else os.environ | ENVIRONMENT | {"TMPDIR": self.folder.name}
        self.process = subprocess.Popen(
            [*command, json.dumps(settings)], pass_fds=[other.fileno()], env=environment, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=self.said, stderr=self.said,
        )  # fmt: skip
        other.close()
        try:
            ready = Channel(self.control).receive(Waiting(START_SECONDS))
            self.notes = [] if ready.get("seccomp") or not self.isolated else [WITHOUT_SECCOMP]
        except BaseException as error:
            self.process.kill()
            self.process.wait()
            self.said.seek(0)
            said = self.said.read()[-500:].decode(errors="replace").strip().splitlines()
            self._stop()
            if not isinstance(error, NotebookFault):
                raise
            reason = said[-1] if said else "the sandbox did not start"
            raise EngineError(NO_ISOLATION.format(reason=reason) if self.isolated else reason) from None
        if missing := ready.get("missing"):
            self._stop()
            raise Refused(MISSING.format("; ".join(missing)))

    def _stop(self) -> None:
        for keeper in list(self.keepers):  # after Ctrl-C some may be at work
            keeper.end()
        self.control.close()
        self.process.kill()
        self.process.wait()
        if self.groups:
            self.groups.clear(seconds=2)
        self.said.close()
        self.folder.cleanup()

    @contextmanager
    def worker(self, kind: bytes = b"w"):
        """A fresh worker, or an examiner: its channel, the process above it and itself."""
        ours, theirs = socket.socketpair()
        with closing(ours):
            with theirs, self.lock:
                try:
                    self.number += 1
                    socket.send_fds(self.control, [struct.pack("!cI", kind, self.number)], [theirs.fileno()])
                except OSError:
                    raise EngineError("the process that starts workers has ended") from None
            ours.settimeout(START_SECONDS)
            with closing(Process(ours, self.isolated)) as keeper, closing(Process(ours, self.isolated)) as process:
                self.keepers.add(keeper)
                if kind == b"w" and self.groups:
                    keeper.group = self._group(keeper, process)
                try:
                    yield Channel(ours), keeper, process
                finally:
                    keeper.end()
                    self.keepers.discard(keeper)
                    if keeper.group:
                        self.groups.end(keeper.group)

    def _group(self, keeper: Process, process: Process) -> Group | None:
        """A group of the kernel's for a notebook, before any of its code runs; what lies in its files is memory too."""
        limits = self.limits
        with self.lock:
            return self.groups.make(
                [keeper.pid, process.pid], limits.memory_mib + limits.disk_mib, limits.processes + 16
            )

    def run(self, notebook: NotebookNode, exam: Exam, seeds: tuple[int, int] = (0, 0)) -> Run:
        """Run a notebook beside the tests of `exam`. Returns it with its outputs; never raises for its faults.

        `seeds` are those of `hidden_draws`. Refused where the lesson's own notebook does not get its points here: then
        nobody's would. Where no worker can be started, in several tries, the notebook has that as its fault.
        """
        if len(notebook.cells) > MOST_CELLS:
            return _not_run(notebook, f"it has more than {MOST_CELLS:,} cells")
        failed = "the grader was stopped"
        for _ in range(TRIES):
            if self.closed:
                break
            try:
                return self._run(nbformat.from_dict(notebook), exam, seeds, self.prepare(exam))
            except Refused:
                raise
            except EngineError as error:
                failed = error
                self.mend(exam)  # EngineError where nothing can be started any more
            except Exception as error:  # whatever it is, the others are still to be graded
                logging.getLogger(__name__).exception("a notebook could not be run")
                return _not_run(notebook, FAILED.format(f"{type(error).__name__}: {error}"), failed=True)
        return _not_run(notebook, FAILED.format(failed), failed=True)

    def _run(self, notebook: NotebookNode, exam: Exam, seeds: tuple[int, int], examiner: Examiner) -> Run:
        run = Run(notebook, asked=exam.asked(seeds))
        with self.worker() as (channel, keeper, process):
            job = Job(channel, keeper, process, self.limits, run, examiner)
            job.run_hidden(job.run_cells(exam), exam, seeds)
        if job.lost_one and (self.has_ended(0.2) or examiner.has_ended()):
            raise EngineError("the process that starts workers, or the examiner, has ended")
        return run

    def show(self, notebook: NotebookNode) -> Run:
        """Run the cells of a notebook of the course's own as they stand, beside no test of an instructor's.

        Not for grading: a test cell runs in the same process as the answers.
        """
        run = Run(nbformat.from_dict(notebook))
        marks = [cell.metadata.pop("nbgrader", None) for cell in run.notebook.cells]
        with self.worker() as (channel, keeper, process):
            Job(channel, keeper, process, self.limits, run, None).run_cells(None)
        for cell, mark in zip(run.notebook.cells, marks):
            cell.metadata.update({"nbgrader": mark} if mark else {})
        return run

    def has_ended(self, wait: float = 0.0) -> bool:
        """Whether the process that starts workers is gone, or goes within so many seconds."""
        try:
            self.process.wait(wait)
            return True
        except subprocess.TimeoutExpired:
            return False

    def prepare(self, exam: Exam) -> Examiner:
        """The examiner of a lesson, whose reference answers get their points. Refused where they do not."""
        with self.preparing:
            if exam.key not in self.examiners:
                examiner = Examiner(exam, self.worker(b"x"), self.limits)
                try:
                    self._try_reference(exam, examiner)
                except BaseException:
                    examiner.close()
                    raise
                self.examiners[exam.key] = examiner
            return self.examiners[exam.key]

    def _try_reference(self, exam: Exam, examiner: Examiner) -> None:
        run = self._run(nbformat.reads(exam.reference, as_version=4), exam, (1, 2), examiner)
        if run.fault:
            raise Refused(f"{exam.lesson}: the reference notebook cannot be run here: {run.fault}")
        for cell in run.notebook.cells:
            if is_test(cell) and has_error(cell.outputs):
                error = next(output for output in cell.outputs if output.output_type == "error")
                said = " ".join("\n".join(error.traceback).split())[-500:]
                name = cell.metadata.nbgrader.grade_id
                raise Refused(
                    f"{exam.lesson}: the reference answer does not pass {name} here, so nobody's would: {said}"
                )

    def mend(self, exam: Exam) -> None:
        """After a failure: start again what has ended. The next `prepare` tries the reference answers anew."""
        with self.preparing:
            if self.closed:
                return
            if self.has_ended(0.2):
                self._stop()
                self.examiners.clear()
                self._start_in_tries()
            elif exam.key in self.examiners and self.examiners[exam.key].has_ended():
                del self.examiners[exam.key]  # not closed: others may be at work beside what is left of it


def _not_run(notebook: NotebookNode, why: str, failed: bool = False) -> Run:
    """The outcome of a notebook that did not run: each of its tests waits for a person."""
    run = Run(notebook, fault=why, failed=failed)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            if is_test(cell):
                run.not_reached(cell, why)
    return run

"""Runs notebooks that strangers wrote: each in a confined process, forked warm, whose every byte is checked here.

`Engine` starts `inside` once, inside bubblewrap: no network, no file but the system, the Python environment,
`trainlib` and the learner editions. It forks a worker for each notebook, which confines itself once more. Of a notebook
three things come back: what its cells showed before any hidden test ran, the verdict of each test, and what a person
should look at. A verdict counts when it carries the random word that came with the text of the test.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from nbformat import NotebookNode

from grading.sandbox.clock import Waiting
from grading.sandbox.confinement import ENVIRONMENT, INSIDE, NO_ISOLATION, in_sight, sandbox
from grading.sandbox.job import Job, Limits, Process, Run, has_error, is_curtain
from grading.sandbox.messages import CELL_BYTES, CUT, Channel, EngineError, NotebookFault
from grading.sandbox.source_tests import Test, is_test, read_imports, read_tests, statements

__all__ = [
    "CUT",
    "ENVIRONMENT",
    "Engine",
    "EngineError",
    "Limits",
    "Run",
    "Test",
    "has_error",
    "is_curtain",
    "is_test",
    "read_imports",
    "read_tests",
    "statements",
]
START_SECONDS = 120


class Engine:
    """A warm process that forks a worker for each notebook; use it in a `with`. `run` may be called by several threads.

    EngineError where learners' code cannot be confined, unless `isolated` is False.
    """

    def __init__(self, libraries: list[str], isolated: bool = True, limits: Limits | None = None):
        self.libraries, self.isolated, self.limits = libraries, isolated, limits or Limits()
        self.jobs = os.cpu_count() or 1
        self.lock, self.keepers = threading.Lock(), set()

    def __enter__(self) -> "Engine":
        if self.isolated and not (sys.platform.startswith("linux") and shutil.which("bwrap")):
            raise EngineError(NO_ISOLATION.format(reason="bubblewrap is not installed"))
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
            Channel(self.control).receive(Waiting(START_SECONDS))
        except BaseException as error:
            self.process.kill()
            self.process.wait()
            self.said.seek(0)
            said = self.said.read()[-500:].decode(errors="replace").strip().splitlines()
            self.__exit__()
            if not isinstance(error, NotebookFault):
                raise
            reason = said[-1] if said else "the sandbox did not start"
            raise EngineError(NO_ISOLATION.format(reason=reason) if self.isolated else reason) from None
        return self

    def __exit__(self, *_) -> None:
        for keeper in list(self.keepers):  # after Ctrl-C some may be at work
            keeper.end()
        self.control.close()
        self.process.kill()
        self.process.wait()
        self.said.close()
        self.folder.cleanup()

    @contextmanager
    def worker(self):
        """A fresh worker: its channel and its process."""
        ours, theirs = socket.socketpair()
        with closing(ours):
            with theirs, self.lock:
                try:
                    socket.send_fds(self.control, [b"w"], [theirs.fileno()])
                except OSError:
                    raise EngineError("the process that starts workers has ended") from None
            ours.settimeout(START_SECONDS)
            with closing(Process(ours, self.isolated)) as keeper, closing(Process(ours, self.isolated)) as process:
                self.keepers.add(keeper)
                try:
                    yield Channel(ours), keeper, process
                finally:
                    keeper.end()
                    self.keepers.discard(keeper)

    def run(self, notebook: NotebookNode, tests: dict[str, Test], seed: int) -> Run:
        """Run a notebook whose test cells are those of `tests`. Returns it with its outputs; never raises for its faults.

        EngineError where the process that starts workers has ended, which would look like a fault of each notebook.
        """
        run = Run(notebook)
        with self.worker() as (channel, keeper, process):
            job = Job(channel, keeper, process, self.limits, run)
            visible = job.run_cells(tests)
            job.run_hidden(visible, tests, seed)
            for _, own in visible:
                own.sock.close()
        if run.reasons:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.2)
                raise EngineError("the process that starts workers has ended: run the same command again")
        return run

"""One notebook in one worker: its cells are run in order, then the hidden parts of its tests."""

import json
import os
import re
import secrets
import signal
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil
from nbformat import NotebookNode

from grading.sandbox.clock import Clock, Patience
from grading.sandbox.messages import (
    CELL_BYTES,
    CUT,
    NOTEBOOK_BYTES,
    CellTimeout,
    Channel,
    EngineError,
    Flood,
    NotebookFault,
    as_output,
    clean,
)
from grading.sandbox.source_tests import Test, is_test

CELL_MESSAGES = 20_000
GRACE_SECONDS = 10  # from asking a cell to stop to giving up on the notebook
REACHES = re.compile(r"__(?:globals|builtins|closure|subclasses|code)__|\b(?:f_back|f_globals|f_locals|gi_frame)\b")


@dataclass(frozen=True)
class Limits:
    """What one notebook may use."""

    cell_seconds: float = 60  # of its own processes' CPU, and of waiting; the lessons' own limit is 20 s in all
    notebook_seconds: float = 300
    memory_mib: int = 4096
    disk_mib: int = 512
    processes: int = 128


@dataclass
class Run:
    """A notebook that has run: its cells hold what they showed, and `reasons` says what happened to which graded cell."""

    notebook: NotebookNode
    fault: str = ""  # why cells after some cell did not run, for the learner
    reasons: dict[str, str] = field(default_factory=dict)  # by grade id of a test that could not be run to its end
    unreached: list[str] = field(default_factory=list)  # grade ids of tests that did not begin
    suspicious: list[str] = field(default_factory=list)

    def suspect(self, what: str) -> None:
        if what not in self.suspicious and len(self.suspicious) < 20:
            self.suspicious.append(what)


class Process:
    """A process of a worker as it introduces itself on `sock`, seen from outside of its namespaces."""

    def __init__(self, sock: socket.socket, isolated: bool):
        try:
            data, handles, *_ = socket.recv_fds(sock, 4, 1)
            self.isolated, self.pid = isolated, struct.unpack("!I", data)[0]
        except (OSError, struct.error):
            raise EngineError("no worker could be started") from None
        self.handle = handles[0] if handles else None
        if handles:
            text = Path(f"/proc/self/fdinfo/{self.handle}").read_text()
            self.pid = int(re.search(r"^Pid:\s*(-?\d+)", text, re.MULTILINE)[1])

    def signal(self, number: int) -> None:
        with suppress(OSError):
            os.kill(self.pid, number) if self.handle is None else signal.pidfd_send_signal(self.handle, number)

    def shrink(self, most_mib: int) -> None:
        """Kill the largest process below this one when all hold more than that, memory that they share counted once."""
        sizes = {}
        with suppress(psutil.Error):
            for one in psutil.Process(self.pid).children(recursive=True):
                with suppress(psutil.Error):
                    sizes[one] = one.memory_full_info().pss
        if sum(sizes.values()) > most_mib << 20:
            with suppress(psutil.Error):
                max(sizes, key=sizes.get).kill()

    def end(self) -> None:
        """Kill it. Where it is the first of a namespace of process ids, the kernel kills all others with it."""
        if not self.isolated:
            with suppress(psutil.Error):
                for one in psutil.Process(self.pid).children(recursive=True):
                    one.kill()
        self.signal(signal.SIGKILL)

    def close(self) -> None:
        if self.handle is not None:
            os.close(self.handle)


class Job:
    """One notebook in one worker."""

    def __init__(self, channel: Channel, keeper: Process, process: Process, limits: Limits, run: Run):
        self.channel, self.keeper, self.process, self.limits, self.run = channel, keeper, process, limits, run
        self.clock = Clock(keeper.pid, limits.cell_seconds, limits.notebook_seconds)
        self.left, self.check_at = NOTEBOOK_BYTES, 0.0

    def run_cells(self, tests: dict[str, Test]) -> list[tuple[NotebookNode, Channel]]:
        """Run every cell, and the visible part of every test. Returns the tests that passed so far, with their channels."""
        passed, number = [], 0
        for cell in self.run.notebook.cells:
            if cell.cell_type != "code":
                continue
            cell.outputs = []
            number += "injected-parameters" not in cell.metadata.get("tags", [])
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if self.run.fault:
                if is_test(cell):
                    self.run.unreached.append(name)
                    self.run.reasons[name] = self.run.fault
                continue
            try:
                if not is_test(cell):
                    self.run_cell(cell)
                elif own := self.run_visible(cell, tests[name]):
                    passed.append((cell, own))
            except NotebookFault as fault:
                self.run.fault = f"your notebook {fault.learner_reads} in code cell {number}{_begins(cell)}"
                self.run.fault += "; the cells before it were graded, the ones after it were not run"
        return passed

    def run_cell(self, cell: NotebookNode) -> None:
        """Run an ordinary cell; at its time limit ask it to stop, as a person would, and give up soon after."""
        for word in sorted(set(REACHES.findall(cell.source))):
            self.run.suspect(f"mentions {word}")
        self.channel.send({"cell": cell.source})
        try:
            self.collect(cell, self.channel, self.limits.cell_seconds)
        except CellTimeout:
            self.process.signal(signal.SIGINT)
            self.collect(cell, self.channel, GRACE_SECONDS, last=True)
            if self.clock.is_over:
                raise
            cell.outputs.append(failure(f"✗ stopped: a cell may run {self.limits.cell_seconds:g} s"))

    def run_visible(self, cell: NotebookNode, test: Test) -> Channel | None:
        """Fork the worker for a test and run its visible part. Returns the channel to the fork when that passed."""
        ours, theirs = socket.socketpair()
        own = Channel(ours)
        with theirs:
            self.channel.send(
                self.request(test, test.visible) | {"seconds": 2 * int(self.limits.cell_seconds) + 1}, (theirs,)
            )
        nonce = self.nonce
        self.collect(nbformat.v4.new_code_cell(), self.channel, self.limits.cell_seconds)
        if self.attempt(cell, own, nonce):
            return own
        ours.close()
        return None

    def run_hidden(self, waiting: list[tuple[NotebookNode, Channel]], tests: dict[str, Test], seed: int) -> None:
        """Give the hidden parts to the forks that wait for them. What they write is for instructors, behind the curtain."""
        self.process.signal(signal.SIGSTOP)
        self.clock.extend(2 * self.limits.cell_seconds)
        for cell, own in waiting:
            test = tests[cell.metadata.nbgrader.grade_id]
            if not test.hidden:
                continue
            hidden = nbformat.v4.new_code_cell(metadata=cell.metadata)
            with suppress(NotebookFault):
                own.send(self.request(test, test.hidden, {"TRAINLIB_HIDDEN_SEED": str(seed)}))
            self.attempt(hidden, own, self.nonce)
            cell.outputs += [curtain(), *hidden.outputs]

    def request(self, test: Test, part: list[str], environment: dict[str, str] | None = None) -> dict:
        self.nonce = secrets.token_hex(16)
        return {"given": test.given, "plain": test.plain, "statements": part, "name": "<tests>",
                "environment": environment or {}, "nonce": self.nonce}  # fmt: skip

    def attempt(self, cell: NotebookNode, own: Channel, nonce: str) -> bool:
        """Collect one part of a test. Whether it passed; if not, the cell holds an error that says why."""
        name = cell.metadata.nbgrader.grade_id
        try:
            passed = self.collect(cell, own, self.limits.cell_seconds).get("nonce") == nonce
            reason = ""
        except NotebookFault as fault:
            passed, reason = False, f"your code {fault.learner_reads} while this cell tested it"
            self.run.reasons[name] = reason
        cell.outputs = [without_grade(output) for output in cell.outputs]
        if not passed and not has_error(cell.outputs):
            cell.outputs.append(failure(f"✗ {reason or 'the test did not come to its end'}"))
        return passed and not has_error(cell.outputs)

    def collect(self, cell: NotebookNode, channel: Channel, seconds: float, last: bool = False) -> dict:
        """Store what comes from a running cell in it, until it says that it has ended. Returns that message."""
        if last:
            self.clock.extend(seconds)
        patience = Patience(self.clock, seconds)
        left = min(CELL_BYTES, self.left)
        for _ in range(CELL_MESSAGES):
            message = channel.receive(patience, self.watch)
            if "end" in message:
                return message
            if "odd" in message:
                self.run.suspect(clean(message["odd"], 300))
            elif "clear" in message:
                cell.outputs = []
            elif (output := as_output(message)) is not None and left > 0:
                size = len(json.dumps(output))
                left, self.left = left - size, self.left - size
                _append(cell.outputs, output if left > 0 else nbformat.v4.new_output("stream", text=CUT))
        raise Flood

    def watch(self) -> None:
        """Look at the memory of all that runs, about twice a second: the kernel needs a while to add it up."""
        if (began := time.monotonic()) > self.check_at:
            self.keeper.shrink(self.limits.memory_mib)
            self.check_at = time.monotonic() + max(0.5, 20 * (time.monotonic() - began))


def _begins(cell: NotebookNode) -> str:
    line = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    return f", which begins `{line[:60]}`" if line else ""


def _append(outputs: list, output: NotebookNode) -> None:
    last = outputs[-1] if outputs else None
    if last is not None and last.output_type == output.output_type == "stream" and last.name == output.name:
        last.text += output.text
    else:
        outputs.append(output)


def failure(text: str) -> NotebookNode:
    return nbformat.v4.new_output("error", ename="CheckFailed", evalue=text, traceback=text.splitlines())


def has_error(outputs: list) -> bool:
    return any(output.output_type == "error" for output in outputs)


def curtain() -> NotebookNode:
    """The output from which on nothing is shown to the learner."""
    text = "The hidden tests begin here. The learner does not see what follows."
    return nbformat.v4.new_output("display_data", {"text/plain": text}, metadata={"trainlib": "hidden"})


def is_curtain(output) -> bool:
    return output.output_type == "display_data" and output.metadata.get("trainlib") == "hidden"


def without_grade(output: NotebookNode) -> NotebookNode:
    """An output of a test cell in a form from which nbgrader reads no grade, unless it is an error."""
    if output.output_type == "stream" and output.name == "stderr":
        return nbformat.v4.new_output("stream", name="stdout", text=f"Written to stderr, at no cost:\n{output.text}")
    if output.output_type == "execute_result":
        return nbformat.v4.new_output("display_data", output.data, metadata=output.metadata)
    return output

"""One notebook in one worker: its cells are run in order, each test by the examiner, hidden parts last."""

import json
import re
import signal
import socket
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode

from grading.sandbox.clock import Clock, Patience
from grading.sandbox.examiner import Examiner, Trial
from grading.sandbox.markup import Budget
from grading.sandbox.messages import (
    CELL_BYTES,
    CUT,
    NOTEBOOK_BYTES,
    CellTimeout,
    Channel,
    Ended,
    Flood,
    Garbled,
    NotebookFault,
    as_output,
    clean,
)
from grading.sandbox.process import Process, greeted, greeting
from grading.sandbox.source_tests import Exam, Test, is_test

CELL_MESSAGES = 20_000
GRACE_SECONDS = 10  # from asking a cell to stop to giving up on the notebook
REACHES = re.compile(r"__(?:globals|builtins|closure|subclasses|code)__|\b(?:f_back|f_globals|f_locals|gi_frame)\b")
FAULTS = {"ended": Ended, "garbled": Garbled}


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
    """A notebook that has run: its cells hold what they showed, `reasons` says what happened to which graded cell."""

    notebook: NotebookNode
    fault: str = ""  # why cells after some cell did not run, for the learner
    reasons: dict[str, str] = field(default_factory=dict)  # by grade id of a test that could not be run to its end
    unreached: list[str] = field(default_factory=list)  # grade ids of tests that did not begin
    suspicious: list[str] = field(default_factory=list)
    failed: bool = False  # through a fault of the grader's own
    asked: str = ""  # which tests it was run beside, as `Exam.asked` says

    def suspect(self, what: str) -> None:
        if what not in self.suspicious and len(self.suspicious) < 20:
            self.suspicious.append(what)

    def not_reached(self, cell: NotebookNode, why: str) -> None:
        name = cell.metadata.nbgrader.grade_id
        self.unreached.append(name)
        self.reasons[name] = why


class Job:
    """One notebook in one worker, beside the examiner of its lesson."""

    def __init__(
        self, channel: Channel, keeper: Process, process: Process, limits: Limits, run: Run, examiner: Examiner
    ):
        self.channel, self.keeper, self.process, self.limits, self.run = channel, keeper, process, limits, run
        self.examiner, self.left, self.seen_at, self.budget = examiner, NOTEBOOK_BYTES, 0.0, Budget()
        self.lost_one = False  # a process ended that may have been at no fault
        counted = keeper.group.cpu_seconds if keeper.group else None
        self.clock = Clock(keeper.pid, limits.cell_seconds, limits.notebook_seconds, counted)

    def run_cells(self, exam: Exam) -> list[tuple[NotebookNode, Trial]]:
        """Run every cell, and the visible part of every test. Returns the tests that passed so far."""
        passed, number = [], 0
        for cell in self.run.notebook.cells:
            if cell.cell_type != "code":
                continue
            cell.outputs = []
            number += "injected-parameters" not in cell.metadata.get("tags", [])
            if self.run.fault:
                if is_test(cell):
                    self.run.not_reached(cell, self.run.fault)
                continue
            try:
                if not is_test(cell):
                    self.run_cell(cell)
                elif trial := self.run_visible(cell, exam.tests[cell.metadata.nbgrader.grade_id]):
                    passed.append((cell, trial))
            except NotebookFault as fault:
                self.lost_one = True
                self.run.fault = f"your notebook {fault.learner_reads} in code cell {number}{_begins(cell)}"
                self.run.fault += "; the cells before it were graded, the ones after it were not run"
                if is_test(cell):
                    self.run.not_reached(cell, self.run.fault)
        return passed

    def run_cell(self, cell: NotebookNode) -> None:
        """Run an ordinary cell; at its time limit ask it to stop, as a person would, and give up soon after."""
        if not cell.source.strip():
            return
        for word in sorted(set(REACHES.findall(cell.source))):
            self.run.suspect(f"mentions {word}")
        self.channel.send({"cell": cell.source})
        try:
            self.collect(cell, self.channel, self.limits.cell_seconds)
        except CellTimeout:
            over = self.clock.is_over
            self.process.signal(signal.SIGINT)
            self.clock.extend(GRACE_SECONDS)
            self.collect(cell, self.channel, GRACE_SECONDS)
            if over:
                raise
            cell.outputs.append(failure(f"✗ stopped: a cell may run {self.limits.cell_seconds:g} s"))

    def run_visible(self, cell: NotebookNode, test: Test) -> Trial | None:
        """Fork the worker for a test, and let the examiner run its visible part beside it. None when that failed."""
        name, (asked, answers) = cell.metadata.nbgrader.grade_id, socket.socketpair()
        with asked:
            with answers:
                station = self.fork(answers)
            trial = self.examiner.begin(name, asked, station)
        self.clock.others = (trial.pid,)
        try:
            if self.attempt(cell, trial, trial.outcome):
                return trial
        except BaseException:
            trial.close()
            raise
        trial.close()
        return None

    def fork(self, answers: socket.socket) -> int:
        """Let a fork of the worker answer on that connection. Returns its process id."""
        ours, theirs = greeting()
        with ours:
            with theirs:
                seconds = 2 * int(self.limits.cell_seconds) + 1
                self.channel.send({"station": True, "seconds": seconds}, (theirs, answers))
            self.collect(nbformat.v4.new_code_cell(), self.channel, self.limits.cell_seconds)
            return greeted(ours, Patience(self.clock, self.limits.cell_seconds))

    def run_hidden(self, waiting: list[tuple[NotebookNode, Trial]], exam: Exam, seeds: tuple[int, int]) -> None:
        """Run the hidden parts of the tests that passed so far. What they write is for instructors alone."""
        self.process.signal(signal.SIGSTOP)
        for cell, trial in waiting:
            test = exam.tests[cell.metadata.nbgrader.grade_id]
            self.clock.others = (trial.pid,)
            for draw in range(test.draws):
                self.clock.extend(self.limits.cell_seconds)
                hidden = nbformat.v4.new_code_cell(metadata=cell.metadata)
                passed = self.run_draw(hidden, trial, seeds[draw], last=draw == test.draws - 1)
                cell.outputs += [curtain()] * (draw == 0) + hidden.outputs
                if not passed:
                    break
            trial.close()

    def run_draw(self, hidden: NotebookNode, trial: Trial, seed: int, last: bool) -> bool:
        try:
            outcome = trial.go_on(seed, last)
        except NotebookFault:
            self.lost_one = True
            hidden.outputs = [failure("✗ the test did not come to its end")]
            return False
        try:
            return self.attempt(hidden, trial, outcome, told=False)
        finally:
            outcome.sock.close()

    def attempt(self, cell: NotebookNode, trial: Trial, outcome: Channel, told: bool = True) -> bool:
        """Collect one part of a test. Whether it passed; if not, the cell holds an error that says why.

        `told`: whether the learner may read what happened, which is one bit too much of a hidden part.
        """
        passed, fault = False, None
        try:
            message = self.collect(cell, outcome, self.limits.cell_seconds)
            passed, fault = message.get("passed") is True, FAULTS.get(message.get("fault"))
            self.lost_one = self.lost_one or fault is Ended
        except NotebookFault as found:
            self.lost_one, fault = True, found
            trial.end()
        reason = f"your code {fault.learner_reads} while this cell tested it" if fault else ""
        if reason and told:
            self.run.reasons[cell.metadata.nbgrader.grade_id] = reason
        cell.outputs = [
            without_grade(output) for output in cell.outputs if not (reason and output.output_type == "error")
        ]
        if not passed and not has_error(cell.outputs):
            cell.outputs.append(failure(f"✗ {reason or 'the test did not come to its end'}"))
        return passed and not has_error(cell.outputs)

    def collect(self, cell: NotebookNode, channel: Channel, seconds: float) -> dict:
        """Store what comes from a running cell in it, until it says that it has ended. Returns that message."""
        patience, left = Patience(self.clock, seconds), min(CELL_BYTES, self.left)
        for _ in range(CELL_MESSAGES):
            message = channel.receive(patience, self.watch)
            if "end" in message:
                return message
            if "odd" in message:
                self.run.suspect(" ".join(clean(message["odd"], 300).split()))
            elif "clear" in message:
                cell.outputs = []
            elif (output := as_output(message, self.budget)) is not None and left > 0:
                size = len(json.dumps(output))
                left, self.left = left - size, self.left - size
                _append(cell.outputs, output if left > 0 else nbformat.v4.new_output("stream", text=CUT))
        raise Flood

    def watch(self) -> None:
        """Look at the memory of all that runs, about twice a second: the kernel needs a while to add it up."""
        if self.clock.wall() > self.seen_at:
            began = self.clock.wall()
            self.keeper.shrink(self.limits.memory_mib)
            self.seen_at = self.clock.wall() + max(0.5, 20 * (self.clock.wall() - began))


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

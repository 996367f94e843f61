"""The examiner of a lesson, seen from the engine: it has run the instructor's notebook and waits at each test.

Covered: it is confined as learners' processes are, away from them, from the gradebook and from what is handed in, so
that who broke its decoder would hold one lesson's tests and no more. It gets no learner's code.
"""

import socket
import threading
from contextlib import ExitStack

import psutil

from grading.sandbox.clock import Clock, Patience, Waiting
from grading.sandbox.messages import Channel, EngineError, NotebookFault, Refused
from grading.sandbox.process import end_all, greeted, greeting
from grading.sandbox.source_tests import Exam

START_SECONDS = 300  # for what needs seconds on a quiet machine


class Trial:
    """One test of one learner: a fork of the examiner, and the fork of the learner's process that it asks."""

    def __init__(self, outcome: Channel, pid: int, station: int):
        self.outcome, self.pid, self.station = outcome, pid, station

    def go_on(self, seed: int, last: bool) -> Channel:
        """Let it run the hidden part, in fresh forks unless it is the `last` time. Returns where that reports."""
        ours, theirs = socket.socketpair()
        with theirs:
            self.outcome.send({"seed": seed, "last": last}, (theirs,))
        return Channel(ours)

    def end(self) -> None:
        """End both sides, whatever they do."""
        end_all(self.station)
        end_all(self.pid)

    def close(self) -> None:
        self.outcome.sock.close()


class Examiner:
    """Runs the cells of an exam in a process of its own, which `start` begins, and forks one trial after the other."""

    def __init__(self, exam: Exam, worker, limits):
        self.exam, self.stack, self.waiting, self.lock = exam, ExitStack(), {}, threading.Lock()
        channel, self.keeper, _ = self.stack.enter_context(worker)
        self.broken = False
        self.clock = Clock(self.keeper.pid, limits.notebook_seconds, limits.notebook_seconds)
        try:
            for kind, text in exam.steps:
                self._test(channel, text) if kind == "test" else self._cell(channel, text)
        except BaseException:
            self.close()
            raise

    def _cell(self, channel: Channel, source: str) -> None:
        channel.send({"cell": source})
        try:
            said = channel.receive(Patience(self.clock, self.clock.limits[0]))
        except NotebookFault as fault:
            raise Refused(f"{self.exam.lesson}: the lesson itself {fault.learner_reads} {_line(source)}") from None
        if said.get("error"):
            raise Refused(f"{self.exam.lesson}: the lesson itself fails with {said['error']} {_line(source)}")

    def _test(self, channel: Channel, name: str) -> None:
        test, (ours, theirs) = self.exam.tests[name], socket.socketpair()
        with theirs:
            said = {"names": test.names, "visible": test.visible, "hidden": test.hidden}
            channel.send({"test": name} | said, (theirs,))
        channel.receive(Waiting(START_SECONDS))
        self.waiting[name] = self.stack.enter_context(ours)

    def begin(self, name: str, asked: socket.socket, station: int) -> Trial:
        """Begin a test beside the process that answers on `asked`. EngineError where nobody waits at it any more."""
        (ours, theirs), (outcome, other) = greeting(), socket.socketpair()
        with ours, theirs, other:
            try:
                with self.lock:
                    Channel(self.waiting[name]).send({"begin": True}, (theirs, other, asked))
                theirs.close()
                return Trial(Channel(outcome), greeted(ours, Waiting(START_SECONDS)), station)
            except NotebookFault:
                outcome.close()
                self.broken = True
                raise EngineError(f"{self.exam.lesson}: the examiner has ended") from None

    def has_ended(self) -> bool:
        """Whether it, or a fork that waited at a test, is gone."""
        return self.broken or not psutil.pid_exists(self.keeper.pid)

    def close(self) -> None:
        self.stack.close()


def _line(source: str) -> str:
    first = next((line.strip() for line in source.splitlines() if line.strip()), "")
    return f"in the cell that begins `{first[:60]}`"

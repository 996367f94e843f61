"""What a notebook has used: CPU time of its own processes first, so that a busy machine costs nobody points.

Covered: processes below a notebook's first one, those that have ended too; a notebook that only waits, whose clock
runs while none of its threads wants to compute; one that is never given a core, after ten times its limit. Not
covered, unless a control group counts them (see `cgroups`): children whose times a process has told the kernel to
forget; they still meet the limit of ten times the seconds.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from grading.sandbox.messages import TICK, CellTimeout, Ended

WALL = 10  # times the limit: who has not had their seconds by then will not get them
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
LINUX = sys.platform.startswith("linux")


def processes(pid: int) -> Iterator[int]:
    """The ids of a process and of all below it that can be seen now."""
    waiting = [pid]
    while waiting:
        yield (pid := waiting.pop())
        try:
            for task in os.scandir(f"/proc/{pid}/task"):
                waiting += map(int, Path(task.path, "children").read_text().split())
        except OSError:
            continue


def used(pid: int) -> tuple[float, bool]:
    """The CPU seconds of a process and of all that it has started, and whether any thread of theirs wants more."""
    if not LINUX:
        return _used_by_psutil(pid)
    ticks, busy = 0, False
    for one in processes(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))  # its own in user and kernel mode, then those of children that ended
            tasks = (Path(task.path, "stat").read_text() for task in os.scandir(f"/proc/{one}/task"))
            busy = busy or any(text.rpartition(")")[2].split()[0] in "RD" for text in tasks)
        except OSError:
            continue
    return ticks / TICKS_A_SECOND, busy


def _used_by_psutil(pid: int) -> tuple[float, bool]:
    seconds, busy = 0.0, False
    try:
        for one in [top := psutil.Process(pid), *top.children(recursive=True)]:
            seconds += sum(one.cpu_times()[:4])
            busy = busy or one.status() == psutil.STATUS_RUNNING
    except psutil.Error:
        pass
    return seconds, busy


class Clock:
    """The seconds that one notebook has used.

    `others` are processes of the grader on which the notebook may be waiting: while one of them computes, that is
    nobody's idle time. `counted` tells the CPU seconds where the kernel adds them up.
    """

    def __init__(
        self, pid: int, cell_seconds: float, notebook_seconds: float, counted: Callable[[], float] | None = None
    ):
        self.counted = counted or (lambda: used(pid)[0])
        self.pid, self.limits, self.spent, self.others = pid, (cell_seconds, notebook_seconds), 0.0, ()
        self.most = notebook_seconds
        self.cpu, self.read_at, self.end = self.counted(), 0.0, time.monotonic() + WALL * notebook_seconds

    def read(self, waited: float = 0.0) -> float:
        """The seconds so far. `waited`: how long the grader has just waited for a word, which is idle time or not."""
        cpu, busy = self.counted(), used(self.pid)[1]
        computed, self.cpu = max(0.0, cpu - self.cpu), max(cpu, self.cpu)
        idle = not busy and computed < waited / 10 and not any(used(pid)[1] for pid in self.others)
        self.spent, self.read_at = self.spent + computed + (waited if idle else 0.0), time.monotonic()
        return self.spent

    def of_others(self) -> float:
        """The CPU seconds of the grader's own processes."""
        return sum(used(pid)[0] for pid in self.others)

    def extend(self, seconds: float) -> None:
        """Leave at least so many seconds from now on, for what the grader itself asks for at the end."""
        self.most = max(self.most, self.spent + seconds)
        self.end = max(self.end, time.monotonic() + WALL * seconds)

    @staticmethod
    def wall() -> float:
        return time.monotonic()

    @property
    def is_over(self) -> bool:
        """Whether the notebook as a whole has used up its time."""
        return self.spent > self.most or time.monotonic() > self.end


class Patience:
    """How long to wait for one thing from a notebook, by its own clock."""

    def __init__(self, clock: Clock, seconds: float):
        self.clock, self.most, self.end = clock, clock.read() + seconds, time.monotonic() + WALL * seconds
        self.examined = clock.of_others() + seconds

    def waited(self, seconds: float) -> None:
        """Nothing came for so long. CellTimeout where that was enough."""
        late = self.clock.read(seconds) > self.most or self.clock.is_over or time.monotonic() > self.end
        if late or self.clock.of_others() > self.examined:  # what it returned keeps the examiner busy
            raise CellTimeout(*self.clock.limits)

    def check(self) -> None:
        """The same while things come, with a look at the clock now and then."""
        if time.monotonic() > self.clock.read_at + TICK:
            self.waited(0.0)


class Waiting:
    """How long to wait for the grader's own processes: seconds by the clock on the wall."""

    def __init__(self, seconds: float):
        self.end = time.monotonic() + seconds

    def waited(self, _: float) -> None:
        self.check()

    def check(self) -> None:
        if time.monotonic() > self.end:
            raise Ended

"""Control groups of the kernel, where they can be had: what a notebook's processes hold and use, in one number.

Held: memory of every kind, buffers of sockets and pipes too, which no limit of a process counts; the number of
processes; CPU time in equal shares, however many processes a notebook has. Counted: the CPU time of all of them, also
of those whose parent has told the kernel to forget it. To be had: version 1 as root; version 2 where the group of this
process is its own (`systemd-run --user --scope -p Delegate=yes python -m grading …`). Elsewhere `Groups.make` returns
None, and limits of each process and a look twice a second are what there is.
"""

import os
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

import psutil

MOUNTS, OWN = Path("/proc/self/mounts"), Path("/proc/self/cgroup")
CONTROLLERS = ("cpu", "cpuacct", "memory", "pids")
NAME, SELF = "grading-", "grading-self"
NUMBERS = count(1)  # of all engines of this process


class Group:
    """The group of one notebook: its folder of each controller, all the same one in version 2."""

    def __init__(self, folders: dict[str, Path]):
        self.folders = folders

    def cpu_seconds(self) -> float:
        """The CPU time of all that ever ran in it."""
        usage = self.folders["cpuacct"] / "cpuacct.usage"
        if usage.exists():
            return int(usage.read_text()) / 1e9
        first = (self.folders["cpuacct"] / "cpu.stat").read_text().split()  # usage_usec …
        return int(first[1]) / 1e6

    def remove(self) -> bool:
        """Whether it is gone, which it cannot be while a process of it is left."""
        for folder in set(self.folders.values()):
            with suppress(OSError):
                folder.rmdir()
        return not any(folder.exists() for folder in self.folders.values())


class Groups:
    """Makes the groups of one engine."""

    def __init__(self):
        self.parents, self.ended = _parents(), []
        for parent in set(self.parents.values()):  # what a grader left that was killed
            for left in parent.glob(f"{NAME}*-*"):
                if not psutil.pid_exists(int(left.name.split("-")[1])):
                    with suppress(OSError):
                        left.rmdir()

    def make(self, processes: list[int], memory_mib: int, most: int) -> Group | None:
        """A group that holds these processes and all that they start. None where there are no groups to be had."""
        if not self.parents:
            return None
        self.clear()
        number = next(NUMBERS)
        group = Group({name: at / f"{NAME}{os.getpid()}-{number}" for name, at in self.parents.items()})
        size = memory_mib << 20
        limits = {"memory.limit_in_bytes": size, "memory.memsw.limit_in_bytes": size}  # in this order
        limits |= {"memory.max": size, "memory.swap.max": 0, "pids.max": most}
        try:
            for folder in set(group.folders.values()):
                folder.mkdir()
                for file in filter(Path.exists, map(folder.joinpath, limits)):
                    file.write_text(str(limits[file.name]))
                for pid in processes:
                    (folder / "cgroup.procs").write_text(str(pid))
        except OSError:
            self.end(group)
            return None
        return group

    def end(self, group: Group) -> None:
        """Its processes are being killed: remove it when they are gone."""
        self.ended.append(group)

    def clear(self, seconds: float = 0.0) -> None:
        """Remove what has ended, within so many seconds."""
        until = time.monotonic() + seconds
        while True:
            self.ended = [group for group in self.ended if not group.remove()]
            if not self.ended or time.monotonic() > until:
                return
            time.sleep(0.02)


def _parents() -> dict[str, Path]:
    """The folder of each controller in which groups can be made; {} unless there is one for all of them."""
    try:
        own = {name: path for _, names, path in _lines(OWN, ":") for name in names.split(",")}  # "": version 2
        mounts = [(Path(place), kind, options.split(",")) for _, place, kind, options, *_ in _lines(MOUNTS, " ")]
        found = {}
        for place, kind, options in mounts:
            if kind == "cgroup":
                found |= {name: place / own[name].strip("/") for name in CONTROLLERS if name in options and name in own}
        for place, kind, _ in mounts:
            if kind == "cgroup2" and "" in own and not found:
                found = dict.fromkeys(CONTROLLERS, _delegated(place / own[""].strip("/")))
    except (OSError, ValueError):
        return {}
    return found if found.keys() == set(CONTROLLERS) and all(os.access(at, os.W_OK) for at in found.values()) else {}


def _delegated(own: Path, wanted: str = "+cpu +memory +pids") -> Path:
    """The group of this process as one that holds others, after this process has moved into one of them.

    OSError where that is not allowed, such as where other processes are in it.
    """
    parent = own.parent if own.name == SELF else own
    if own.name != SELF:
        (parent / SELF).mkdir(exist_ok=True)
        (parent / SELF / "cgroup.procs").write_text(str(os.getpid()))
        try:
            (parent / "cgroup.subtree_control").write_text(wanted)
        except OSError:
            (parent / "cgroup.procs").write_text(str(os.getpid()))
            (parent / SELF).rmdir()
            raise
    return parent


def _lines(file: Path, mark: str) -> list[list[str]]:
    return [line.split(mark, 2 if mark == ":" else -1) for line in file.read_text().splitlines()]

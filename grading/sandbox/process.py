"""Processes of the sandbox, seen from outside of its namespaces."""

import os
import re
import signal
import socket
import struct
from contextlib import suppress
from pathlib import Path

import psutil

from grading.sandbox.cgroups import Group
from grading.sandbox.clock import processes
from grading.sandbox.messages import TICK, Ended, EngineError, Patience

CREDENTIALS = struct.Struct("3i")  # process, user and group id, as the kernel writes them
KNOWS_SENDERS = hasattr(socket, "SO_PASSCRED") and hasattr(socket, "SCM_CREDENTIALS")


class Process:
    """A process of a worker as it introduces itself on `sock`. `group` is what holds it and all below it, if anything
    does."""

    group: Group | None = None

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
        """Kill the largest process below this one when all hold more than that, memory that they share counted once.

        Nothing to do where a group does so.
        """
        sizes = {}
        if self.group:
            return
        for pid in list(processes(self.pid))[1:]:
            with suppress(psutil.Error):
                one = psutil.Process(pid)
                sizes[one] = one.memory_full_info().pss
        if sum(sizes.values()) > most_mib << 20:
            with suppress(psutil.Error):
                max(sizes, key=sizes.get).kill()

    def end(self) -> None:
        """Kill it. Where it is the first of a namespace of process ids, the kernel kills all others with it."""
        if not self.isolated:
            end_all(self.pid)
        self.signal(signal.SIGKILL)

    def close(self) -> None:
        if self.handle is not None:
            os.close(self.handle)


def end_all(pid: int) -> None:
    """Kill a process and all below it."""
    for one in list(processes(pid)):
        with suppress(OSError):
            os.kill(one, signal.SIGKILL)


def greeting() -> tuple[socket.socket, socket.socket]:
    """Two ends of a connection on which a process says its first word: ours learns from the kernel who that was."""
    ours, theirs = socket.socketpair()
    if KNOWS_SENDERS:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    return ours, theirs


def greeted(sock: socket.socket, patience: Patience) -> int:
    """The id, as it is here, of the process that says its first word on `sock`. Ended when it never will."""
    sock.settimeout(TICK)
    while True:
        try:
            data, notes, *_ = sock.recvmsg(4, socket.CMSG_SPACE(CREDENTIALS.size))
        except TimeoutError:
            patience.waited(TICK)
            continue
        except OSError:
            raise Ended from None
        if not data:
            raise Ended
        for level, kind, note in notes:
            if KNOWS_SENDERS and (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
                return CREDENTIALS.unpack(note[: CREDENTIALS.size])[0]
        return struct.unpack("!I", data)[0] if len(data) == 4 else -1

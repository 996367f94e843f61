"""Work on what strangers wrote, in a child of its own that ends when its CPU time is used up.

Sanitising and rendering read whatever a learner has made, and some of it takes them minutes. Covered: CPU seconds of
each piece, whatever the machine does beside; a child that dies costs its piece. Not covered: memory, beyond the
piece's own size.
"""

import json
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START = "import sys; sys.path.insert(0, {root!r}); from {module} import WORK; from {own} import serve; serve(WORK)"


class Spent(Exception):
    """A piece of work took longer than it may."""


class Helpers:
    """Children that do the work named in the `WORK` of a module, a piece at a time; made when they are needed."""

    def __init__(self, module: str):
        self.module, self.idle, self.lock = module, [], threading.Lock()

    def __call__(self, name: str, seconds: float, *arguments) -> tuple[object, float]:
        """What `WORK[name](*arguments)` returns, and the CPU seconds it took. Spent after `seconds`."""
        with self.lock:
            helper = self.idle.pop() if self.idle else None
        if helper is None or helper.poll() is not None:
            helper = self._start()
        try:
            _write(helper.stdin, {"name": name, "seconds": seconds, "arguments": arguments})
            said = _read(helper.stdout)
        except (OSError, EOFError):
            helper.kill()
            helper.wait()
            helper.stdin.close(), helper.stdout.close()
            raise Spent from None
        with self.lock:
            self.idle.append(helper)
        if "error" in said:
            raise ValueError(said["error"])
        return said["value"], said["seconds"]

    def prepare(self) -> None:
        """Start the first child, which imports for a second, while other work is done."""
        with self.lock:
            if not self.idle:
                self.idle.append(self._start())

    def _start(self) -> subprocess.Popen:
        code = START.format(root=str(ROOT), module=self.module, own=__name__)
        return subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            env=os.environ | {"PYTHONSAFEPATH": "1"},
        )


def serve(work: dict[str, Callable]) -> None:
    """Do what comes on stdin until it is closed. The kernel ends this process when a piece has used up its time."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    read, write = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            asked = _read(read)
        except EOFError:
            return
        began = os.times()
        signal.setitimer(signal.ITIMER_PROF, asked["seconds"])
        try:
            said = {"value": work[asked["name"]](*asked["arguments"])}
        except Exception as error:
            said = {"error": f"{type(error).__name__}: {error}"[:200]}
        signal.setitimer(signal.ITIMER_PROF, 0)
        ended = os.times()
        _write(write, said | {"seconds": ended.user + ended.system - began.user - began.system})


def _write(file, message: dict) -> None:
    data = json.dumps(message).encode("utf-8", "replace")
    file.write(struct.pack("!I", len(data)) + data)
    file.flush()


def _read(file) -> dict:
    head = file.read(4)
    if len(head) < 4:
        raise EOFError
    size = struct.unpack("!I", head)[0]
    data = file.read(size)
    if len(data) < size:
        raise EOFError
    return json.loads(data)

"""Messages of an untrusted process: read within limits, and made into outputs of a notebook that are safe to keep."""

import json
import re
import socket
import struct
from typing import Protocol

import nbformat
from nbformat import NotebookNode

from grading.sandbox.markup import Budget, rendered, sanitised

MESSAGE_BYTES, CELL_BYTES, NOTEBOOK_BYTES = 12 << 20, 8 << 20, 24 << 20  # 8 MiB hold some forty figures
TICK = 0.25  # seconds without a word, after which somebody looks at the clock
SHOWN = ("text/plain", "text/html", "text/latex", "image/png", "image/jpeg")
CUT = "(The rest is left out: this cell wrote too much.)\n"


class EngineError(Exception):
    """The engine itself failed, through no fault of a notebook: try again."""


class Refused(EngineError):
    """A lesson's own notebook cannot be run, or does not get its points, where learners' are to be graded."""


class NotebookFault(Exception):
    """A notebook cannot go on. `learner_reads` is how "your notebook …" or "your code …" goes on for the learner."""

    learner_reads = "could not be run"


class Ended(NotebookFault):
    """Its process has ended."""

    learner_reads = "ended its own Python process, or had too little memory,"


class Garbled(NotebookFault):
    """It sent bytes that are no message."""

    learner_reads = "sent something that is no output"


class Flood(NotebookFault):
    """It sent more messages than anybody reads."""

    learner_reads = "wrote without an end"


class CellTimeout(NotebookFault):
    """It used up its time: seconds for one cell, and for all of a notebook."""

    def __init__(self, cell_seconds: float, notebook_seconds: float):
        self.learner_reads = f"did not stop (a cell may run {cell_seconds:g} s, a notebook {notebook_seconds:g} s)"


class Patience(Protocol):
    """How long to wait: both methods raise CellTimeout when it is enough."""

    def waited(self, seconds: float) -> None: ...

    def check(self) -> None: ...


class Channel:
    """Messages to and from an untrusted process, each JSON with its length in four bytes before it."""

    def __init__(self, sock: socket.socket):
        self.sock, self.buffer = sock, bytearray()

    def send(self, message: dict, sockets: tuple[socket.socket, ...] = ()) -> None:
        data = json.dumps(message).encode()
        try:
            self.sock.settimeout(10)
            socket.send_fds(self.sock, [struct.pack("!I", len(data))], [one.fileno() for one in sockets])
            self.sock.sendall(data)
        except OSError:
            raise Ended from None

    def receive(self, patience: "Patience", watch=lambda: None) -> dict:
        """The next message. CellTimeout at the end of `patience`, another NotebookFault where there is none to come."""
        while len(self.buffer) < 4 or len(self.buffer) < 4 + self._size():
            watch()
            try:
                self.sock.settimeout(TICK)
                if not (data := self.sock.recv(1 << 16)):
                    raise Ended
            except TimeoutError:
                patience.waited(TICK)
                continue
            except OSError:
                raise Ended from None
            self.buffer += data
            patience.check()
        end = 4 + self._size()
        data = bytes(self.buffer[4:end])
        del self.buffer[:end]
        try:
            message = json.loads(data)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise Garbled
        return message

    def _size(self) -> int:
        size = struct.unpack("!I", self.buffer[:4])[0]
        if size > MESSAGE_BYTES:
            raise Garbled
        return size


def clean(value: object, most: int = CELL_BYTES) -> str:
    """Any value of a message as text that can be written as UTF-8."""
    return value[:most].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def as_output(message: dict, budget: Budget | None = None) -> NotebookNode | None:
    """A message of a worker as an output of a notebook: known kinds only, markup without scripts. None for another one.

    `budget`: what the markup of its notebook may still cost.
    """
    new = nbformat.v4.new_output
    if "stream" in message:
        return new(
            "stream", name="stderr" if message["stream"] == "stderr" else "stdout", text=clean(message.get("text"))
        )
    if "error" in message:
        lines = message.get("traceback")
        lines = [clean(line, 20_000) for line in lines[:200]] if isinstance(lines, list) else []
        return new(
            "error", ename=clean(message["error"], 200), evalue=clean(message.get("value"), 20_000), traceback=lines
        )
    if "cut" in message:
        return new("stream", name="stdout", text=CUT)
    if isinstance(bundle := message.get("display", message.get("result")), dict):
        data = {kind: clean(bundle[kind]) for kind in SHOWN if isinstance(bundle.get(kind), str)}
        if "text/html" in data:
            data["text/html"] = sanitised(data["text/html"], budget)
        elif isinstance(text := bundle.get("text/markdown"), str):
            data["text/html"] = rendered(clean(text), {}, budget)
        data |= {kind: _base64(data[kind]) for kind in ("image/png", "image/jpeg") if kind in data}
        return new("display_data", data) if "display" in message else new("execute_result", data)
    return None


def _base64(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9+/=\n]", "", text)

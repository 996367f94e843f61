"""Messages of an untrusted process: read within limits, and made into outputs of a notebook that are safe to keep."""

import json
import re
import socket
import struct
import time

import nbformat
from nbformat import NotebookNode

from grading.sandbox.markup import sanitised

MESSAGE_BYTES, CELL_BYTES, NOTEBOOK_BYTES = 12 << 20, 8 << 20, 24 << 20  # 8 MiB hold some forty figures
SHOWN = ("text/plain", "text/html", "text/latex", "image/png", "image/jpeg")
CUT = "(The rest is left out: this cell wrote too much.)\n"


class EngineError(Exception):
    """The engine itself failed, through no fault of a notebook: try again."""


class NotebookFault(Exception):
    """A notebook's process ended, sent what is no message, or did not stop. Its text says which."""


class CellTimeout(NotebookFault):
    """A cell ran too long."""


class Channel:
    """Messages to and from an untrusted process, each JSON with its length in four bytes before it."""

    def __init__(self, sock: socket.socket):
        self.sock, self.buffer = sock, bytearray()

    def send(self, message: dict, sockets: tuple[socket.socket, ...] = ()) -> None:
        data = json.dumps(message).encode()
        self.sock.settimeout(10)
        try:
            socket.send_fds(self.sock, [struct.pack("!I", len(data))], [one.fileno() for one in sockets])
            self.sock.sendall(data)
        except OSError:
            raise NotebookFault("its Python process ended") from None

    def receive(self, deadline: float, watch=lambda: None) -> dict:
        """The next message. CellTimeout at the deadline, NotebookFault when the process has ended or sends no message."""
        while len(self.buffer) < 4 or len(self.buffer) < 4 + self._size():
            watch()
            if (left := deadline - time.monotonic()) <= 0:
                raise CellTimeout
            self.sock.settimeout(min(left, 0.25))
            try:
                if not (data := self.sock.recv(1 << 16)):
                    raise NotebookFault("its Python process ended")
            except TimeoutError:
                continue
            except OSError:
                raise NotebookFault("its Python process ended") from None
            self.buffer += data
        end = 4 + self._size()
        data = bytes(self.buffer[4:end])
        del self.buffer[:end]
        try:
            message = json.loads(data)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise NotebookFault("its process sent something that is no output")
        return message

    def _size(self) -> int:
        size = struct.unpack("!I", self.buffer[:4])[0]
        if size > MESSAGE_BYTES:
            raise NotebookFault("its process sent something that is no output")
        return size


def clean(value: object, most: int = CELL_BYTES) -> str:
    """Any value of a message as text that can be written as UTF-8."""
    return value[:most].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def as_output(message: dict) -> NotebookNode | None:
    """A message of a worker as an output of a notebook: known kinds only, markup without scripts. None for another one."""
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
            data["text/html"] = sanitised(data["text/html"])
        data |= {kind: _base64(data[kind]) for kind in ("image/png", "image/jpeg") if kind in data}
        return new("display_data", data) if "display" in message else new("execute_result", data)
    return None


def _base64(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9+/=\n]", "", text)

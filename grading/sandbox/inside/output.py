"""What cells write and show, as messages to the engine: an IPython without a kernel."""

import base64
import io
import os
import socket
import struct
import threading
import time
from collections.abc import Callable
from json import dumps, loads

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type

FLUSH_BYTES, FLUSH_SECONDS = 8192, 0.1


def send(sock: socket.socket, message: dict) -> None:
    data = dumps(message, default=str).encode("utf-8", "replace")
    sock.sendall(struct.pack("!I", len(data)) + data)


def receive(sock: socket.socket, most: int = 2) -> tuple[dict, list[int]]:
    """The next request and the sockets, `most` at most, that came with it. EOFError when the engine is gone."""
    head, found, *_ = socket.recv_fds(sock, 4, most)
    while len(head) < 4:
        head += _some(sock, 4 - len(head))
    size, data = struct.unpack("!I", head)[0], b""
    while len(data) < size:
        data += _some(sock, size - len(data))
    return loads(data), list(found)


def _some(sock: socket.socket, most: int) -> bytes:
    if not (data := sock.recv(most)):
        raise EOFError
    return data


class Output:
    """Sends what cells write and show while they run, in order, up to a limit; other processes' text is dropped."""

    emit: Callable[[dict], None] | None = None
    limit = 0

    def begin(self, emit: Callable[[dict], None], limit: int) -> None:
        """Hand every message to `emit` from now on."""
        self.emit, self.limit, self.pid, self.lock = emit, limit, os.getpid(), threading.RLock()
        self.left, self.name, self.text, self.size, self.flushed = limit, "", [], 0, 0.0

    def write(self, name: str, text: str) -> None:
        if self.emit is None or os.getpid() != self.pid:
            return
        with self.lock:
            if name != self.name:
                self.flush()
            self.name = name
            self.text.append(text)
            self.size += len(text)
            if self.size > FLUSH_BYTES or time.monotonic() - self.flushed > FLUSH_SECONDS:
                self.flush()

    def flush(self) -> None:
        if self.emit is not None and os.getpid() == self.pid and self.text:
            text, self.text, self.size, self.flushed = "".join(self.text), [], 0, time.monotonic()
            self.send({"stream": self.name, "text": text})

    def send(self, message: dict) -> None:
        """Send one output, or the fact that there were too many."""
        if self.emit is None or os.getpid() != self.pid:
            return
        with self.lock:
            if "stream" not in message:
                self.flush()
            size = len(message.get("text", "")) or len(dumps(message, default=str))
            if size > self.left and "end" not in message:
                message, size = {"cut": True}, 0
                if self.left < 0:
                    return
                self.left = -1
            self.left -= size
            self.emit(message)


OUT = Output()


class Stream(io.TextIOBase):
    """What sys.stdout and sys.stderr are."""

    encoding = "utf-8"

    def __init__(self, name: str):
        self.title = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        OUT.write(self.title, text)
        return len(text)

    def flush(self) -> None:
        OUT.flush()


STREAMS = (Stream("stdout"), Stream("stderr"))


def _bundle(data: dict) -> dict:
    return {kind: base64.b64encode(part).decode() if isinstance(part, bytes) else part for kind, part in data.items()}


class Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, **options):
        OUT.send({"display": _bundle(data), "metadata": metadata or {}})

    def clear_output(self, wait=False):
        OUT.send({"clear": True})


class Hook(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        OUT.send({"result": _bundle(format_dict), "metadata": md_dict or {}})

    def finish_displayhook(self):
        OUT.flush()


class Shell(InteractiveShell):
    display_pub_class = Type(Publisher)
    displayhook_class = Type(Hook)

    def _showtraceback(self, etype, evalue, stb):
        OUT.send({"error": etype.__name__, "value": text_of(evalue), "traceback": [str(line) for line in stb]})

    def _format_exception_for_storage(self, *_, **__) -> dict:
        return {}  # IPython would format each error once more, for a history that nobody reads here

    def enable_gui(self, gui=None):
        pass

    def ask_exit(self):
        pass


def text_of(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:
        return "(its text cannot be made)"

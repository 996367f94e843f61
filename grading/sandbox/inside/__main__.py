"""What runs inside the sandbox: a process that has imported what the lessons need, and forks a worker for each notebook.

`grading.sandbox.engine` starts it and reads every byte that comes back as untrusted. This folder stands alone: standard library,
IPython and what lessons import; nothing of `grading` is in its reach.

A worker confines itself against its siblings (see `confine`) and runs the cells of one notebook. A test cell runs in a
fork of the worker, so that it sees the state of its moment and costs nothing but itself: the fork runs the visible part,
then waits. Its hidden part enters it when every cell has run and every visible output has left, and only a verdict
comes back. Messages are JSON with their length in four bytes before it.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import resource
import signal
import socket
import struct
import sys
import time
import traceback
from json import loads

from confine import LIBC, _call, confine, give_up_root, leave
from output import OUT, Shell, Stream, _text, receive, send
from snapshot import LAZY, Snapshot, _threads, watch
from traitlets.config import Config

sys.path.pop(0)  # this folder: no cell finds these modules by name


def work(sock: socket.socket, limit: int) -> None:
    """Run requests until the engine hangs up. A test runs in a fork; the worker itself is ready for the next cell."""
    OUT.begin(sock, limit)
    watch()
    while True:
        try:
            request, sockets = receive(sock)
            OUT.left = OUT.limit
            if "cell" in request:
                SHELL.run_cell(request["cell"], store_history=True)
                if os.getpid() != OUT.pid:  # a fork of the cell that came back from it
                    os._exit(0)
                OUT.send({"end": True})
                continue
            for what in SNAPSHOT.odd():
                OUT.send({"odd": what})
            OUT.send({"end": True})
            if os.fork() == 0:
                sock.close()
                test(socket.socket(fileno=sockets[0]), request, limit)
            os.close(sockets[0])
        except KeyboardInterrupt:  # the engine's, too late for the cell that it was meant for
            continue
        except (EOFError, OSError):
            os._exit(0)


def test(sock: socket.socket, request: dict, limit: int, end=os._exit) -> None:
    """Run the visible part of a test cell, wait for the hidden part, run that, and end. Each part answers with its nonce."""
    try:
        os.setsid()  # a signal to the group reaches no other test
        OUT.begin(sock, limit)
        resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"]))
        for number in SNAPSHOT.signals:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        sys.settrace(None), sys.setprofile(None), gc.callbacks.clear()
        sys.setrecursionlimit(SNAPSHOT.recursion)
        sys.stdout, sys.stderr = STREAMS
        while True:
            OUT.left = OUT.limit
            part(request)
            if os.getpid() != OUT.pid:
                end(0)
            request, _ = receive(sock)
    except BaseException as error:
        OUT.send({"odd": f"broke the runner of tests: {type(error).__name__}: {_text(error)}"})
    finally:
        end(0)


def part(request: dict) -> None:
    """Run one part of a test cell, statement by statement, on pristine modules. Its nonce is sent when it passed."""
    os.environ.update(request["environment"])
    changed = SNAPSHOT.restore()
    space = SHELL.user_ns
    try:
        code = SNAPSHOT.compile(request["given"], "<given>", "exec", dont_inherit=True)
        for name in request["plain"]:
            space.pop(name, None)
        space["__builtins__"] = dict(SNAPSHOT.builtins)
        with contextlib.suppress(Exception):
            SNAPSHOT.exec(code, space)
        for statement in request["statements"]:
            lines = SNAPSHOT.compile(statement, request["name"], "exec", dont_inherit=True)
            space["__builtins__"] = dict(SNAPSHOT.builtins)
            SNAPSHOT.exec(lines, space)
            patched = SNAPSHOT.restore()
            changed += patched
            for name in patched:
                if not name.startswith(LAZY):
                    raise AssertionError(f"✗ your code changed {name} while it was tested")
        passed = request["nonce"]
    except BaseException as error:
        passed = None
        with contextlib.suppress(Exception):
            OUT.send(_failure(error, request))
    if changed:
        OUT.send({"odd": f"changed {', '.join(sorted(set(changed))[:5])}"})
    OUT.send({"end": True, "nonce": passed})


def _failure(error: BaseException, request: dict) -> dict:
    """An error in the form of a cell's output: a failed check says its message only, anything else where it happened."""
    name, said = type(error).__name__, _text(error)
    if hasattr(type(error), "_render_traceback_") or not isinstance(error, Exception):
        lines = said.splitlines() or [name]
    else:
        texts = [text.splitlines() for text in request["statements"]]
        source = {number: line for text in texts for number, line in enumerate(text, 1) if line}
        lines = ["Traceback (most recent call last):"]
        for entry in traceback.extract_tb(error.__traceback__)[1:][-12:]:
            text = source.get(entry.lineno, "").strip() if entry.filename == request["name"] else entry.line
            place = "the tests" if entry.filename == request["name"] else entry.filename
            lines.append(f"  {place}, line {entry.lineno}, in {entry.name}\n    {text}")
        lines.append(f"{name}: {said}")
    return {"error": name, "value": said, "traceback": lines}


def start(sock: socket.socket, settings: dict) -> None:
    """Fork a worker that serves `sock`, below a process that outlives it: the first of its namespace, whose end ends all.

    The first two messages are those two processes.
    """
    try:
        if settings["confined"]:
            leave()
        if pid := os.fork():
            _introduce(sock, pid)
            os._exit(0)
        os.setsid()  # so that it cannot signal the group of this process
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if settings["confined"]:
            confine(settings["limits"], settings["in_sight"])
        elif sys.platform.startswith("linux"):
            _call("prctl", 36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
        home = settings["home"] if settings["confined"] else f"{settings['home']}/{os.getpid()}"
        os.makedirs(home)
        os.chdir(home)
        with open(os.devnull, "r+b", 0) as nothing:
            for number in (0, 1, 2):
                os.dup2(nothing.fileno(), number)
        if pid := os.fork():
            _introduce(sock, pid)
            sock.close()
            _reap()
        os.setsid()
        work(sock, settings["limits"]["output_bytes"])
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {_text(error)}\n".encode())
    finally:
        os._exit(1)


def _introduce(sock: socket.socket, pid: int) -> None:
    handle = [os.pidfd_open(pid)] if hasattr(os, "pidfd_open") else []
    socket.send_fds(sock, [struct.pack("!I", pid)], handle)


def _reap() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            time.sleep(1)


def warm(names: list[str]) -> None:
    """Import what lessons need: "module", or "module:name" for what a module loads only when it is asked for."""
    for name in names:
        module, _, attribute = name.partition(":")
        with contextlib.suppress(Exception):
            loaded = importlib.import_module(module)
            attribute and getattr(loaded, attribute)


def use_huge_pages() -> None:
    """Gather this process's memory in pages of 2 MiB where Linux can (6.1): a fork of it then takes half the time."""
    size, collapse = 2 << 20, 25  # MADV_COLLAPSE
    with contextlib.suppress(OSError, AttributeError), open("/proc/self/maps") as maps:
        for place, access, _, _, _, *name in map(str.split, maps.readlines()):
            if access == "rw-p" and name in ([], ["[heap]"]):
                low, high = (int(end, 16) // size for end in place.split("-"))
                LIBC.madvise(
                    ctypes.c_void_p((low + 1) * size), ctypes.c_size_t(max(0, high - low - 1) * size), collapse
                )


def main() -> None:
    """Serve the engine: one byte and a socket on the control socket ask for a worker."""
    global SHELL, SNAPSHOT
    control, settings = socket.socket(fileno=int(sys.argv[1])), loads(sys.argv[2])
    if settings["confined"]:
        give_up_root()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a grader in the background of a shell ignores it
    sys.stdout, sys.stderr = STREAMS
    SHELL = Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    warm(settings["libraries"])
    SNAPSHOT = Snapshot(SHELL)
    gc.collect(), gc.freeze()  # so that a worker's garbage collector leaves shared pages alone
    use_huge_pages()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    send(control, {"ready": True, "threads": _threads()})
    while True:
        data, sockets, *_ = socket.recv_fds(control, 1, 1)
        if not data:
            os._exit(0)
        with socket.socket(fileno=sockets[0]) as sock:
            if os.fork():
                continue
            control.close()
            start(sock, settings)
            os._exit(0)


STREAMS = (Stream("stdout"), Stream("stderr"))
if __name__ == "__main__":
    try:
        main()
    except BaseException:  # what sys.stderr is here leads nowhere
        os.write(2, traceback.format_exc().encode())
        os._exit(1)

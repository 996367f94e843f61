"""What runs inside the sandbox: a process that has imported what the lessons need, and forks what the engine asks for.

`grading.sandbox.engine` starts it and reads every byte that comes back as untrusted. This folder stands alone:
standard library, IPython and what lessons import; nothing of `grading` is in its reach.

Two kinds of process are forked, each confined against its siblings (`confine`): a worker runs the cells of one
learner's notebook, an examiner those of an instructor's and all tests. Where a test calls an answer, the two talk
(`session`). Messages to the engine are JSON with their length in four bytes before it.
"""

import gc
import importlib
import os
import signal
import socket
import struct
import sys
import time
import traceback
from json import loads

import seccomp
from confine import _call, become, confine, leave, prepare
from examiner import examine
from huge_pages import use_huge_pages
from output import OUT, STREAMS, Shell, send, text_of
from snapshot import Snapshot, threads
from stand_ins import of_torch
from traitlets.config import Config
from worker import work

sys.path.pop(0)  # this folder: no cell finds these modules by name


def start(sock: socket.socket, kind: bytes, number: int, settings: dict, shell: Shell, snapshot: Snapshot) -> None:
    """Fork a worker or an examiner that serves `sock`, below the first process of its namespace, whose end ends all.

    The first two messages are those two processes.
    """
    try:
        if settings["confined"]:
            become(number)
            leave()
        if pid := os.fork():
            _introduce(sock, pid)
            os._exit(0)
        os.setsid()  # so that it cannot signal the group of this process
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if settings["confined"]:
            confine(settings["limits"], settings["in_sight"])
            os.closerange(3, sock.fileno()), os.closerange(sock.fileno() + 1, 1024)
            if library := seccomp.library():
                seccomp.close(library)
        elif sys.platform.startswith("linux"):
            _call("prctl", 36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
        settle(settings["home"] if settings["confined"] else f"{settings['home']}/{os.getpid()}")
        if pid := os.fork():
            _introduce(sock, pid)
            sock.close()
            if settings["confined"]:
                _call("prctl", 4, 0, 0, 0, 0)  # PR_SET_DUMPABLE: what it started cannot look into it
            _reap()
        os.setsid()
        if kind == EXAMINER:
            examine(sock, settings["limits"]["output_bytes"], shell)
        work(sock, settings["limits"]["output_bytes"], shell, snapshot)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {text_of(error)}\n".encode())
    finally:
        os._exit(1)


def settle(home: str) -> None:
    """Have a home, and nothing to read from or to write to."""
    os.makedirs(home)
    os.chdir(home)
    with open(os.devnull, "r+b", 0) as nothing:
        for number in (0, 1, 2):
            os.dup2(nothing.fileno(), number)


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


def warm(names: list[str]) -> list[str]:
    """Import what lessons need: "module", or "module:name" for what a module loads only when it is asked for.

    Returns what could not be imported. Of `from module import name`, the name may be no module.
    """
    missing = []
    for name in names:
        module, _, attribute = name.partition(":")
        try:
            loaded = importlib.import_module(module)
            attribute and getattr(loaded, attribute)
        except Exception as error:
            parent = sys.modules.get(module.rpartition(".")[0])
            if not hasattr(parent, module.rpartition(".")[2]):
                missing.append(f"{name} ({type(error).__name__}: {text_of(error)[:200]})")
    return missing


def rehearse(shell: Shell) -> None:
    """Run a cell that fails, and show nothing: what IPython loads for that, no worker has to load again."""
    OUT.begin(lambda message: None, 0)
    shell.run_cell("raise NotImplementedError")
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        vars(sys).pop(name, None)


def main() -> None:
    """Serve the engine: a letter and a number on the control socket, with a socket, ask for a worker or an examiner."""
    control, settings = socket.socket(fileno=int(sys.argv[1])), loads(sys.argv[2])
    if settings["confined"]:
        prepare()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a grader in the background of a shell ignores it
    sys.stdout, sys.stderr = STREAMS
    shell = Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    missing = warm(settings["libraries"])
    if "torch" in sys.modules:
        of_torch()
    rehearse(shell)
    snapshot = Snapshot(shell)
    gc.collect(), gc.freeze()  # so that a worker's garbage collector leaves shared pages alone
    use_huge_pages()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    send(control, {"ready": True, "threads": threads(), "missing": missing, "seccomp": seccomp.library() is not None})
    while True:
        asked, sockets, *_ = socket.recv_fds(control, 5, 1)
        if not asked:
            os._exit(0)
        kind, number = struct.unpack("!cI", asked)
        with socket.socket(fileno=sockets[0]) as sock:
            if os.fork():
                continue
            control.close()
            start(sock, kind, number, settings, shell, snapshot)
            os._exit(0)


EXAMINER = b"x"
if __name__ == "__main__":
    try:
        main()
    except BaseException:  # what sys.stderr is here leads nowhere
        os.write(2, traceback.format_exc().encode())
        os._exit(1)

"""What runs inside the sandbox: a process that has imported what the lessons need, and forks a worker for each notebook.

`grading.engine` starts it and reads every byte that comes back as untrusted. This file stands alone: standard library,
IPython and what lessons import; nothing of `grading` is in its reach.

A worker confines itself against its siblings (see `confine`) and runs the cells of one notebook. A test cell runs in a
fork of the worker, so that it sees the state of its moment and costs nothing but itself: the fork runs the visible part,
then waits. Its hidden part enters it when every cell has run and every visible output has left, and only a verdict
comes back. Messages are JSON with their length in four bytes before it.
"""

import atexit
import base64
import builtins
import contextlib
import ctypes
import fcntl
import gc
import importlib
import io
import os
import resource
import signal
import socket
import struct
import sys
import threading
import time
import traceback
import types
from json import dumps, loads

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

UNSHARE = 0x00020000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000  # mount, ipc, user, pid, net (sched.h)
NOBODY = 65534
FLUSH_BYTES, FLUSH_SECONDS = 8192, 0.1
# Where tests find what they rely on: callables of these modules and of their classes are as they were before each part.
PROTECTED = ("builtins", "operator", "math", "functools", "trainlib", "unittest", "pandas._testing", "pandas.testing")
PROTECTED += (
    "torch.testing",
    "torch._tensor",
    "torch.functional",
    "torch.nn.functional",
    "numpy.testing",
    "numpy._core",
)
PROTECTED_ALONE = (
    "numpy",
    "pandas",
    "torch",
    "pandas.core.frame",
    "pandas.core.series",
    "pandas.core.generic",
    "inspect",
)
LAZY = ("torch", "pandas")  # libraries that also change themselves: told to a person, but no reason to fail
CELL = "<ipython-input"  # how the names of the files begin under which IPython compiles cells
ODD_EVENTS = dict.fromkeys(("socket.connect", "os.kill", "os.system", "os.fork", "os.exec"), 12)
ODD_EVENTS |= {
    "subprocess.Popen": 3,
    "ctypes.dlopen": 3,
}  # how many calls away from a cell's own code they are still odd
ODD_EVENTS |= dict.fromkeys(("gc.get_objects", "gc.get_referrers", "gc.get_referents", "sys._current_frames"), 1)
ODD_EVENTS |= dict.fromkeys(("sys._getframe", "sys.addaudithook", "sys.settrace", "sys.setprofile"), 1)
ODD_PATHS = (
    "/etc/shadow",
    "/etc/passwd",
    "gradebook",
    "submitted",
    "autograded",
    "grading/",
    "/proc/1/",
    "/proc/self/mem",
)


# ---- messages ----------------------------------------------------------------------------------------------------------


def send(sock: socket.socket, message: dict) -> None:
    data = dumps(message, default=str).encode("utf-8", "replace")
    sock.sendall(struct.pack("!I", len(data)) + data)


def receive(sock: socket.socket) -> tuple[dict, list[int]]:
    """The next request and the sockets that came with it. EOFError when the engine is gone."""
    head, found, *_ = socket.recv_fds(sock, 4, 1)
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
    """Sends what cells write and show while they run, in order, up to a limit; what other processes write is dropped."""

    sock: socket.socket | None = None
    limit = 0

    def begin(self, sock: socket.socket, limit: int) -> None:
        self.sock, self.limit, self.pid, self.lock = sock, limit, os.getpid(), threading.RLock()
        self.left, self.name, self.text, self.size, self.flushed = limit, "", [], 0, 0.0

    def write(self, name: str, text: str) -> None:
        if self.sock is None or os.getpid() != self.pid:
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
        if self.sock is not None and os.getpid() == self.pid and self.text:
            text, self.text, self.size, self.flushed = "".join(self.text), [], 0, time.monotonic()
            self.send({"stream": self.name, "text": text})

    def send(self, message: dict) -> None:
        """Send one output, or the fact that there were too many."""
        if self.sock is None or os.getpid() != self.pid:
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
            send(self.sock, message)


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


# ---- IPython without a kernel ------------------------------------------------------------------------------------------


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
        OUT.send({"error": etype.__name__, "value": _text(evalue), "traceback": [str(line) for line in stb]})

    def enable_gui(self, gui=None):
        pass

    def ask_exit(self):
        pass


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:
        return "(its text cannot be made)"


# ---- what learners' code may have changed ------------------------------------------------------------------------------


class Snapshot:
    """The callables that tests rely on, as they were before any learner's code ran."""

    def __init__(self):
        self.modules, self.registry, self.exec, self.compile = dict(sys.modules), sys.modules, exec, compile
        self.builtins = dict(vars(builtins))
        chosen = [
            module
            for name, module in self.modules.items()
            if name in PROTECTED_ALONE
            or name.startswith(tuple(f"{start}." for start in PROTECTED))
            or name in PROTECTED
        ]
        self.kept, self.functions, seen = [], [], set()
        for owner in chosen:
            if isinstance(owner, types.ModuleType) and id(owner) not in seen:
                self._keep(owner, owner.__name__, seen)
        places = [(module, *module.__name__.rpartition(".")[::2]) for module in chosen if "." in module.__name__]
        self.attributes = [  # what `from package import module` reads
            (self.modules[package], name, module)
            for module, package, name in places
            if package in self.modules and vars(self.modules[package]).get(name) is module
        ]
        self.transformers = list(SHELL.input_transformers_cleanup) + list(SHELL.input_transformers_post)
        self.at_exit, self.finders = atexit._ncallbacks(), (list(sys.meta_path), list(sys.path_hooks))
        self.signals = {number: signal.getsignal(number) for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT)}
        self.recursion = sys.getrecursionlimit()

    def _keep(self, owner: object, label: str, seen: set[int]) -> None:
        seen.add(id(owner))
        saved = {name: value for name, value in vars(owner).items() if callable(value) or isinstance(value, property)}
        self.kept.append((owner, label, saved))
        for name, value in saved.items():
            if isinstance(value, types.FunctionType):
                self.functions.append(
                    (value, value.__code__, value.__defaults__, value.__kwdefaults__, f"{label}.{name}")
                )
            elif isinstance(value, type) and value.__flags__ & (1 << 9) and id(value) not in seen:  # not a C type
                if (value.__module__ or "").startswith(("trainlib", "torch", "pandas", "numpy", "unittest")):
                    self._keep(value, f"{label}.{name}", seen)

    def restore(self) -> list[str]:
        """Put everything back that was changed. Returns the names of what was."""
        changed = []
        for owner, label, saved in self.kept:
            now = vars(owner)
            for name, value in saved.items():
                if now.get(name) is not value:
                    changed.append(f"{label}.{name}")
                    type.__setattr__(owner, name, value) if isinstance(owner, type) else now.__setitem__(name, value)
        for function, code, defaults, keywords, label in self.functions:
            if function.__code__ is not code or function.__defaults__ is not defaults:
                changed.append(label)
                function.__code__, function.__defaults__ = code, defaults
            if function.__kwdefaults__ is not keywords:
                changed.append(label)
                function.__kwdefaults__ = keywords
        sys.modules = self.registry
        for owner, label, _ in self.kept:
            if isinstance(owner, types.ModuleType) and self.registry.get(owner.__name__) is not owner:
                changed.append(f"sys.modules[{label!r}]")
                self.registry[owner.__name__] = owner
        for package, name, module in self.attributes:
            if vars(package).get(name) is not module:
                changed.append(module.__name__)
                vars(package)[name] = module
        return changed

    def odd(self) -> list[str]:
        """What a learner's code has set up outside of its own names, in words."""
        found = []
        if SHELL.ast_transformers or (
            list(SHELL.input_transformers_cleanup) + list(SHELL.input_transformers_post) != self.transformers
        ):
            found.append("changed how cells are read (input or AST transformers)")
        if (tasks := _threads()) > 1:
            found.append(f"left {tasks - 1} threads running")
        if atexit._ncallbacks() > self.at_exit:
            found.append("left code to run at the end of the process (atexit)")
        if any(signal.getsignal(number) is not handler for number, handler in self.signals.items()):
            found.append("changed signal handlers")
        if (sys.meta_path, sys.path_hooks) != tuple(map(list, self.finders)):
            found.append("changed how modules are found")
        if sys.gettrace() or sys.getprofile():
            found.append("traces or profiles the code that runs")
        return found


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def watch() -> None:
    """Report, while cells run, what honest answers have no use for. An audit hook cannot be taken away again."""
    seen, busy, getframe = set(), threading.local(), sys._getframe

    def by_cell(frame: types.FrameType | None, depth: int) -> bool:
        """Whether a cell's own code is among the `depth` innermost calls."""
        while frame is not None and depth:
            if frame.f_code.co_filename.startswith(CELL):
                return True
            frame, depth = frame.f_back, depth - 1
        return False

    def what(event: str, arguments: tuple, frame: types.FrameType | None) -> str:
        if event == "open":
            path = os.fsdecode(arguments[0]) if isinstance(arguments[0], (str, bytes)) else ""
            return (
                f"tried to open {path[:200]}" if any(part in path for part in ODD_PATHS) and by_cell(frame, 12) else ""
            )
        return f"used {event}" if by_cell(frame, ODD_EVENTS[event]) else ""

    def hook(event: str, arguments: tuple) -> None:
        if (event == "open" or event in ODD_EVENTS) and not getattr(busy, "now", False):
            busy.now = True
            try:
                said = what(event, arguments, getframe(1))
                if said and said not in seen and len(seen) < 20:
                    seen.add(said)
                    OUT.send({"odd": said})
            except Exception:  # the engine is gone, or the code broke what this needs: it will be seen elsewhere
                pass
            finally:
                busy.now = False

    sys.addaudithook(hook)


# ---- a worker ----------------------------------------------------------------------------------------------------------


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


# ---- confinement -------------------------------------------------------------------------------------------------------

LIBC = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments) -> None:
    if getattr(LIBC, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def give_up_root() -> None:
    """Become nobody, for whom limits hold that root has not. Namespaces of workers need a /proc without covers first."""
    if os.getuid() == 0:
        _call("mount", b"proc", b"/proc", b"proc", 0, None)
        os.chmod("/tmp", 0o777)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        _call("prctl", 4, 1, 0, 0, 0)  # PR_SET_DUMPABLE, or its own /proc would be root's


def leave() -> None:
    """Enter namespaces of one's own: user, mount, ipc, network, and for the next child process ids."""
    user, group = os.getuid(), os.getgid()
    _call("unshare", UNSHARE)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def confine(limits: dict, in_sight: list[str]) -> None:
    """A /proc, /tmp and loopback of one's own, no way to more namespaces, no capabilities, and limits.

    What is `in_sight` below /tmp stays there.
    """
    _call("mount", b"proc", b"/proc", b"proc", 0xE, None)  # nosuid, nodev, noexec
    kept = {path: os.open(path, os.O_PATH) for path in in_sight if path.startswith("/tmp/") and os.path.exists(path)}
    _call("mount", b"tmpfs", b"/tmp", b"tmpfs", 0x6, f"size={limits['disk_mib']}m,nr_inodes=20k,mode=0700".encode())
    for path, handle in kept.items():
        os.makedirs(path, exist_ok=True)
        source = f"/proc/self/fd/{handle}".encode()
        _call("mount", source, path.encode(), None, 0x5000, None)  # bind, with what is in it
        os.close(handle)
    os.mkdir("/tmp/shm")
    _call("mount", b"/tmp/shm", b"/dev/shm", None, 0x1000, None)  # bind
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")
    for name, most in (
        ("FSIZE", limits["disk_mib"] << 20),
        ("NPROC", limits["processes"]),
        ("CORE", 0),
        ("NOFILE", 1024),
        ("CPU", limits["notebook_seconds"] + 60),
        ("AS", _address_space() + (limits["memory_mib"] << 20)),
    ):
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    header, nothing = struct.pack("II", 0x20080522, 0), bytes(24)
    _call("capset", header, nothing)
    _call("prctl", 38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS


def _address_space() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


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
    SNAPSHOT = Snapshot()
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

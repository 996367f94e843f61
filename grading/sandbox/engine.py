"""Runs notebooks that strangers wrote: each in a confined process, forked warm, whose every byte is checked here.

`Engine` starts `worker.py` once, inside bubblewrap: no network, no file but the system, the Python environment,
`trainlib` and the learner editions. It forks a worker for each notebook, which confines itself once more. Of a notebook
three things come back: what its cells showed before any hidden test ran, the verdict of each test, and what a person
should look at. A verdict counts when it carries the random word that came with the text of the test.
"""

import ast
import builtins
import json
import os
import re
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

import trainlib
from grading.sandbox.markup import sanitised

HIDDEN_MARK = "### BEGIN HIDDEN TESTS"
MESSAGE_BYTES, CELL_BYTES, NOTEBOOK_BYTES = 12 << 20, 8 << 20, 24 << 20  # 8 MiB hold some forty figures
CELL_MESSAGES = 20_000
GRACE_SECONDS = 10  # from asking a cell to stop to giving up on the notebook
START_SECONDS = 120
MODELS = ("torch.testing", "transformers:AutoTokenizer", "transformers:AutoModelForSequenceClassification")
WARM = {  # what these modules load only when it is asked for
    "numpy": ("numpy.testing",),
    "pandas": ("pandas.testing",),
    "torch": ("torch.testing",),
    "torch.optim": ("torch._dynamo",),
    "transformers": MODELS,
    "trainlib.models": (*MODELS, "torch._dynamo"),
    "trainlib.finetune": (*MODELS, "torch._dynamo"),
    "trainlib.pretrain": ("torch.testing", "torch._dynamo"),
}
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
    "TQDM_DISABLE": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "LANG": "C.UTF-8",
}
SHOWN = ("text/plain", "text/html", "text/latex", "image/png", "image/jpeg")
REACHES = re.compile(r"__(?:globals|builtins|closure|subclasses|code)__|\b(?:f_back|f_globals|f_locals|gi_frame)\b")
CUT = "(The rest is left out: this cell wrote too much.)\n"
NO_ISOLATION = (
    "learners' code cannot be confined here: {reason}. Grading needs Linux with bubblewrap (Debian: apt-get install "
    "bubblewrap) and user namespaces, which a Linux container or a virtual machine gives on macOS and Windows. "
    "`--without-isolation` grades all the same: then a notebook can read and change all that you can, the gradebook "
    "and hidden tests too, and can use the network"
)


class EngineError(Exception):
    """The engine itself failed, through no fault of a notebook: try again."""


class NotebookFault(Exception):
    """A notebook's process ended, sent what is no message, or did not stop. Its text says which."""


class CellTimeout(NotebookFault):
    """A cell ran too long."""


@dataclass(frozen=True)
class Limits:
    """What one notebook may use."""

    cell_seconds: float = 60  # the lessons' own limit is 20 s in all; a busy machine needs more
    notebook_seconds: float = 300
    memory_mib: int = 4096
    disk_mib: int = 512
    processes: int = 128


@dataclass(frozen=True)
class Test:
    """A test cell, from the instructor's source, its two parts statement by statement.

    `given` binds again what the lesson's own cells import and define; `plain` names what must be Python's own.
    """

    given: str
    visible: list[str]
    hidden: list[str]
    plain: list[str]


@dataclass
class Run:
    """A notebook that has run: its cells hold what they showed, and `reasons` says what happened to which graded cell."""

    notebook: NotebookNode
    fault: str = ""  # why cells after some cell did not run, for the learner
    reasons: dict[str, str] = field(default_factory=dict)  # by grade id of a test that could not be run to its end
    unreached: list[str] = field(default_factory=list)  # grade ids of tests that did not begin
    suspicious: list[str] = field(default_factory=list)

    def suspect(self, what: str) -> None:
        if what not in self.suspicious and len(self.suspicious) < 20:
            self.suspicious.append(what)


def is_test(cell) -> bool:
    """Whether a cell is a locked test cell, graded by running it."""
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


# ---- what comes from the source ----------------------------------------------------------------------------------------


def read_tests(source: NotebookNode) -> dict[str, Test]:
    """The tests of an instructor's notebook by grade id."""
    found, given = {}, []
    bindings = Counter(name for cell in source.cells for node in _nodes(cell) for name in _bound(node))
    for cell in source.cells:
        if is_test(cell):
            visible, mark, hidden = cell.source.partition(HIDDEN_MARK)
            used = {part.id for part in ast.walk(ast.parse(cell.source)) if isinstance(part, ast.Name)}
            plain = sorted(name for name in used if hasattr(builtins, name) and name not in bindings)
            parts = (statements(visible), statements(mark + hidden))
            found[cell.metadata.nbgrader.grade_id] = Test("\n".join(given), *parts, plain)
        elif not is_solution(cell):
            kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef)
            nodes = (node for node in _nodes(cell) if isinstance(node, kinds))
            given += [ast.unparse(node) for node in nodes if all(bindings[name] == 1 for name in _bound(node))]
    return found


def read_imports(sources: list[NotebookNode]) -> list[str]:
    """The modules that lessons import, and what those need at once, in the form of `worker.warm`."""
    nodes = [node for source in sources for cell in source.cells for node in _nodes(cell)]
    names = {alias.name: None for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and not node.level:
            names |= {node.module: None} | {f"{node.module}.{alias.name}": None for alias in node.names}
    if any("torch.optim." in cell.source for source in sources for cell in source.cells):
        names["torch.optim"] = None
    return [*names, *(more for name in names for more in WARM.get(name, ()))]


def statements(source: str) -> list[str]:
    """The top-level statements of a source, each on the line where it stands there. SyntaxError as from Python."""
    found, lines, end = [], source.splitlines(), 0
    for node in ast.parse(source).body:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
        if first > end:  # else it follows a semicolon, and is there already
            found.append((first, []))
        found[-1][1].extend(lines[max(first - 1, end) : node.end_lineno])
        end = max(end, node.end_lineno)
    return ["\n" * (first - 1) + "\n".join(text) for first, text in found]


def _nodes(cell) -> list[ast.stmt]:
    """The top-level statements of a cell of code; none where it holds magics, as the set-up cell does."""
    try:
        return ast.parse(cell.source).body if cell.cell_type == "code" else []
    except SyntaxError:
        return []


def _bound(node: ast.stmt) -> list[str]:
    """The names that a statement binds at top level, those in the bodies of functions and classes left out."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).split(".")[0] for alias in node.names]
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    return [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]


# ---- messages ----------------------------------------------------------------------------------------------------------


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


# ---- the sandbox -------------------------------------------------------------------------------------------------------


def in_sight() -> list[str]:
    """The files and folders, outside of /usr, that lessons need."""
    package = Path(trainlib.__file__).resolve().parent
    paths = [sys.prefix, sys.base_prefix, package, package.parent / "notebooks", "/etc/alternatives"]
    paths += ["/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/sys/devices/system/cpu"]
    return [path for path in dict.fromkeys(map(str, paths)) if not Path(path).is_relative_to("/usr")]


def sandbox() -> list[str]:
    """The command that runs what follows it with no network and nothing in sight but what lessons need."""
    words = ["bwrap", "--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent"]
    words += ["--new-session", "--clearenv", "--ro-bind", "/usr", "/usr"]
    if os.getuid() != 0:
        words += ["--unshare-user"]
    for path in map(Path, ("/bin", "/sbin", "/lib", "/lib32", "/lib64")):
        if path.is_symlink():
            words += ["--symlink", os.readlink(path), str(path)]
        elif path.exists():
            words += ["--ro-bind", str(path), str(path)]
    words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # first: the project may stand below /tmp
    for folder in dict.fromkeys(folder for path in in_sight() for folder in reversed(Path(path).parents[:-1])):
        words += ["--perms", "0755", "--dir", str(folder)]  # a folder that bubblewrap makes by itself is for root only
    for path in in_sight():
        words += ["--ro-bind-try", path, path]
    words += ["--ro-bind", str(Path(__file__).with_name("worker.py")), "/worker.py"]
    words += ["--dir", "/dev/shm", "--remount-ro", "/dev", "--remount-ro", "/"]
    for name, value in (ENVIRONMENT | _home("/tmp/home")).items():
        words += ["--setenv", name, value]
    return words


def _home(folder: str) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    return {"HOME": folder, "USER": "learner", "LOGNAME": "learner", "PATH": path, "TMPDIR": str(Path(folder).parent)}


class Engine:
    """A warm process that forks a worker for each notebook; use it in a `with`. `run` may be called by several threads.

    EngineError where learners' code cannot be confined, unless `isolated` is False.
    """

    def __init__(self, libraries: list[str], isolated: bool = True, limits: Limits | None = None):
        self.libraries, self.isolated, self.limits = libraries, isolated, limits or Limits()
        self.jobs = os.cpu_count() or 1
        self.lock, self.keepers = threading.Lock(), set()

    def __enter__(self) -> "Engine":
        if self.isolated and not (sys.platform.startswith("linux") and shutil.which("bwrap")):
            raise EngineError(NO_ISOLATION.format(reason="bubblewrap is not installed"))
        self.folder = tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True)
        self.said = open(Path(self.folder.name) / "said", "w+b")  # noqa: SIM115  (closed in __exit__)
        self.control, other = socket.socketpair()
        home = "/tmp/home" if self.isolated else self.folder.name
        limits = vars(self.limits) | {"output_bytes": CELL_BYTES}
        settings = {"confined": self.isolated, "libraries": self.libraries, "limits": limits, "home": home}
        settings["in_sight"] = in_sight()
        worker = "/worker.py" if self.isolated else str(Path(__file__).with_name("worker.py"))
        command = [*(sandbox() if self.isolated else []), sys.executable, "-I", worker, str(other.fileno())]
        environment = None if self.isolated else os.environ | ENVIRONMENT | {"TMPDIR": self.folder.name}
        self.process = subprocess.Popen(
            [*command, json.dumps(settings)], pass_fds=[other.fileno()], env=environment, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=self.said, stderr=self.said,
        )  # fmt: skip
        other.close()
        try:
            Channel(self.control).receive(time.monotonic() + START_SECONDS)
        except BaseException as error:
            self.process.kill()
            self.process.wait()
            self.said.seek(0)
            said = self.said.read()[-500:].decode(errors="replace").strip().splitlines()
            self.__exit__()
            if not isinstance(error, NotebookFault):
                raise
            reason = said[-1] if said else "the sandbox did not start"
            raise EngineError(NO_ISOLATION.format(reason=reason) if self.isolated else reason) from None
        return self

    def __exit__(self, *_) -> None:
        for keeper in list(self.keepers):  # after Ctrl-C some may be at work
            keeper.end()
        self.control.close()
        self.process.kill()
        self.process.wait()
        self.said.close()
        self.folder.cleanup()

    @contextmanager
    def worker(self):
        """A fresh worker: its channel and its process."""
        ours, theirs = socket.socketpair()
        with closing(ours):
            with theirs, self.lock:
                try:
                    socket.send_fds(self.control, [b"w"], [theirs.fileno()])
                except OSError:
                    raise EngineError("the process that starts workers has ended") from None
            ours.settimeout(START_SECONDS)
            with closing(Process(ours, self.isolated)) as keeper, closing(Process(ours, self.isolated)) as process:
                self.keepers.add(keeper)
                try:
                    yield Channel(ours), keeper, process
                finally:
                    keeper.end()
                    self.keepers.discard(keeper)

    def run(self, notebook: NotebookNode, tests: dict[str, Test], seed: int) -> Run:
        """Run a notebook whose test cells are those of `tests`. Returns it with its outputs; never raises for its faults.

        EngineError where the process that starts workers has ended, which would look like a fault of each notebook.
        """
        run = Run(notebook)
        with self.worker() as (channel, keeper, process):
            job = Job(channel, keeper, process, self.limits, run)
            visible = job.run_cells(tests)
            job.run_hidden(visible, tests, seed)
            for _, own in visible:
                own.sock.close()
        if run.reasons:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.2)
                raise EngineError("the process that starts workers has ended: run the same command again")
        return run


class Process:
    """A process of a worker as it introduces itself on `sock`, seen from outside of its namespaces."""

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
        """Kill the largest process below this one when all hold more than that, memory that they share counted once."""
        sizes = {}
        with suppress(psutil.Error):
            for one in psutil.Process(self.pid).children(recursive=True):
                with suppress(psutil.Error):
                    sizes[one] = one.memory_full_info().pss
        if sum(sizes.values()) > most_mib << 20:
            with suppress(psutil.Error):
                max(sizes, key=sizes.get).kill()

    def end(self) -> None:
        """Kill it. Where it is the first of a namespace of process ids, the kernel kills all others with it."""
        if not self.isolated:
            with suppress(psutil.Error):
                for one in psutil.Process(self.pid).children(recursive=True):
                    one.kill()
        self.signal(signal.SIGKILL)

    def close(self) -> None:
        if self.handle is not None:
            os.close(self.handle)


# ---- one notebook ------------------------------------------------------------------------------------------------------


class Job:
    """One notebook in one worker."""

    def __init__(self, channel: Channel, keeper: Process, process: Process, limits: Limits, run: Run):
        self.channel, self.keeper, self.process, self.limits, self.run = channel, keeper, process, limits, run
        self.deadline, self.left, self.check_at = time.monotonic() + limits.notebook_seconds, NOTEBOOK_BYTES, 0.0

    def run_cells(self, tests: dict[str, Test]) -> list[tuple[NotebookNode, Channel]]:
        """Run every cell, and the visible part of every test. Returns the tests that passed so far, with their channels."""
        passed, number = [], 0
        for cell in self.run.notebook.cells:
            if cell.cell_type != "code":
                continue
            cell.outputs = []
            number += "injected-parameters" not in cell.metadata.get("tags", [])
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if self.run.fault:
                if is_test(cell):
                    self.run.unreached.append(name)
                    self.run.reasons[name] = self.run.fault
                continue
            try:
                if not is_test(cell):
                    self.run_cell(cell)
                elif own := self.run_visible(cell, tests[name]):
                    passed.append((cell, own))
            except NotebookFault as fault:
                self.run.fault = f"your notebook {said(fault, self.limits)} in code cell {number}{_begins(cell)}"
                self.run.fault += "; the cells before it were graded, the ones after it were not run"
        return passed

    def run_cell(self, cell: NotebookNode) -> None:
        """Run an ordinary cell; at its time limit ask it to stop, as a person would, and give up soon after."""
        for word in sorted(set(REACHES.findall(cell.source))):
            self.run.suspect(f"mentions {word}")
        self.channel.send({"cell": cell.source})
        try:
            self.collect(cell, self.channel, self.limits.cell_seconds)
        except CellTimeout:
            self.process.signal(signal.SIGINT)
            try:
                self.collect(cell, self.channel, GRACE_SECONDS)
            except CellTimeout:
                raise CellTimeout from None
            if time.monotonic() > self.deadline:
                raise
            cell.outputs.append(failure(f"✗ stopped: a cell may run {self.limits.cell_seconds:g} s"))

    def run_visible(self, cell: NotebookNode, test: Test) -> Channel | None:
        """Fork the worker for a test and run its visible part. Returns the channel to the fork when that passed."""
        ours, theirs = socket.socketpair()
        own = Channel(ours)
        with theirs:
            self.channel.send(
                self.request(test, test.visible) | {"seconds": 2 * int(self.limits.cell_seconds) + 1}, (theirs,)
            )
        nonce = self.nonce
        self.collect(nbformat.v4.new_code_cell(), self.channel, self.limits.cell_seconds)
        if self.attempt(cell, own, nonce):
            return own
        ours.close()
        return None

    def run_hidden(self, waiting: list[tuple[NotebookNode, Channel]], tests: dict[str, Test], seed: int) -> None:
        """Give the hidden parts to the forks that wait for them. What they write is for instructors, behind the curtain."""
        self.process.signal(signal.SIGSTOP)
        self.deadline = max(self.deadline, time.monotonic() + 2 * self.limits.cell_seconds)
        for cell, own in waiting:
            test = tests[cell.metadata.nbgrader.grade_id]
            if not test.hidden:
                continue
            hidden = nbformat.v4.new_code_cell(metadata=cell.metadata)
            with suppress(NotebookFault):
                own.send(self.request(test, test.hidden, {"TRAINLIB_HIDDEN_SEED": str(seed)}))
            self.attempt(hidden, own, self.nonce)
            cell.outputs += [curtain(), *hidden.outputs]

    def request(self, test: Test, part: list[str], environment: dict[str, str] | None = None) -> dict:
        self.nonce = secrets.token_hex(16)
        return {"given": test.given, "plain": test.plain, "statements": part, "name": "<tests>",
                "environment": environment or {}, "nonce": self.nonce}  # fmt: skip

    def attempt(self, cell: NotebookNode, own: Channel, nonce: str) -> bool:
        """Collect one part of a test. Whether it passed; if not, the cell holds an error that says why."""
        name = cell.metadata.nbgrader.grade_id
        try:
            passed = self.collect(cell, own, self.limits.cell_seconds).get("nonce") == nonce
            reason = ""
        except NotebookFault as fault:
            passed, reason = False, f"your code {said(fault, self.limits)} while this cell tested it"
            self.run.reasons[name] = reason
        cell.outputs = [without_grade(output) for output in cell.outputs]
        if not passed and not has_error(cell.outputs):
            cell.outputs.append(failure(f"✗ {reason or 'the test did not come to its end'}"))
        return passed and not has_error(cell.outputs)

    def collect(self, cell: NotebookNode, channel: Channel, seconds: float) -> dict:
        """Store what comes from a running cell in it, until it says that it has ended. Returns that message."""
        deadline = min(time.monotonic() + seconds, self.deadline)
        left = min(CELL_BYTES, self.left)
        for _ in range(CELL_MESSAGES):
            message = channel.receive(deadline, self.watch)
            if "end" in message:
                return message
            if "odd" in message:
                self.run.suspect(clean(message["odd"], 300))
            elif "clear" in message:
                cell.outputs = []
            elif (output := as_output(message)) is not None and left > 0:
                size = len(json.dumps(output))
                left, self.left = left - size, self.left - size
                _append(cell.outputs, output if left > 0 else nbformat.v4.new_output("stream", text=CUT))
        raise NotebookFault("wrote without an end")

    def watch(self) -> None:
        """Look at the memory of all that runs, about twice a second: the kernel needs a while to add it up."""
        if (began := time.monotonic()) > self.check_at:
            self.keeper.shrink(self.limits.memory_mib)
            self.check_at = time.monotonic() + max(0.5, 20 * (time.monotonic() - began))


def said(fault: NotebookFault, limits: Limits) -> str:
    """What went wrong, as the end of "your notebook …"."""
    if isinstance(fault, CellTimeout):
        return f"did not stop (a cell may run {limits.cell_seconds:g} s, a notebook {limits.notebook_seconds:g} s)"
    if "ended" in str(fault):
        return "ended its own Python process, or had too little memory,"
    return str(fault)


def _begins(cell: NotebookNode) -> str:
    line = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    return f", which begins `{line[:60]}`" if line else ""


def _append(outputs: list, output: NotebookNode) -> None:
    last = outputs[-1] if outputs else None
    if last is not None and last.output_type == output.output_type == "stream" and last.name == output.name:
        last.text += output.text
    else:
        outputs.append(output)


def failure(text: str) -> NotebookNode:
    return nbformat.v4.new_output("error", ename="CheckFailed", evalue=text, traceback=text.splitlines())


def has_error(outputs: list) -> bool:
    return any(output.output_type == "error" for output in outputs)


def curtain() -> NotebookNode:
    """The output from which on nothing is shown to the learner."""
    text = "The hidden tests begin here. The learner does not see what follows."
    return nbformat.v4.new_output("display_data", {"text/plain": text}, metadata={"trainlib": "hidden"})


def is_curtain(output) -> bool:
    return output.output_type == "display_data" and output.metadata.get("trainlib") == "hidden"


def without_grade(output: NotebookNode) -> NotebookNode:
    """An output of a test cell in a form from which nbgrader reads no grade, unless it is an error."""
    if output.output_type == "stream" and output.name == "stderr":
        return nbformat.v4.new_output("stream", name="stdout", text=f"Written to stderr, at no cost:\n{output.text}")
    if output.output_type == "execute_result":
        return nbformat.v4.new_output("display_data", output.data, metadata=output.metadata)
    return output

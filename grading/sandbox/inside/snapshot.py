"""What learners' code changes and does that honest answers have no use for, to be told to a person."""

import atexit
import builtins
import os
import signal
import sys
import threading
import types

from output import OUT

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


class Snapshot:
    """The callables that tests rely on, as they were before any learner's code ran."""

    def __init__(self, shell):
        self.shell = shell
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
        self.transformers = list(shell.input_transformers_cleanup) + list(shell.input_transformers_post)
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
        if self.shell.ast_transformers or (
            list(self.shell.input_transformers_cleanup) + list(self.shell.input_transformers_post) != self.transformers
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

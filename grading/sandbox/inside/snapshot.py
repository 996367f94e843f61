"""What learners' code changes and does that honest answers have no use for, to be told to a person."""

import atexit
import builtins
import os
import signal
import sys
import threading
import types

from output import OUT

SIGNALS = (signal.SIGALRM, signal.SIGTERM, signal.SIGINT)
# Libraries that change themselves while they are used, as torch and pandas do, are not among these.
WITH_PARTS = ("builtins", "operator", "math", "functools", "trainlib", "numpy.testing", "inspect")
ALONE = ("numpy",)
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
    """The callables that a cheat would like to change, as they were before any learner's code ran.

    Changing them changes nothing in a test, which runs elsewhere: it is told, so that a person can ask.
    """

    def __init__(self, shell):
        self.shell, self.modules, self.registry = shell, dict(sys.modules), sys.modules
        self.builtins = dict(vars(builtins))
        self.kept, seen = [], set()
        for name, owner in self.modules.items():
            chosen = name in ALONE or name in WITH_PARTS or name.startswith(tuple(f"{start}." for start in WITH_PARTS))
            if chosen and isinstance(owner, types.ModuleType) and id(owner) not in seen:
                self._keep(owner, owner.__name__, seen)
        self.transformers = self._transformers()
        self.signals = {number: signal.getsignal(number) for number in SIGNALS}
        self.finders = (list(sys.meta_path), list(sys.path_hooks))

    def _keep(self, owner: types.ModuleType, label: str, seen: set[int]) -> None:
        seen.add(id(owner))
        saved = {name: value for name, value in vars(owner).items() if callable(value)}
        functions = [
            (name, value, value.__code__, value.__defaults__, value.__kwdefaults__)
            for name, value in saved.items()
            if isinstance(value, types.FunctionType)
        ]
        self.kept.append((owner, label, saved, functions))

    def _transformers(self) -> list:
        """What changes the text of cells, apart from what IPython's own magics bring along."""
        found = [
            *self.shell.input_transformers_cleanup,
            *self.shell.input_transformers_post,
            *self.shell.ast_transformers,
        ]
        return [one for one in found if (getattr(one, "__module__", None) or type(one).__module__) == "__main__"]

    def changed(self) -> list[str]:
        """The names of what is not as it was."""
        found = []
        for owner, label, saved, functions in self.kept:
            if self.registry.get(owner.__name__) is not owner:
                found.append(f"sys.modules[{label!r}]")
            package, _, name = label.rpartition(".")
            if package in self.modules and getattr(self.modules[package], name, None) is not owner:
                found.append(label)
            now = vars(owner)
            names = [name for name, value in saved.items() if now.get(name) is not value]
            for name, one, code, defaults, options in functions:
                if one.__code__ is not code or one.__defaults__ is not defaults or one.__kwdefaults__ is not options:
                    names.append(name)
            found += [f"{label}.{name}" for name in names]
        return found

    def restore(self) -> None:
        """Put back what the code of this folder stands on, so that one broken answer costs one exercise."""
        vars(builtins).update(self.builtins)
        sys.modules = self.registry

    def odd(self) -> list[str]:
        """What a learner's code has set up outside of its own names, in words."""
        found = []
        if self._transformers() != self.transformers:
            found.append("changed how cells are read (input or AST transformers)")
        if any(signal.getsignal(number) is not handler for number, handler in self.signals.items()):
            found.append("changed signal handlers")
        if (sys.meta_path, sys.path_hooks) != tuple(map(list, self.finders)):
            found.append("changed how modules are found")
        if sys.gettrace() or sys.getprofile():
            found.append("traces or profiles the code that runs")
        if running := sum(map(_by_hand, threading.enumerate())):
            found.append(f"left {running} threads running")
        if changed := self.changed():
            found.append(f"changed {', '.join(sorted(set(changed))[:5])}")
        return found


def _by_hand(thread: threading.Thread) -> bool:
    """Whether a thread was begun by hand: a library has a class for it, or a function of its own."""
    target = getattr(thread, "_target", None)
    own = getattr(target, "__module__", None) == "__main__" or isinstance(target, types.BuiltinFunctionType)
    return type(thread).__module__ == "__main__" or type(thread) is threading.Thread and own


def threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def by_cell(frame: types.FrameType | None, depth: int) -> bool:
    """Whether a cell's own code is among the `depth` innermost calls."""
    while frame is not None and depth:
        if frame.f_code.co_filename.startswith(CELL):
            return True
        frame, depth = frame.f_back, depth - 1
    return False


def watch() -> None:
    """Report, while cells run, what honest answers have no use for. An audit hook cannot be taken away again."""
    seen, busy, getframe = set(), threading.local(), sys._getframe

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

    register = atexit.register

    def registered(function, *arguments, **options):
        if by_cell(getframe(1), 1):
            OUT.send({"odd": "left code to run at the end of the process (atexit)"})
        return register(function, *arguments, **options)

    atexit.register = registered
    sys.addaudithook(hook)

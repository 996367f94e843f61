"""What a lesson calls: check an answer, show a quiz, look at your machine and progress, survey, hand in."""

import html
import os
import platform
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from importlib import metadata

import numpy as np

from trainlib.course import hand_in, progress, survey
from trainlib.full_check import full_check

__all__ = [
    "CheckFailed",
    "check",
    "check_raises",
    "doctor",
    "explore",
    "full_check",
    "hand_in",
    "hidden_seed",
    "progress",
    "quiz",
    "survey",
]


class CheckFailed(AssertionError):
    """A check that did not pass. In a notebook only its message is shown, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


def check(
    what: str,
    got: object,
    want: object,
    *,
    tolerance: float = 1e-6,
    likely: Mapping[object, str] | Callable[[object], str | None] | None = None,
) -> None:
    """Say that an answer is right, or raise CheckFailed with what was expected, what came and the likeliest slip.

    `what` is the sentence that must hold. Numbers, arrays and tensors are equal when their shapes are and every value
    lies within `tolerance` (absolute, or relative to the wanted value); text, sets and None must be the same; lists,
    dicts, Series and DataFrames are compared part by part. `likely` explains common wrong answers: either
    {wrong value or wrong shape: explanation}, or a function from the answer to an explanation or None.
    """
    try:
        difference = _difference(_plain(got), _trusted(want), tolerance)
    except _Foreign as found:
        kind = type(found.value).__name__
        difference = (
            None
            if found.value is got and type(got) is type(want) and want == got
            else f"expected {_short(want)}, got {_short(got)}: {kind} is no number, text, list, array or tensor"
        )
    if difference is None:
        print(f"✓ {what}")
        return
    lines = [f"✗ {what}", f"  {difference}"]
    if explanation := _explain(got, likely, tolerance):
        lines.append(f"  Likely: {explanation}")
    raise CheckFailed("\n".join(lines))


def check_raises(what: str, call: Callable[[], object], error: type[Exception]) -> None:
    """Say that `call()` raises `error`, as it must, or raise CheckFailed with what happened instead."""
    try:
        result = call()
    except NotImplementedError:
        raise
    except error:
        print(f"✓ {what}")
        return
    except Exception as other:
        raise CheckFailed(f"✗ {what}\n  expected {error.__name__}, got {type(other).__name__}: {other}") from None
    raise CheckFailed(f"✗ {what}\n  expected {error.__name__}, but the call returned {_short(result)}")


class _Foreign(Exception):
    """A value of a type that could say of itself whatever it likes, such as to be equal to everything."""

    def __init__(self, value: object):
        self.value = value


def _plain(value: object) -> object:
    """A value rebuilt from numbers, text, containers and arrays that compare as Python and numpy say, not as it says.

    Only the methods of built-in types, numpy, torch and pandas are called, never those of a class derived from them.
    Series become arrays, a DataFrame a dict of its index and columns. Raises _Foreign for anything else.
    """
    if value is None or type(value) in (bool, int, float, complex, str, bytes):
        return value
    if isinstance(value, np.generic) and type(value) is np.dtype(type(value)).type:
        return value.item() if value.dtype.kind in "biufcUS" else value
    if isinstance(value, np.ndarray):
        return _plain_array(np.ndarray.view(value, np.ndarray))
    for kind, rebuild in _REBUILD.items():
        if isinstance(value, kind):
            return rebuild(value)
    return _plain_of_library(value)


def _plain_array(array: np.ndarray) -> np.ndarray:
    if array.dtype != object:
        return array
    plain = np.empty(array.shape, dtype=object)
    plain.ravel()[:] = [*map(_plain, array.ravel())] if array.size else []
    return plain


_REBUILD = {  # how to read what a class derived from these holds, past any method of its own
    float: float.__float__,
    int: int.__int__,
    str: str.__str__,
    list: lambda value: [_plain(part) for part in list.__iter__(value)],
    tuple: lambda value: tuple(_plain(part) for part in tuple.__iter__(value)),
    dict: lambda value: {_plain(key): _plain(part) for key, part in dict.items(value)},
    set: lambda value: {_plain(part) for part in set.__iter__(value)},
    frozenset: lambda value: frozenset(_plain(part) for part in frozenset.__iter__(value)),
    range: list,
}


def _plain_of_library(value: object) -> object:
    """The same for what torch and pandas define, which need not have been imported."""
    kind = type(value)
    torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
    if torch is not None and kind in (torch.Tensor, torch.nn.Parameter):
        value = value.detach().cpu()
        return value.float().numpy() if value.dtype.is_floating_point else value.numpy()
    if pandas is not None and getattr(pandas, kind.__name__, None) is kind:
        if kind is pandas.DataFrame:
            names = [*map(str, map(_plain, value.columns))]
            columns = (value.iloc[:, place].to_numpy() for place in range(len(names)))
            return {"index": _plain(list(value.index)), **dict(zip(names, map(_plain_array, columns)))}
        return _plain_array(value.to_numpy()) if hasattr(kind, "to_numpy") else value
    if pandas is not None and value is pandas.NA or kind in (date, datetime, timedelta):
        return value
    raise _Foreign(value)


def _trusted(want: object) -> object:
    """What a lesson wants, in the same form where it has one."""
    try:
        return _plain(want)
    except _Foreign:
        return want


def _difference(got: object, want: object, tolerance: float) -> str | None:
    """One sentence on the first difference, or None where there is none."""
    if isinstance(want, dict):
        if not isinstance(got, dict) or list(map(str, got)) != list(map(str, want)) and set(got) != set(want):
            return f"expected the keys {list(want)}, got {list(got) if isinstance(got, dict) else _short(got)}"
        parts = ((f"at {key!r}: ", got[key], want[key]) for key in want)
        return next((name + said for name, a, b in parts if (said := _difference(a, b, tolerance))), None)
    if want is None or isinstance(want, (str, bytes, set, frozenset)):
        same = type(got) is type(want) and got == want
        return None if same else f"expected {_short(want)}, got {_short(got)}"
    if isinstance(want, bool):
        return None if isinstance(got, bool) and got == want else f"expected {want}, got {_short(got)}"
    if isinstance(want, (list, tuple)) and any(isinstance(part, (str, list, tuple, dict, type(None))) for part in want):
        if not isinstance(got, (list, tuple)) or len(got) != len(want):
            size = f"{len(got)} of them" if isinstance(got, (list, tuple)) else _short(got)
            return f"expected {len(want)} values, got {size}"
        parts = ((f"at position {i}: ", a, b) for i, (a, b) in enumerate(zip(got, want)))
        return next((name + said for name, a, b in parts if (said := _difference(a, b, tolerance))), None)
    return _array_difference(got, want, tolerance)


def _array_difference(got: object, want: object, tolerance: float) -> str | None:
    wanted = np.asarray(want)
    if got is None or isinstance(got, (str, dict, set, frozenset)):
        return f"expected {_short(want)}, got {_short(got)}"
    try:
        given = np.asarray(got)
        numeric = wanted.dtype.kind in "biufc"
        if numeric and given.dtype.kind not in "biufc":
            return f"expected numbers, got {_short(got)}"
    except (TypeError, ValueError):
        return f"expected {_short(want)}, got {_short(got)}"
    if given.shape != wanted.shape:
        if wanted.shape == ():
            return f"expected one number, {_short(want)}, got values of shape {given.shape}"
        return f"expected the shape {wanted.shape}, got {given.shape if given.shape else _short(got)}"
    if numeric:
        close = np.isclose(given, wanted, rtol=tolerance, atol=tolerance, equal_nan=True)
    else:
        close = given == wanted
    if np.all(close):
        return None
    if wanted.shape == ():
        return f"expected {_short(want)}, got {_short(got)}"
    first = tuple(int(i) for i in np.argwhere(~close)[0])
    place = first[0] if len(first) == 1 else first
    wrong = f"{np.count_nonzero(~close)} of {close.size} values differ"
    return f"{wrong}; at {place} expected {_short(wanted[first])}, got {_short(given[first])}"


def _explain(got: object, likely: object, tolerance: float) -> str | None:
    if callable(likely):
        try:
            return likely(got)
        except Exception:  # an explanation that does not fit this answer must not hide the check's own message
            return None
    try:
        value = _plain(got)
    except _Foreign:
        return None
    shape = np.shape(value) if isinstance(value, np.ndarray) else None
    for wrong, explanation in (likely or {}).items():
        if wrong == shape and isinstance(wrong, tuple) or _difference(value, _trusted(wrong), tolerance) is None:
            return explanation
    return None


def _short(value: object) -> str:
    value = _trusted(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    text = np.array2string(value, precision=4, threshold=8) if isinstance(value, np.ndarray) else repr(value)
    return text if len(text) <= 120 else text[:117] + "…"


def hidden_seed() -> int:
    """The seed from which hidden tests draw their inputs: known to the instructor's grader, 0 everywhere else."""
    return int(os.environ.get("TRAINLIB_HIDDEN_SEED", "0"))


def _show(markup: str, text: str) -> None:
    try:
        from IPython import get_ipython
        from IPython.display import HTML, display
    except ImportError:
        print(text)
        return
    display(HTML(markup)) if get_ipython() is not None else print(text)


def _fold(summary: str, body: str) -> str:
    return f"<details style='margin:0.3em 0'><summary>{html.escape(summary)}</summary>{body}</details>"


def quiz(question: str, choices: Mapping[str, str], answer: str) -> None:
    """Show a question whose choices unfold the reason why each is right or why someone would pick it. It is not graded.

    `choices` maps each choice to its reason, `answer` is the choice that is right. ValueError when it is not a choice.
    """
    if answer not in choices:
        raise ValueError(f"answer is {answer!r}; it must be one of the choices {list(choices)}")
    folds = [
        _fold(choice, f"<p><b>{'Right' if choice == answer else 'Not this one'}.</b> {html.escape(reason)}</p>")
        for choice, reason in choices.items()
    ]
    plain = "\n".join(f"- {choice}" for choice in choices)
    _show(
        f"<p><b>{html.escape(question)}</b> Choose, then open your choice.</p>{''.join(folds)}", f"{question}\n{plain}"
    )


def explore(describe: Callable[..., str], **sliders) -> None:
    """Show ipywidgets sliders and, below them, the markup that `describe(**values)` returns, renewed at each move.

    It does what `ipywidgets.interact` does without its Output widget, which now and then stops a headless run for good.
    """
    import ipywidgets
    from IPython.display import display

    shown = ipywidgets.HTML()

    def renew(_=None) -> None:
        shown.value = describe(**{name: slider.value for name, slider in sliders.items()})

    for slider in sliders.values():
        slider.observe(renew, names="value")
    renew()
    display(ipywidgets.VBox([*sliders.values(), shown]))


def doctor() -> None:
    """Print what your installation looks like, in a block to paste when you ask for help, and what may go wrong with it."""
    import psutil
    import torch

    packages = [
        "trainlib",
        "numpy",
        "pandas",
        "torch",
        "transformers",
        "peft",
        "scikit-learn",
        "jupyterlab",
        "nbgrader",
    ]
    versions = {}
    for name in packages:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed"
    device = "CPU only"
    if torch.cuda.is_available():
        device = f"CUDA, {torch.cuda.get_device_name()}"
    elif torch.backends.mps.is_available():
        device = "Apple GPU (MPS)"
    memory, disk = psutil.virtual_memory(), shutil.disk_usage(".")
    print(f"python {platform.python_version()} on {platform.platform()}")
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    print(f"device: {device}; {os.cpu_count()} cores, torch uses {torch.get_num_threads()}")
    print(
        f"memory: {memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GiB free; disk here: {disk.free / 2**30:.1f} GiB free"
    )
    warnings = []
    if memory.available < 1.5 * 2**30:
        warnings.append("under 1.5 GiB of memory is free: close other programs and other notebooks' kernels")
    if disk.free < 2**30:
        warnings.append("under 1 GiB of disk is free here: saving a notebook or a model may fail")
    print("\n".join(f"! {text}" for text in warnings) or "✓ nothing found that would keep a lesson from running")

"""What a lesson calls: check an answer, show a quiz, look at your machine and progress, survey, hand in."""

import html
import os
import platform
import shutil
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from importlib import metadata
from itertools import accumulate, chain, compress, cycle, islice, pairwise, product, starmap
from types import GeneratorType

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

    `what` is the sentence that must hold. What means the same passes:

    - Numbers of any kind, Fraction, Decimal and arrays of no dimension among them, are equal when every value lies
      within `tolerance`: that much, or that share of the wanted value, whichever is more. Values in float32, float16 or
      bfloat16 may also be off by their own precision where no whole numbers are wanted. NaN equals NaN only.
    - Arrays, tensors, Series, Index, lists, tuples, and what iterators and views of dicts give, are compared by shape
      and value, whatever holds them. DataFrames and dicts are compared part by part; sets whatever their order.
    - Text, bytes, None and truth values must be the same. A truth value is no number, "1" is not 1, nor is [1] 1.

    Only methods of built-in types, numpy, torch and pandas are called, so that an answer cannot say of itself that it
    is right. An object of another class passes only if `want` is of that class and equal to it.

    `likely` explains common wrong answers: either {wrong value or wrong shape: explanation}, of which the nearest that
    is within `tolerance` is shown, or a function from the answer to an explanation or None, which is not asked about
    None and not about text where numbers are wanted. Nobody is asked about an object of another class.
    """
    wanted = _trusted(want)
    try:
        value = set(got) if isinstance(wanted, set) and type(got) is type({}.keys()) else got
        value = _plain(value)
        difference = _difference(value, wanted, tolerance)
    except _Foreign as found:
        value, kind = _UNKNOWN, type(found.value).__name__
        difference = (
            None
            if found.value is got and type(got) is type(want) and want == got
            else f"expected {_short(want)}, got {_short(got)}: {kind} is no number, text, list, array or tensor"
        )
    except RecursionError:
        value, difference = (
            _UNKNOWN,
            f"expected {_short(want)}, got values that hold each other too deeply to be compared",
        )
    if difference is None:
        print(f"✓ {what}")
        return
    lines = [f"✗ {what}", f"  {difference}"]
    if explanation := _explain(got, value, wanted, likely, tolerance):
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


class _Rounded(np.ndarray):
    """Values that were held in fewer bits: `eps` is the share by which such a number may be off. Only `_rounded` makes
    it."""

    eps = 0.0


def _rounded(values: np.ndarray, eps: float) -> np.ndarray:
    made = np.ndarray.view(np.array(values, dtype=np.float64), _Rounded)
    made.eps = float(eps)
    return made


def _plain(value: object) -> object:
    """A value rebuilt from numbers, text, containers and arrays that compare as Python and numpy say, not as it says.

    Only the methods of built-in types, numpy, torch and pandas are called, never those of a class derived from them.
    Series become arrays, a DataFrame a dict of its index and columns, an iterator a list. Raises _Foreign for anything
    else.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, complex, str, bytes):
        return value
    if isinstance(value, np.generic) and kind is np.dtype(kind).type:
        return _plain_array(np.asarray(value))
    if isinstance(value, np.ndarray):
        return _plain_array(np.ndarray.view(value, np.ndarray))
    for known, rebuild in _REBUILD.items():
        if isinstance(value, known):
            return rebuild(value)
    if kind in _ITERATORS:
        return [_plain(part) for part in _drawn(value)]
    return _plain_of_library(value)


def _plain_array(array: np.ndarray) -> object:
    """The array without objects where it holds numbers, rounded ones marked; the value itself where it has no
    dimension."""
    if array.dtype == object:
        parts = [_plain(part) for part in array.ravel()]
        if parts and all(_is_number(part) for part in parts):
            return _plain_array(np.array([_number(part) for part in parts]).reshape(array.shape))
        plain = np.empty(array.shape, dtype=object)
        plain.ravel()[:] = parts
        return plain if plain.shape else plain.item()
    if array.dtype in (np.float16, np.float32):
        return _rounded(array, np.finfo(array.dtype).eps)
    if array.dtype.kind == "f":
        array = array.astype(np.float64)  # longdouble too, which Python has no number for
    return array if array.shape or array.dtype.kind not in "biufcUS" else array.item()


def _is_number(value: object) -> bool:
    return type(value) in (int, float, complex) or isinstance(value, _Rounded) and not value.shape or _is_missing(value)


def _number(value: object) -> object:
    return float("nan") if _is_missing(value) else value


def _is_missing(value: object) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and value is pandas.NA


def _key(value: object) -> object:
    """A plain value that can be a key of a dict or an element of a set."""
    plain = _plain(value)
    if isinstance(plain, tuple):
        return tuple(map(_key, plain))
    return plain.item() if isinstance(plain, np.ndarray) and not plain.shape else plain


def _drawn(iterator: Iterator) -> list:
    """What an iterator gives, at most MOST_DRAWN values. Its code runs in a thread: no frame that holds `want` is above
    it."""
    found: list = []

    def draw():
        try:
            found.append(list(islice(iterator, MOST_DRAWN + 1)))
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=draw)
    thread.start()
    thread.join()
    if isinstance(found[0], BaseException):
        raise found[0]
    if len(found[0]) > MOST_DRAWN:
        raise _Foreign(iterator)
    return found[0]


MOST_DRAWN = 1_000_000
_ITERATORS = (  # types of Python's own that give their values one by one
    GeneratorType,
    *(
        map,
        filter,
        zip,
        enumerate,
        reversed,
        accumulate,
        chain,
        compress,
        cycle,
        islice,
        pairwise,
        product,
        starmap,
        deque,
    ),
    *(type(iter(of)) for of in ((), [], {}, set(), "", b"", range(1), {}.values(), {}.items())),
    *(type(reversed(of)) for of in ([], {}, range(1))),
    *(type(of) for of in ({}.keys(), {}.values(), {}.items())),
)
_NUMERATOR, _DENOMINATOR = (Fraction.__dict__[name].__get__ for name in ("_numerator", "_denominator"))


def _of_fraction(value: Fraction) -> float:
    parts = _plain(_NUMERATOR(value)), _plain(_DENOMINATOR(value))
    if any(type(part) is not int for part in parts) or parts[1] == 0:
        raise _Foreign(value)
    return parts[0] / parts[1]


_REBUILD = {  # how to read what a class derived from these holds, past any method of its own
    float: float.__float__,
    int: int.__int__,
    complex: complex.__complex__,
    str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    bytearray: lambda value: bytes(bytearray.__getitem__(value, slice(None))),
    Fraction: _of_fraction,
    Decimal: lambda value: float("nan") if Decimal.is_nan(value) else Decimal.__float__(value),
    list: lambda value: [_plain(part) for part in list.__iter__(value)],
    tuple: lambda value: tuple(_plain(part) for part in tuple.__iter__(value)),
    dict: lambda value: {_key(key): _plain(part) for key, part in dict.items(value)},
    set: lambda value: {_key(part) for part in set.__iter__(value)},
    frozenset: lambda value: {_key(part) for part in frozenset.__iter__(value)},
    range: list,
}


def _plain_of_library(value: object) -> object:
    """The same for what torch and pandas define, which need not have been imported."""
    kind = type(value)
    torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
    if torch is not None and kind in (torch.Tensor, torch.nn.Parameter):
        return _plain_tensor(torch, value.detach())
    if pandas is not None and kind in (
        getattr(pandas, kind.__name__, None),
        getattr(pandas.arrays, kind.__name__, None),
    ):
        if kind is pandas.DataFrame:
            names = [*map(str, map(_plain, value.columns))]
            columns = (value.iloc[:, place].to_numpy() for place in range(len(names)))
            return {"index": _plain(list(value.index)), **dict(zip(names, map(_plain_array, columns)))}
        return _plain_array(np.asarray(value.to_numpy())) if hasattr(kind, "to_numpy") else _plain_array_like(value)
    if _is_missing(value) or kind in (date, datetime, timedelta):
        return value
    raise _Foreign(value)


def _plain_array_like(value: object) -> object:
    """Of pandas' scalars, a Timestamp say, the value itself; of its Categorical, the array."""
    return value if np.ndim(value) == 0 else _plain_array(np.asarray(value))


def _plain_tensor(torch, value) -> object:
    value = value.to_dense() if value.layout != torch.strided else value
    value = value.cpu().resolve_conj().resolve_neg()
    if value.dtype in (torch.float16, torch.bfloat16, torch.float32):
        return _rounded(value.double().numpy(), torch.finfo(value.dtype).eps)
    return _plain_array(value.double().numpy() if value.dtype.is_floating_point else value.numpy())


def _trusted(want: object) -> object:
    """What a lesson wants, in the same form where it has one."""
    try:
        return _plain(want)
    except _Foreign:
        return want


def _difference(got: object, want: object, tolerance: float) -> str | None:
    """One sentence on the first difference of two plain values, or None where there is none."""
    if isinstance(want, dict):
        if not isinstance(got, dict) or got.keys() != want.keys():
            return f"expected the keys {list(want)}, got {list(got) if isinstance(got, dict) else _short(got)}"
        return _first_of(((f"at {key!r}: ", got[key], want[key]) for key in want), tolerance)
    if isinstance(want, set):
        return _set_difference(got, want, tolerance)
    if want is None or isinstance(want, (str, bytes, bool)):
        same = type(got) is type(want) and got == want
        return None if same else f"expected {_short(want)}, got {_short(got)}"
    if isinstance(want, (list, tuple)) and not (_is_regular(want) and _is_regular(got)):
        if any(not _is_number(part) for part in want):
            return _difference_of_parts(got, want, tolerance)
    return _array_difference(got, want, tolerance)


def _difference_of_parts(got: object, want: list | tuple, tolerance: float) -> str | None:
    if isinstance(got, np.ndarray) and got.shape:
        got = [*got] if got.dtype.kind == "f" else got.tolist()
    if not isinstance(got, (list, tuple)) or len(got) != len(want):
        size = f"{len(got)} of them" if isinstance(got, (list, tuple)) else _short(got)
        return f"expected {len(want)} values, got {size}"
    return _first_of(((f"at position {i}: ", a, b) for i, (a, b) in enumerate(zip(got, want))), tolerance)


def _first_of(parts: Iterable[tuple[str, object, object]], tolerance: float) -> str | None:
    """The first difference of pairs that have a name each."""
    return next((name + said for name, a, b in parts if (said := _difference(a, b, tolerance))), None)


def _set_difference(got: object, want: set, tolerance: float) -> str | None:
    same = isinstance(got, set) and len(got) == len(want)
    if same and got != want and all(type(part) in (int, float) for part in got | want):
        return _array_difference(np.array(sorted(got)), np.array(sorted(want)), tolerance)
    return None if same and got == want else f"expected {_short(want)}, got {_short(got)}"


def _is_regular(value: object) -> bool:
    """Whether it is an array of numbers or truth values, or makes one."""
    try:
        return np.asarray(value).dtype.kind in "biufc"
    except (TypeError, ValueError):  # lists of unequal lengths
        return False


def _array_difference(got: object, want: object, tolerance: float) -> str | None:
    wanted = np.asarray(want)
    if got is None or isinstance(got, (str, bytes, dict, set)):
        return f"expected {_short(want)}, got {_short(got)}"
    try:
        given = np.asarray(got)
    except (TypeError, ValueError):
        return f"expected {_short(want)}, got {_short(got)}"
    numeric = wanted.dtype.kind in "biufc"
    if numeric and (given.dtype.kind not in "biufc" or wanted.dtype.kind != "b" and _holds_truth(got)):
        return f"expected {_short(want) if not wanted.shape else 'numbers'}, got {_short(got)}"
    if given.shape != wanted.shape:
        if wanted.shape == ():
            return f"expected one number, {_short(want)}, got values of shape {given.shape}"
        return f"expected the shape {wanted.shape}, got {given.shape if given.shape else _short(got)}"
    close = _is_close(given, wanted, tolerance, max(_eps(got), _eps(want))) if numeric else given == wanted
    if np.all(close):
        return None
    if wanted.shape == ():
        return f"expected {_short(want)}, got {_short(got)}"
    first = tuple(int(i) for i in np.argwhere(~close)[0])
    place = first[0] if len(first) == 1 else first
    wrong = f"{np.count_nonzero(~close)} of {close.size} values differ"
    return f"{wrong}; at {place} expected {_short(wanted[first])}, got {_short(given[first])}"


def _is_close(given: np.ndarray, wanted: np.ndarray, tolerance: float, eps: float) -> np.ndarray:
    """Whether each value is near enough; `eps` is the precision of what was rounded, which whole numbers do not
    excuse."""
    kind = np.result_type(given, wanted, np.float64)
    given, whole, wanted = given.astype(kind), wanted.dtype.kind in "biu", wanted.astype(kind)
    share = tolerance if whole else max(tolerance, eps)
    with np.errstate(invalid="ignore", over="ignore"):
        allowed = np.maximum(tolerance, share * np.abs(wanted)) * (1 + 1e-9)  # 1.01 - 1 is a little more than 0.01
        near = np.isfinite(given) & np.isfinite(wanted) & (np.abs(given - wanted) <= allowed)
    return near | (given == wanted) | (np.isnan(given) & np.isnan(wanted))


def _eps(value: object) -> float:
    """The coarsest precision of the values in a plain one; 0 where none was rounded."""
    if isinstance(value, (list, tuple)):
        return max(map(_eps, value), default=0.0)
    return value.eps if isinstance(value, _Rounded) else 0.0


def _holds_truth(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_holds_truth, value))
    return value.dtype.kind == "b" if isinstance(value, np.ndarray) else isinstance(value, bool)


def _explain(got: object, value: object, want: object, likely: object, tolerance: float) -> str | None:
    """What `likely` says of an answer `got` whose plain form is `value`."""
    if likely is None or value is _UNKNOWN:
        return None
    if callable(likely):
        other_kind = value is None or isinstance(value, (str, bytes)) != isinstance(want, (str, bytes))
        try:
            return None if other_kind else likely(got if type(got) in _KNOWN or _is_of_library(got) else value)
        except Exception:  # an explanation that does not fit this answer must not hide the check's own message
            return None
    shape = np.shape(value) if _is_regular(value) else None
    found = []
    for wrong, explanation in likely.items():
        if isinstance(wrong, tuple) and wrong == shape:
            found.append((0.0, explanation))
        elif _difference(value, plain := _trusted(wrong), tolerance) is None:
            alone = _is_regular(plain) and np.ndim(plain) == 0
            found.append((abs(value - plain) if alone and np.isfinite(plain) else 0.0, explanation))
    return min(found, key=lambda one: one[0])[1] if found else None


_UNKNOWN = object()  # stands for an answer that cannot be read
_KNOWN = (bool, int, float, complex, str, bytes, list, tuple, dict, set, np.ndarray)


def _is_of_library(value: object) -> bool:
    """Whether it is exactly a tensor or table of the libraries, so that a lesson may ask it."""
    kind, torch, pandas = type(value), sys.modules.get("torch"), sys.modules.get("pandas")
    return (
        torch is not None and kind in (torch.Tensor, torch.nn.Parameter)
        or pandas is not None and kind in (pandas.DataFrame, pandas.Series, pandas.Index)
        or isinstance(value, np.generic) and kind is np.dtype(kind).type
    )  # fmt: skip


def _short(value: object) -> str:
    value = _trusted(value) if type(value) not in _ITERATORS else value
    if isinstance(value, np.ndarray) and not value.shape:
        value = value.item()
    if isinstance(value, float):
        return f"{value:.6g}"
    text = (
        np.array2string(np.asarray(value), precision=4, threshold=8) if isinstance(value, np.ndarray) else repr(value)
    )
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
    """Print what your installation looks like, in a block to paste when you ask for help, and what may go wrong with
    it."""
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
        f"memory: {memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GiB free; disk here: "
        f"{disk.free / 2**30:.1f} GiB free"
    )
    warnings = []
    if memory.available < 1.5 * 2**30:
        warnings.append("under 1.5 GiB of memory is free: close other programs and other notebooks' kernels")
    if disk.free < 2**30:
        warnings.append("under 1 GiB of disk is free here: saving a notebook or a model may fail")
    print("\n".join(f"! {text}" for text in warnings) or "✓ nothing found that would keep a lesson from running")

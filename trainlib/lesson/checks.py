"""An answer is checked, and a failed check says what was expected, what came and the likeliest slip."""

import os
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from trainlib.lesson._plain import (
    ITERATORS,
    KNOWN,
    Foreign,
    eps_of,
    is_number,
    is_of_library,
    plain_of,
    trusted,
)

__all__ = ["CheckFailed", "check", "check_raises", "hidden_seed"]


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
    None. Nobody is asked about an object of another class.
    """
    wanted = trusted(want)
    try:
        value = set(got) if isinstance(wanted, set) and type(got) is type({}.keys()) else got
        value = plain_of(value)
        difference = _difference(value, wanted, tolerance)
    except Foreign as found:
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
    if explanation := _explain(got, value, likely, tolerance):
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
    if isinstance(want, (list, tuple)) and (_is_mixed(want) or not (_is_regular(want) and _is_regular(got))):
        if any(not is_number(part) for part in want):
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


def _is_mixed(value: list | tuple) -> bool:
    """Whether truth values stand beside numbers, which an array would make of them."""
    return len({isinstance(part, bool) for part in value}) > 1


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
    close = _is_close(given, wanted, tolerance, max(eps_of(got), eps_of(want))) if numeric else given == wanted
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


def _holds_truth(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_holds_truth, value))
    return value.dtype.kind == "b" if isinstance(value, np.ndarray) else isinstance(value, bool)


_UNKNOWN = object()  # stands for an answer that cannot be read


def _explain(got: object, value: object, likely: object, tolerance: float) -> str | None:
    """What `likely` says of an answer `got` whose plain form is `value`."""
    if likely is None or value is _UNKNOWN:
        return None
    if callable(likely):
        try:
            return None if value is None else likely(got if type(got) in KNOWN or is_of_library(got) else value)
        except Exception:  # an explanation that does not fit this answer must not hide the check's own message
            return None
    shape = np.shape(value) if _is_regular(value) else None
    found = []
    for wrong, explanation in likely.items():
        if isinstance(wrong, tuple) and wrong == shape:
            found.append((0.0, explanation))
        elif _difference(value, plain := trusted(wrong), tolerance) is None:
            alone = _is_regular(plain) and np.ndim(plain) == 0
            found.append((abs(value - plain) if alone and np.isfinite(plain) else 0.0, explanation))
    return min(found, key=lambda one: one[0])[1] if found else None


def slip(got: float, known: Mapping[float, str], tolerance: float = 1e-3) -> str | None:
    """The sentence of the first number in `known` that lies within `tolerance` of `got`; None where none does.

    For functions given as `likely`, where wrong values are written with fewer digits than the right one is checked to.
    """
    return next((told for wrong, told in known.items() if abs(float(got) - wrong) < tolerance), None)


def _short(value: object) -> str:
    value = trusted(value) if type(value) not in ITERATORS else value
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

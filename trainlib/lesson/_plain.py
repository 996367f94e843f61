"""A value rebuilt so that it compares as Python and numpy say, not as its own class says."""

import sys
import threading
from collections import deque
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, chain, compress, cycle, islice, pairwise, product, starmap
from types import GeneratorType

import numpy as np

__all__ = ["ITERATORS", "KNOWN", "Foreign", "Rounded", "eps_of", "is_number", "is_of_library", "plain_of", "trusted"]


class Foreign(Exception):
    """A value of a type that could say of itself whatever it likes, such as to be equal to everything."""

    def __init__(self, value: object):
        self.value = value


class Rounded(np.ndarray):
    """Values that were held in fewer bits: `eps` is the share by which such a number may be off. Only `_rounded` makes
    it."""

    eps = 0.0


def _rounded(values: np.ndarray, eps: float) -> np.ndarray:
    made = np.ndarray.view(np.array(values, dtype=np.float64), Rounded)
    made.eps = float(eps)
    return made


def plain_of(value: object) -> object:
    """A value rebuilt from numbers, text, containers and arrays that compare as Python and numpy say, not as it says.

    Only the methods of built-in types, numpy, torch and pandas are called, never those of a class derived from them.
    Series become arrays, a DataFrame a dict of its index and columns, an iterator a list. Raises Foreign for anything
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
    if kind in ITERATORS:
        return [plain_of(part) for part in _drawn(value)]
    return _plain_of_library(value)


def _plain_array(array: np.ndarray) -> object:
    """The array without objects where it holds numbers, rounded ones marked; the value itself where it has no
    dimension."""
    if array.dtype == object:
        parts = [plain_of(part) for part in array.ravel()]
        if parts and all(is_number(part) for part in parts):
            return _plain_array(np.array([_number(part) for part in parts]).reshape(array.shape))
        plain = np.empty(array.shape, dtype=object)
        plain.ravel()[:] = parts
        return plain if plain.shape else plain.item()
    if array.dtype in (np.float16, np.float32):
        return _rounded(array, np.finfo(array.dtype).eps)
    if array.dtype.kind == "f":
        array = array.astype(np.float64)  # longdouble too, which Python has no number for
    return array if array.shape or array.dtype.kind not in "biufcUS" else array.item()


def is_number(value: object) -> bool:
    return type(value) in (int, float, complex) or isinstance(value, Rounded) and not value.shape or _is_missing(value)


def _number(value: object) -> object:
    return float("nan") if _is_missing(value) else value


def _is_missing(value: object) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and value is pandas.NA


def _key(value: object) -> object:
    """A plain value that can be a key of a dict or an element of a set."""
    plain = plain_of(value)
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
        raise Foreign(iterator)
    return found[0]


MOST_DRAWN = 1_000_000
ITERATORS = (  # types of Python's own that give their values one by one
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
    parts = plain_of(_NUMERATOR(value)), plain_of(_DENOMINATOR(value))
    if any(type(part) is not int for part in parts) or parts[1] == 0:
        raise Foreign(value)
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
    list: lambda value: [plain_of(part) for part in list.__iter__(value)],
    tuple: lambda value: tuple(plain_of(part) for part in tuple.__iter__(value)),
    dict: lambda value: {_key(key): plain_of(part) for key, part in dict.items(value)},
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
            names = [*map(str, map(plain_of, value.columns))]
            columns = (value.iloc[:, place].to_numpy() for place in range(len(names)))
            return {"index": plain_of(list(value.index)), **dict(zip(names, map(_plain_array, columns)))}
        return _plain_array(np.asarray(value.to_numpy())) if hasattr(kind, "to_numpy") else _plain_array_like(value)
    if _is_missing(value) or kind in (date, datetime, timedelta):
        return value
    raise Foreign(value)


def _plain_array_like(value: object) -> object:
    """Of pandas' scalars, a Timestamp say, the value itself; of its Categorical, the array."""
    return value if np.ndim(value) == 0 else _plain_array(np.asarray(value))


def _plain_tensor(torch, value) -> object:
    value = value.to_dense() if value.layout != torch.strided else value
    value = value.cpu().resolve_conj().resolve_neg()
    if value.dtype in (torch.float16, torch.bfloat16, torch.float32):
        return _rounded(value.double().numpy(), torch.finfo(value.dtype).eps)
    return _plain_array(value.double().numpy() if value.dtype.is_floating_point else value.numpy())


def trusted(want: object) -> object:
    """What a lesson wants, in the same form where it has one."""
    try:
        return plain_of(want)
    except Foreign:
        return want


def eps_of(value: object) -> float:
    """The coarsest precision of the values in a plain one; 0 where none was rounded."""
    if isinstance(value, (list, tuple)):
        return max(map(eps_of, value), default=0.0)
    return value.eps if isinstance(value, Rounded) else 0.0


KNOWN = (bool, int, float, complex, str, bytes, list, tuple, dict, set, np.ndarray)


def is_of_library(value: object) -> bool:
    """Whether it is exactly a tensor or table of the libraries, so that a lesson may ask it."""
    kind, torch, pandas = type(value), sys.modules.get("torch"), sys.modules.get("pandas")
    return (
        torch is not None and kind in (torch.Tensor, torch.nn.Parameter)
        or pandas is not None and kind in (pandas.DataFrame, pandas.Series, pandas.Index)
        or isinstance(value, np.generic) and kind is np.dtype(kind).type
    )  # fmt: skip

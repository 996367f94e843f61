"""Plain data between a learner's process and the examiner: one encoder, one decoder, no pickle in the decoder.

A message is a header of JSON and some blocks of bytes. Covered: None, bool, numbers, text, bytes, list, tuple, set,
dict, range, slice, Fraction, Decimal, dates, numpy scalars and arrays, torch tensors, pandas objects, sparse
matrices. A class derived from one of these travels as what its base holds, whatever its own methods say. What else
there is, and objects that both sides know, is for the `peer` (see `session`).
"""

import datetime
import re
import sys
from collections import namedtuple
from decimal import Decimal
from fractions import Fraction

import numpy as np

MOST_DEPTH, MOST_BYTES, MOST_DIMENSIONS = 60, 64 << 20, 32
DTYPE = re.compile(r"[<>|=]([biufc]\d{1,2}|[SU]\d{1,9}|[mM]8(\[\d*[a-zA-Z]+\])?)")
PANDAS_DTYPE = re.compile(r"str|string|boolean|U?Int(8|16|32|64)|Float(32|64)")
SPARSE = ("csr_array", "csc_array", "coo_array", "csr_matrix", "csc_matrix", "coo_matrix")
NAME = re.compile(r"[^\W\d]\w{0,99}")


class Unsendable(TypeError):
    """A value that cannot travel."""


class Broken(Exception):
    """What came is no message of this protocol."""


def _library(name: str):
    return sys.modules.get(name)


class Encoder:
    """Turns values into the header's JSON, and the bytes of arrays into blocks."""

    def __init__(self, peer):
        self.peer, self.blocks = peer, []

    def block(self, data) -> int:
        self.blocks.append(bytes(data))
        return len(self.blocks) - 1

    def value(self, value: object, depth: int = 0) -> object:
        if value is None or type(value) in (bool, str, float):
            return value
        if depth > MOST_DEPTH:
            raise Unsendable("a value that is nested too deeply")
        if type(value) is not int and (key := self.peer.known(value)):
            return ["key", key]
        return self.content(value, depth, self.peer.share)

    def content(self, value: object, depth: int = 0, share=lambda value: None) -> object:
        """A value by what it holds, also where the other side knows it."""
        if (pandas := _library("pandas")) and (value is pandas.NaT or value is pandas.NA):  # NaT is a datetime, too
            return ["missing", "NA" if value is pandas.NA else "NaT"]
        if value is None:
            return None
        for kind, encode in ENCODERS.items():
            if isinstance(value, kind):
                return encode(self, value, depth + 1, share)
        node = self._of_library(value, depth + 1, share)
        return self.peer.foreign(value, self) if node is None else node

    def values(self, values, depth: int) -> list:
        return [self.value(one, depth) for one in values]

    def _list(self, value, depth, share):
        return ["list", share(value), self.values(list.__iter__(value), depth)]

    def _tuple(self, value, depth, share):
        items, fields = self.values(tuple.__iter__(value), depth), getattr(type(value), "_fields", None)
        named = isinstance(fields, tuple) and len(fields) == len(items) and all(type(name) is str for name in fields)
        return ["named", type(value).__name__, list(fields), items] if named else ["tuple", items]

    def _dict(self, value, depth, share):
        return ["dict", share(value), [self.values(pair, depth) for pair in dict.items(value)]]

    def _set(self, value, depth, share):
        return ["set", share(value), self.values(set.__iter__(value), depth)]

    def _scalar(self, value, depth, share):
        if value.dtype.kind in "biufcmMSU" and DTYPE.fullmatch(value.dtype.str):
            return ["scalar", value.dtype.str, np.generic.tobytes(value).hex()]
        return self.peer.foreign(value, self)

    def _array(self, value, depth, share):
        array = np.ndarray.view(value, np.ndarray)
        if array.dtype.kind == "T":
            array = array.astype(object)
        if array.dtype == object:
            return ["objects", share(value), list(array.shape), self.values(array.ravel(), depth)]
        if not DTYPE.fullmatch(array.dtype.str):
            return self.peer.foreign(value, self)
        return ["array", share(value), array.dtype.str, list(array.shape), self.block(array.tobytes())]

    def _of_library(self, value, depth, share):
        torch, pandas, sparse = _library("torch"), _library("pandas"), _library("scipy.sparse")
        if torch is not None:
            if isinstance(value, torch.Tensor):
                return self._tensor(torch, value, depth, share)
            if isinstance(value, torch.dtype):
                return ["torch dtype", str(value).removeprefix("torch.")]
        if pandas is not None and (encode := _pandas_encoder(pandas, value)):
            return encode(self, value, depth, share)
        if sparse is not None and sparse.issparse(value) and type(value).__name__ in SPARSE:
            parts = value.tocoo()
            arrays = [self.value(np.asarray(one), depth) for one in (parts.data, *parts.coords)]
            return ["sparse", type(value).__name__, list(value.shape), arrays]
        return None

    def _tensor(self, torch, value, depth, share):
        plain = type(value) in (torch.Tensor, torch.nn.Parameter) and value.layout == torch.strided
        if not plain or value.is_quantized or value.device.type == "meta":
            return self.peer.foreign(value, self)
        data = value.detach().cpu().resolve_conj().resolve_neg()
        flat = torch.empty(data.numel(), dtype=data.dtype)  # one element of a slice keeps its stride otherwise
        flat.copy_(data.reshape(-1))
        block = self.block(flat.view(torch.uint8).numpy().tobytes() if data.numel() else b"")
        grad = value.grad if value.is_leaf and value.requires_grad else None
        return [
            "tensor", share(value), str(value.dtype).removeprefix("torch."), list(value.shape), block,
            bool(value.requires_grad), isinstance(value, torch.nn.Parameter), self.peer.graph(value),
            None if grad is None else self.content(grad.detach(), depth),
        ]  # fmt: skip

    def _series(self, value, depth, share):
        parts = [self._column(value, depth), self.content(value.index, depth), self.value(value.name, depth)]
        return ["series", share(value), *parts]

    def _frame(self, value, depth, share):
        columns = [self._column(value.iloc[:, place], depth) for place in range(value.shape[1])]
        return ["frame", share(value), self.content(value.columns, depth), self.content(value.index, depth), columns]

    def _index(self, value, depth, share):
        pandas = _library("pandas")
        if isinstance(value, pandas.MultiIndex):
            return ["levels", self.values(list(value), depth), self.values(value.names, depth)]
        if isinstance(value, pandas.RangeIndex):
            return ["count", value.start, value.stop, value.step, self.value(value.name, depth)]
        return ["index", self._column(value, depth), self.value(value.name, depth)]

    def _column(self, values, depth):
        """The values of a Series or an Index in the narrowest form that keeps their type."""
        pandas, kind = _library("pandas"), values.dtype
        if isinstance(kind, pandas.CategoricalDtype):
            codes = values.array.codes
            return ["categories", self._column(kind.categories, depth), self.content(codes, depth), bool(kind.ordered)]
        if isinstance(kind, np.dtype):
            return self.content(values.to_numpy(), depth)
        if PANDAS_DTYPE.fullmatch(str(kind)):
            return ["extension", str(kind), self.values(list(values), depth)]
        return self.content(np.array([*values, None], dtype=object)[:-1], depth)


ENCODERS = {  # past any method of a derived class; bool before int, numpy's numbers before float
    bool: lambda self, value, depth, share: bool(int.__int__(value)),
    np.generic: Encoder._scalar,
    int: lambda self, value, depth, share: (
        int.__int__(value) if -(1 << 53) < int.__int__(value) < 1 << 53 else ["int", hex(int.__int__(value))]
    ),
    float: lambda self, value, depth, share: float.__float__(value),
    complex: lambda self, value, depth, share: ["complex", *map(float, (value.real, value.imag))],
    str: lambda self, value, depth, share: str.__str__(value),
    bytes: lambda self, value, depth, share: ["bytes", self.block(bytes.__getitem__(value, slice(None)))],
    bytearray: lambda self, value, depth, share: ["bytes", self.block(value)],
    list: Encoder._list,
    tuple: Encoder._tuple,
    dict: Encoder._dict,
    set: Encoder._set,
    frozenset: lambda self, value, depth, share: ["frozen", self.values(frozenset.__iter__(value), depth)],
    np.ndarray: Encoder._array,
    range: lambda self, value, depth, share: ["range", value.start, value.stop, value.step],
    slice: lambda self, value, depth, share: ["slice", *self.values((value.start, value.stop, value.step), depth)],
    Fraction: lambda self, value, depth, share: ["fraction", hex(int(value.numerator)), hex(int(value.denominator))],
    Decimal: lambda self, value, depth, share: ["decimal", Decimal.__str__(value)],
    datetime.timedelta: lambda self, value, depth, share: ["delta", value.days, value.seconds, value.microseconds],
    datetime.datetime: lambda self, value, depth, share: ["moment", datetime.datetime.isoformat(value)],
    datetime.date: lambda self, value, depth, share: ["date", datetime.date.isoformat(value)],
    type(...): lambda self, value, depth, share: ["dots"],
    type({}.keys()): lambda self, value, depth, share: ["list", None, self.values(value, depth)],
    type({}.values()): lambda self, value, depth, share: ["list", None, self.values(value, depth)],
    type({}.items()): lambda self, value, depth, share: ["list", None, self.values(value, depth)],
    np.dtype: lambda self, value, depth, share: ["dtype", value.str],
}


def _pandas_encoder(pandas, value):
    kinds = {pandas.Series: Encoder._series, pandas.DataFrame: Encoder._frame, pandas.Index: Encoder._index}
    return next((encode for kind, encode in kinds.items() if isinstance(value, kind)), None)


class Decoder:
    """Turns the header's JSON and its blocks into values again. Broken for anything that no encoder writes."""

    def __init__(self, peer, blocks: list[bytes]):
        self.peer, self.blocks = peer, blocks

    def value(self, node: object) -> object:
        if node is None or type(node) in (bool, int, float, str):
            return node
        if type(node) is not list or not node or type(node[0]) is not str:
            raise Broken("no value")
        decode = DECODERS.get(node[0])
        try:
            return decode(self, *node[1:]) if decode else self.peer.received(self, *node)
        except Broken:
            raise
        except Exception as error:
            raise Broken(f"no value of this kind: {node[0][:40]}") from error

    def values(self, nodes: list) -> list:
        if type(nodes) is not list:
            raise Broken("no list")
        return [self.value(node) for node in nodes]

    def shared(self, key: str | None, value: object) -> object:
        if key is not None:
            self.peer.keep(key, value)
        return value

    def block(self, number: int) -> bytes:
        if type(number) is not int or not 0 <= number < len(self.blocks):
            raise Broken("no block")
        return self.blocks[number]

    def _shape(self, shape: list) -> tuple[int, ...]:
        if len(shape) > MOST_DIMENSIONS or any(type(size) is not int or not 0 <= size < 1 << 40 for size in shape):
            raise Broken("no shape")
        return tuple(shape)

    def _dtype(self, text: str) -> np.dtype:
        if type(text) is not str or not DTYPE.fullmatch(text):
            raise Broken("no dtype")
        return np.dtype(text)

    def _array(self, key, dtype, shape, block):
        flat = np.frombuffer(bytearray(self.block(block)), dtype=self._dtype(dtype)) if self.block(block) else None
        array = np.empty(0, self._dtype(dtype)) if flat is None else flat
        return self.shared(key, array.reshape(self._shape(shape)))

    def _objects(self, key, shape, items):
        flat = np.empty(len(items), dtype=object)
        array = self.shared(key, flat.reshape(self._shape(shape)))
        flat[:] = [*self.values(items), None][:-1] if items else []
        return array

    def _tensor(self, key, dtype, shape, block, requires_grad, is_parameter, graph, grad):
        torch = _library("torch") or __import__("torch")
        kind = vars(torch).get(dtype)
        if not isinstance(kind, torch.dtype):
            raise Broken("no dtype")
        data = bytearray(self.block(block))
        flat = torch.frombuffer(data, dtype=torch.uint8).view(kind) if data else torch.empty(0, dtype=kind)
        tensor = flat.reshape(self._shape(shape))
        if graph is not None:
            return self.peer.grown(tensor, graph)
        if is_parameter:
            tensor = torch.nn.Parameter(tensor, requires_grad=bool(requires_grad))
        elif requires_grad:
            tensor.requires_grad_()
        if grad is not None and requires_grad:
            tensor.grad = self.value(grad)
        return self.shared(key, tensor)

    def _list(self, key, items):
        made = self.shared(key, [])
        made.extend(self.values(items))
        return made

    def _dict(self, key, pairs):
        made = self.shared(key, {})
        made.update(map(self.values, pairs))
        return made

    def _set(self, key, items):
        made = self.shared(key, set())
        made.update(self.values(items))
        return made

    def _named(self, name, fields, items):
        if not all(NAME.fullmatch(one) for one in (name, *fields)):
            return tuple(self.values(items))
        return namedtuple(name, fields, rename=True)(*self.values(items))

    def _column(self, node):
        pandas = _library("pandas")
        if node[0] == "categories":
            categories, codes = self._column(node[1]), self.value(node[2])
            return pandas.Categorical.from_codes(codes, pandas.Index(categories), ordered=bool(node[3]))
        if node[0] == "extension" and PANDAS_DTYPE.fullmatch(node[1]):
            return pandas.array(self.values(node[2]), dtype=node[1])
        return self.value(node)

    def _series(self, key, column, index, name):
        pandas = _library("pandas")
        values, labels = self._column(column), self.value(index)
        dtype = getattr(values, "dtype", None)
        return self.shared(key, pandas.Series(values, index=labels, name=self.value(name), dtype=dtype))

    def _frame(self, key, names, index, columns):
        pandas = _library("pandas")
        names, index = self.value(names), self.value(index)
        data = {place: _typed(pandas, self._column(column), index) for place, column in enumerate(columns)}
        frame = pandas.DataFrame(data, index=index)
        frame.columns = names
        return self.shared(key, frame)

    def _index(self, column, name):
        pandas, values = _library("pandas"), self._column(column)
        return pandas.Index(values, name=self.value(name), dtype=getattr(values, "dtype", None))

    def _levels(self, items, names):
        pandas = _library("pandas")
        return pandas.MultiIndex.from_tuples(self.values(items), names=self.values(names))

    def _sparse(self, kind, shape, arrays):
        from scipy import sparse

        data, *places = self.values(arrays)
        if kind not in SPARSE:
            raise Broken("no sparse matrix")
        return getattr(sparse, kind)(sparse.coo_array((data, tuple(places)), shape=self._shape(shape)))


def _typed(pandas, values, index):
    return pandas.Series(values, index=index, dtype=getattr(values, "dtype", None))


def _count(self, start, stop, step, name):
    return _library("pandas").RangeIndex(start, stop, step, name=self.value(name))


def _torch_dtype(self, name):
    torch = _library("torch")
    kind = vars(torch).get(name)
    if not isinstance(kind, torch.dtype):
        raise Broken("no dtype")
    return kind


DECODERS = {
    "int": lambda self, text: int(text, 16),
    "complex": lambda self, real, imaginary: complex(float(real), float(imaginary)),
    "bytes": lambda self, block: bytes(self.block(block)),
    "list": Decoder._list,
    "tuple": lambda self, items: tuple(self.values(items)),
    "named": Decoder._named,
    "dict": Decoder._dict,
    "set": Decoder._set,
    "frozen": lambda self, items: frozenset(self.values(items)),
    "scalar": lambda self, dtype, data: np.frombuffer(bytes.fromhex(data), dtype=self._dtype(dtype))[0],
    "array": Decoder._array,
    "objects": Decoder._objects,
    "tensor": Decoder._tensor,
    "torch dtype": _torch_dtype,
    "series": Decoder._series,
    "frame": Decoder._frame,
    "index": Decoder._index,
    "levels": Decoder._levels,
    "count": _count,
    "sparse": Decoder._sparse,
    "missing": lambda self, name: _library("pandas").NA if name == "NA" else _library("pandas").NaT,
    "range": lambda self, *parts: range(*parts),
    "slice": lambda self, *parts: slice(*self.values(list(parts))),
    "fraction": lambda self, above, below: Fraction(int(above, 16), int(below, 16)),
    "decimal": lambda self, text: Decimal(text),
    "delta": lambda self, *parts: datetime.timedelta(*parts),
    "moment": lambda self, text: datetime.datetime.fromisoformat(text),
    "date": lambda self, text: datetime.date.fromisoformat(text),
    "dots": lambda self: ...,
    "dtype": lambda self, text: self._dtype(text),
}

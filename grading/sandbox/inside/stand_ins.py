"""The examiner's side of a test: stand-ins for what a learner's answers are, and for what they return.

Calls go to the learner's process and come back as plain data, or as further stand-ins. `isinstance` holds for modules
and optimisers of torch; any other object that is no plain data is a `StandIn`, which equals nothing but itself.
"""

import builtins
import copy
import functools
import os
import pickle
import random
import socket
import sys
import types
from collections.abc import Iterator

import numpy as np
from session import Ended, InMode, Session, adopt, state, told
from wire import NAME, Broken, Decoder, Encoder, Unsendable

CALLED_BACK = (
    types.FunctionType,
    types.MethodType,
    types.BuiltinFunctionType,
    types.MethodWrapperType,
    functools.partial,
)
ERRORS = {name: kind for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, Exception)}
ERRORS["LinAlgError"] = np.linalg.LinAlgError
ENDS = (StopIteration, StopAsyncIteration)
SHOWN = {"stream", "text", "display", "result", "metadata", "error", "value", "traceback", "clear", "cut", "odd"}
MOST_SHOWN, MOST_ITEMS = 2_000, 1_000_000


FOLDER = os.path.dirname(__file__)


def of_torch() -> types.ModuleType:
    """The part that needs torch, which not every lesson loads. This folder is not where cells find modules."""
    if "torch_stand_ins" not in sys.modules:
        sys.path.insert(0, FOLDER)
        try:
            import torch_stand_ins  # noqa: F401
        finally:
            sys.path.remove(FOLDER)
    return sys.modules["torch_stand_ins"]


class StandIn:
    """An object of the learner's process. Only what Python's own protocols ask for is asked there; `==` is not."""

    __slots__ = ("_session", "_key", "_title", "__weakref__")

    def __init__(self, session: "Examination", key: str, title: str):
        for name, value in (("_session", session), ("_key", key), ("_title", title)):
            object.__setattr__(self, name, value)

    def __call__(self, *args, **kwargs):
        return self._session.ask("call", target=self, args=args, kwargs=(*kwargs.items(),))

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._session.ask("attribute", target=self, name=name)

    def __setattr__(self, name: str, value: object):
        self._session.ask("set", target=self, name=name, value=value)

    def __getitem__(self, place):
        return self._session.ask("item", target=self, place=place)

    def __len__(self):
        return self._session.ask("size", target=self)

    def __bool__(self):
        return self._session.ask("truth", target=self) is True

    def __iter__(self):
        found = self._session.ask("iterate", target=self)
        return found if isinstance(found, StandIn) else iter(found)

    def __next__(self):
        self._session.items += 1
        if self._session.items > MOST_ITEMS:
            raise Broken("too many items")
        return self._session.ask("next", target=self)

    def __repr__(self):
        return f"<{self._title}>"


def stand_in(session: "Examination", key: str, title: str) -> StandIn:
    """A stand-in whose class bears the name of what it stands for, as messages of failed checks say it."""
    name = title if type(title) is str and NAME.fullmatch(title) else "object"
    return type(name, (StandIn,), {"__slots__": ()})(session, key, name)


class Examination(Session):
    """One part of a test beside one fork of a learner's process. `show` takes what that prints."""

    mine, theirs = "e", "l"

    def __init__(self, sock: socket.socket, show):
        super().__init__(sock)
        self.show, self.shown, self.items, self.depth = show, 0, 0, 0
        self.callbacks, self.before, self.random = {}, {}, random_state()
        self.lessons = set()  # the ids of what the lesson's own cells have bound
        self.used, self.sent = None, set()  # the keys in the request that is being written, and in the last one

    def known(self, value: object) -> str | None:
        key = super().known(value)
        if key and self.used is not None:
            self.used.add(key)
        return key

    def name(self, value: object) -> str:
        key = super().name(value)
        if self.used is not None:
            self.used.add(key)
        return key

    def ask(self, op: str, **parts) -> object:
        """What the learner's process answers. Raises what was raised there."""
        if not self.depth:
            self.forget()
        fresh = random_state()
        moved, self.random = fresh != self.random, fresh

        def request(encoder: Encoder) -> dict:
            self.used = set()
            said = {"op": op, "parts": {name: encoder.value(part) for name, part in parts.items()}}
            if moved:
                said["random"] = [encoder.content(one) for one in fresh.parts]
            self.sent, self.used = self.used, None
            return said

        self.message(request)
        self.depth += 1
        try:
            return self.wait(op)
        finally:
            self.depth -= 1

    def wait(self, op: str) -> object:
        while True:
            message, blocks = self.receive()
            decoder = Decoder(self, blocks)
            if "show" in message:
                self.shown += 1
                if self.shown <= MOST_SHOWN and type(message["show"]) is dict and message["show"].keys() <= SHOWN:
                    self.show(message["show"])
                continue
            self.take(message, decoder)
            if "call" in message:
                self.call_back(message, decoder)
                continue
            if "error" in message:
                raise rebuilt(message["error"], ends=op == "next")
            value = decoder.value(message.get("value"))
            self.agree()
            return value

    def call_back(self, message: dict, decoder: Decoder) -> None:
        """Run a function that was passed as an argument."""
        called = self.callbacks.get(message["call"]) if type(message["call"]) is str else None
        kwargs = message.get("kwargs")
        if called is None or type(kwargs) is not dict:
            raise Broken("no such function")
        args, kwargs = decoder.values(message.get("args")), {name: decoder.value(one) for name, one in kwargs.items()}
        self.agree()
        try:
            with InMode(message.get("grad", True)):
                value = called(*args, **kwargs)
        except (Ended, Broken):
            raise
        except Exception as error:
            said = told(error)
            self.message(lambda _: {"error": said})
        else:
            self.message(lambda encoder: {"value": encoder.value(value)})

    def forget(self) -> None:
        """Forget the objects that nobody here holds any more."""
        for key in [key for key in self.objects if key.startswith("e")]:
            value = self.objects[key]
            if sys.getrefcount(value) <= 3:  # of `objects`, of `value` and of this call
                self.drop(key)
                self.before.pop(key, None)
                self.dropped.append(key)

    def change(self, key: str, node: object, decoder: Decoder) -> None:
        if key not in self.before and type(key) is str and key.startswith("e"):
            self.before[key] = self._held(key)
        super().change(key, node, decoder)

    def changes(self, encoder: Encoder) -> list:
        found = super().changes(encoder)
        for key, _ in found:
            self.before.pop(key, None)
        return found

    def _held(self, key: str) -> tuple[object, Decoder]:
        """What an object holds now, and what reads it."""
        encoder = Encoder(_Held(self))
        return state(self.object(key), key, encoder), Decoder(encoder.peer, encoder.blocks)

    def as_sent(self, compute) -> object:
        """`compute()`, with every object as it was before the learner's process changed it: what a check wants."""
        if not self.before:
            return compute()
        now = {key: self._held(key) for key in self.before}
        try:
            self._put(self.before)
            value = compute()
            try:
                return copy.deepcopy(value)
            except Exception:  # such as a tensor with a gradient's path
                return value
        finally:
            self._put(now)

    def put_lessons_back(self, kept: set[int] = frozenset()) -> None:
        """What the lesson's own cells have bound is again as it was sent, as inputs may be drawn from it; not the ids
        in `kept`."""
        put = self.lessons - kept
        self._put({key: held for key, held in self.before.items() if id(self.objects.get(key)) in put})

    def _put(self, contents: dict) -> None:
        for key, (node, decoder) in reversed(contents.items()):  # the last change first: two may share their memory
            adopt(self.object(key), node, decoder)

    def move(self) -> None:
        """Go on beside a fork of the learner's process: for use in a fork of this one."""
        mine, other = socket.socketpair()
        with other:
            self.send({"op": "fork"}, sockets=(other,))
        self.sock.close()
        self.sock = mine

    def share(self, value: object) -> str | None:
        torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
        kinds = [list, dict, set, np.ndarray]
        kinds += [] if torch is None else [torch.Tensor]
        kinds += [] if pandas is None else [pandas.Series, pandas.DataFrame]
        return self.name(value) if isinstance(value, tuple(kinds)) else None

    def foreign(self, value: object, encoder: Encoder) -> object:
        if isinstance(value, CALLED_BACK) and not _of_a_library(value):
            key = self.name(value)
            self.callbacks[key] = value
            return ["callback", key, getattr(value, "__name__", "function")]
        if isinstance(value, Iterator):
            key = self.name(value)
            self.callbacks[key] = value.__next__
            return ["iterator", key]
        by_name = isinstance(value, (type, np.ufunc, *CALLED_BACK))
        key = None if by_name else self.name(value)
        pickler = _Pickler(self, encoder, value)
        try:
            pickler.dump(value)
        except (TypeError, AttributeError, pickle.PicklingError) as error:
            raise Unsendable(f"a {type(value).__name__} cannot be handed to an answer: {error}") from None
        return ["pickle", key, encoder.block(pickler.file.getvalue()), pickler.extra]

    def received(self, decoder: Decoder, tag: str, *parts) -> object:
        if tag == "handle":
            return decoder.shared(parts[0], stand_in(self, *parts[:2]))
        if tag in ("module", "optimizer") and "torch" in sys.modules:
            return getattr(of_torch(), tag)(self, decoder, *parts)
        return super().received(decoder, tag, *parts)

    def grown(self, tensor, graph: str):
        """A tensor through which a gradient finds its way back, by way of the learner's process."""
        return of_torch().grown(self, tensor, graph)


class _Held:
    """A session's view for contents that stay on this side: what is no plain data in them is held as it is."""

    def __init__(self, session: Session):
        self.session, self.graph, self.held = session, lambda tensor: None, {}

    def known(self, value: object) -> str | None:
        if key := self.session.known(value):
            self.held[key] = value
        return key

    def share(self, value: object) -> None:
        return None

    def foreign(self, value: object, _: Encoder) -> list:
        key = f"held{id(value)}"
        self.held[key] = value
        return ["key", key]

    def received(self, _: Decoder, tag: str, key: str) -> object:
        return self.held[key]


class _Pickler(pickle.Pickler):
    """Writes an object of the examiner's whose tensors, arrays and functions travel by themselves."""

    def __init__(self, session: Examination, encoder: Encoder, root: object):
        import io

        self.file, self.session, self.encoder, self.root, self.extra = io.BytesIO(), session, encoder, root, []
        super().__init__(self.file, protocol=5)

    def persistent_id(self, value: object) -> int | None:
        torch = sys.modules.get("torch")
        if value is self.root:
            return None
        own = isinstance(value, (StandIn, Iterator)) or isinstance(value, CALLED_BACK) and not _of_a_library(value)
        data = type(value) is np.ndarray and value.dtype.kind in "biufcmMSU"
        tensor = torch is not None and type(value) in (torch.Tensor, torch.nn.Parameter)
        if own or data or tensor or self.session.known(value):
            self.extra.append(self.encoder.value(value))
            return len(self.extra) - 1
        return None

    def reducer_override(self, value: object):
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, torch.optim.Optimizer):
            return of_torch().reduced(value)
        return NotImplemented


def _of_a_library(function: object) -> bool:
    """Whether a function can be found by its name in a module that both sides have imported."""
    if getattr(function, "__self__", None) is not None and not isinstance(function.__self__, types.ModuleType):
        return False
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", "")
    found = sys.modules.get(module) if module != "__main__" else None
    for part in name.split("."):
        found = getattr(found, part, None)
    return found is function


class random_state:  # noqa: N801  (a value, compared and sent)
    """Where the generators that all code shares stand."""

    def __init__(self):
        torch = sys.modules.get("torch")
        tensor = None if torch is None else torch.get_rng_state().numpy()
        self.parts = (random.getstate(), np.random.get_state(), tensor)
        self.short = (self.parts[0], self.parts[1][1].tobytes(), self.parts[1][2:], tensor is None or tensor.tobytes())

    def __eq__(self, other: "random_state") -> bool:
        return self.short == other.short

    __hash__ = None


def rebuilt(said: object, ends: bool = False) -> Exception:
    """An error of the learner's process: of its name, and derived from the nearest of Python's own errors.

    Only where an iterator was asked (`ends`) it may be the one that ends a loop: elsewhere that would cut a test short.
    """
    parts = said if type(said) is dict else {}
    name, text = parts.get("name"), parts.get("text")
    bases = parts.get("bases") if type(parts.get("bases")) is list else []
    base = next((ERRORS[one] for one in bases if type(one) is str and one in ERRORS), Exception)
    base = RuntimeError if issubclass(base, ENDS) and not ends else base
    name = name if type(name) is str and NAME.fullmatch(name) else "Exception"
    kind = type(name, (base,), {"__str__": lambda self: self.said, "__module__": "the answer"})
    error = kind.__new__(kind)
    error.said = text if type(text) is str else ""
    error.places = _places(parts.get("places"))
    return error


def _places(said: object) -> list[tuple[str, int, str, str]]:
    """Where an error happened, as far as what came says it in the right form."""
    kinds = (str, int, str, str)
    listed = said if type(said) is list else []
    return [tuple(one) for one in listed[:12] if type(one) is list and [type(part) for part in one] == list(kinds)]

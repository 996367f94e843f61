"""How a learner's process and the examiner talk: calls in both directions, and objects that both have a copy of.

An object that travelled and can change is kept under a key on both sides. Each message first says which of those have
changed, by what they hold: so an answer that trains a model, fills a list or leaves a gradient does it in both places.
"""

import hashlib
import os
import socket
import struct
import sys
import threading
import traceback
from json import dumps, loads

import numpy as np
from wire import MOST_BYTES, Broken, Decoder, Encoder, Unsendable

FOLDER = os.path.dirname(__file__)
HEADER_BYTES = 16 << 20
MOST_OBJECTS = 100_000
CHANGE = (list, dict, set, np.ndarray)


class Ended(Exception):
    """The other side is gone."""


class Session:
    """One side of the talk. `mine` and `theirs` begin the keys that each side gives out."""

    mine, theirs = "", ""

    def __init__(self, sock: socket.socket):
        self.sock, self.lock = sock, threading.RLock()
        self.objects, self.keys, self.digests, self.count, self.dropped = {}, {}, {}, 0, []

    def known(self, value: object) -> str | None:
        return self.keys.get(id(value))

    def keep(self, key: str, value: object) -> None:
        """Remember what came under a new key of the other side."""
        if type(key) is not str or not key.startswith(self.theirs) or key in self.objects or len(key) > 20:
            raise Broken("no new key")
        self._hold(key, value)

    def name(self, value: object) -> str:
        """A new key for an object of this side."""
        self.count += 1
        key = f"{self.mine}{self.count}"
        self._hold(key, value)
        return key

    def _hold(self, key: str, value: object) -> None:
        if len(self.objects) >= MOST_OBJECTS:
            raise Broken("too many objects")
        self.objects[key], self.keys[id(value)] = value, key

    def drop(self, key: str) -> None:
        if key in self.objects:
            self.keys.pop(id(self.objects.pop(key)), None)
            self.digests.pop(key, None)

    def object(self, key: str) -> object:
        if type(key) is not str or key not in self.objects:
            raise Broken("no such object")
        return self.objects[key]

    def share(self, value: object) -> str | None:
        """The key under which a mutable value travels; None where a copy is enough."""
        raise NotImplementedError

    def foreign(self, value: object, encoder: Encoder) -> object:
        """How a value travels that is no plain data."""
        raise NotImplementedError

    def graph(self, tensor) -> str | None:
        """The key under which a gradient can be sent back through a tensor."""
        return None

    def received(self, decoder: Decoder, tag: str, *parts) -> object:
        """What a tag stands for that is no plain data."""
        if tag == "key":
            return self.object(*parts)
        raise Broken("no value of a known kind")

    # Changes

    def changes(self, encoder: Encoder) -> list:
        """What has changed here since both sides last agreed on it, as [key, content]."""
        found = [key for key in list(self.objects) if self.digest(key) != self.digests.get(key)]
        for key in found:
            self.digests.pop(key, None)
        return [[key, state(self.objects[key], key, encoder)] for key in found]

    def digest(self, key: str) -> bytes | None:
        """A short form of what an object holds; None for one that is not compared."""
        encoder = Comparer(self)
        node = state(self.objects[key], key, encoder)
        if node is None:
            return None
        mixed = hashlib.blake2b(dumps(node).encode(), digest_size=16)
        for block in encoder.blocks:
            mixed.update(block)
        return mixed.digest()

    def agree(self) -> None:
        """What has just been sent or received is the same on both sides."""
        for key in [key for key in self.objects if key not in self.digests]:
            self.digests[key] = self.digest(key)

    def take(self, message: dict, decoder: Decoder) -> None:
        """Take over what has changed on the other side."""
        for one in self._list(message, "changes"):
            if type(one) is not list or len(one) != 2:
                raise Broken("no change")
            self.change(one[0], one[1], decoder)

    def change(self, key: str, node: object, decoder: Decoder) -> None:
        adopt(self.object(key), node, decoder)
        self.digests[key] = self.digest(key)

    @staticmethod
    def _list(message: dict, name: str) -> list:
        found = message.get(name, [])
        if type(found) is not list:
            raise Broken("no list")
        return found

    # Messages

    def send(self, message: dict, blocks: list[bytes] = (), sockets: tuple[socket.socket, ...] = ()) -> None:
        head = dumps(message | {"blocks": [len(block) for block in blocks]}).encode()
        if len(head) > HEADER_BYTES or sum(map(len, blocks)) > MOST_BYTES:
            raise Unsendable("a value that is too large")
        try:
            with self.lock:
                socket.send_fds(self.sock, [struct.pack("!I", len(head))], [one.fileno() for one in sockets])
                self.sock.sendall(b"".join([head, *blocks]))
        except OSError:
            raise Ended from None

    def receive(self) -> tuple[dict, list[bytes]]:
        size = struct.unpack("!I", self._exactly(4))[0]
        if size > HEADER_BYTES:
            raise Broken("too large")
        try:
            message = loads(self._exactly(size))
        except (ValueError, RecursionError):
            raise Broken("no JSON") from None
        if type(message) is not dict:
            raise Broken("no message")
        sizes = self._list(message, "blocks")
        if any(type(one) is not int or one < 0 for one in sizes) or sum(sizes) > MOST_BYTES:
            raise Broken("no sizes")
        data = self._exactly(sum(sizes))
        places = [0]
        for one in sizes:
            places.append(places[-1] + one)
        return message, [data[begin:end] for begin, end in zip(places, places[1:])]

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            try:
                part = self.take_bytes(min(size - len(data), 1 << 20))
            except OSError:
                raise Ended from None
            if not part:
                raise Ended
            data += part
        return bytes(data)

    def take_bytes(self, most: int) -> bytes:
        return self.sock.recv(most)

    def message(self, build) -> None:
        """Send a message: what has changed first, then what `build(encoder)` returns."""
        encoder = Encoder(self)
        changed = self.changes(encoder)
        said = build(encoder)
        dropped, self.dropped = self.dropped, []
        self.send(said | {"changes": changed, "drop": dropped, "grad": grad_mode()}, encoder.blocks)
        self.agree()


class Comparer(Encoder):
    """Encodes to compare, not to send: nothing is shared by it."""

    def __init__(self, session: Session):
        super().__init__(_Quiet(session))


class _Quiet:
    """A session's view for a comparison."""

    def __init__(self, session: Session):
        self.known, self.graph = session.known, lambda tensor: None

    def share(self, value: object) -> None:
        return None

    def foreign(self, value: object, _: Encoder) -> list:
        return ["foreign", id(value)]


def state(value: object, key: str, encoder: Encoder) -> object:
    """What an object holds that both sides have, as the encoder writes it; None for one that is not compared."""
    if isinstance(value, CHANGE):
        return encoder.content(value)
    torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
    if pandas is not None and isinstance(value, (pandas.Series, pandas.DataFrame)):
        return encoder.content(value)
    if torch is None:
        return None
    if isinstance(value, torch.Tensor):
        return encoder.content(value if value.is_leaf else value.detach())
    if isinstance(value, torch.nn.Module):
        parts = value.modules() if key.startswith("e") else [value]
        return ["modes", [bool(part.training) for part in parts]]
    if isinstance(value, torch.optim.Optimizer):
        return ["options", *_options(value, encoder)]
    return None


def _options(optimizer, encoder: Encoder) -> tuple[list, list]:
    """The settings of an optimiser's groups, and what it remembers of each parameter, by its place."""
    groups = [{name: value for name, value in group.items() if name != "params"} for group in optimizer.param_groups]
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    remembered = [[place, optimizer.state[one]] for place, one in enumerate(parameters) if one in optimizer.state]
    return [encoder.content(group) for group in groups], [
        [place, encoder.content(dict(found))] for place, found in remembered
    ]


def adopt(value: object, node: object, decoder: Decoder) -> None:
    """Make an object hold what a node of `state` says. Broken where that is of another kind."""
    torch = sys.modules.get("torch")
    if type(node) is not list or not node:
        raise Broken("no state")
    if node[0] == "modes" and torch is not None and isinstance(value, torch.nn.Module):
        if len(node[1]) == 1:
            value.train(bool(node[1][0])) if value.training != bool(node[1][0]) else None
        else:
            for part, mode in zip(value.modules(), node[1]):
                part.training = bool(mode)
    elif node[0] == "options" and torch is not None and isinstance(value, torch.optim.Optimizer):
        _set_options(value, decoder.values(node[1]), node[2], decoder)
    else:
        _copy(value, decoder.value(node))


def _set_options(optimizer, groups: list, remembered: list, decoder: Decoder) -> None:
    for group, options in zip(optimizer.param_groups, groups):
        group.update({name: option for name, option in options.items() if name != "params"})
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    for place, found in remembered:
        optimizer.state[parameters[int(place)]] = decoder.value(found)


def _copy(value: object, new: object) -> None:
    torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
    if isinstance(value, np.ndarray) and isinstance(new, np.ndarray):
        if value.shape == new.shape and value.dtype == new.dtype and value.flags.writeable:
            value[...] = new
    elif isinstance(value, list) and isinstance(new, list):
        value[:] = new
    elif isinstance(value, dict) and isinstance(new, dict) or isinstance(value, set) and isinstance(new, set):
        value.clear(), value.update(new)
    elif torch is not None and isinstance(value, torch.Tensor) and isinstance(new, torch.Tensor):
        _copy_tensor(torch, value, new)
    elif pandas is not None and isinstance(value, (pandas.Series, pandas.DataFrame)) and type(new) is type(value):
        value._update_inplace(new)
    else:
        raise Broken("a change to another kind of object")


def _copy_tensor(torch, value, new) -> None:
    with torch.no_grad():
        if value.shape == new.shape and value.dtype == new.dtype:
            value.data.copy_(new.detach())
        else:
            value.data = new.detach()
    if value.is_leaf:
        value.requires_grad_(new.requires_grad)
        value.grad = new.grad


def grad_mode() -> bool:
    """Whether torch keeps gradients here; the other side's code is to run in the same mode."""
    torch = sys.modules.get("torch")
    return torch is None or torch.is_grad_enabled()


class InMode:
    """The other side's mode of gradients, for a while."""

    def __init__(self, on: bool):
        torch = sys.modules.get("torch")
        self.mode = None if torch is None else torch.set_grad_enabled
        self.on, self.before = bool(on), grad_mode()

    def __enter__(self) -> None:
        if self.mode:
            self.mode(self.on)

    def __exit__(self, *_) -> None:
        if self.mode:
            self.mode(self.before)


def told(error: BaseException) -> dict:
    """An error as data: its name, the names of what it derives from, its text, and where it happened."""
    try:
        text = str(error)
    except BaseException:
        text = "(its text cannot be made)"
    places = []
    for entry in traceback.extract_tb(error.__traceback__)[-12:]:
        if not entry.filename.startswith(FOLDER):
            places.append([entry.filename, entry.lineno or 0, entry.name, entry.line or ""])
    bases = [kind.__name__ for kind in type(error).__mro__]
    return {"name": type(error).__name__, "bases": bases, "text": text[:20_000], "places": places}

"""The learner's side of a test: a fork of the notebook's process that answers what the examiner asks.

It can only return values. What it is asked for are names, calls, attributes and items of objects that it has handed
out; tests, wanted values, tolerances and verdicts are never here.
"""

import io
import os
import pickle
import socket
import sys

from session import Ended, InMode, Session, told
from wire import Broken, Decoder, Encoder


class Answers(Session):
    """Serves one examiner. `names` is where the notebook's names are."""

    mine, theirs = "l", "e"

    def __init__(self, sock: socket.socket, names: dict):
        super().__init__(sock)
        self.names, self.graphs, self.sockets = names, {}, []

    def take_bytes(self, most: int) -> bytes:
        data, sockets, *_ = socket.recv_fds(self.sock, most, 1)
        self.sockets += sockets
        return data

    def serve(self, before_reply) -> None:
        """Answer until the examiner hangs up. `before_reply` sends what was printed so far."""
        self.before_reply = before_reply
        while True:
            self.perform(*self.receive())

    def perform(self, request: dict, blocks: list[bytes]) -> None:
        decoder = Decoder(self, blocks)
        if request["op"] == "fork":
            return self.split()
        try:
            self.take(request, decoder)
            for key in request["drop"]:
                self.drop(key)
            take_random_state(request.get("random"), decoder)
            parts = {name: decoder.value(node) for name, node in request["parts"].items()}
            self.agree()
            with InMode(request["grad"]):
                value = getattr(self, f"do_{request['op']}")(**parts)
        except (Ended, Broken):
            raise
        except BaseException as error:
            said = told(error)
            self.before_reply()
            self.message(lambda _: {"error": said})
        else:
            self.before_reply()
            try:
                self.message(lambda encoder: {"value": encoder.value(value)})
            except (TypeError, RecursionError, MemoryError) as error:
                said = told(error)
                self.message(lambda _: {"error": said})

    def split(self) -> None:
        """Go on in a fork of this process, on the socket that came with the request; this one stays as it is."""
        place = self.sockets.pop()
        if os.fork() == 0:
            self.sock.close()
            self.sock = socket.socket(fileno=place)
            self.forked()
        else:
            os.close(place)

    def do_name(self, name):
        if name not in self.names:
            raise NameError(f"name {name!r} is not defined")
        return self.names[name]

    def do_call(self, target, args, kwargs):
        return target(*args, **dict(kwargs))

    def do_attribute(self, target, name):
        return getattr(target, name)

    def do_set(self, target, name, value):
        setattr(target, name, value)

    def do_item(self, target, place):
        return target[place]

    def do_size(self, target):
        return len(target)

    def do_truth(self, target):
        return bool(target)

    def do_iterate(self, target):
        return iter(target)

    def do_next(self, target):
        return next(target)

    def do_backward(self, graph, gradient, inputs):
        import torch

        leaves = [self.object(key) for key in inputs]
        asked = [leaf for leaf in leaves if leaf.requires_grad]
        found = torch.autograd.grad(self.graphs[graph], asked, gradient, retain_graph=True, allow_unused=True)
        gradients = iter(found)
        return [next(gradients) if leaf.requires_grad else None for leaf in leaves]

    def share(self, value: object) -> str | None:
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, torch.Tensor) and value.is_leaf and value.requires_grad:
            return self.name(value)
        return None

    def graph(self, tensor) -> str | None:
        if tensor.grad_fn is None:
            return None
        key = f"g{len(self.graphs)}"
        self.graphs[key] = tensor
        return key

    def foreign(self, value: object, encoder: Encoder) -> object:
        torch, key = sys.modules.get("torch"), self.name(value)
        title = type(value).__name__
        if torch is not None and isinstance(value, torch.nn.Module):
            weights = [[name, encoder.value(one)] for name, one in value.named_parameters()]
            buffers = [[name, encoder.value(one)] for name, one in value.named_buffers()]
            return ["module", key, title, bool(value.training), weights, buffers]
        if (
            torch is not None
            and isinstance(value, torch.optim.Optimizer)
            and type(value).__module__.startswith("torch.")
        ):
            return ["optimizer", key, title, [_group(group, encoder) for group in value.param_groups]]
        return ["handle", key, title, callable(value)]

    def received(self, decoder: Decoder, tag: str, *parts) -> object:
        if tag == "callback":
            return self.callback(*parts)
        if tag == "iterator":
            return decoder.shared(parts[0], _Iterator(self.stub(parts[0], "next")))
        if tag == "pickle":
            key, block, nodes = parts
            extra = [decoder.value(node) for node in nodes]
            value = _Unpickler(io.BytesIO(decoder.block(block)), extra).load()
            return decoder.shared(key, value)
        return super().received(decoder, tag, *parts)

    def callback(self, key: str, title: str):
        """A function of the examiner's as one of here, which runs there."""
        called = self.stub(key, title)
        self.keep(key, called)
        return called

    def stub(self, key: str, title: str):

        def called(*args, **kwargs):
            self.before_reply()
            self.message(lambda encoder: {
                "call": key, "args": encoder.values(args, 0),
                "kwargs": {name: encoder.value(value) for name, value in kwargs.items()},
            })  # fmt: skip
            while True:
                message, blocks = self.receive()
                if "op" in message:
                    self.perform(message, blocks)
                    continue
                decoder = Decoder(self, blocks)
                self.take(message, decoder)
                if "error" in message:
                    raise raised(message["error"])
                value = decoder.value(message["value"])
                self.agree()
                return value

        called.__name__ = called.__qualname__ = title
        return called


def _group(group: dict, encoder: Encoder) -> list:
    """A group of an optimiser: its parameters, then its settings."""
    settings = [[name, encoder.value(value)] for name, value in group.items() if name != "params"]
    return [encoder.values(group["params"], 0), settings]


class _Iterator:
    """An iterator of the examiner's."""

    def __init__(self, following):
        self.following = following

    def __iter__(self):
        return self

    def __next__(self):
        return self.following()


class _Unpickler(pickle.Unpickler):
    """Reads what the examiner sent, which is trusted here."""

    def __init__(self, file, extra: list):
        super().__init__(file)
        self.extra = extra

    def persistent_load(self, place: int) -> object:
        return self.extra[place]


def raised(said: dict) -> Exception:
    """An error of the examiner's, as one of the same name that can be caught here."""
    import builtins

    kind = getattr(builtins, said["name"], None)
    known = isinstance(kind, type) and issubclass(kind, Exception)
    return kind(said["text"]) if known else type(said["name"], (Exception,), {})(said["text"])


def take_random_state(said: list | None, decoder: Decoder) -> None:
    """Let the random numbers of this process go on from where the examiner's are."""
    import random

    import numpy as np

    if said is None:
        return
    basic, legacy, tensor = (decoder.value(node) for node in said)
    random.setstate(basic)
    np.random.set_state(legacy)
    if tensor is not None:
        import torch

        torch.set_rng_state(torch.from_numpy(tensor))

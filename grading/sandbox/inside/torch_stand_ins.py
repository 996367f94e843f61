"""Stand-ins for modules and optimisers of torch, and the way of a gradient through a learner's process."""

import torch
from wire import NAME, Broken, Decoder


class RemoteModule(torch.nn.Module):
    """A module of the learner's: its weights are here too, its `forward` runs there."""

    def __init__(self, session, key: str, title: str, training: bool):
        super().__init__()
        for name, value in (("_session", session), ("_key", key), ("_title", title)):
            object.__setattr__(self, name, value)
        self.training = training

    def forward(self, *args, **kwargs):
        return self._session.ask("call", target=self, args=args, kwargs=(*kwargs.items(),))

    def __getattr__(self, name: str):
        if name in self.__dict__.get("_parameters", ()) or name in self.__dict__.get("_buffers", ()):
            return super().__getattr__(name)
        if name.startswith("__") or "_session" not in self.__dict__:
            raise AttributeError(name)
        return self._session.ask("attribute", target=self, name=name)

    def __getitem__(self, place):
        return self._session.ask("item", target=self, place=place)

    def __len__(self):
        return self._session.ask("size", target=self)

    def __repr__(self):
        return f"<{self._title}>"


def module(session, decoder: Decoder, key: str, title: str, training: bool, weights: list, buffers: list):
    name = title if type(title) is str and NAME.fullmatch(title) else "Module"
    made = type(name, (RemoteModule,), {})(session, key, name, bool(training))
    for kept, found in ((made._parameters, weights), (made._buffers, buffers)):
        for one, node in found:
            tensor = decoder.value(node)
            if type(one) is not str or not isinstance(tensor, torch.Tensor):
                raise Broken("no weight")
            kept[one] = tensor
    return decoder.shared(key, made)


def optimizer(session, decoder: Decoder, key: str, title: str, groups: list):
    kind = vars(torch.optim).get(title)
    if not (isinstance(kind, type) and issubclass(kind, torch.optim.Optimizer)):
        raise Broken("no optimiser")
    made = []
    for parameters, options in groups:
        given = {name: decoder.value(node) for name, node in options if type(name) is str}
        made.append(given | {"params": decoder.values(parameters)})
    first = made[0]
    built = kind([{"params": group["params"]} for group in made], lr=first.get("lr", 1e-3))
    for group, given in zip(built.param_groups, made):
        group.update({name: value for name, value in given.items() if name != "params"})
    return decoder.shared(key, built)


class _Way(torch.autograd.Function):
    """Forward: the tensor that came. Backward: asks the learner's process."""

    @staticmethod
    def forward(ctx, session, graph, keys, tensor, _, *inputs):
        ctx.session, ctx.graph, ctx.keys = session, graph, keys
        return tensor.clone()

    @staticmethod
    def backward(ctx, gradient):
        found = ctx.session.ask("backward", graph=ctx.graph, gradient=gradient, inputs=ctx.keys)
        if type(found) is not list or len(found) != len(ctx.keys):
            raise Broken("no gradients")
        return None, None, None, None, None, *found


def grown(session, tensor, graph: str):
    if type(graph) is not str or not torch.is_grad_enabled() or not tensor.dtype.is_floating_point:
        return tensor
    leaves = {key: one for key, one in session.objects.items() if isinstance(one, torch.Tensor) and one.requires_grad}
    return _Way.apply(session, graph, list(leaves), tensor, torch.zeros((), requires_grad=True), *leaves.values())


HOOKS = ("_optimizer_step_pre_hooks", "_optimizer_step_post_hooks")


def reduced(value: torch.optim.Optimizer) -> tuple:
    """How an optimiser is written, its hooks too, which torch itself leaves out."""
    hooks = [list(getattr(value, name, {}).values()) for name in HOOKS]
    return restored, (type(value), value.defaults, dict(value.state), value.param_groups, *hooks)


def restored(kind: type, defaults: dict, state: dict, groups: list, before: list, after: list) -> torch.optim.Optimizer:
    from collections import defaultdict

    made = kind.__new__(kind)
    made.__setstate__({"defaults": defaults, "state": defaultdict(dict, state), "param_groups": groups})
    for hook in before:
        made.register_step_pre_hook(hook)
    for hook in after:
        made.register_step_post_hook(hook)
    return made

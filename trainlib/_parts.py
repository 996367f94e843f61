"""What a classifier or a causal model of transformers is made of, whatever its kind calls it."""

from torch import nn

__all__ = ["Parts", "embeddings_of", "is_conv1d", "tags", "writes"]

WRITES = ("ForCausalLM", "LMHeadModel")  # how the library's classes of causal models are called
TAGS = "ForTokenClassification"

QUERY_AND_VALUE = (  # what models call the attention's query and value, or the matrix that gives both
    ("query", "value"),
    ("q_proj", "v_proj"),
    ("q_lin", "v_lin"),
    ("query_proj", "value_proj"),
    ("q_head", "v_head"),
    ("q", "v"),
    ("query_key_value",),
    ("c_attn",),
    ("Wqkv",),
    ("in_proj",),
    ("qkv_proj",),
)


def writes(model) -> bool:
    """Whether it is a causal model: one that gives each token's successor."""
    return type(model).__name__.endswith(WRITES)


def tags(model) -> bool:
    """Whether it gives each token a tag."""
    return type(model).__name__.endswith(TAGS)


class Parts:
    """What a model is made of: its `encoder`, the `layers` of it, each a list of modules, and its `head`, the rest.

    A causal model has no head of its own for a task: its table of tokens, tied or not, is part of what was pre-trained.
    """

    def __init__(self, model):
        self.model, self.encoder, self.writes, self.tags = model, model.base_model, writes(model), tags(model)
        inside = {id(weight) for weight in self.encoder.parameters()}
        outside = [weight for weight in model.parameters() if id(weight) not in inside]
        self.head = [] if self.writes else outside
        self.layers = layers_of(self.encoder)
        self.hidden = getattr(model.config, "hidden_size", None)

    def last(self, layers: int) -> list[nn.Parameter]:
        """The weights of the last layers and of the pooler."""
        modules = [part for layer in self.layers[-layers:] for part in layer]
        if isinstance(pooler := getattr(self.encoder, "pooler", None), nn.Module):
            modules.append(pooler)
        return [weight for part in modules for weight in part.parameters()]

    def projections(self) -> dict[str, tuple[int, int]]:
        """The encoder's modules that give query and value, by name, and their widths; none where a layer lacks them."""
        for names in QUERY_AND_VALUE:
            of_kind = lambda part, names=names: [
                name for name, inner in part.named_modules() if name.split(".")[-1] in names and widths(inner)
            ]
            if self.layers and all(any(map(of_kind, layer)) for layer in self.layers):
                return {name: widths(self.encoder.get_submodule(name)) for name in of_kind(self.encoder)}
        return {}

    def places(self) -> list[list[nn.Module]]:
        """Each layer's two projections back to the hidden size, of the attention and of the feed-forward network."""
        found = []
        for layer in self.layers:
            inner = [part for module in layer for part in module.modules()]
            back = [part for part in inner if (widths(part) or (0, 0))[1] == self.hidden]
            attention = [part for part in back if widths(part)[0] == self.hidden][
                -1:
            ]  # query, key and value stand before
            found.append([*attention, *(part for part in back if widths(part)[0] != self.hidden)])
        return found


def embeddings_of(model) -> nn.Module | None:
    """The table of a model's token vectors; None where it has none."""
    try:
        return model.get_input_embeddings()
    except NotImplementedError:
        return None


def layers_of(encoder: nn.Module) -> list[list[nn.Module]]:
    """The longest list of modules, the last one if there are several (a decoder's), each layer as its modules.

    Lists in a list count as one (Funnel's blocks); lists of the same length beside it hold parts of the same layers
    (XLM).
    """
    lists: dict[str, list[nn.Module]] = {}
    for name, part in encoder.named_modules():
        if isinstance(part, nn.ModuleList) and not any(name.startswith(f"{outer}.") for outer in lists):
            nested = len(part) > 0 and all(isinstance(inner, nn.ModuleList) for inner in part)
            lists[name] = [layer for inner in part for layer in inner] if nested else [*part]
    count = max(map(len, lists.values()), default=0)
    longest = [name for name, modules in lists.items() if len(modules) == count]
    beside = [lists[name] for name in longest if name.rpartition(".")[0] == longest[-1].rpartition(".")[0]]
    return [[*parts] for parts in zip(*beside)]


def widths(part: nn.Module) -> tuple[int, int] | None:
    """What goes in and what comes out of a matrix product; None for any other module."""
    if isinstance(part, nn.Linear):
        return part.in_features, part.out_features
    return tuple(part.weight.shape) if is_conv1d(part) else None


def is_conv1d(part: nn.Module) -> bool:
    """Whether it is GPT-2's matrix product, whose weight is (in, out)."""
    from transformers.pytorch_utils import Conv1D

    return isinstance(part, Conv1D)

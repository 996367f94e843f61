"""The methods of fine-tuning: which weights of a model each one trains, and what it adds to the model.

| method | trains | source |
|---|---|---|
| full | every weight | |
| last-layers | the last `layers` layers, the pooler and the head | |
| head | the head, on encoder outputs that are computed once a text | |
| adapter | two narrow networks of width `rank` in each layer, and the head | Houlsby and others, ICML 2019 |
| lora | matrices of rank `rank` beside the attention's query and value, and the head | Hu and others, ICLR 2022 |
| adalora | the same, ranks moved to where they matter, `rank` on average | Zhang and others, ICLR 2023 |
| prompt | `rank` vectors that stand before every text, and the head | Lester and others, EMNLP 2021 |

lora, adalora and prompt are those of `peft`. peft has no adapter of Houlsby's kind; it is here. Not every model can
have every method (`possible`): a causal model has no head, and neither `head` nor `prompt`. `prepare` counts what is
left to train, and refuses where it is not what the method promises.
"""

from trainlib import _extra  # noqa: F401  # isort: skip  (first: it says what is missing)

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import signature

import torch
from torch import Tensor, nn

from trainlib._parts import Parts, embeddings_of, is_conv1d, tags, writes

__all__ = [
    "LEARNING_RATES",
    "METHODS",
    "NAMES",
    "Adapter",
    "Method",
    "after_step",
    "embeddings_of",
    "encoder_replaced",
    "penalty",
    "plain_state",
    "possible",
    "prepare",
    "read_by_head",
    "refusal",
    "restore",
    "state",
    "tags",
    "writes",
]


@dataclass(frozen=True)
class Method:
    """What a method is. `learning_rate` is its peak; what it has learnt is `saved` "whole", "merged" or "beside" the
    model.

    `fault(parts, rank, layers)` says why a model cannot have it, or gives None. `train(parts, rank, layers, steps)`
    leaves the right weights to train and gives the model, and how many there are beside the head.
    """

    name: str
    learning_rate: float
    saved: str
    fault: Callable[[Parts, int, int], str | None]
    train: Callable[[Parts, int, int, int], tuple[nn.Module, int]]


def prepare(model, method: str, rank: int, layers: int, steps: int):
    """The model with the weights of the method left to train, and no others; `steps` is how many there will be.

    ValueError where the model cannot have the method, and says which it can have; or where it was prepared before.
    """
    if any(isinstance(part, Adapter) or type(part).__module__.startswith("peft.") for part in model.modules()):
        raise ValueError("the model has been prepared by a method that adds weights to it: load it again")
    parts, chosen = Parts(model), METHODS[method]
    if fault := chosen.fault(parts, rank, layers):
        raise ValueError(refusal(model, method, fault, layers))
    try:
        prepared, beside_head = chosen.train(parts, rank, layers, steps)
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # peft knows only some kinds of model
        raise ValueError(refusal(model, method, f"peft says: {error}", layers)) from error
    trained = sum(weight.numel() for weight in prepared.parameters() if weight.requires_grad)
    wanted = beside_head + sum(weight.numel() for weight in parts.head)
    if trained != wanted:
        fault = f"it leaves {trained:,} weights to train where {wanted:,} are asked for"
        raise ValueError(refusal(model, method, fault, layers))
    return prepared


def possible(model, rank: int = 8, layers: int = 1) -> list[str]:
    """The names of the methods that a model's parts allow."""
    parts = Parts(model)
    return [name for name, method in METHODS.items() if not method.fault(parts, rank, layers)]


def refusal(model, method: str, fault: str, layers: int = 1) -> str:
    """The sentence that a model cannot have a method, and which it can have."""
    others = ", ".join(name for name in possible(model, layers=layers) if name != method)
    return f"method is {method!r}, but {fault}; a {type(model).__name__} can have: {others}"


def _only(parts: Parts, trained: Iterable[nn.Parameter]) -> None:
    """Leave these weights to train, and the head."""
    chosen = {id(weight) for weight in (*trained, *parts.head)}
    for weight in parts.model.parameters():
        weight.requires_grad_(id(weight) in chosen)


class _EncodedBefore(nn.Module):
    """Stands in the encoder's place and hands on its last layer's output, computed before, for the tokens that a head
    reads."""

    def __init__(self, encoder):
        super().__init__()
        self.pooler = getattr(encoder, "pooler", None)

    def forward(self, input_ids, **ignored):
        """`input_ids` are the outputs themselves, (texts, tokens, hidden)."""
        from transformers.modeling_outputs import BaseModelOutputWithPooling

        return BaseModelOutputWithPooling(input_ids, self.pooler(input_ids) if self.pooler else None)


@contextmanager
def encoder_replaced(model) -> Iterator[None]:
    """Inside, the model takes the encoder's outputs for the tokens that its head reads, (texts, tokens, hidden), in
    place of the tokens; for classes of texts that is the first one alone."""
    encoder = model.base_model
    setattr(model, model.base_model_prefix, _EncodedBefore(encoder))
    try:
        yield
    finally:
        setattr(model, model.base_model_prefix, encoder)


def read_by_head(model, states: Tensor, mask: Tensor) -> Tensor:
    """What the head of a classifier reads of its encoder's outputs (texts, tokens, hidden), as one token's, (texts, 1,
    hidden): their mean where its head takes that, else the first one."""
    return model.pooled(states, mask)[:, None] if hasattr(model, "pooled") else states[:, :1]


@torch.no_grad()
def _reads_more(parts: Parts, rank: int, layers: int) -> str | None:
    """Tried on five tokens: what the head makes of the first one's output alone, or of the mean, is what the model
    makes of all; of a head for tags, what it makes of each."""
    if fault := _no_head(parts, rank, layers) or _writes(parts):
        return fault
    model, ids = parts.model.eval(), torch.arange(1, 6, device=parts.model.device)[None]
    try:
        expected = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
        states = parts.encoder(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
        with encoder_replaced(model):
            read = states if parts.tags else read_by_head(model, states, torch.ones_like(ids))
            found = model(input_ids=read).logits
        same = torch.allclose(found, expected, atol=1e-4, equal_nan=True)
    except Exception:  # an encoder or a head that asks for more than it is given
        same = False
    return (
        None
        if same
        else f"its head reads more {'than the outputs' if parts.tags else 'of a text than the first token'}"
    )


def _no_head(parts: Parts, rank: int, layers: int) -> str | None:
    return None if parts.head or parts.writes else "it has no head beside its encoder"


def _writes(parts: Parts) -> str | None:
    return "it has no head that could learn alone: it writes" if parts.writes else None


def _too_few_layers(parts: Parts, rank: int, layers: int) -> str | None:
    few = f"layers is {layers}; the model has {len(parts.layers)}" if layers > len(parts.layers) else None
    return _no_head(parts, rank, layers) or few


def _no_places(parts: Parts, rank: int, layers: int) -> str | None:
    odd = [number for number, places in enumerate(parts.places()) if len(places) != 2]
    if parts.model.config.is_encoder_decoder or not parts.layers or odd:
        return "its layers have no two projections, of attention and feed-forward network, behind which one fits"
    return _no_head(parts, rank, layers)


def _no_projections(parts: Parts, rank: int, layers: int) -> str | None:
    missing = (
        None if parts.projections() else "not all of its layers have matrices of query and value that are known here"
    )
    return _no_head(parts, rank, layers) or missing


def _no_vectors(parts: Parts, rank: int, layers: int) -> str | None:
    takes = "inputs_embeds" in signature(type(parts.model).forward).parameters
    as_wide = getattr(embeddings_of(parts.model), "embedding_dim", None) == parts.hidden
    fits = takes and as_wide and not parts.model.config.is_encoder_decoder
    before = "a model that writes is told what to do by its prompt" if parts.writes else None
    return (
        _no_head(parts, rank, layers)
        or before
        or (None if fits else "it takes no vectors of its hidden size in place of tokens")
    )


def _train_full(parts: Parts, rank: int, layers: int, steps: int) -> tuple[nn.Module, int]:
    trained = [*(parts.model if parts.writes else parts.encoder).parameters()]
    _only(parts, trained)
    return parts.model, sum(weight.numel() for weight in trained)


def _train_last(parts: Parts, rank: int, layers: int, steps: int) -> tuple[nn.Module, int]:
    trained = parts.last(layers)
    _only(parts, trained)
    return parts.model, sum(weight.numel() for weight in trained)


def _train_head(parts: Parts, rank: int, layers: int, steps: int) -> tuple[nn.Module, int]:
    _only(parts, ())
    return parts.model, 0


def _train_adapters(parts: Parts, rank: int, layers: int, steps: int) -> tuple[nn.Module, int]:
    """An adapter behind each layer's two projections back to the hidden size, before they are added and normalised."""
    _only(parts, ())
    places = [place for layer in parts.places() for place in layer]
    for place in places:
        place.adapter = Adapter(parts.hidden, rank).to(place.weight.device)
        place.register_forward_hook(lambda part, _, states: part.adapter(states))
    return parts.model, len(places) * (2 * parts.hidden * rank + parts.hidden + rank)


def _train_lora(parts: Parts, rank: int, layers: int, steps: int) -> tuple[nn.Module, int]:
    import peft

    config, added = _beside(parts, rank)
    return _with_peft(parts, peft.LoraConfig(r=rank, **config)), added


def _train_adalora(parts: Parts, rank: int, layers: int, steps: int) -> tuple[nn.Module, int]:
    import peft

    first = rank + (rank + 1) // 2
    config, added = _beside(parts, first)
    schedule = {"total_step": steps, "tinit": steps // 10, "tfinal": steps // 3}
    config |= {"target_r": rank, "init_r": first, "lora_alpha": 2 * rank}  # of the rank on average
    scales = first * len(parts.projections())
    return _with_peft(parts, peft.AdaLoraConfig(**schedule, **config)), added + scales


def _beside(parts: Parts, rank: int) -> tuple[dict, int]:
    """Options of peft for matrices of a rank beside query and value, and how many weights these have."""
    projections = parts.projections()
    options = {
        "task_type": _peft_task(parts),
        "lora_alpha": 2 * rank,
        "lora_dropout": 0.1,
        "target_modules": sorted({name.split(".")[-1] for name in projections}),
        "modules_to_save": [name for name, child in parts.model.named_children() if _is_of_head(child, parts)] or None,
        "fan_in_fan_out": is_conv1d(parts.encoder.get_submodule(next(iter(projections)))),
    }
    return options, sum(rank * (into + out) for into, out in projections.values())


def _peft_task(parts: Parts) -> str:
    return "CAUSAL_LM" if parts.writes else "TOKEN_CLS" if parts.tags else "SEQ_CLS"


def _is_of_head(child: nn.Module, parts: Parts) -> bool:
    return not parts.writes and child is not parts.encoder and any(True for _ in child.parameters())


def _train_prompt(parts: Parts, rank: int, layers: int, steps: int) -> tuple[nn.Module, int]:
    import peft

    config = parts.model.config  # which does not always say so by the names that peft looks for
    sizes = {"token_dim": parts.hidden, "num_layers": len(parts.layers)}
    sizes |= {"num_attention_heads": getattr(config, "num_attention_heads", 1)}
    prepared = _with_peft(parts, peft.PromptTuningConfig(task_type=_peft_task(parts), num_virtual_tokens=rank, **sizes))
    for weight in parts.head:  # peft trains a head only if it is called classifier or score
        weight.requires_grad_(not any(weight is frozen for frozen in _copied(prepared)))
    return prepared, rank * parts.hidden


def plain_state(model) -> dict[str, Tensor]:
    """The weights of a model by the names that they have without a method: the head's trained copy its own, what lora
    and adalora have learnt merged, nothing else added. Only the merged matrices are copies."""
    added = (".adapter.", ".lora_", ".ranknum.", ".original_module.")
    kept = {
        name: weight for name, weight in model.state_dict().items() if not any(part in f".{name}" for part in added)
    }
    for name, part in model.named_modules():
        if hasattr(part, "get_delta_weight"):
            weight, delta = part.get_base_layer().weight.detach(), part.get_delta_weight("default").detach()
            kept[f"{name}.base_layer.weight"] = (weight.to(delta.dtype) + delta).to(weight.dtype)
    return {name.replace(".modules_to_save.default", "").replace(".base_layer.", "."): kept[name] for name in kept}


def _copied(prepared) -> list[nn.Parameter]:
    """The weights of a head that peft has put a trained copy beside."""
    return [weight for name, weight in prepared.named_parameters() if ".original_module." in name]


def _with_peft(parts: Parts, config):
    import peft

    _only(parts, ())
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # peft calls what transformers will rename
        return peft.get_peft_model(parts.model, config)


_TABLE = (  # peaks, tried on minilm with movie_sentences: full, head and lora with all of its rows, the others with 600
    Method("full", 1e-4, "whole", lambda parts, rank, layers: None, _train_full),
    Method("last-layers", 3e-4, "whole", _too_few_layers, _train_last),
    Method("head", 3e-3, "whole", _reads_more, _train_head),
    Method("adapter", 1e-3, "beside", _no_places, _train_adapters),
    Method("lora", 1e-3, "merged", _no_projections, _train_lora),
    Method("adalora", 1e-2, "merged", _no_projections, _train_adalora),
    Method("prompt", 3e-2, "beside", _no_vectors, _train_prompt),
)
METHODS = {method.name: method for method in _TABLE}
NAMES = tuple(METHODS)
LEARNING_RATES = {method.name: method.learning_rate for method in _TABLE}


class Adapter(nn.Module):
    """x + W₂·gelu(W₁·x), with W₁ to `width` and W₂ back. W₂ starts at 0, so that the model starts as it was."""

    def __init__(self, hidden: int, width: int):
        super().__init__()
        self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
        for weight in self.up.parameters():
            nn.init.zeros_(weight)

    def forward(self, states: Tensor) -> Tensor:
        """States (…, hidden) in the same shape."""
        return states + self.up(nn.functional.gelu(self.down(states)))


def penalty(model) -> Tensor | float:
    """What AdaLoRA adds to the loss, so that its factors stay orthogonal (peft adds it to a loss of its own); else
    0."""
    if getattr(getattr(model, "active_peft_config", None), "peft_type", None) != "ADALORA":
        return 0.0
    factors = [weight if "lora_A" in name else weight.T for name, weight in model.named_parameters() if "lora_" in name]
    factors = [weight for weight in factors if min(weight.shape) > 1]  # the scaling, lora_E, is no factor
    gaps = [torch.linalg.norm(weight @ weight.T - torch.eye(len(weight), device=weight.device)) for weight in factors]
    return model.active_peft_config.orth_reg_weight * torch.stack(gaps).mean()


def after_step(model) -> Callable[[int], None]:
    """What has to be called with the number of each step once it is taken: AdaLoRA moves its ranks then."""
    allocate = getattr(getattr(model, "base_model", None), "update_and_allocate", None)
    return allocate or (lambda step: None)


def state(model) -> dict:
    """What a method knows beside its weights, for a checkpoint: how much each of AdaLoRA's ranks has mattered."""
    if (allocator := getattr(getattr(model, "base_model", None), "rankallocator", None)) is None:
        return {}
    kept = {name: dict(getattr(allocator, name)) for name in ("ipt", "exp_avg_ipt", "exp_avg_unc")}
    return kept | {"rank_pattern": model.active_peft_config.rank_pattern}


def restore(model, kept: dict) -> None:
    """Give a prepared model what `state` has kept."""
    for name, value in kept.items():
        owner = model.active_peft_config if name == "rank_pattern" else model.base_model.rankallocator
        setattr(owner, name, value)

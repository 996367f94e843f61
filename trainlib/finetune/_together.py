"""Do model, tokenizer and texts belong together? Looked at before the first step, and said in our words."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from trainlib import methods
from trainlib.finetune._batches import Row, length_of

__all__ = ["as_trainable", "check_added", "check_reads", "check_tokenizer", "check_writes", "longest_text"]

FROZEN = ("lora", "adalora")  # leave a causal model's own weights as they are, and add float32 ones


def as_trainable(model, method: str):
    """The model itself in float32, where it came compiled or in half precision; says so on stdout.

    In bfloat16 an update of 1e-4 is lost, because 1 + 1e-4 is 1 there. A causal model stays as it is where the method
    only adds weights, which peft keeps in float32. ValueError for what is neither a classifier of texts nor a causal
    model, and for weights that cannot be trained, such as quantised ones.
    """
    if (inner := getattr(model, "_orig_mod", None)) is not None:
        print("! the model is compiled: the model inside is trained, without compiling")
        model = inner
    config = getattr(model, "config", None)
    if not hasattr(config, "id2label") or not hasattr(model, "base_model"):
        raise ValueError(f"model is a {type(model).__name__}; it must be one of models.load(name, labels=[…])")
    if model.base_model is model:
        raise ValueError(
            f"model is a {type(model).__name__}, which has no head: load it with models.load(name, labels=[…])"
        )
    kinds = {weight.dtype for weight in model.parameters()}
    if odd := sorted(str(kind) for kind in kinds if not kind.is_floating_point):
        raise ValueError(f"the model has weights of {', '.join(odd)}, which cannot be trained: load it in float32")
    if any(weight.is_meta for weight in model.parameters()):
        raise ValueError("the model has weights without values (on the device meta): load it again")
    if kinds - {torch.float32, torch.float64} and not (methods.writes(model) and method in FROZEN):
        print("! the model's weights had half precision, in which small updates are lost: they are float32 from here")
        model.float()
    return model


def check_tokenizer(model, tokenizer) -> None:
    """ValueError where the tokenizer has more pieces than the model. A model without a padding piece gets the
    tokenizer's."""
    known, pieces = getattr(methods.embeddings_of(model), "num_embeddings", math.inf), len(tokenizer)
    if pieces > known:
        raise ValueError(
            f"the tokenizer has {pieces:,} pieces, the model knows {known:,}: they are not of one kind, or pieces "
            "were added "
            "and model.resize_token_embeddings(len(tokenizer)) was forgotten"
        )
    if model.config.pad_token_id is None:
        model.config.pad_token_id = (
            tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
        )


def longest_text(model, tokenizer) -> float:
    """The most tokens of a text that model and tokenizer take; infinite where positions are counted from each other.

    RoBERTa and its kind begin to count at the padding piece's number plus 1, so that not all of their positions are
    free.
    """
    most = getattr(model.config, "max_position_embeddings", None)
    most = most if isinstance(most, int) and most > 0 else math.inf
    for name, part in model.base_model.named_modules():
        if isinstance(part, torch.nn.Embedding) and "position" in name and part.padding_idx is not None:
            most = min(most, part.num_embeddings - part.padding_idx - 1)
    return min(most, tokenizer.model_max_length)


def check_reads(model, inputs: Sequence[Row], logits_of) -> None:
    """ValueError where the model cannot read these texts, gives no score for each class, or reads a short one otherwise
    beside a longer one. `logits_of(model, inputs)` are its scores (texts, classes)."""
    by_length = sorted(inputs, key=length_of)
    short, long = by_length[0], by_length[-1]
    try:
        alone, beside = logits_of(model, [short]), logits_of(model, [long, short])[1:]
    except Exception as error:  # whatever the library raises for a model and texts that do not fit
        raise ValueError(_cannot_read(model, error, long)) from error
    if alone.shape != (1, model.config.num_labels):
        raise ValueError(
            f"a {type(model).__name__} gives a text scores of the shape {tuple(alone.shape[1:])}; it must be one for "
            "each of "
            f"its {model.config.num_labels} classes: load it with models.load(name, labels=[…])"
        )
    if torch.isfinite(alone).all() and not torch.allclose(alone, beside, rtol=1e-3, atol=1e-4):
        raise ValueError(
            f"a {type(model).__name__} answers otherwise when a text is padded to the length of another: it does not "
            "leave "
            "the padding out, so the loop's batches would mislead it"
        )


def check_writes(model, texts: Sequence[Tensor], losses) -> None:
    """ValueError where a causal model cannot read these texts, sees the tokens that it is to foretell, or reads a text
    otherwise beside a longer one. `losses(texts, counts)` are those of each text's last tokens, summed (texts,)."""
    by_length = sorted(texts, key=len)
    short, long = by_length[0], by_length[-1]
    few, fewer = min(8, len(short) - 1), min(8, len(long) - 2)
    try:
        alone, beside = losses([short], [few]), losses([long, short], [1, few])[1:]
        last, all_but_last = losses([long], [1]), losses([long, long[:-1]], [fewer + 1, fewer])
    except Exception as error:  # whatever the library raises for a model and texts that do not fit
        raise ValueError(_cannot_read(model, error, long)) from error
    near = 1e-3 if model.dtype in (torch.float32, torch.float64) else 0.5
    differ = lambda one, other: torch.isfinite(one).all() and not torch.allclose(one, other, rtol=0, atol=near)
    if differ(alone, beside):
        raise ValueError(
            f"a {type(model).__name__} answers otherwise when a text is padded to the length of another: it does not "
            "leave the padding out, so the loop's batches would mislead it"
        )
    if differ(all_but_last[0], all_but_last[1] + last[0]):
        raise ValueError(
            f"a {type(model).__name__} sees the tokens that it is to foretell: it is no causal model as it is set up"
        )


def check_added(model, method: str, loss: Callable[[], Tensor]) -> None:
    """ValueError where a model cannot be run with what a method has added to it, or learns nothing by it.

    `loss()` is that of a row.
    """
    cards = [model.device] if model.device.type == "cuda" else []
    try:
        model.train()  # layers are computed again only then, where memory is short
        with torch.random.fork_rng(cards):
            loss().backward()
        idle = [name for name, weight in model.named_parameters() if weight.requires_grad and weight.grad is None]
        fault = f"{len(idle)} of its weights do nothing there, such as {idle[0]}" if idle else ""
    except Exception as error:
        fault = _first_line(error)
    model.zero_grad()
    if fault:
        others = ", ".join(name for name in methods.NAMES if methods.METHODS[name].saved == "whole")
        raise ValueError(
            f"method is {method!r}, with which this kind of model does not work ({fault}). Take one of {others}"
        )


def _cannot_read(model, error: Exception, long: Row) -> str:
    return (
        f"a {type(model).__name__} cannot read these texts, of {length_of(long)} tokens at most "
        f"({_first_line(error)}). Likely causes: a tokenizer of another kind of model, a lower limit of length "
        "(max_length), no padding piece"
    )


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else 'no reason given'}"

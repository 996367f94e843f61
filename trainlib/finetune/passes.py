"""Running a model over rows that are already tensors."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache

import torch
from torch import Tensor

from trainlib._machine import has_amx
from trainlib.finetune._batches import Row, batches, collate, length_of
from trainlib.finetune.quick_bert import quick
from trainlib.finetune.settings import Settings

__all__ = ["batch_of", "each_of", "exact_products", "in_batches", "logits_of", "outputs_of", "products", "width_of"]

# oneDNN and PyTorch's way to it keep what they have prepared for a shape, 1,024 times each: half a gigabyte where each
# batch is of another length. Both read this at their first product. Preparing for AMX takes longest: there shapes are
# fewer (`width_of`), and most of them are kept.
KEPT = "256" if has_amx() else "64"
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", KEPT)
os.environ.setdefault("LRU_CACHE_CAPACITY", KEPT)
TOKENS = 4  # a batch is padded to a multiple of it where shapes are to be few


def width_of(model, precision: str, longest: int, most: int) -> int:
    """How many tokens a batch of training is padded to: its `longest` row's, or where AMX multiplies, the next multiple
    of `TOKENS`, but no more than the `most` that a row of the run has."""
    tiles = has_amx() and model.device.type == "cpu" and (precision != "float32" or model.dtype == torch.bfloat16)
    return min(-(-longest // TOKENS) * TOKENS, most) if tiles else longest


def batch_of(model, inputs: Sequence[Row], rows: Iterable[int], width: int = 0) -> dict[str, Tensor]:
    """These rows as one batch, padded as the model wants it, to `width` tokens where all are shorter, on its device."""
    side = (
        "left" if getattr(model.config, "summary_type", "") == "last" else "right"
    )  # XLNet's head reads the last token
    batch = collate([inputs[row] for row in rows], model.config.pad_token_id or 0, side, width)
    return {name: tensor.to(model.device) for name, tensor in batch.items()}


@torch.no_grad()
def each_of(model, inputs: Sequence[Row], compute: Callable, batch_size: int = 32) -> list[Tensor]:
    """`compute(batch, rows)` of all inputs, in their order, one tensor a row: no dropout, no gradients.

    `rows` are the numbers of the inputs in the batch; what is computed has a tensor for each of them.
    """
    model.eval()
    found = {}
    with exact_products(model):
        for rows in batches([length_of(row) for row in inputs], batch_size):
            found |= zip(rows, compute(batch_of(model, inputs, rows), rows), strict=True)
    return [found[row] for row in range(len(inputs))]


def in_batches(model, inputs: Sequence[Row], compute: Callable, batch_size: int = 32) -> Tensor:
    """What `each_of` gives, as one tensor on the CPU with the rows as its first axis."""
    return torch.stack(each_of(model, inputs, lambda *given: compute(*given).float().cpu(), batch_size))


def outputs_of(model, inputs: Sequence[Row], read: Callable, batch_size: int = 32) -> Tensor:
    """`read(model output)` of all inputs, in their order, on the CPU: no dropout, no gradients."""
    return in_batches(model, inputs, lambda batch, rows: read(model(**batch)), batch_size)


def logits_of(model, inputs: Sequence[Row]) -> Tensor:
    """Scores of a classifier before the softmax, (rows, classes)."""
    return outputs_of(quick(model), inputs, lambda output: output.logits)


@contextmanager
def products(model, settings: Settings) -> Iterator[None]:
    """Inside, matrix products have the precision that the settings ask for."""
    with _float32_matmul("medium") if settings.precision == "medium" else exact_products(model):
        with torch.autocast(model.device.type, torch.bfloat16, enabled=settings.precision == "bfloat16"):
            yield


@contextmanager
def exact_products(model) -> Iterator[None]:
    """Inside, a CPU multiplies float32 by oneDNN where that is as exact, unless PyTorch has been told what to do.

    PyTorch takes MKL for it, which leaves AVX-512 unused on processors that are not Intel's. Its "medium" takes oneDNN,
    which rounds to bfloat16 only where the processor has instructions that are faster for it.
    """
    plain = model.device.type == "cpu" and torch.get_float32_matmul_precision() == "highest"
    with _float32_matmul("medium" if plain and _medium_is_exact() else None):
        yield


@contextmanager
def _float32_matmul(precision: str | None) -> Iterator[None]:
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(precision or before)
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


@cache
def _medium_is_exact() -> bool:
    """Whether "medium" keeps the 24 bits of float32 here, by a product that is also computed in float64."""
    random = torch.Generator().manual_seed(0)
    one, other = (torch.randn(shape, generator=random) for shape in ((256, 384), (384, 256)))
    right = one.double() @ other.double()
    with _float32_matmul("medium"):
        found = one @ other
    return ((found - right).norm() / right.norm()).item() < 1e-5  # bfloat16 is off by some 3e-3

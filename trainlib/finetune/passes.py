"""Running a model over rows that are already tensors."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from trainlib.finetune._batches import batches, collate
from trainlib.finetune.first_token import quick
from trainlib.finetune.settings import Settings

__all__ = ["batch_of", "in_batches", "logits_of", "outputs_of", "products"]


def batch_of(model, inputs: Sequence[Tensor], rows: Iterable[int]) -> dict[str, Tensor]:
    """These rows as one batch, padded as the model wants it, on its device."""
    side = (
        "left" if getattr(model.config, "summary_type", "") == "last" else "right"
    )  # XLNet's head reads the last token
    batch = collate([inputs[row] for row in rows], model.config.pad_token_id or 0, side)
    return {name: tensor.to(model.device) for name, tensor in batch.items()}


@torch.no_grad()
def in_batches(model, inputs: Sequence[Tensor], compute: Callable, batch_size: int = 32) -> Tensor:
    """`compute(batch, rows)` of all inputs, in their order, on the CPU: no dropout, no gradients.

    `rows` are the numbers of the inputs in the batch; what is computed has them as its first axis.
    """
    model.eval()
    parts = batches([row.shape[-1] for row in inputs], batch_size)
    found = torch.cat([compute(batch_of(model, inputs, rows), rows).float().cpu() for rows in parts])
    return found[np.argsort(np.concatenate(parts))]


def outputs_of(model, inputs: Sequence[Tensor], read: Callable, batch_size: int = 32) -> Tensor:
    """`read(model output)` of all inputs, in their order, on the CPU: no dropout, no gradients."""
    return in_batches(model, inputs, lambda batch, rows: read(model(**batch)), batch_size)


def logits_of(model, inputs: Sequence[Tensor]) -> Tensor:
    """Scores of a classifier before the softmax, (rows, classes)."""
    return outputs_of(quick(model), inputs, lambda output: output.logits)


@contextmanager
def products(model, settings: Settings) -> Iterator[None]:
    """Inside, matrix products have the precision that the settings ask for."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium" if settings.precision == "medium" else before)
    try:
        with torch.autocast(model.device.type, torch.bfloat16, enabled=settings.precision == "bfloat16"):
            yield
    finally:
        torch.set_float32_matmul_precision(before)

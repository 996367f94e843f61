"""Running a model over rows that are already tensors."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from trainlib.finetune._batches import Row, batches, collate, length_of
from trainlib.finetune.first_token import quick
from trainlib.finetune.settings import Settings

__all__ = ["batch_of", "each_of", "in_batches", "logits_of", "outputs_of", "products"]


def batch_of(model, inputs: Sequence[Row], rows: Iterable[int]) -> dict[str, Tensor]:
    """These rows as one batch, padded as the model wants it, on its device."""
    side = (
        "left" if getattr(model.config, "summary_type", "") == "last" else "right"
    )  # XLNet's head reads the last token
    batch = collate([inputs[row] for row in rows], model.config.pad_token_id or 0, side)
    return {name: tensor.to(model.device) for name, tensor in batch.items()}


@torch.no_grad()
def each_of(model, inputs: Sequence[Row], compute: Callable, batch_size: int = 32) -> list[Tensor]:
    """`compute(batch, rows)` of all inputs, in their order, one tensor a row: no dropout, no gradients.

    `rows` are the numbers of the inputs in the batch; what is computed has a tensor for each of them.
    """
    model.eval()
    found = {}
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
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium" if settings.precision == "medium" else before)
    try:
        with torch.autocast(model.device.type, torch.bfloat16, enabled=settings.precision == "bfloat16"):
            yield
    finally:
        torch.set_float32_matmul_precision(before)

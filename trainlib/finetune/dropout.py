"""Dropout as the library has it, but for its random numbers: on a CPU they are drawn four at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

__all__ = ["dropout", "quick_dropout"]

STEPS = 2**16  # in which a share is counted: 0.1 is 6,554 of them


def dropout(values: Tensor, share: float) -> Tensor:
    """Each value is 0 with this probability, from 0 to 1, and else as much larger as keeps the mean."""
    least = round(share * STEPS)
    if values.device.type != "cpu" or not 0 < least < STEPS:
        return nn.functional.dropout(values, share)
    bits = torch.empty(-(-values.numel() // 4), dtype=torch.int64).random_(-(2**63), None)
    kept = bits.view(torch.int16)[: values.numel()].view(values.shape).ge_(least - STEPS // 2)
    return values * kept.to(values.dtype).mul_(STEPS / (STEPS - least))


class _Dropout(nn.Dropout):
    def forward(self, values: Tensor) -> Tensor:
        return dropout(values, self.p) if self.training else values


@contextmanager
def quick_dropout(model) -> Iterator[None]:
    """Inside, the model's dropout layers draw their random numbers this way."""
    layers = [part for part in model.modules() if type(part) is nn.Dropout]
    for layer in layers:
        layer.__class__ = _Dropout
    try:
        yield
    finally:
        for layer in layers:
            layer.__class__ = nn.Dropout

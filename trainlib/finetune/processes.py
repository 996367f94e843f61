"""Several processes train one model: each computes its share of every batch, and all take the same step.

    accelerate launch --multi_gpu --num_processes 2 train.py        or        torchrun --nproc-per-node 2 train.py

Both set the environment that `torch.distributed` reads; `finetune.fit` in `train.py` does the rest. A step is the one
that a single process would take on the whole batch, but for dropout, whose random numbers differ in each process.
(Tested with two processes on a CPU; several GPUs are untested.)
"""

import os
from collections.abc import Iterable
from contextlib import nullcontext, redirect_stdout
from io import StringIO

import torch
from torch import Tensor, distributed

__all__ = ["Processes", "launched"]


class Processes:
    """All processes of a run: this one has the number `rank` of `count`, and 0 of 1 where nothing was launched."""

    def __init__(self, rank: int = 0, count: int = 1):
        self.rank, self.count = rank, count

    def share(self, rows: Tensor) -> Tensor:
        """The part of a batch's row numbers that this process computes; it may be empty."""
        return rows.tensor_split(self.count)[self.rank]

    def add_gradients(self, weights: Iterable[Tensor]) -> None:
        """Give each weight the sum of its gradients in all processes; one without a gradient counts as 0."""
        if self.count > 1:
            for weight in weights:
                weight.grad = torch.zeros_like(weight) if weight.grad is None else weight.grad
                distributed.all_reduce(weight.grad)

    def first(self, value):
        """The value that the first process has, so that no decision can differ between them."""
        held = [value]
        if self.count > 1:
            distributed.broadcast_object_list(held)
        return held[0]

    def all(self, value) -> list:
        """The value of each process, by rank."""
        held = [value] * self.count
        if self.count > 1:
            distributed.all_gather_object(held, value)
        return held

    def quiet(self):
        """A context in which only the first process writes to stdout."""
        return redirect_stdout(StringIO()) if self.rank else nullcontext()


def launched() -> Processes:
    """The processes that a launcher has started, joined on first use; this one alone where there was none."""
    if int(os.environ.get("WORLD_SIZE", 1)) == 1:
        return Processes()
    if not distributed.is_initialized():
        if torch.cuda.is_available():
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    return Processes(distributed.get_rank(), distributed.get_world_size())

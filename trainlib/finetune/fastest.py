"""Which precision, and how many threads, make a step fastest here? A look at the model itself.

What a stopwatch finds may differ from run to run, so it is asked for (`precision="auto"`), said on stdout, and kept in
settings and checkpoint: who names what was found gets the same run again.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psutil
import torch
from torch import Tensor

from trainlib.finetune._batches import length_of
from trainlib.finetune.passes import batch_of, products
from trainlib.finetune.settings import PRECISIONS, Settings
from trainlib.finetune.task import Rows, TaskLoss

__all__ = ["ERROR", "FASTER", "fastest", "threads_of"]

FASTER = 1.15  # times as fast as float32 on one thread must be what takes its place
ERROR = 0.05  # the gradient may be off by, as a share of its length
STEP = 0.1  # seconds of a step that is measured: as many rows of a batch as fit
ROUNDS = 3  # in which all that is compared takes a turn; the quickest counts, as other work only makes a step slower


def fastest(model, forward, loss: TaskLoss, rows: Rows, settings: Settings) -> tuple[str, int]:
    """(precision, threads) of the quickest step with an error of at most `ERROR`; says on stdout what was measured.

    Threads are measured on a CPU, unless the variable OMP_NUM_THREADS says how many to take.
    """
    inputs, targets = rows
    order = sorted(range(len(inputs)), key=lambda row: length_of(inputs[row]))
    middle = order[len(order) // 2 :][: settings.batch_size]  # of usual length

    def seconds(precision: str, threads: int, count: int, clock=time.perf_counter) -> float:
        """Of a step without dropout, whose gradients stay."""
        batch, labels = batch_of(model, inputs, middle[:count]), targets[middle[:count]].to(model.device)
        with threads_of(threads), products(model, replace(settings, precision=precision)):
            model.zero_grad()
            begun = clock()
            loss.of(forward, batch, labels).backward()
            if model.device.type == "cuda":
                torch.cuda.synchronize(model.device)
            return clock() - begun

    def compared(choices: dict, count: int, clock=time.perf_counter) -> dict:
        """The seconds of each, (precision, threads) by name."""
        found = [[seconds(*choice, count, clock) for choice in choices.values()] for _ in range(ROUNDS)]
        return dict(zip(choices, map(min, zip(*found))))

    def gradient() -> Tensor:
        return torch.cat([weight.grad.flatten() for weight in model.parameters() if weight.grad is not None]).float()

    model.eval()
    forward.eval()
    with torch.random.fork_rng([model.device] if model.device.type == "cuda" else []):
        plain, most = torch.get_num_threads(), len(middle)
        seconds("float32", plain, most)  # the first one prepares what later ones find
        count = round(most * STEP / (seconds("float32", plain, most, time.process_time) / plain))
        count = min(max(count, 1), most)
        numbers = _threads(model, settings.threads)
        by_threads = compared({number: ("float32", number) for number in numbers}, count)
        threads, errors, right = _quickest(by_threads), {}, None
        for name in PRECISIONS:  # float32 is the first
            seconds(name, threads, count)
            right = gradient() if right is None else right
            errors[name] = ((gradient() - right).norm() / right.norm()).item()
        own = time.process_time if threads == 1 and model.device.type == "cpu" else time.perf_counter
        by_precision = compared({name: (name, threads) for name in PRECISIONS}, count, own)
    model.zero_grad()
    exact = {name: found for name, found in by_precision.items() if not errors[name] > ERROR}
    precision = _quickest(exact)
    said = [f"{name} {exact[name] * 1e3:.0f} ms" for name in exact]
    said += [f"{name} an error of {error:.1%}" for name, error in errors.items() if name not in exact]
    cores = ", ".join(f"{number} {found * 1e3:.0f} ms" for number, found in by_threads.items())
    print(f"precision {precision} ({', '.join(said)}), threads {threads} ({cores}), in steps of {count} rows")
    return precision, threads


@contextmanager
def threads_of(number: int | None) -> Iterator[None]:
    """Inside, PyTorch computes with so many threads; None leaves them as they are."""
    before = torch.get_num_threads()
    torch.set_num_threads(number or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _threads(model, chosen: int | None) -> list[int]:
    """The numbers of threads to try: 1, 2, 4, … and all physical cores, where nobody has chosen."""
    if model.device.type != "cpu" or "OMP_NUM_THREADS" in os.environ or chosen:
        return [torch.get_num_threads()]
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    cores = min(psutil.cpu_count(logical=False) or allowed, allowed)
    return sorted({*(2**power for power in range(cores.bit_length()) if 2**power <= cores), cores})


def _quickest(seconds: dict) -> object:
    """The first, plainest one, unless another takes its place by being `FASTER`."""
    plain, best = next(iter(seconds)), min(seconds, key=seconds.get)
    return best if seconds[plain] >= FASTER * seconds[best] else plain

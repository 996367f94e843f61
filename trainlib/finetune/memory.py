"""How much memory a piece of work takes at its peak, on any system."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from trainlib._memory import trim

__all__ = ["EVERY", "peak"]

EVERY = 0.01  # seconds between two looks: what is taken for a shorter time may be missed


@contextmanager
def peak(device=None) -> Iterator[Callable[[], int]]:
    """Yields a function: the bytes that the process held at most since the start, above what it held then.

    `device` (a torch.device) of type "cuda" measures the memory of PyTorch on that card instead.
    """
    if getattr(device, "type", "cpu") == "cuda":
        import torch

        torch.cuda.reset_peak_memory_stats(device)
        start = torch.cuda.memory_allocated(device)
        yield lambda: torch.cuda.max_memory_allocated(device) - start
        return
    import psutil

    trim()  # what work takes from freed memory would not be seen
    held = psutil.Process().memory_info
    start = highest = held().rss
    over = threading.Event()

    def watch():
        nonlocal highest
        while not over.wait(EVERY):
            highest = max(highest, held().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield lambda: highest - start
    finally:
        over.set()
        watcher.join()

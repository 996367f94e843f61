"""How much memory a piece of work takes at its peak, on any system."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from trainlib._memory import trim

__all__ = ["EVERY", "peak"]

HELD = "/proc/self/statm"  # Linux's
EVERY = 0.02  # seconds between two looks: what is taken for a shorter time may be missed


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
    trim()  # what work takes from freed memory would not be seen
    with _looks() as held:
        start = highest = held()
        over = threading.Event()

        def watch():
            nonlocal highest
            while not over.is_set():
                time.sleep(EVERY)  # `over.wait` would need Python's lock more often
                highest = max(highest, held())

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield lambda: highest - start
        finally:
            over.set()
            watcher.join()


@contextmanager
def _looks() -> Iterator[Callable[[], int]]:
    """Yields a function: the bytes of the process that are in memory. On Linux it is one call of the system: each one
    more takes Python's lock from the work that is measured."""
    try:
        file = open(HELD, "rb", buffering=0)
    except OSError:
        import psutil

        process = psutil.Process()
        yield lambda: process.memory_info().rss
        return
    with file:
        page = os.sysconf("SC_PAGE_SIZE")
        yield lambda: int(os.pread(file.fileno(), 100, 0).split(None, 2)[1]) * page

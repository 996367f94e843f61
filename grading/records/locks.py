"""Locks between the commands of one state folder, so that two that run at once do no harm.

A crash leaves none behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from grading.records import folders


@contextmanager
def held(name: str, wait: float = 10) -> Iterator[None]:
    """Hold the lock of a name while the block runs.

    ValueError where another process has it for longer than `wait` seconds.
    """
    lock = FileLock(folders.state() / f".{name}.lock")
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise ValueError(
            f"another command works on {folders.state()} ({name}): wait until it is done, then run this one again"
        ) from None
    try:
        yield
    finally:
        lock.release()

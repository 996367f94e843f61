"""What a process holds although nobody uses it any more."""

import ctypes
import gc


def hand_back() -> None:
    """Give memory that nobody uses back to the system, where glibc can; by itself it may keep hundreds of MiB of a
    model."""
    gc.collect()
    trim()


def trim() -> None:
    """Give back what is freed already, without looking for more, which takes a while."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # no glibc
        pass

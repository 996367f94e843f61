"""What a process holds although nobody uses it any more."""

import ctypes
import gc
from functools import cache


def hand_back() -> None:
    """Give freed memory back to the system, where glibc can; by itself it may keep hundreds of MiB of a model."""
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # no glibc
        pass


@cache
def set_imports_aside() -> None:
    """Keep what there is now, which is mostly what libraries hold, out of all later searches for garbage: none of these
    half a million objects becomes any, and to look through them takes 0.3 s each time. Done once a process."""
    gc.collect()
    gc.freeze()

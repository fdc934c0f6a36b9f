"""Memory that a sync is done with goes back to the system.

Arrow and the C library keep what was freed, for each thread apart: after a year of a large organization, more
than half of what the process held was free.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import cache

import pyarrow as pa


def use_one_allocator() -> None:
    """Let Arrow take its memory from the C library from now on, which gives it back when told to."""
    pa.set_memory_pool(pa.system_memory_pool())


def give_back() -> None:
    """Give free memory back to the system, where the C library can."""
    trim = _trim()
    if trim:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    """Return glibc's malloc_trim; other C libraries and systems have none."""
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)

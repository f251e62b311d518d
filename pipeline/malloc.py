"""Keeps the C library from holding memory that nobody uses: glibc's, by its own extensions; others are left alone.

Reading Korean takes much memory for moments, in every thread that does it, and glibc gives each thread a heap of its
own that hardly shrinks: in a server of many threads a quarter of the memory was such.
"""

import ctypes
from contextlib import suppress

M_ARENA_MAX = -8  # malloc.h
ARENAS = 2


def share_heaps() -> None:
    """Let all threads share two heaps from now on."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Give back to the system what is free at this moment."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

"""Whether the server was told to end: answers that would go on for ever end themselves then.

A byte of memory that the process which takes the signals shares with those that serve, its children.
"""

import mmap

_told = mmap.mmap(-1, 1)


def begin() -> None:
    """Take a byte that is shared with nobody but the processes which are forked from now on."""
    global _told
    _told = mmap.mmap(-1, 1)


def tell() -> None:
    """Tell every server process that the end has come; safe in a signal handler."""
    _told[0] = 1


def is_told() -> bool:
    """Tell whether the end has come."""
    return _told[0] == 1

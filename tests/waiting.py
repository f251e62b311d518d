"""Waiting for what happens in another process: by asking again, never by sleeping a fixed time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 60.0


def until(ask: Callable[[], T], wanted: Callable[[T], bool]) -> T:
    """Return what `ask` gives as soon as it is `wanted`; fail after a minute, showing the last answer."""
    deadline = time.monotonic() + PATIENCE
    while True:
        answer = ask()
        if wanted(answer):
            return answer
        assert time.monotonic() < deadline, f"still {answer}"
        time.sleep(0.05)

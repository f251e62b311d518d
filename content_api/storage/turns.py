"""The queue of those who want to write: one at a time, in the order they came."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from content_api.storage.faults import busy


class Turns:
    """Hands the turn from one to the next. A lock, or a pool of one, lets whoever just had it take it again at once:
    under a steady load others would wait until their deadline.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    @contextmanager
    def turn(self, within: float) -> Iterator[None]:
        """Wait for one's turn, and have it until the end of the block; raise `Busy` after `within` seconds."""
        self._take(within)
        try:
            yield
        finally:
            self._give()

    def _take(self, within: float) -> None:
        with self._mutex:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(within):
            return
        with self._mutex:
            if not mine.is_set():  # else it came at the very last moment
                self._waiting.remove(mine)
                raise busy()

    def _give(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False

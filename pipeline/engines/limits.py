"""What bounds the requests to one engine: how many at a time, in a minute, and how many characters in a day."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from pipeline.engines.base import EngineError

MOST_AT_ONCE = 32
WINK = 0.2  # seconds after which one who waits looks whether to stop


@dataclass(frozen=True)
class Limits:
    """`at_once` requests at a time, `per_minute` evenly spread, `daily_characters` of source (UTC); None: no bound."""

    at_once: int = 1
    per_minute: int | None = None
    daily_characters: int | None = None


ONE_AT_A_TIME = Limits()


@dataclass(frozen=True)
class Sent:
    """One request that went to an engine: the characters in it, markup included, and whether it could be used."""

    engine: str
    characters: int
    answered: bool


class Ledger(Protocol):
    """Who keeps count of what engines are sent. Called by many threads."""

    def reserved(self, engine: str, characters: int, daily: int | None) -> AbstractContextManager[bool]:
        """Put `characters` aside for a request; give whether the `daily` budget has room for them."""
        ...

    def sent(self, sent: Sent) -> None:
        """Count a request, whatever came of it."""
        ...


class Uncounted:
    """A ledger that nobody reads: every request has room."""

    def reserved(self, engine: str, characters: int, daily: int | None) -> AbstractContextManager[bool]:
        """Give `True`."""
        return nullcontext(True)

    def sent(self, sent: Sent) -> None:
        """Forget it."""


class BudgetSpent(EngineError):
    """The engine had the characters that the installation gives it in a day."""


class Gate:
    """Where requests to one engine wait for their turn. Safe for threads, and shared by all drafts of a process."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._clock = clock
        self._places = threading.BoundedSemaphore(limits.at_once)
        self._lock = threading.Lock()
        self._next = clock()

    @contextmanager
    def passed(self, stopping: Callable[[], bool]) -> Iterator[bool]:
        """Wait for a turn and hold it; give `False`, without one, when `stopping` says so first."""
        while not self._places.acquire(timeout=WINK):
            if stopping():
                yield False
                return
        try:
            yield self._waited(self._turn(), stopping)
        finally:
            self._places.release()

    def _turn(self) -> float:
        """Return when the next request may go out, and let the one behind it wait longer."""
        with self._lock:
            turn = max(self._next, self._clock())
            self._next = turn + (60 / self.limits.per_minute if self.limits.per_minute else 0)
            return turn

    def _waited(self, turn: float, stopping: Callable[[], bool]) -> bool:
        while (left := turn - self._clock()) > 0:
            if stopping():
                return False
            time.sleep(min(left, WINK))
        return True

"""The circuit breaker of one engine: after repeated failures it is left alone for a while."""

import threading
from collections.abc import Callable

from pipeline.engines.base import EngineError, QuotaSpent, RateLimited

QUOTA_PAUSE = 3600.0  # seconds an engine whose quota is spent is left alone


class Breaker:
    """Closed, it lets every request through; open, none; after its pause, one at a time until one succeeds.

    Safe for threads. Whoever `enter`s must call `succeeded` or `failed`.
    """

    def __init__(self, clock: Callable[[], float], failures: int, cool_down: float) -> None:
        self._clock = clock
        self._limit = failures
        self._cool_down = cool_down
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until: float | None = None
        self._trying = False
        self._cause: EngineError | None = None

    def enter(self) -> EngineError | None:
        """Return `None` where a request may go ahead, else the error that opened the breaker."""
        with self._lock:
            if self._open_until is None:
                return None
            if self._clock() < self._open_until or self._trying:
                return self._cause
            self._trying = True
            return None

    def succeeded(self) -> None:
        """Close: the request that `enter` let through was answered."""
        with self._lock:
            self._failures = 0
            self._open_until = None
            self._trying = False
            self._cause = None

    def failed(self, error: EngineError) -> None:
        """Count a failed request; open when it is one too many, or says how long to stay away."""
        with self._lock:
            self._failures += 1
            pause = self._pause(error)
            if self._trying or pause is not None or self._failures >= self._limit:
                until = self._clock() + (self._cool_down if pause is None else pause)
                self._open_until = max(until, self._open_until or until)
                self._cause = error
            self._trying = False

    def _pause(self, error: EngineError) -> float | None:
        if isinstance(error, RateLimited):
            return self._cool_down if error.retry_after is None else error.retry_after
        return QUOTA_PAUSE if isinstance(error, QuotaSpent) else None

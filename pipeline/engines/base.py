"""What every engine has in common: the protocol, the errors, and the deadline that ends a blocking call.

The chain (`pipeline.engines.chain`) owns fallback, batching and the judging of answers; an engine only asks.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import ClassVar, Literal, Protocol, TypeVar

from pipeline.engines.briefing import Briefing
from schemas.language import Locale

Markup = Literal["html", "plain"]
T = TypeVar("T")


class Engine(Protocol):
    """A translation service. `max_characters` and `max_texts` bound one request; texts come masked for `markup`."""

    @property
    def name(self) -> str: ...
    @property
    def markup(self) -> Markup: ...
    @property
    def max_characters(self) -> int: ...
    @property
    def max_texts(self) -> int: ...

    def translate(
        self, texts: Sequence[str], source: Locale, target: Locale, timeout: float, briefing: Briefing
    ) -> list[str]:
        """Return one answer per text, in order, within `timeout` seconds; raise nothing but `EngineError`.

        `briefing` is for engines that can do something with it; nothing of it has to be used.
        An answer is not judged here: an engine that has none for one of several texts gives `""` for it.
        """
        ...


class EngineError(Exception):
    """A request that gave nothing. `reason` is a sentence for editors: no key and nothing of the text is in it.

    `passing` says whether the job is worth another try later; `one_text` that a single text of the request may
    be at fault, so that each is worth asking alone.
    """

    passing: ClassVar[bool] = False

    def __init__(self, reason: str, *, one_text: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.one_text = one_text


class TimedOut(EngineError):
    """No whole answer came in time."""

    passing = True


class RateLimited(EngineError):
    """The service asks for fewer requests; `retry_after` is in seconds where it said."""

    passing = True

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class QuotaSpent(EngineError):
    """The account's characters are used up; another try within the hour is no use."""


class Rejected(EngineError):
    """The service refuses what we asked: a wrong key, a language it lacks, a text too long."""


class BadAnswer(EngineError):
    """An answer that is no translation: not text, a page, empty, the wrong count, too large, a warning."""


class Unreachable(EngineError):
    """The connection was refused or cut, or the service itself failed (5xx)."""

    passing = True


class Deadline:
    """Runs one engine's blocking calls in threads and gives up on those that outlast their time.

    A thread cannot be stopped, so one that was given up on goes on until its own timeout. There are never more
    than `threads` of them: with all of them hanging, a call waits for one to end and gives up like the others.
    """

    def __init__(self, name: str, threads: int = 8) -> None:
        self._name = name
        self._slots = threading.BoundedSemaphore(threads)

    def run(self, call: Callable[[], T], timeout: float) -> T:
        """Return what `call` returns or raise what it raises; raise `TimedOut` after `timeout` seconds."""
        until = time.monotonic() + timeout
        if not self._slots.acquire(timeout=max(timeout, 0)):
            raise TimedOut(f"{self._name} was not asked: too many of its earlier calls still hang")
        future: Future[T] = Future()

        def work() -> None:
            try:
                result = call()
            except BaseException as error:
                self._slots.release()
                future.set_exception(error)
            else:
                self._slots.release()
                future.set_result(result)

        try:
            threading.Thread(target=work, name=f"engine-{self._name}", daemon=True).start()
        except RuntimeError:  # the system has no thread left, or the process is ending
            self._slots.release()
            raise Unreachable(f"{self._name} was not asked: no thread is free") from None
        try:
            return future.result(max(until - time.monotonic(), 0))
        except TimeoutError:
            if future.done():  # the call's own error, or it ended at the last moment
                return future.result()
            raise TimedOut(f"{self._name} did not answer within {timeout:g} seconds") from None

"""What engines through deep-translator share: its classes have no timeout, no bound, and errors of many families.

An instance is not safe for threads, so each call has one of its own; and the `requests` of the class's module is
replaced by a `Guard`, which adds what is missing there.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any, ClassVar

import httpx
import msgspec
import requests
from deep_translator import exceptions as theirs

from pipeline.engines.base import BadAnswer, Deadline, EngineError, Markup, RateLimited, Rejected, Unreachable
from pipeline.engines.briefing import Briefing
from pipeline.engines.transport import Http, Reply
from schemas.language import Locale

LARGEST = 128 * 1024  # bytes; real answers are a tenth of that, and parsing one holds up every thread
REDIRECTS = 3
# By the first class that fits; Python's own leak from `translate` too, and bare `Exception`.
MEANING: tuple[tuple[type[Exception], type[EngineError], str], ...] = (
    (theirs.TooManyRequests, RateLimited, "asks for fewer requests"),
    (theirs.RequestError, Unreachable, "refused the request or failed"),
    (theirs.NotValidLength, Rejected, "takes no text of that length"),
    (theirs.LanguageNotSupportedException, Rejected, "lacks one of the languages"),
    (theirs.InvalidSourceOrTargetLanguage, Rejected, "lacks one of the languages"),
    (theirs.TranslationNotFound, BadAnswer, "gave no translation"),
)

Read = Callable[[Reply], str]
"""Takes an answer of any status; returns what deep-translator may see of it, or raises `EngineError`."""
Follow = Callable[[str, str], str]
"""Takes an address and the `location` it redirects to; returns where to go on, or raises `EngineError`."""

_lock = threading.Lock()
_call = threading.local()


@dataclass(frozen=True)
class Page:
    """As much of a `requests.Response` as deep-translator looks at."""

    status_code: int
    text: str

    def json(self) -> Any:
        return json.loads(self.text)

    def close(self) -> None:
        """Nothing is open: the body was read whole."""


class Guard:
    """Has what deep-translator's modules use of `requests`; `follow` says that redirects may be followed, and how."""

    exceptions = requests.exceptions

    def __init__(self, name: str, read: Read, follow: Follow | None = None) -> None:
        self._name = name
        self._read = read
        self._follow = follow
        self._http = Http(name, "https:", LARGEST)

    def get(self, url: str, params: Mapping[str, str], proxies: object = None) -> Page:
        """Fetch `url` within the time set by `until`; raise `EngineError`."""
        return self._send("GET", url, params)

    def post(
        self, url: str, params: Mapping[str, str], headers: Mapping[str, str], json: object, proxies: object = None
    ) -> Page:
        """Send `json` to `url` within the time set by `until`; raise `EngineError`."""
        return self._send("POST", url, params, headers, msgspec.json.encode(json))

    def _send(
        self, method: str, url: str, params: Mapping[str, str], headers: Mapping[str, str] = {}, content: bytes = b""
    ) -> Page:
        until: float = getattr(_call, "until", time.monotonic() + 10)
        sent = {"user-agent": requests.utils.default_user_agent(), **headers}
        address = str(httpx.URL(url).copy_merge_params(dict(params)))
        for _ in range(REDIRECTS + 1):
            reply = self._http.send(method, address, until, content=content, headers=sent)
            if self._follow is None or not 300 <= reply.status < 400 or "location" not in reply.headers:
                return Page(reply.status, self._read(reply))
            address = self._follow(address, reply.headers["location"])
        raise Rejected(f"{self._name} redirects in a circle")


class Borrowed:
    """One text per request, through the class that `_translator` makes an instance of."""

    name: ClassVar[str]
    markup: ClassVar[Markup]
    max_characters: ClassVar[int]
    max_texts: ClassVar[int] = 1

    def __init__(self, module: ModuleType, read: Read, follow: Follow | None = None) -> None:
        self._deadline = Deadline(self.name)
        with _lock:  # once per process
            if not isinstance(vars(module)["requests"], Guard):
                vars(module)["requests"] = Guard(self.name, read, follow)

    def translate(
        self, texts: Sequence[str], source: Locale, target: Locale, timeout: float, briefing: Briefing
    ) -> list[str]:
        """Return one answer per text, with the text's own edge white space; raise `EngineError`."""
        until = time.monotonic() + timeout
        return [
            self._deadline.run(partial(self._one, text, source, target, until), until - time.monotonic())
            for text in texts
        ]

    def _translator(self, source: Locale, target: Locale) -> Any:
        """Return an instance of deep-translator's class, for one call; it has no types."""
        raise NotImplementedError

    def _one(self, text: str, source: Locale, target: Locale, until: float) -> str:
        core = text.strip()
        if not core:
            return text
        try:
            with _bounded(until):
                answer = self._translator(source, target).translate(core)
        except EngineError:
            raise
        except Exception as error:
            raise _ours(self.name, error) from None
        if not isinstance(answer, str) or not answer.strip():
            raise BadAnswer(f"{self.name} gave no translation")
        return text.replace(core, answer.strip(), 1)


@contextmanager
def _bounded(until: float) -> Iterator[None]:
    """Let this thread's requests end at `until` (of `time.monotonic`)."""
    _call.until = until
    try:
        yield
    finally:
        del _call.until


def _ours(name: str, error: Exception) -> EngineError:
    for foreign, own, reason in MEANING:
        if isinstance(error, foreign):
            return own(f"{name} {reason}")
    return BadAnswer(f"{name}'s answer could not be read ({type(error).__name__})")

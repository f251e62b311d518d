"""The guarded stand-in for `requests` inside deep-translator's Google module.

It adds what is missing there: a deadline, a bounded body, no way to another host, and a status told apart early.
"""

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from pipeline.engines.base import BadAnswer, RateLimited, Rejected, TimedOut, Unreachable
from pipeline.engines.transport import collect, failure, refuse_encoding

LARGEST_PAGE = 128 * 1024  # bytes; real ones are a tenth of that, and parsing one holds up every thread
REDIRECTS = 3
# Where deep-translator looks for the translation, up to `</div>`. It strips and glues the pieces that tags part.
RESULT = re.compile(r"""<div class=["'](?:t0|result-container)["'][^<>]{0,200}>""")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)

_lock = threading.Lock()
_call = threading.local()


@dataclass(frozen=True)
class Page:
    """As much of a `requests.Response` as deep-translator looks at."""

    status_code: int
    text: str

    def close(self) -> None:
        """Nothing is open: the body was read whole."""


class Guard:
    """Has the one function of `requests` that deep-translator's Google module calls."""

    def get(self, url: str, params: Mapping[str, str], proxies: Mapping[str, str] | None = None) -> Page:
        """Fetch a page within the time set by `until`; raise `EngineError`, or what `requests` raises."""
        end: float = getattr(_call, "until", time.monotonic() + 10)
        address = requests.Request("GET", url, params=params).prepare().url or url
        for _ in range(REDIRECTS + 1):
            answer = self._fetch(address, proxies, end)
            if isinstance(answer, Page):
                return answer
            address = answer
        raise Rejected("google redirects in a circle")

    def _fetch(self, address: str, proxies: Mapping[str, str] | None, end: float) -> Page | str:
        wait = max(end - time.monotonic(), 0.001)  # of each read; the whole is bounded by `collect`
        with requests.Session() as session:
            session.auth = lambda request: request  # else a .netrc's password would go out
            session.headers["Accept-Encoding"] = "identity"
            with session.get(
                address, proxies=dict(proxies or {}), timeout=wait, stream=True, allow_redirects=False
            ) as response:
                if response.is_redirect:
                    return _followed(address, response.headers["location"])
                if not response.ok:
                    raise failure("google", response.status_code, response.headers)
                refuse_encoding("google", response.headers)
                return Page(response.status_code, _readable(_body(response, end)))


def install(module: ModuleType) -> None:
    """Put the guard in place of `module.requests`, once per process."""
    with _lock:
        if not isinstance(vars(module)["requests"], Guard):
            vars(module)["requests"] = Guard()


@contextmanager
def until(end: float) -> Iterator[None]:
    """Bound this thread's fetches to end at `end` (of `time.monotonic`)."""
    _call.until = end
    try:
        yield
    finally:
        del _call.until


def _followed(address: str, location: str) -> str:
    there = urljoin(address, location)
    if "/sorry/" in urlsplit(there).path:
        raise RateLimited("google takes us for a robot and asks for fewer requests")
    if urlsplit(there)[:2] != urlsplit(address)[:2]:
        raise Rejected("google redirects to another host, which is not followed")
    return there


def _body(response: requests.Response, end: float) -> bytes:
    try:
        return collect("google", response.raw.stream(16 * 1024, decode_content=False), LARGEST_PAGE, end)
    except urllib3.exceptions.TimeoutError:
        raise TimedOut("google did not finish its answer in time") from None
    except urllib3.exceptions.HTTPError:
        raise Unreachable("google's answer was cut off") from None


def _readable(body: bytes) -> str:
    """Return the page cut down to the translation, its line breaks as such; raise `BadAnswer` where there is none."""
    page = body.decode("utf-8", "replace")
    found = RESULT.search(page)
    end = page.find("</div>", found.end()) if found else -1
    if not found or end < 0:
        raise BadAnswer("google's page holds no translation")
    result = BREAK.sub("\n", page[found.end() : end])
    if "<" in result:
        raise BadAnswer("google's page holds markup where the translation should be")
    return found[0] + result + "</div>"

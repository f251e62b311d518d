"""A client of the editorial API that outlives its servers: it says the same thing again until one answers."""

import itertools
import time
from collections.abc import Sequence
from typing import Any

import httpx
from uuid_utils import uuid7

from tests.client import http_to

# How long to wait before saying it again, in seconds; and for how long at all.
PAUSE = 0.1
PATIENCE = 60.0
NOT_NOW = (429, 503)


class Unanswered(Exception):
    """Nobody answered: it may have happened, or not."""


class Caller:
    """Calls the servers at `urls`, another one whenever the last does not answer.

    `acknowledged` counts changes that were answered, `repeated` what was sent again.
    """

    def __init__(self, urls: Sequence[str], key: str) -> None:
        self._urls = itertools.cycle([f"{url}/v1/editorial/" for url in urls])
        self._url = next(self._urls)
        self._headers = {"Authorization": f"Bearer {key}"}
        self._http = http_to(timeout=30)
        self.acknowledged = 0
        self.repeated = 0

    def close(self) -> None:
        """End its connections."""
        self._http.close()

    def call(
        self, method: str, path: str, body: Any = None, etag: str | None = None, *, once: bool = False
    ) -> httpx.Response:
        """Send a request until it is answered; `once` raises `Unanswered` instead of sending it again."""
        headers = self._headers | ({"If-Match": etag} if etag else {})
        if method == "POST" and not once:
            headers["Idempotency-Key"] = str(uuid7())
        until = time.monotonic() + PATIENCE
        while True:
            answer = self._answer(method, path, body, headers)
            if answer is not None and answer.status_code not in NOT_NOW:
                self.acknowledged += answer.is_success and method != "GET"
                return answer
            if once:
                raise Unanswered
            assert time.monotonic() < until, f"no answer to {method} {path} in {PATIENCE} s: {answer and answer.text}"
            self.repeated += 1
            time.sleep(PAUSE)

    def ok(self, method: str, path: str, body: Any = None, etag: str | None = None, *, once: bool = False) -> Any:
        """Send a request that must succeed; return what it answers."""
        answer = self.call(method, path, body, etag, once=once)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def change(self, method: str, path: str, body: Any, etag: str, *, of: str, happened: str) -> Any:
        """Send a change of `of`, whose version is `etag`; return what it is afterwards.

        It has no key by which the server could know it again: sent twice, it is refused the second time, because the
        first was stored and its answer lost. Then it must show in what `of` is now: the text `happened` stands there.
        """
        answer = self.call(method, path, body, etag)
        if answer.status_code != 412:
            assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
            return answer.json()
        now = self.call("GET", of)
        assert happened in now.text, f"{method} {path} is stale, but did not happen: {now.text}"
        self.acknowledged += 1
        return now.json()

    def _answer(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response | None:
        try:
            return self._http.request(method, self._url + path, json=body, headers=headers)
        except httpx.TransportError:
            self._url = next(self._urls)
            return None

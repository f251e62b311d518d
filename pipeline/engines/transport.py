"""What engines over HTTP share: a bounded request, and a status turned into one of our errors.

A service's own words never reach an error's reason: they may repeat the key or the text.
"""

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from pipeline.engines.base import BadAnswer, EngineError, QuotaSpent, RateLimited, Rejected, TimedOut, Unreachable

LONGEST_WAIT = 3600.0  # seconds; a service that asks for more is asked again all the same
LARGEST_ANSWER = 2 * 1024 * 1024  # bytes
LARGEST_ERROR = 16 * 1024


@dataclass(frozen=True)
class Reply:
    """What a service answered, whatever it was."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """Requests to the service `name` at `url`: no redirect is followed, nothing compressed taken, all in time."""

    def __init__(self, name: str, url: str, largest: int = LARGEST_ANSWER) -> None:
        self._name = name
        self._largest = largest
        tls = url.startswith("https:")  # loading the certificates takes longer than many a translation
        self._tls = httpx.create_ssl_context() if tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def send(
        self, method: str, address: str, until: float, *, content: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Return the answer, of any status; raise `EngineError` where there is none by `until` (`time.monotonic`)."""
        sent = {**(headers or {}), "accept-encoding": "identity"}
        if content:
            sent["content-type"] = "application/json"
        wait = max(until - time.monotonic(), 0.001)  # of each read; the whole is bounded by `collect`
        try:
            with (
                httpx.Client(timeout=wait, follow_redirects=False, verify=self._tls) as client,
                client.stream(method, address, content=content, headers=sent) as response,
            ):
                refuse_encoding(self._name, response.headers)
                limit = self._largest if response.is_success else LARGEST_ERROR
                body = collect(self._name, response.iter_raw(), limit, until)
        except httpx.TimeoutException:
            raise TimedOut(f"{self._name} did not answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL):  # refused, cut, not HTTP, a redirect to nowhere
            raise Unreachable(f"{self._name} could not be reached, or the connection was cut") from None
        return Reply(response.status_code, response.headers, body)


def collect(
    name: str,
    chunks: Iterable[bytes],
    limit: int,
    until: float,
    clock: Callable[[], float] = time.monotonic,
) -> bytes:
    """Join `chunks`; raise `BadAnswer` beyond `limit` bytes and `TimedOut` once `clock` has passed `until`."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise BadAnswer(f"{name} sent an answer of more than {limit // 1024} KiB", one_text=True)
        if clock() > until:
            raise TimedOut(f"{name} did not finish its answer in time")
    return bytes(body)


def refuse_encoding(name: str, headers: Mapping[str, str]) -> None:
    """Raise `BadAnswer` for a compressed body: none was asked for, and unpacking one has no bound."""
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise BadAnswer(f"{name} sent a compressed answer nobody asked for")


def failure(name: str, status: int, headers: Mapping[str, str]) -> EngineError:
    """Return the error that an answer with `status` (anything but 2xx) stands for."""
    said = f"{name} answered {status}"
    if status in (429, 529):  # 529 is DeepL's
        return RateLimited(f"{said}: too many requests", retry_after(headers))
    if status in (402, 456):  # 456 is DeepL's
        return QuotaSpent(f"{said}: the quota is spent")
    if status in (401, 403):
        return Rejected(f"{said}: the key or this machine is refused")
    if status in (400, 413, 414, 422):
        return Rejected(f"{said}: the request is refused", one_text=True)
    if status == 408:
        return TimedOut(f"{said}: it waited too long for the request")
    if status >= 500:
        return Unreachable(f"{said}: the service failed", one_text=status == 500)
    if 300 <= status < 400:
        return Rejected(f"{said}: a redirect, which is not followed; is the address right?")
    return Rejected(f"{said}: is the address right?")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of `Retry-After` (RFC 9110 section 10.2.3, a number or a date), at most an hour."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return min(float(value[:9]), LONGEST_WAIT)
    try:
        wait = _moment(value) - (_moment(headers["date"]) if "date" in headers else datetime.now(UTC))
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait.total_seconds(), 0.0), LONGEST_WAIT)


def _moment(value: str) -> datetime:
    moment = parsedate_to_datetime(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

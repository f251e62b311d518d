"""One public answer in all its forms, each made once: plain or compressed, whole, without its body, or unchanged (304).

What is sent many times is laid out here as the very messages that are sent.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from litestar.concurrency import sync_to_thread
from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent

from content_api.http.edge import ALLOWED
from content_api.http.encodings import IDENTITY, compressed

Headers = list[tuple[bytes, bytes]]

# Compressing more than this would keep the event loop from others.
AT_ONCE = 64 * 1024
ENTITY_TAG = re.compile(r'(?:W/)?"([^"]*)"')
NO_BODY: HTTPResponseBodyEvent = {"type": "http.response.body", "body": b"", "more_body": False}


class Reply(NamedTuple):
    """An answer as its two messages, never changed in place, and what the log and the metrics call its route."""

    route: str
    start: HTTPResponseStartEvent
    body: HTTPResponseBodyEvent


@dataclass(slots=True)
class Form:
    """An answer in one coding."""

    etag: str
    whole: Reply
    bodiless: Reply
    unchanged: Reply

    def reply(self, known_tags: bytes, *, head: bool) -> Reply:
        """Return what is sent to a caller that has `known_tags` (`If-None-Match`) already."""
        if known_tags and _knows(known_tags.decode("latin-1"), self.etag):
            return self.unchanged
        return self.bodiless if head else self.whole


@dataclass(slots=True)
class Answer:
    """A public answer as the application gave it, and the forms made of it so far."""

    headers: Headers
    body: bytes
    route: str
    forms: dict[str, Form] = field(default_factory=dict)

    async def form(self, coding: str) -> Form:
        """Return the answer in `coding`, made if it was not yet."""
        if coding not in self.forms:
            if coding == IDENTITY or len(self.body) < AT_ONCE:
                body = compressed(self.body, coding)
            else:
                body = await sync_to_thread(compressed, self.body, coding)
            self.forms[coding] = self._made(coding, body)
        return self.forms[coding]

    @property
    def size(self) -> int:
        """The bytes of all its bodies."""
        bodies = (form.whole.body["body"] for form in self.forms.values())
        return len(self.body) + sum(len(body) for body in bodies if body is not self.body)

    def _made(self, coding: str, body: bytes) -> Form:
        digest = hashlib.blake2b(self.body, digest_size=12).hexdigest()
        etag = digest if coding == IDENTITY else f"{digest}-{coding}"
        kept = [(name, value) for name, value in self.headers if name.lower() not in (b"content-length", b"etag")]
        shared: Headers = [*kept, (b"etag", f'"{etag}"'.encode()), *ALLOWED]
        about = [(b"content-length", str(len(body)).encode())]
        if coding != IDENTITY:
            about.append((b"content-encoding", coding.encode()))
        start: HTTPResponseStartEvent = {"type": "http.response.start", "status": 200, "headers": shared + about}
        return Form(
            etag,
            Reply(self.route, start, {"type": "http.response.body", "body": body, "more_body": False}),
            Reply(self.route, start, NO_BODY),
            Reply(self.route, {"type": "http.response.start", "status": 304, "headers": shared}, NO_BODY),
        )


def is_cacheable(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Tell whether an answer says that anybody may keep it."""
    return any(name.lower() == b"cache-control" and value.startswith(b"public") for name, value in headers)


def _knows(header: str, etag: str) -> bool:
    """Tell whether `If-None-Match` names the tag (weak comparison, RFC 9110, 13.1.2)."""
    if header == f'"{etag}"':  # what caches send
        return True
    return header.strip() == "*" or etag in ENTITY_TAG.findall(header)

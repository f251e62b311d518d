"""Public answers: their strong ETags, 304, compressed forms and `HEAD`, and the memory they are given from.

Two layers around the application. `keep`, next to it, turns every public 200 into the form that the caller takes and
remembers it; `recall`, outermost, gives what is remembered and still true without asking anybody else. An answer is
true as long as the pulse says the version it was asked under: it was computed from a state at least as new.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from litestar.concurrency import sync_to_thread
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Send

from content_api.http.edge import ALLOWED, in_ascii, is_public
from content_api.http.encodings import IDENTITY, chosen, compressed
from content_api.http.parameters import negotiated
from content_api.storage.pulse import Pulse, Version
from schemas.language import Locale

Headers = list[tuple[bytes, bytes]]
Key = tuple[str, tuple[tuple[str, str], ...], str]
# As it came: path, query, Accept-Encoding, Accept-Language. Many of these lead to one answer.
Alias = tuple[str, bytes, bytes, bytes]

LARGEST = 32 * 1024 * 1024
# What an answer and its spellings weigh beside its bodies, at most, in bytes.
OVERHEAD = 8 * 1024
# How many spellings of a request are remembered for one answer, and how long they and a query may be at all.
MOST_ALIASES = 16
LONGEST_ALIAS = 512
LONGEST_QUERY = 1024
# Compressing more than this would keep the event loop from others.
AT_ONCE = 64 * 1024
ENTITY_TAG = re.compile(r'(?:W/)?"([^"]*)"')


@dataclass(slots=True)
class Form:
    """An answer in one coding, as the messages that are sent."""

    etag: str
    body: bytes
    whole: HTTPResponseStartEvent
    unchanged: HTTPResponseStartEvent


@dataclass(slots=True)
class Stored:
    """A public answer, its forms made so far, and what the logs and metrics call it."""

    headers: Headers
    body: bytes
    route: str
    forms: dict[str, Form] = field(default_factory=dict)
    aliases: list[Alias] = field(default_factory=list)
    size: int = 0


# An answer under its key, and the coding that a caller gets it in.
Found = tuple[Key, Stored, str]


class Answers:
    """The memory of one process: bounded in bytes, the answers longest unused go first."""

    def __init__(self, pulse: Pulse, default: Locale, largest: int = LARGEST) -> None:
        self._pulse = pulse
        self._default = default
        self._largest = largest
        self._version: Version | None = None
        self._stored: OrderedDict[Key, Stored] = OrderedDict()
        self._aliases: dict[Alias, Found] = {}
        self.size = 0

    def recall(self, app: ASGIApp) -> ASGIApp:
        """Return `app` asked only for what is not remembered."""

        async def recalling(scope: Any, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
                await app(scope, receive, send)
                return
            scope["query_string"] = in_ascii(scope["query_string"])
            alias, known_tags = _as_it_came(scope)
            found = self._find(alias)
            if found is None:
                await app(scope, receive, send)
                return
            key, stored, coding = found
            self._stored.move_to_end(key)
            scope["path_template"] = stored.route
            scope["hanmi.cache"] = "hit"
            form = stored.forms.get(coding)
            if form is None:
                form = await _form(stored, coding)
                self._weigh(key, stored)
            await _send(send, form, known_tags, head=scope["method"] == "HEAD")

        return recalling

    def keep(self, app: ASGIApp) -> ASGIApp:
        """Return `app` with its public answers in the form each caller takes, remembered for the next."""

        async def keeping(scope: Any, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["method"] != "GET" or not is_public(scope["path"]):
                await app(scope, receive, send)
                return
            alias, known_tags = _as_it_came(scope)
            scope["hanmi.cache"] = "miss"
            version = self._pulse.now()
            answer = _Capture(send)
            await app(scope, receive, answer.take)
            if answer.start is None:
                scope["hanmi.cache"] = "bypass"
                return
            stored = Stored(list(answer.start["headers"]), b"".join(answer.parts), scope.get("path_template", ""))
            coding = chosen(alias[2].decode("latin-1"), len(stored.body))
            form = await _form(stored, coding)
            if version is not None and version == self._version and len(alias[1]) <= LONGEST_QUERY:
                self._remember(self._key(alias), alias, stored, coding)
            await _send(send, form, known_tags, head=False)

        return keeping

    def _find(self, alias: Alias) -> Found | None:
        version = self._pulse.now()
        if version != self._version:
            self._forget_all(version)
        if version is None:
            return None
        found = self._aliases.get(alias)
        if found is not None or len(alias[1]) > LONGEST_QUERY:
            return found
        key = self._key(alias)
        stored = self._stored.get(key)
        if stored is None:
            return None
        return self._alias(key, alias, stored, chosen(alias[2].decode("latin-1"), len(stored.body)))

    def _key(self, alias: Alias) -> Key:
        """Return what the answer depends on: the path, the parameters whatever their order, the language asked for."""
        path, query, _, languages = alias
        parameters = tuple(sorted(parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="surrogateescape")))
        asked = any(name == "locale" for name, _ in parameters)
        return path, parameters, "" if asked else negotiated(languages.decode("latin-1"), self._default)

    def _remember(self, key: Key, alias: Alias, stored: Stored, coding: str) -> None:
        if key in self._stored:  # two asked at the same time
            self._drop(key)
        self._stored[key] = stored
        self._alias(key, alias, stored, coding)
        self._weigh(key, stored)

    def _weigh(self, key: Key, stored: Stored) -> None:
        """Count an answer's size as it is now; drop those longest unused if it gets too much."""
        if self._stored.get(key) is not stored:  # forgotten while a form was made
            return
        compressed_too = sum(len(form.body) for form in stored.forms.values() if form.body is not stored.body)
        size = OVERHEAD + len(stored.body) + compressed_too
        self.size += size - stored.size
        stored.size = size
        while self.size > self._largest:
            self._drop(next(iter(self._stored)))

    def _alias(self, key: Key, alias: Alias, stored: Stored, coding: str) -> Found:
        found = (key, stored, coding)
        if len(stored.aliases) < MOST_ALIASES and sum(map(len, alias)) <= LONGEST_ALIAS:
            stored.aliases.append(alias)
            self._aliases[alias] = found
        return found

    def _drop(self, key: Key) -> None:
        stored = self._stored.pop(key)
        self.size -= stored.size
        for alias in stored.aliases:
            self._aliases.pop(alias, None)

    def _forget_all(self, version: Version | None) -> None:
        self._stored.clear()
        self._aliases.clear()
        self.size = 0
        self._version = version


class _Capture:
    """Holds back a public 200; lets every other answer through as it comes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.start: HTTPResponseStartEvent | None = None
        self.parts: list[bytes] = []

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200 and _is_cacheable(message["headers"]):
            self.start = message
        elif self.start is not None and message["type"] == "http.response.body":
            self.parts.append(message["body"])
        else:
            await self._send(message)


def _is_cacheable(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"cache-control" and value.startswith(b"public") for name, value in headers)


def _as_it_came(scope: Any) -> tuple[Alias, bytes]:
    """Return a request's name, and the entity tags it knows already; a header in several lines is one list."""
    coding = languages = tags = b""
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            coding = coding + b"," + value if coding else value
        elif name == b"accept-language":
            languages = languages + b"," + value if languages else value
        elif name == b"if-none-match":
            tags = tags + b"," + value if tags else value
    return (scope["path"], scope["query_string"], coding, languages), tags


async def _form(stored: Stored, coding: str) -> Form:
    """Return the answer in `coding`, made if it was not yet."""
    if coding not in stored.forms:
        if coding == IDENTITY or len(stored.body) < AT_ONCE:
            body = compressed(stored.body, coding)
        else:
            body = await sync_to_thread(compressed, stored.body, coding)
        stored.forms[coding] = _made(stored, coding, body)
    return stored.forms[coding]


def _made(stored: Stored, coding: str, body: bytes) -> Form:
    digest = hashlib.blake2b(stored.body, digest_size=12).hexdigest()
    etag = digest if coding == IDENTITY else f"{digest}-{coding}"
    kept = [(name, value) for name, value in stored.headers if name.lower() not in (b"content-length", b"etag")]
    shared: Headers = [*kept, (b"etag", f'"{etag}"'.encode()), *ALLOWED]
    about = [(b"content-length", str(len(body)).encode())]
    if coding != IDENTITY:
        about.append((b"content-encoding", coding.encode()))
    return Form(
        etag,
        body,
        {"type": "http.response.start", "status": 200, "headers": shared + about},
        {"type": "http.response.start", "status": 304, "headers": shared},
    )


async def _send(send: Send, form: Form, known_tags: bytes, *, head: bool) -> None:
    unchanged = bool(known_tags) and _knows(known_tags.decode("latin-1"), form.etag)
    await send(form.unchanged if unchanged else form.whole)
    body = b"" if unchanged or head else form.body
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _knows(header: str, etag: str) -> bool:
    """Tell whether `If-None-Match` names the tag (weak comparison, RFC 9110, 13.1.2)."""
    if header == f'"{etag}"':  # what caches send
        return True
    return header.strip() == "*" or etag in ENTITY_TAG.findall(header)

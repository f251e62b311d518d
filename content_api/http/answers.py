"""The memory that public answers are given from.

Two doors. `recall`, asked before anything else, finds the reply that is remembered and still true; `keep`, a layer next
to the application, turns every public 200 into the form that its caller takes and remembers it. An answer is true as
long as the pulse says the version it was asked under: it was computed from a state at least as new.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Set
from operator import itemgetter
from typing import Any
from urllib.parse import parse_qsl

from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Send

from content_api.http.edge import in_ascii, is_public
from content_api.http.encodings import chosen
from content_api.http.forms import Answer, Form, Reply, is_cacheable
from content_api.http.parameters import negotiated
from content_api.storage.pulse import Pulse, Version
from schemas.language import Locale

Key = tuple[str, tuple[tuple[str, str], ...], str]
# A request as it came: path, query, Accept-Encoding, Accept-Language. Many of these lead to one answer.
Alias = tuple[str, bytes, bytes, bytes]

# Where a handler says that its answer may be another one in a moment, though nothing will have changed.
PASSING = "hanmi.passing"

LARGEST = 32 * 1024 * 1024
# What an answer and its spellings weigh beside its bodies, at most, in bytes.
OVERHEAD = 8 * 1024
# How many spellings of a request are remembered for one answer, and how long they and what is asked may be at all.
MOST_ALIASES = 16
LONGEST_ALIAS = 512
LONGEST_QUERY = 1024


class Stored:
    """An answer that is remembered under `key`, and by what else it is found."""

    __slots__ = ("aliases", "answer", "key", "weight")

    def __init__(self, key: Key, answer: Answer) -> None:
        self.key = key
        self.answer = answer
        self.aliases: list[Alias] = []
        self.weight = 0


class Answers:
    """The memory of one process: bounded in bytes, the answers longest unused go first.

    `heeded` are the parameters that count where others stand in addresses and change nothing (`utm_source`): by paths,
    or by what they begin with, up to a `/`.
    """

    def __init__(self, pulse: Pulse, default: Locale, heeded: Mapping[str, Set[str]], largest: int = LARGEST) -> None:
        self._pulse = pulse
        self._default = default
        self._heeded = heeded
        self._largest = largest
        self._version: Version | None = None
        self._is_asked = False
        self._stored: OrderedDict[Key, Stored] = OrderedDict()
        self._forms: dict[Alias, tuple[Stored, Form]] = {}
        self.size = 0

    def recall(self, scope: Any) -> Reply | None:
        """Return the reply to a request where it is remembered, ready to be sent and still true."""
        if scope["method"] not in ("GET", "HEAD"):
            return None
        scope["query_string"] = in_ascii(scope["query_string"])
        alias, known_tags = _as_it_came(scope)
        if self._now() is None:
            return None
        found = self._forms.get(alias)
        if found is None:
            return None
        stored, form = found
        self._stored.move_to_end(stored.key)
        return form.reply(known_tags, head=scope["method"] == "HEAD")

    def keep(self, app: ASGIApp) -> ASGIApp:
        """Return `app` with its public answers in the form each caller takes, remembered for the next."""

        async def keeping(scope: Any, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["method"] != "GET" or not is_public(scope["path"]):
                await app(scope, receive, send)
                return
            alias, known_tags = _as_it_came(scope)
            version = self._now()
            key = self._key(alias) if version else None
            stored = self._stored.get(key) if key else None
            scope["hanmi.cache"] = "hit" if stored else "miss"
            answer = stored.answer if stored else await _asked(app, scope, receive, send)
            if answer is None:
                scope["hanmi.cache"] = "bypass"
                return
            form = await answer.form(chosen(alias[2].decode("latin-1"), len(answer.body)))
            if key and version == self._version and PASSING not in scope:
                self._remember(key, alias, answer, form)
            scope["path_template"] = answer.route
            reply = form.reply(known_tags, head=False)
            await send(reply.start)
            await send(reply.body)

        return keeping

    def _now(self) -> Version | None:
        """Return the version of all answers, and forget those of any other.

        It is asked for once in a turn of the event loop: whoever is answered in that turn came before it was asked,
        as those that come later wait in line behind the end of the turn.
        """
        if not self._is_asked:
            asyncio.get_running_loop().call_soon(self._end_turn)
            version = self._pulse.now()
            self._is_asked = True
            if version != self._version:
                self._forget_all(version)
        return self._version

    def _end_turn(self) -> None:
        self._is_asked = False

    def _key(self, alias: Alias) -> Key | None:
        """Return what the answer depends on: the path, the parameters whatever their order, the language asked for.

        `None` for more than anybody asks.
        """
        path, query, _, languages = alias
        given = parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="surrogateescape")
        heeded = next((self._heeded[each] for each in self._heeded if _is_below(path, each)), None)
        # Those of one name stay in their order: which of them counts is up to the handler.
        parameters = tuple(sorted((each for each in given if heeded is None or each[0] in heeded), key=itemgetter(0)))
        if sum(len(name) + len(value) for name, value in parameters) > LONGEST_QUERY:
            return None
        asked = any(name == "locale" for name, _ in parameters)
        return path, parameters, "" if asked else negotiated(languages.decode("latin-1"), self._default)

    def _remember(self, key: Key, alias: Alias, answer: Answer, form: Form) -> None:
        stored = self._stored.get(key)
        if stored is None or stored.answer is not answer:
            if stored:  # two asked at the same time
                self._drop(stored)
            stored = self._stored[key] = Stored(key, answer)
        self._stored.move_to_end(key)
        if len(stored.aliases) < MOST_ALIASES and sum(map(len, alias)) <= LONGEST_ALIAS:
            stored.aliases.append(alias)
            self._forms[alias] = stored, form
        self.size += OVERHEAD + answer.size - stored.weight
        stored.weight = OVERHEAD + answer.size
        while self.size > self._largest:
            self._drop(next(iter(self._stored.values())))

    def _drop(self, stored: Stored) -> None:
        del self._stored[stored.key]
        self.size -= stored.weight
        for alias in stored.aliases:
            self._forms.pop(alias, None)

    def _forget_all(self, version: Version | None) -> None:
        self._stored.clear()
        self._forms.clear()
        self.size = 0
        self._version = version


def _is_below(path: str, start: str) -> bool:
    return path == start or (start[-1] == "/" and path.startswith(start))


async def _asked(app: ASGIApp, scope: Any, receive: Receive, send: Send) -> Answer | None:
    """Return the application's answer if it is a public 200; let every other through as it comes."""
    start: HTTPResponseStartEvent | None = None
    parts: list[bytes] = []

    async def take(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start" and message["status"] == 200 and is_cacheable(message["headers"]):
            start = message
        elif start is not None and message["type"] == "http.response.body":
            parts.append(message["body"])
        else:
            await send(message)

    await app(scope, receive, take)
    return start and Answer(list(start["headers"]), b"".join(parts), scope.get("path_template", ""))


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

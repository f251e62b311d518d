"""DeepL through its official client, which alone has Korean; only the client's own transport is replaced.

Tags go as XML, the surrounding text as `context` (it is not billed), the glossary as one of DeepL's own.
"""

import logging
import time
from collections.abc import Sequence
from typing import Any, ClassVar

import deepl
import msgspec
from deepl.http_client import HttpClient

from pipeline.engines.base import BadAnswer, Deadline, EngineError, Markup, Rejected
from pipeline.engines.briefing import Briefing
from pipeline.engines.deepl_glossaries import Glossaries
from pipeline.engines.transport import Http, failure
from schemas.language import Locale

CODES: dict[Locale, str] = {"ko": "KO", "en": "EN-US"}  # as a target: plain EN is refused
LONGEST_CONTEXT = 10_000  # characters; with `max_characters` of texts a request stays under DeepL's 128 KiB
SHARE = 0.5  # of the time, for the glossary; the rest is for the translation, with or without it

logging.getLogger("deepl").setLevel(logging.WARNING)  # below, it writes texts into the log


class DeepL:
    """`POST /v2/translate` with up to 50 texts. The key tells the address (free or paid) unless `url` does."""

    name: ClassVar[str] = "deepl"
    markup: ClassVar[Markup] = "html"
    max_characters: ClassVar[int] = 20_000
    max_texts: ClassVar[int] = 50

    def __init__(self, api_key: str, url: str | None = None) -> None:
        self._key = api_key
        self._url = url and url.rstrip("/") + "/"
        self._http = Http(self.name, url or "https:")
        self._deadline = Deadline(self.name)
        self._glossaries = Glossaries()

    def translate(
        self, texts: Sequence[str], source: Locale, target: Locale, timeout: float, briefing: Briefing
    ) -> list[str]:
        """Return one answer per text, `""` for what is no text; raise `EngineError`.

        Without the glossary, where DeepL does not take it, rather than not at all.
        """
        until = time.monotonic() + timeout
        return self._deadline.run(lambda: self._all(list(texts), source, target, until, briefing), timeout)

    def _all(self, texts: list[str], source: Locale, target: Locale, until: float, briefing: Briefing) -> list[str]:
        early = until - (1 - SHARE) * (until - time.monotonic())
        glossary = self._glossaries.find(self._client(early), briefing.terms, early)
        context = "\n".join(briefing.around(texts, self.markup, LONGEST_CONTEXT))
        try:
            return self._ask(texts, source, target, until, context, glossary)
        except GlossaryRefused:
            self._glossaries.forget()
            return self._ask(texts, source, target, until, context, None)

    def _ask(
        self, texts: list[str], source: Locale, target: Locale, until: float, context: str, glossary: str | None
    ) -> list[str]:
        try:
            results = self._client(until).translate_text(
                texts,
                source_lang=source,
                target_lang=CODES[target],
                context=context or None,
                glossary=glossary,
                tag_handling="xml",
                outline_detection=False,  # or a pair around the whole would be taken for structure
                split_sentences="0",  # a text is a segment: one sentence, which a quotation does not end
            )
        except EngineError:
            raise
        except Exception as error:  # the client trusts the answer's shape: KeyError, TypeError, AttributeError leak
            reason = f"deepl answered with something that is not a list of texts ({type(error).__name__})"
            raise BadAnswer(reason, one_text=True) from None
        answers = results if isinstance(results, list) else [results]
        if len(answers) != len(texts):
            raise BadAnswer(f"deepl gave {len(answers)} answers for {len(texts)} texts", one_text=True)
        return [_text(answer.text) for answer in answers]

    def _client(self, until: float) -> deepl.DeepLClient:
        """Return a client for one thread and one deadline."""
        client = deepl.DeepLClient(self._key, server_url=self._url)
        client._client = _Transport(self._http, until)
        return client


def _text(given: object) -> str:
    return given if isinstance(given, str) else ""  # whatever the client's types say


class GlossaryRefused(Rejected):
    """DeepL does not know the glossary any more, or not for this pair."""


class _Transport(HttpClient):
    """Instead of the client's own: one try, one deadline, a bounded answer, the service's wishes heard."""

    def __init__(self, http: Http, until: float) -> None:
        super().__init__()
        self._http = http
        self._until = until

    def request_with_backoff(
        self,
        method: str,
        url: str,
        data: dict[str, Any] | None,
        json: dict[str, Any] | None,
        headers: dict[str, str],
        stream: bool = False,
        **_more: object,
    ) -> tuple[int, str]:
        """Return status and body of a good answer; raise `EngineError` for any other, or none."""
        content = msgspec.json.encode(json) if json is not None else b""
        reply = self._http.send(method, url, self._until, content=content, headers=headers)
        if not 200 <= reply.status < 300:
            if glossary_is_at_fault(json, reply.status, reply.body):
                raise GlossaryRefused("deepl does not take the glossary")
            raise failure("deepl", reply.status, reply.headers)
        try:
            return reply.status, reply.body.decode()
        except UnicodeDecodeError:
            raise BadAnswer("deepl answered with something that is not text", one_text=True) from None


def glossary_is_at_fault(question: dict[str, Any] | None, status: int, body: bytes) -> bool:
    """Say whether a translation with a glossary was refused for the glossary's sake."""
    return status in (400, 404) and "glossary_id" in (question or {}) and b"glossary" in body.lower()

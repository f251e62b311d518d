"""LibreTranslate through its own HTTP API, in batches; deep-translator would send text and key in the address."""

import html
import re
import time
from collections.abc import Sequence
from typing import ClassVar

import msgspec

from pipeline.engines.base import BadAnswer, Deadline, EngineError, Markup, RateLimited, Rejected
from pipeline.engines.briefing import Briefing
from pipeline.engines.transport import Http, Reply, failure
from schemas.language import Locale

LONGEST_RUN = 255  # characters after the last sentence end; the server cuts longer runs off and says 200
TAG = re.compile(r"<[^<>]*>")
SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]』」》]*(?:\s+|\Z)")


class _Answer(msgspec.Struct):
    translated: list[str | None] | str = msgspec.field(name="translatedText")


class _Error(msgspec.Struct):
    error: str = ""


class Libre:
    """`POST {url}/translate` with an array of texts and, where the server wants one, a key in the body.

    The server's habits: `null` or `""` for a text it cannot do, entities unescaped even as HTML, leading line breaks
    dropped (`protect.unmask` and `answers` see to these), `_` turned into a space (so nothing that must stay is sent in
    the open), and long text without sentence ends cut at 255 characters with status 200 (so it is not sent).
    """

    name: ClassVar[str] = "libre"
    markup: ClassVar[Markup] = "html"
    max_characters: ClassVar[int] = 4000  # servers are often set to refuse 5,000
    max_texts: ClassVar[int] = 10

    def __init__(self, url: str, api_key: str | None = None) -> None:
        self._address = url.rstrip("/") + "/translate"
        self._api_key = api_key
        self._http = Http(self.name, url)
        self._deadline = Deadline(self.name)

    def translate(
        self, texts: Sequence[str], source: Locale, target: Locale, timeout: float, briefing: Briefing
    ) -> list[str]:
        """Return one answer per text, `""` where the server gave `null` or would cut; raise `EngineError`."""
        sent = [text for text in texts if not _would_be_cut(text)]
        answers = iter(self._answers(sent, source, target, timeout) if sent else [])
        return ["" if _would_be_cut(text) else next(answers) for text in texts]

    def _answers(self, texts: list[str], source: Locale, target: Locale, timeout: float) -> list[str]:
        question: dict[str, object] = {"q": texts, "source": source, "target": target, "format": "html"}
        if self._api_key:
            question["api_key"] = self._api_key
        until = time.monotonic() + timeout
        body = self._deadline.run(lambda: self._ask(msgspec.json.encode(question), until), timeout)
        try:
            answers = msgspec.json.decode(body, type=_Answer).translated
        except (msgspec.DecodeError, ValueError, RecursionError):
            raise BadAnswer("libre answered with something that is not a list of texts", one_text=True) from None
        if isinstance(answers, str):
            answers = [answers]
        if len(answers) != len(texts):
            reason = f"libre gave {len(answers)} answers for {len(texts)} texts"
            raise BadAnswer(reason, one_text=True)
        return [answer or "" for answer in answers]

    def _ask(self, question: bytes, until: float) -> bytes:
        reply = self._http.send("POST", self._address, until, content=question)
        if reply.status != 200:
            raise self._failure(reply)
        return reply.body

    def _failure(self, reply: Reply) -> EngineError:
        """Tell apart what the server gives the same status; its words are matched, never repeated."""
        try:
            said = msgspec.json.decode(reply.body, type=_Error).error.lower()
        except (msgspec.DecodeError, ValueError, RecursionError):
            said = ""
        if reply.status == 403 and "too many request" in said:
            return RateLimited("libre answered 403: too many requests")
        if reply.status == 400 and "is not supported" in said:
            return Rejected("libre answered 400: the server lacks one of the languages")
        if reply.status == 400 and "api key" in said:
            return Rejected("libre answered 400: the server wants a key")
        return failure(self.name, reply.status, reply.headers)


def _would_be_cut(text: str) -> bool:
    plain = html.unescape(TAG.sub("", text))
    return len(plain) > LONGEST_RUN and len(SENTENCE_END.split(plain)[-1]) > LONGEST_RUN

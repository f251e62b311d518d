"""Papago as NAVER Cloud sells it today (`nmt/v1/translation`); the address that deep-translator calls is closed."""

import time
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

import msgspec

from pipeline.engines.base import BadAnswer, Deadline, EngineError, Markup, QuotaSpent, Rejected
from pipeline.engines.briefing import Briefing
from pipeline.engines.transport import Http, Reply, failure
from schemas.language import Locale

URL = "https://papago.apigw.ntruss.com"


class _Result(msgspec.Struct):
    translated: str | None = msgspec.field(default=None, name="translatedText")


class _Message(msgspec.Struct):
    result: _Result


class _Answer(msgspec.Struct):
    message: _Message


class _Fault(msgspec.Struct):
    code: str | int = msgspec.field(default="", name="errorCode")


class _Error(msgspec.Struct):
    error: _Fault


class Papago:
    """One text per request. Into Korean it is asked for honorifics: an association speaks politely."""

    name: ClassVar[str] = "papago"
    markup: ClassVar[Markup] = "plain"
    max_characters: ClassVar[int] = 5000
    max_texts: ClassVar[int] = 1

    def __init__(self, client_id: str, client_secret: str, url: str = URL, glossary: str | None = None) -> None:
        """`glossary` is the key of one that is kept in NAVER Cloud's console; making one takes other rights."""
        self._address = url.rstrip("/") + "/nmt/v1/translation"
        self._headers = {"x-ncp-apigw-api-key-id": client_id, "x-ncp-apigw-api-key": client_secret}
        self._options = {"glossaryKey": glossary} if glossary else {}
        self._http = Http(self.name, url)
        self._deadline = Deadline(self.name)

    def translate(
        self, texts: Sequence[str], source: Locale, target: Locale, timeout: float, briefing: Briefing
    ) -> list[str]:
        """Return one answer per text, `""` for null; raise `EngineError`."""
        until = time.monotonic() + timeout
        return [
            self._deadline.run(partial(self._one, text, source, target, until), until - time.monotonic())
            for text in texts
        ]

    def _one(self, text: str, source: Locale, target: Locale, until: float) -> str:
        question = {"source": source, "target": target, "text": text, "honorific": target == "ko", **self._options}
        reply = self._http.send(
            "POST", self._address, until, content=msgspec.json.encode(question), headers=self._headers
        )
        if reply.status != 200:
            raise _failure(reply)
        try:
            return msgspec.json.decode(reply.body, type=_Answer).message.result.translated or ""
        except (msgspec.DecodeError, ValueError, RecursionError):
            raise BadAnswer("papago answered with something that is no translation") from None


def _failure(reply: Reply) -> EngineError:
    """Tell apart what comes with status 429 and 404: NAVER Cloud's codes are in the body, as text or number."""
    try:
        code = str(msgspec.json.decode(reply.body, type=_Error).error.code)
    except (msgspec.DecodeError, ValueError, RecursionError):
        code = ""
    if reply.status == 429 and code == "400":  # 410 and 420 are the rate
        return QuotaSpent(
            "papago answered 429: the quota is spent, or the application does not have Papago Translation"
        )
    if reply.status == 404 and code == "300":
        return Rejected("papago answered 404: the application has no right to Papago Translation")
    return failure(Papago.name, reply.status, reply.headers)

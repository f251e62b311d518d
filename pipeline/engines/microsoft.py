"""Microsoft's Translator through deep-translator, whose constructor is kept from asking the network for languages."""

from typing import Any, ClassVar

import deep_translator.microsoft as borrowed
import msgspec

from pipeline.engines.base import BadAnswer, Markup, QuotaSpent
from pipeline.engines.borrowed import Borrowed
from pipeline.engines.transport import Reply, failure
from schemas.language import Locale

URL = "https://api.cognitive.microsofttranslator.com"
FREE_QUOTA_SPENT = 403001


class _Translation(msgspec.Struct):
    text: str


class _Item(msgspec.Struct):
    translations: list[_Translation]


class _Fault(msgspec.Struct):
    code: int = 0


class _Error(msgspec.Struct):
    error: _Fault


class Microsoft(Borrowed):
    """`POST {url}/translate`, texts as HTML, whose tags it moves with their words. Most keys belong to a `region`."""

    name: ClassVar[str] = "microsoft"
    markup: ClassVar[Markup] = "html"
    max_characters: ClassVar[int] = 10_000  # of 50,000: an answer has to come in time

    def __init__(self, api_key: str, region: str | None = None, url: str = URL) -> None:
        self._key = api_key
        self._region = region
        self._address = url.rstrip("/") + "/translate?api-version=3.0"
        super().__init__(borrowed, _read)

    def _translator(self, source: Locale, target: Locale) -> Any:
        translator = _Offline(source=source, target=target, api_key=self._key, region=self._region, textType="html")
        translator._base_url = self._address  # no argument leads there
        return translator


class _Offline(borrowed.MicrosoftTranslator):  # type: ignore[misc]  # deep-translator has no types
    def _get_supported_languages(self) -> dict[str, str]:
        return {"korean": "ko", "english": "en"}


def _read(reply: Reply) -> str:
    """Return the answer with nothing but its one translation in it."""
    if reply.status != 200:
        if _code(reply.body) == FREE_QUOTA_SPENT:
            raise QuotaSpent(f"microsoft answered {reply.status}: the free quota is spent")
        raise failure("microsoft", reply.status, reply.headers)
    try:
        [item] = msgspec.json.decode(reply.body, type=list[_Item])
        [translation] = item.translations
    except (msgspec.DecodeError, ValueError, RecursionError):  # ValueError: not one, or not UTF-8
        raise BadAnswer("microsoft answered with something that is not one translation") from None
    return msgspec.json.encode([{"translations": [{"text": translation.text}]}]).decode()


def _code(body: bytes) -> int:
    try:
        return msgspec.json.decode(body, type=_Error).error.code
    except (msgspec.DecodeError, ValueError, RecursionError):
        return 0

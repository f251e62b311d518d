"""MyMemory through deep-translator: free and without a key, and used to say what is wrong where a translation stands.

deep-translator asks it over clear-text HTTP, and takes any old match where there is no translation; both are undone.
"""

from typing import Any, ClassVar

import deep_translator.mymemory as borrowed
import msgspec

from pipeline.engines.base import BadAnswer, EngineError, Markup, QuotaSpent, Rejected
from pipeline.engines.borrowed import Borrowed
from pipeline.engines.transport import Reply, failure
from schemas.language import Locale

URL = "https://api.mymemory.translated.net"
CODES: dict[Locale, str] = {"ko": "ko-KR", "en": "en-US"}


class _Data(msgspec.Struct):
    translated: str | None = msgspec.field(default=None, name="translatedText")


class _Answer(msgspec.Struct):
    data: _Data | None = msgspec.field(default=None, name="responseData")
    status: int | str = msgspec.field(default=200, name="responseStatus")


class MyMemory(Borrowed):
    """`GET {url}/get`. With an `email` it gives ten times as much a day: 50,000 characters."""

    name: ClassVar[str] = "mymemory"
    markup: ClassVar[Markup] = "plain"
    max_characters: ClassVar[int] = 499  # deep-translator's limit is below 500

    def __init__(self, email: str | None = None, url: str = URL) -> None:
        self._email = email
        self._address = url.rstrip("/") + "/get"
        super().__init__(borrowed, _read)

    def _translator(self, source: Locale, target: Locale) -> Any:
        translator = borrowed.MyMemoryTranslator(source=CODES[source], target=CODES[target], email=self._email)
        translator._base_url = self._address  # no argument leads there
        return translator


def _read(reply: Reply) -> str:
    """Return the answer with nothing but its translation in it: its own status counts, not HTTP's 200."""
    try:
        answer = msgspec.json.decode(reply.body, type=_Answer)
    except (msgspec.DecodeError, ValueError, RecursionError):
        if reply.status != 200:
            raise failure("mymemory", reply.status, reply.headers) from None
        raise BadAnswer("mymemory answered with something that is no translation") from None
    said = (answer.data and answer.data.translated) or ""
    status = reply.status if reply.status != 200 else _number(answer.status)
    if status != 200 or said.upper().startswith("MYMEMORY WARNING"):
        raise _failure(reply, status, said.upper())
    if not said.strip():
        raise BadAnswer("mymemory gave no translation")
    return msgspec.json.encode({"responseData": {"translatedText": said}}).decode()


def _failure(reply: Reply, status: int, said: str) -> EngineError:
    if "ALL AVAILABLE FREE TRANSLATIONS" in said:
        return QuotaSpent("mymemory has no free translations left for today")
    if "LENGTH LIMIT" in said:
        return Rejected("mymemory takes no text of that length")
    if status == 200:
        return BadAnswer("mymemory gave a warning instead of a translation")
    return failure("mymemory", status, reply.headers)


def _number(status: int | str) -> int:
    """Read a status that is now a number, now text; what is neither stands for a failure."""
    try:
        return int(status)
    except ValueError:
        return 500

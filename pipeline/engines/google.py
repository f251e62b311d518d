"""Google through deep-translator, which scrapes a page meant for people: no key, no promise, now and then broken."""

import re
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

import deep_translator.google as scraper

from pipeline.engines.base import BadAnswer, Markup, RateLimited, Rejected
from pipeline.engines.borrowed import Borrowed
from pipeline.engines.transport import Reply, failure
from schemas.language import Locale

# Where deep-translator looks for the translation, up to `</div>`. It strips and glues the pieces that tags part.
RESULT = re.compile(r"""<div class=["'](?:t0|result-container)["'][^<>]{0,200}>""")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


class Google(Borrowed):
    """`url` stands in for Google's page where a test or a mirror needs it."""

    name: ClassVar[str] = "google"
    markup: ClassVar[Markup] = "plain"
    max_characters: ClassVar[int] = 1600  # 9 bytes of address a Hangul syllable: servers take 16 kB at the most

    def __init__(self, url: str | None = None) -> None:
        self._url = url
        super().__init__(scraper, _readable, _followed)

    def _translator(self, source: Locale, target: Locale) -> Any:
        translator = scraper.GoogleTranslator(source=source, target=target)
        if self._url is not None:
            translator._base_url = self._url  # no argument leads there
        return translator


def _followed(address: str, location: str) -> str:
    there = urljoin(address, location)
    if "/sorry/" in urlsplit(there).path:
        raise RateLimited("google takes us for a robot and asks for fewer requests")
    if urlsplit(there)[:2] != urlsplit(address)[:2]:
        raise Rejected("google redirects to another host, which is not followed")
    return there


def _readable(reply: Reply) -> str:
    """Return the page cut down to the translation, its line breaks as such; raise `BadAnswer` where there is none."""
    if reply.status != 200:
        raise failure("google", reply.status, reply.headers)
    page = reply.body.decode("utf-8", "replace")
    found = RESULT.search(page)
    end = page.find("</div>", found.end()) if found else -1
    if not found or end < 0:
        raise BadAnswer("google's page holds no translation")
    result = BREAK.sub("\n", page[found.end() : end])
    if "<" in result:
        raise BadAnswer("google's page holds markup where the translation should be")
    return found[0] + result + "</div>"

"""Google through deep-translator, which scrapes a page meant for people: no key, no promise, now and then broken.

deep-translator has no timeout, no bound and errors of many families, and an instance is not safe for threads. So
each call has an instance of its own, and the `requests` of its module is replaced by `scraping.Guard`.
"""

import time
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

import deep_translator.google as scraper
import requests
from deep_translator import exceptions as theirs

from pipeline.engines import scraping
from pipeline.engines.base import (
    BadAnswer,
    Deadline,
    EngineError,
    Markup,
    RateLimited,
    Rejected,
    TimedOut,
    Unreachable,
)
from pipeline.engines.briefing import Briefing
from schemas.language import Locale

# By the first class that fits; deep-translator's, requests' and Python's own all leak from `translate`.
MEANING: tuple[tuple[type[Exception], type[EngineError], str], ...] = (
    (theirs.TooManyRequests, RateLimited, "google asks for fewer requests"),
    (theirs.RequestError, Unreachable, "google refused the request or failed"),
    (theirs.NotValidLength, Rejected, "google takes no text of that length"),
    (theirs.LanguageNotSupportedException, Rejected, "google lacks one of the languages"),
    (theirs.InvalidSourceOrTargetLanguage, Rejected, "google lacks one of the languages"),
    (theirs.TranslationNotFound, BadAnswer, "google's page holds no translation"),
    (requests.Timeout, TimedOut, "google did not answer in time"),
    (requests.RequestException, Unreachable, "google could not be reached, or the connection was cut"),
)


class Google:
    """One text per request. `url` stands in for Google's page where a test or a mirror needs it."""

    name: ClassVar[str] = "google"
    markup: ClassVar[Markup] = "plain"
    max_characters: ClassVar[int] = 1600  # 9 bytes of address a Hangul syllable: servers take 16 kB at the most
    max_texts: ClassVar[int] = 1

    def __init__(self, url: str | None = None) -> None:
        self._url = url
        self._deadline = Deadline(self.name)
        scraping.install(scraper)

    def translate(
        self, texts: Sequence[str], source: Locale, target: Locale, timeout: float, briefing: Briefing
    ) -> list[str]:
        """Return one answer per text, with the text's own edge white space; raise `EngineError`."""
        until = time.monotonic() + timeout
        return [
            self._deadline.run(partial(self._one, text, source, target, until), until - time.monotonic())
            for text in texts
        ]

    def _one(self, text: str, source: Locale, target: Locale, until: float) -> str:
        core = text.strip()
        if not core:
            return text
        try:
            with scraping.until(until):
                translator = scraper.GoogleTranslator(source=source, target=target)
                if self._url is not None:
                    translator._base_url = self._url  # no argument leads there
                answer = translator.translate(core)
        except EngineError:
            raise
        except Exception as error:  # bare `Exception`, KeyError, StopIteration and AttributeError leak too
            raise _ours(error) from None
        if not isinstance(answer, str) or not answer.strip():
            raise BadAnswer("google gave no translation")
        return text.replace(core, answer.strip(), 1)


def _ours(error: Exception) -> EngineError:
    for foreign, own, reason in MEANING:
        if isinstance(error, foreign):
            return own(reason)
    return BadAnswer(f"google's page could not be read ({type(error).__name__})")

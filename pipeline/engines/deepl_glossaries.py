"""Our glossary as DeepL keeps it: made from the terms once, found again by its name, older ones removed."""

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import deepl
import msgspec
from deepl.api_data import MultilingualGlossaryDictionaryEntries as Dictionary

from pipeline import glossary
from schemas.language import OTHER, Locale, Term

PREFIX = "hanmi "  # what we remove begins with this
LONGEST_FORM = 1024  # bytes
# Another process may still be drafting with the terms as they were; what it needs is not taken away under it.
IN_USE = timedelta(hours=1)
PAUSE = 300.0  # seconds in which DeepL is not asked again for a glossary it could not give


class Glossaries:
    """Knows the ids of glossaries by their content. One may be shared by many threads."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self._now = now
        self._lock = threading.Lock()
        self._ids: dict[str, str] = {}
        self._again = 0.0

    def find(self, client: deepl.DeepLClient, terms: Sequence[Term], until: float) -> str | None:
        """Return the id of DeepL's glossary of `terms`, made if need be; None without terms, or where it fails.

        Threads that need the same one wait for the first, until `until` (of `time.monotonic`).
        """
        dictionaries = [each for locale in OTHER if (each := _dictionary(terms, locale)).entries]
        if not dictionaries:
            return None
        name = PREFIX + _hash(dictionaries)
        if not self._lock.acquire(timeout=max(until - time.monotonic(), 0)):
            return None
        try:
            if name not in self._ids and self._clock() >= self._again:
                self._ids[name] = self._found_or_made(client, name, dictionaries)
        except Exception:  # ours, the client's, or what leaks from it: a translation without the glossary is still one
            self._again = self._clock() + PAUSE
        finally:
            self._lock.release()
        return self._ids.get(name)

    def forget(self) -> None:
        """Look for glossaries anew from now on: one was removed."""
        self._ids = {}

    def _found_or_made(self, client: deepl.DeepLClient, name: str, dictionaries: list[Dictionary]) -> str:
        ours = [each for each in client.list_multilingual_glossaries() if each.name.startswith(PREFIX)]
        for each in ours:
            if each.name == name:
                return each.glossary_id
        for each in ours:  # before one is made: a free account may have very few
            if self._now() - each.creation_time > IN_USE:
                client.delete_multilingual_glossary(each)
        return client.create_multilingual_glossary(name, dictionaries).glossary_id


def _dictionary(terms: Sequence[Term], source: Locale) -> Dictionary:
    """Return what stands for what: of the forms that will do in `source` the preferred one in the other language."""
    target = OTHER[source]
    entries: dict[str, str] = {}
    for term in terms:
        for form in glossary.accepted(term, source):
            wanted = form if term.keep else glossary.preferred(term, target)
            if _fits(form) and _fits(wanted):
                entries.setdefault(form, wanted)
    return Dictionary(source.upper(), target.upper(), entries)


def _fits(form: str) -> bool:
    return bool(form) and form.isprintable() and len(form.encode()) <= LONGEST_FORM


def _hash(dictionaries: list[Dictionary]) -> str:
    content = [(each.source_lang, sorted(each.entries.items())) for each in dictionaries]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:16]

"""Learns from two existing texts that say the same: what their sentences say of each other, unconfirmed."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from content_api.storage.database import Transaction
from content_api.storage.progress import Progress
from content_api.workflow import files, memory
from pipeline import script
from pipeline.align import learn_pairs
from pipeline.bilingual import NAMES
from pipeline.memory import key
from schemas.language import LOCALES, Locale, Term, Unit
from schemas.problems import Invalid

# Pairs that are less sure are wrong more often than not: to tell them from the others takes longer than they save.
LEAST_CONFIDENCE = 0.5
FIELDS = ("title", "summary")


class Learned(Struct):
    """How many pairs there were, how many of them were added, known already, and too doubtful to add."""

    pairs: int
    added: int
    known: int
    doubtful: int


class Pair(Struct, frozen=True):
    """What two texts say in the same place, and how sure that is (0 to 1)."""

    ko: str
    en: str
    confidence: float


def read(korean: Path, english: Path, terms: Sequence[Term], told: Progress) -> list[Pair]:
    """Return the pairs of two files, Markdown (its titles and summaries too) or plain text.

    Raises `Invalid` naming a file that cannot be read, is empty or in the other language.
    """
    texts = [_read(korean, "ko"), _read(english, "en")]
    found = []
    for done, (ko, en) in enumerate(zip(*texts, strict=True), start=1):
        told("Aligning", done, len(FIELDS) + 1)
        if ko.strip() and en.strip():
            found += [Pair(*pair) for pair in learn_pairs(ko, en, terms)]
    return found


def store(tx: Transaction, pairs: Sequence[Pair], provenance: str, least_confidence: float) -> Learned:
    """Add the pairs that are sure enough and not in the memory yet, unconfirmed; each once."""
    sure = {(key(each.ko), key(each.en)): each for each in pairs if each.confidence >= least_confidence}
    known = memory.known_pairs(tx.connection, [(each.ko, each.en) for each in sure.values()])
    new = [each for each in sure.values() if (each.ko, each.en) not in known]
    units = [Unit(ko=each.ko, en=each.en) for each in new]
    memory.remember(tx, units, provenance, origin="alignment", confidence=[each.confidence for each in new])
    doubtful = sum(each.confidence < least_confidence for each in pairs)
    return Learned(pairs=len(pairs), added=len(new), known=len(pairs) - doubtful - len(new), doubtful=doubtful)


def _read(path: Path, locale: Locale) -> list[str]:
    """Return a file's title, summary and body."""
    text = files.read_text(path)
    head, body = files.taken_apart(str(path), text) if files.has_front_matter(text) else ({}, text)
    head = head if isinstance(head, dict) else {}
    other = next(each for each in LOCALES if each != locale)
    if not body.strip():
        raise Invalid(f"{path}: there is no text in it")
    if script.language(body) == other:
        raise Invalid(f"{path}: it is in {NAMES[other]}, not in {NAMES[locale]}")
    return [*(str(head.get(name) or "") for name in FIELDS), body]

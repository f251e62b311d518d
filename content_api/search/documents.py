"""What an index is given: public entries, with how much each of their words says of them."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, func, or_, select

from content_api.search.index import Document
from content_api.search.texts import Read, Words, by_form, said
from content_api.storage import tables
from pipeline import dates
from pipeline.analysis import Analyser, initials_of
from pipeline.plain import plain
from schemas.delivery import BothCards, Pair, TagLabel
from schemas.entries import Kind
from schemas.language import LOCALES, Locale, Term

log = logging.getLogger("hanmi.search")
p = tables.published.c

# How much more a word says in a title, in a tag and in a summary than in a body, which may say anything once. BM25F
# (Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted fields", 2004): the fields' counts are
# weighed and added before they saturate, so that a word of the title is not drowned by one repeated in a body.
TITLE, TAG, SUMMARY = 5.0, 3.0, 2.0
SATURATION = 1.5
LENGTH = 0.5
USUAL_LENGTH = 300.0


@dataclass(frozen=True)
class Entry:
    """A public entry: where it belongs, and the revision of each language that is public."""

    id: str
    kind: Kind
    day: int | None
    date: str | None
    tags: Sequence[TagLabel[Pair[str]]]
    revisions: Mapping[Locale, str]


def public(connection: Connection, entry_ids: Iterable[str]) -> dict[str, Entry]:
    """Return those of the entries that are public, by id."""
    asked = select(p.entry_id, p.kind, p.day, p.revision_ko, p.revision_en, p.card).where(p.audience == "all")
    rows = connection.execute(asked.where(p.entry_id.in_(list(entry_ids))))
    return {row.entry_id: _entry(row) for row in rows}


def after(connection: Connection, entry_id: str, limit: int) -> list[str]:
    """Return the ids of the public entries that come after `entry_id` in the order of ids."""
    asked = select(p.entry_id).where(p.audience == "all", p.entry_id > entry_id).order_by(p.entry_id).limit(limit)
    return list(connection.execute(asked).scalars())


def number(connection: Connection) -> int:
    """Return how many entries are public."""
    return connection.execute(select(func.count()).where(p.audience == "all")).scalar_one()


def glossary(connection: Connection) -> tuple[Term, ...]:
    """Return the terms by which texts are read."""
    g = tables.term.c
    asked = select(*(g[name] for name in Term.__struct_fields__)).order_by(g.id)
    return tuple(Term(**row._mapping) for row in connection.execute(asked))


def saying(connection: Connection, terms: Collection[Term]) -> set[str]:
    """Return the public entries that may say one of the terms."""
    if not terms:
        return set()
    r, forms = tables.revision.c, by_form(tuple(terms))
    mine = or_(p.revision_ko == r.id, p.revision_en == r.id)
    public = select(r.entry_id, r.title, r.summary, r.body).join(tables.published, mine)
    rows = connection.execute(public.where(p.audience == "all").execution_options(yield_per=200))
    return {row.entry_id for row in rows if said(forms, row.title, row.summary, plain(row.body))}


def document(entry: Entry, words: Mapping[str, Words], analyser: Analyser) -> Document:
    """Return the entry as an index takes it; `words` are those of its revisions, by id."""
    also = _said_of(entry, analyser)
    texts = {locale: _weighed(words[key], also) for locale, key in entry.revisions.items() if key in words}
    return Document(entry.id, entry.kind, entry.day, tuple(tag.slug for tag in entry.tags), texts)


def _entry(row: "object") -> Entry:
    card = msgspec.json.decode(row.card, type=BothCards)  # type: ignore[attr-defined]
    found = {locale: getattr(row, f"revision_{locale}") for locale in LOCALES}
    revisions: dict[Locale, str] = {locale: key for locale, key in found.items() if key}
    return Entry(row.entry_id, row.kind, row.day, card.date, card.tags, revisions)  # type: ignore[attr-defined]


def _said_of(entry: Entry, analyser: Analyser) -> set[str]:
    """Return the words of the entry's tags in both languages, and of its date: they are found in either text."""
    found = set(_date_forms(entry.date)) if entry.date else set()
    for tag in entry.tags:
        for locale in LOCALES:
            found |= _words_of(getattr(tag.name, locale) or "", locale, analyser)
    return found


def _words_of(name: str, locale: Locale, analyser: Analyser) -> set[str]:
    """Return the words of a tag: none if it cannot be read, for its entries are to be found by all others."""
    try:
        tokens = analyser.tokens(name, locale)
    except MemoryError:
        raise
    except Exception:
        log.exception("a tag cannot be read for its words; entries are not found by them")
        return set()
    return {token.text for token in (*tokens, *initials_of(tokens))}


def _date_forms(date: str) -> tuple[str, ...]:
    year, month, day = ([int(part) for part in date.split("-")] + [0, 0])[:3]
    return dates.forms(year, month or None, day or None)


def _weighed(words: Words, also: set[str]) -> dict[str, float]:
    counts = {word: len(places) for word, places in words.body.words()}
    norm = 1 - LENGTH + LENGTH * sum(counts.values()) / USUAL_LENGTH
    weights = {word: count / norm for word, count in counts.items()}
    fields: tuple[tuple[Read, float], ...] = ((words.title, TITLE), (words.summary, SUMMARY))
    for field, weight in fields:
        for word, _ in field.words():
            weights[word] = weights.get(word, 0) + weight
    for word in also:
        weights[word] = weights.get(word, 0) + TAG
    return {word: round(weight / (weight + SATURATION), 3) for word, weight in weights.items()}

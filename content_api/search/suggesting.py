"""What is suggested to readers who type: titles, tags, terms and frequent words of what is public, and nothing else."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, or_, select, update

from content_api.search.documents import Entry
from content_api.search.texts import WORD, Read, Words
from content_api.storage import tables
from content_api.storage.database import Transaction, new_id
from pipeline.initials import are_initials, initials, letters, squeezed
from pipeline.korean import PARTICLES
from schemas.delivery import Audience, Fallback
from schemas.language import Locale, Term

g, o, p = tables.suggestion.c, tables.suggestion_source.c, tables.published.c

# How much each kind of suggestion counts for; a word of a text counts once, and is suggested when two entries have it.
TITLE, TAG, TERM, WORD_OF_TITLE, WORD_OF_BODY = 20, 30, 10, 3, 1
ENOUGH = 2
MOST_WORDS = 12
LONGEST = 200
# How many candidates are held against what is public, for each that is wanted.
CANDIDATES = 10


class Suggestion(NamedTuple):
    """A completion and the language it is in."""

    text: str
    locale: Locale


def put(
    tx: Transaction,
    entry_ids: Iterable[str],
    entries: Mapping[str, Entry],
    words: Mapping[str, Words],
    terms: Sequence[Term],
) -> None:
    """Put what the entries say in the place of what they said before; those not in `entries` say nothing any more."""
    before = _unsaid(tx, o.entry_id.in_(list(entry_ids)))
    said = [
        (entry.id, revision_id, suggestion, weight)
        for entry in entries.values()
        for locale, revision_id in entry.revisions.items()
        if revision_id in words
        for suggestion, weight in _said(entry, locale, words[revision_id], terms).items()
    ]
    keys = _keys(tx, {suggestion for _, _, suggestion, _ in said})
    rows = [
        {"entry_id": entry_id, "revision_id": revision_id, "suggestion_id": keys[suggestion], "weight": weight}
        for entry_id, revision_id, suggestion, weight in said
    ]
    if rows:
        tx.execute(insert(tables.suggestion_source), rows)
    _weigh(tx, before | set(keys.values()))


def forget(tx: Transaction, entry_id: str) -> None:
    """Forget what an entry says."""
    _weigh(tx, _unsaid(tx, o.entry_id == entry_id))


def sweep(tx: Transaction) -> None:
    """Forget what no entry says that is public, and count anew what all others do."""
    there = select(p.entry_id).where(p.audience == "all")
    tx.execute(delete(tables.suggestion_source).where(o.entry_id.not_in(there)))
    _weigh(tx, tx.execute(select(g.id)).scalars().all())


def complete(
    connection: Connection, typed: str, audience: Audience, fallback: Fallback, limit: int
) -> list[Suggestion]:
    """Return up to `limit` completions of what was typed: those in the readers' language first, then by weight."""
    by_initials = are_initials(typed)
    prefix = (squeezed(typed) if by_initials else letters(typed))[:LONGEST]
    if not prefix:
        return []
    column = g.initials if by_initials else g.letters
    within = (column >= prefix) & (column < prefix + "\U0010ffff")
    own = [] if audience == "all" else [(g.locale == audience).desc()]
    asked = select(g.id, g.text, g.locale).where(within, g.weight >= ENOUGH)
    likely = asked.order_by(*own, g.weight.desc(), func.length(g.text), g.text).limit(limit * CANDIDATES).subquery()
    found = connection.execute(select(likely.c.text, likely.c.locale).where(seen(likely.c.id, audience, fallback)))
    # Of what differs by spacing alone, the weightiest.
    different: dict[str, Suggestion] = {}
    for row in found:
        different.setdefault(squeezed(row.text), Suggestion(row.text, row.locale))
    return list(different.values())[:limit]


def seen(suggestion_id: ColumnElement[str], audience: Audience, fallback: Fallback) -> ColumnElement[bool]:
    """Return the condition that something these readers get says a suggestion, as it is now, indexed or not."""
    public = exists().where(
        o.suggestion_id == suggestion_id,
        p.entry_id == o.entry_id,
        p.audience == audience,
        or_(p.revision_ko == o.revision_id, p.revision_en == o.revision_id),
    )
    return public.where(tables.own(tables.published)) if fallback == "none" else public


def _said(entry: Entry, locale: Locale, text: Words, terms: Sequence[Term]) -> dict[Suggestion, int]:
    said: Counter[Suggestion] = Counter({Suggestion(text.title.text[:LONGEST], locale): TITLE})
    for tag in entry.tags:
        if name := getattr(tag.name, locale):
            said[Suggestion(name, locale)] = TAG
    for suggestion, weight in (*_terms_in(text, locale, terms), *_words_of(text, locale)):
        said[suggestion] = max(said[suggestion], weight)
    return dict(said)


def _terms_in(text: Words, locale: Locale, terms: Sequence[Term]) -> Iterator[tuple[Suggestion, int]]:
    """Yield the glossary's terms that the text says."""
    whole = squeezed(f"{text.title.text} {text.summary.text} {text.body.text}")
    for term in terms:
        form = term.ko if locale == "ko" else term.en
        if squeezed(form) in whole:
            yield Suggestion(form, locale), TERM


def _words_of(text: Words, locale: Locale) -> Iterator[tuple[Suggestion, int]]:
    """Yield the words of the title, and those that the body says most often, as they are written."""
    for word, places in text.title.words():
        if shown := _shown(text.title, word, places, locale):
            yield Suggestion(shown, locale), WORD_OF_TITLE
    often = sorted(text.body.words(), key=lambda each: -len(each[1]))[: MOST_WORDS * 3]
    found = [shown for word, places in often if (shown := _shown(text.body, word, places, locale))]
    yield from ((Suggestion(shown, locale), WORD_OF_BODY) for shown in found[:MOST_WORDS])


def _shown(read: Read, word: str, places: Sequence[int], locale: Locale) -> str:
    """Return a word as it may be suggested: a Korean noun as it is, an English one as it is written; else nothing."""
    if not places or len(word) < 2 or not word.isalpha() or are_initials(word):
        return ""
    match = WORD.match(read.text, places[0])
    written = match[0] if match else ""
    if locale == "ko":
        return word if written == word or (written.startswith(word) and written[len(word) :] in PARTICLES) else ""
    return written.lower() if len(written) > 3 and written.isascii() else ""


def _keys(tx: Transaction, suggestions: Collection[Suggestion]) -> dict[Suggestion, str]:
    """Return the ids of suggestions, those that are new added."""
    keys: dict[Suggestion, str] = {}
    for some in batched(sorted({each.text for each in suggestions}), 500):
        there = select(g.id, g.text, g.locale).where(g.text.in_(some))
        keys |= {Suggestion(row.text, row.locale): row.id for row in tx.execute(there)}
    new = {each: new_id() for each in suggestions if each not in keys}
    rows = [
        {
            "id": key,
            "locale": each.locale,
            "text": each.text,
            "letters": letters(each.text)[:LONGEST],
            "initials": initials(each.text)[:LONGEST],
            "weight": 0,
        }
        for each, key in new.items()
    ]
    if rows:
        tx.execute(insert(tables.suggestion), rows)
    return keys | new


def _unsaid(tx: Transaction, by: ColumnElement[bool]) -> set[str]:
    """Take back what some sources say; return the ids of what has to be weighed anew."""
    before = set(tx.execute(select(o.suggestion_id).where(by)).scalars())
    tx.execute(delete(tables.suggestion_source).where(by))
    return before


def _weigh(tx: Transaction, ids: Collection[str]) -> None:
    """Count anew how much suggestions weigh, and forget those that nobody says any more."""
    for some in batched(sorted(ids), 500):
        said = select(func.sum(o.weight)).where(o.suggestion_id == g.id).scalar_subquery()
        tx.execute(update(tables.suggestion).where(g.id.in_(some)).values(weight=func.coalesce(said, 0)))
        tx.execute(delete(tables.suggestion).where(g.id.in_(some), g.weight == 0))


def batched(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield the items in pieces of `size`: a statement takes only so many values."""
    yield from (items[start : start + size] for start in range(0, len(items), size))

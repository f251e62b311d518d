"""Ranks the entries of an index: which fit a query, how well, and how many there are of each kind and tag.

BM25 over weighed fields (see `documents.py`), in the language whose text fits best. Who looks for several words wants
entries that have all of them first, so what is found is worth as much less as words are missing.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np

from content_api.search.index import FAMILIAR, LEAST, Asked, Found, Hit, Place
from content_api.search.segments import NO_DAY, SIDES, Array, Joined, Postings
from pipeline.analysis import LINK, Query
from schemas.entries import KINDS
from schemas.language import LOCALES, Locale

# How many hits are put in order at once.
WINDOW = 50

Said: TypeAlias = Mapping[tuple[Locale, str], Postings]
"""Which documents have each form of a query, in the text of each language."""


class Scored(NamedTuple):
    """How well each document fits a query (millionths; 0 if not at all), and by which language's text."""

    scores: Array
    locales: Array


def rank(index: Joined, asked: Asked, after: Place | None) -> Found:
    """Return what fits best, from behind `after` on."""
    if not asked.query.words or not index.size:
        return Found(iter(()), 0, dict.fromkeys(KINDS, 0), {}, frozenset(range(len(asked.query.words))))
    postings = {(locale, form): index.postings(locale, form) for locale in LOCALES for form in asked.query.forms}
    rarity = _rarities(index, asked.query, postings)
    scores, locales = _scored(index, asked, postings, rarity)
    fits = (scores > 0) & _is_visible(index, asked)
    of_kind, of_tag = _of_kind(index, asked), _of_tag(index, asked)
    shown = np.where(fits & of_kind & of_tag, scores, 0)
    kinds = np.bincount(index.kinds[fits & of_tag], minlength=len(KINDS))
    unknown = frozenset(
        number for number, word in enumerate(asked.query.words) if not any(rarity.get(form) for form in word.forms)
    )
    return Found(
        _ordered(index, Scored(shown, locales), after),
        int(np.count_nonzero(shown)),
        {kind: int(count) for kind, count in zip(KINDS, kinds, strict=True)},
        index.count_tags(fits & of_kind),
        unknown,
    )


def _rarities(index: Joined, query: Query, postings: Said) -> dict[str, float]:
    """Return how much each form tells, by how few entries have it (Robertson, Spärck Jones, 1976); 0 if none has."""
    entries = int(np.count_nonzero(index.documents))
    found = {}
    for form in query.forms:
        having = max(int(np.count_nonzero(index.documents[postings[locale, form].documents])) for locale in LOCALES)
        found[form] = float(np.log1p((entries - having + 0.5) / (having + 0.5))) if having else 0.0
    return found


def _scored(index: Joined, asked: Asked, postings: Said, rarity: Mapping[str, float]) -> Scored:
    best = np.zeros(index.size)
    locales = np.zeros(index.size, dtype=np.int8)
    for number, locale in sorted(enumerate(LOCALES), key=lambda each: each[1] != asked.audience):
        scores = np.where(index.documents, _score(index.size, asked.query, locale, postings, rarity), 0)
        better = scores > best * FAMILIAR
        locales[better] = number
        best = np.where(better, scores, best)
    return Scored(np.rint(best * 1e6).astype(np.int64), locales)


def _score(size: int, query: Query, locale: Locale, postings: Said, rarity: Mapping[str, float]) -> Array:
    score, covered = np.zeros(size), np.zeros(size)
    wanted = 0.0
    for word in query.words:
        said = np.zeros(size)
        for form, share in word.forms.items():
            having = postings[locale, form]
            said[having.documents] += having.impacts * (share * rarity[form])
        # A word that no entry has cannot be missed.
        weight = max(rarity[form] for form in word.forms)
        wanted += weight
        covered += np.where(said > 0, weight, 0)
        score += said
    for form in query.links:
        having = postings[locale, form]
        score[having.documents] += having.impacts * (LINK * rarity[form])
    coverage = covered / wanted if wanted else covered
    return np.where(coverage >= LEAST, score * coverage, 0)


def _is_visible(index: Joined, asked: Asked) -> Array:
    """Return which documents readers of the language may see at all, and are in the days asked for."""
    visible = np.ones(index.size, dtype=bool)
    if asked.fallback == "none" and asked.audience != "all":
        visible &= (index.sides & SIDES[asked.audience]) > 0
    if asked.since is not None or asked.until is not None:
        visible &= index.days != NO_DAY
        visible &= index.days >= (asked.since or 0)
    if asked.until is not None:
        visible &= index.days <= asked.until
    return visible


def _of_kind(index: Joined, asked: Asked) -> Array:
    return index.documents if asked.kind is None else index.kinds == KINDS.index(asked.kind)


def _of_tag(index: Joined, asked: Asked) -> Array:
    return index.documents if asked.tag is None else index.with_tag(asked.tag)


def _ordered(index: Joined, found: Scored, after: Place | None) -> Iterator[Hit]:
    """Yield hits, best first; of two that fit alike the one that was made later."""
    scores, locales = found

    def hit(document: int) -> Hit:
        return Hit(int(scores[document]), index.entry_id(document), LOCALES[int(locales[document])])

    left = np.flatnonzero(scores if after is None else np.where(scores <= after[0], scores, 0))
    while len(left):
        # The best alone are put in order: few readers look further.
        cut = -np.partition(-scores[left], WINDOW)[WINDOW] if len(left) > WINDOW else 0
        hits = [hit(int(document)) for document in left[scores[left] >= cut]]
        left = left[scores[left] < cut]
        for each in sorted(hits, key=Hit.place, reverse=True):
            if after is None or each.place() < after:
                yield each

"""Ranks the entries of an index: which fit a query, how well, and how many there are of each kind and tag.

BM25 over weighed fields (see `documents.py`), in the language whose text fits best. Who looks for several words wants
entries that have all of them first, so what is found is worth as much less as words are missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from content_api.search.index import FAMILIAR, LEAST, Asked, Found, Hit, Place
from content_api.search.segments import NO_DAY, SIDES, Alive, Array
from pipeline.analysis import LINK, Query
from schemas.delivery import Audience
from schemas.entries import KINDS
from schemas.language import LOCALES, Locale

# How many hits are put in order at once.
WINDOW = 50


@dataclass(frozen=True)
class Scored:
    """How well each document of a segment fits a query (millionths; 0 if not at all), and by which language's text."""

    scores: Array
    locales: Array


def rank(segments: Sequence[Alive], asked: Asked, after: Place | None) -> Found:
    """Return what fits best, from behind `after` on."""
    if not asked.query.words or not segments:
        return Found(iter(()), 0, dict.fromkeys(KINDS, 0), {}, frozenset(range(len(asked.query.words))))
    rarity = _rarities(segments, asked.query)
    scored = [_scored(each, asked.query, rarity, asked.audience) for each in segments]
    shown, kinds = [], dict.fromkeys(KINDS, 0)
    tags: dict[str, int] = {}
    for alive, found in zip(segments, scored, strict=True):
        fits = (found.scores > 0) & _is_visible(alive, asked)
        of_kind, of_tag = _of_kind(alive, asked), _of_tag(alive, asked)
        shown.append(np.where(fits & of_kind & of_tag, found.scores, 0))
        for number, kind in enumerate(KINDS):
            kinds[kind] += int(np.count_nonzero(fits & of_tag & (alive.segment.kinds == number)))
        for tag, count in _counted(alive, fits & of_kind):
            tags[tag] = tags.get(tag, 0) + count
    total = sum(int(np.count_nonzero(scores)) for scores in shown)
    unknown = frozenset(
        number for number, word in enumerate(asked.query.words) if not any(rarity.get(form) for form in word.forms)
    )
    hits = _ordered(segments, shown, [found.locales for found in scored], after)
    return Found(hits, total, kinds, tags, unknown)


def _rarities(segments: Sequence[Alive], query: Query) -> dict[str, float]:
    """Return how much each form tells, by how few entries have it (Robertson, Spärck Jones, 1976); 0 if none has."""
    entries = sum(int(np.count_nonzero(alive.documents)) for alive in segments)
    found = {}
    for form in query.forms:
        having = max(sum(_having(alive, locale, form) for alive in segments) for locale in LOCALES)
        found[form] = float(np.log1p((entries - having + 0.5) / (having + 0.5))) if having else 0.0
    return found


def _having(alive: Alive, locale: Locale, form: str) -> int:
    return int(np.count_nonzero(alive.documents[alive.segment.postings(locale, form).documents]))


def _scored(alive: Alive, query: Query, rarity: Mapping[str, float], audience: Audience) -> Scored:
    best = np.zeros(alive.segment.size)
    locales = np.zeros(alive.segment.size, dtype=np.int8)
    for number, locale in sorted(enumerate(LOCALES), key=lambda each: each[1] != audience):
        scores = np.where(alive.documents, _score(alive, query, locale, rarity), 0)
        better = scores > best * FAMILIAR
        locales[better] = number
        best = np.where(better, scores, best)
    return Scored(np.rint(best * 1e6).astype(np.int64), locales)


def _score(alive: Alive, query: Query, locale: Locale, rarity: Mapping[str, float]) -> Array:
    size = alive.segment.size
    score, covered = np.zeros(size), np.zeros(size)
    wanted = 0.0
    for word in query.words:
        said = np.zeros(size)
        for form, share in word.forms.items():
            postings = alive.segment.postings(locale, form)
            said[postings.documents] += postings.impacts * (share * rarity[form])
        # A word that no entry has cannot be missed.
        weight = max(rarity[form] for form in word.forms)
        wanted += weight
        covered += np.where(said > 0, weight, 0)
        score += said
    for form in query.links:
        postings = alive.segment.postings(locale, form)
        score[postings.documents] += postings.impacts * (LINK * rarity[form])
    coverage = covered / wanted if wanted else covered
    return np.where(coverage >= LEAST, score * coverage, 0)


def _is_visible(alive: Alive, asked: Asked) -> Array:
    """Return which documents readers of the language may see at all, and are in the days asked for."""
    segment = alive.segment
    visible = np.ones(segment.size, dtype=bool)
    if asked.fallback == "none" and asked.audience != "all":
        visible &= (segment.sides & SIDES[asked.audience]) > 0
    if asked.since is not None or asked.until is not None:
        visible &= segment.days != NO_DAY
        visible &= segment.days >= (asked.since or 0)
    if asked.until is not None:
        visible &= segment.days <= asked.until
    return visible


def _of_kind(alive: Alive, asked: Asked) -> Array:
    return alive.documents if asked.kind is None else alive.segment.kinds == KINDS.index(asked.kind)


def _of_tag(alive: Alive, asked: Asked) -> Array:
    return alive.documents if asked.tag is None else alive.segment.with_tag(asked.tag)


def _counted(alive: Alive, documents: Array) -> Iterator[tuple[str, int]]:
    segment = alive.segment
    counts = np.bincount(segment.tags[documents[segment.tagged]], minlength=len(segment.tag_names))
    yield from ((segment.tag_names[number], int(counts[number])) for number in np.flatnonzero(counts))


def _ordered(
    segments: Sequence[Alive], shown: Sequence[Array], locales: Sequence[Array], after: Place | None
) -> Iterator[Hit]:
    """Yield hits, best first; of two that fit alike the one that was made later."""
    scores = np.concatenate(shown)
    ends = np.cumsum([alive.segment.size for alive in segments])

    def hit(place: int) -> Hit:
        number = int(np.searchsorted(ends, place, side="right"))
        document = place - (int(ends[number - 1]) if number else 0)
        locale = LOCALES[int(locales[number][document])]
        return Hit(int(scores[place]), segments[number].segment.entry_id(document), locale)

    left = np.flatnonzero(scores if after is None else np.where(scores <= after[0], scores, 0))
    while len(left):
        # The best alone are put in order: few readers look further.
        cut = -np.partition(-scores[left], WINDOW)[WINDOW] if len(left) > WINDOW else 0
        hits = [hit(int(place)) for place in left[scores[left] >= cut]]
        left = left[scores[left] < cut]
        for each in sorted(hits, key=Hit.place, reverse=True):
            if after is None or each.place() < after:
                yield each

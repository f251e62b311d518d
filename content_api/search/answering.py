"""What a reader's question goes through: read for its words, asked of the index, looked up in what is published."""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, bindparam, select

from content_api.search import correcting, highlighting, standing, suggesting, texts
from content_api.search.highlighting import highlights
from content_api.search.index import Asked, Found, Hit, Index, Place
from content_api.search.opening import index_of
from content_api.search.remembering import Remembered
from content_api.search.suggesting import Suggestion
from content_api.storage import tables
from content_api.storage.database import Database
from pipeline.analysis import Analyser, Query, is_korean, version_of
from pipeline.morphology import Morphology, ParticleSplitter, Splitter
from schemas.delivery import Audience, Fallback, Pair
from schemas.entries import Kind
from schemas.language import Locale
from schemas.search import Facets, Highlights, KindCount, TagFacet
from schemas.values import PartialDate

p, s, t = tables.published.c, tables.search_state.c, tables.tag.c
GENERATION = select(s.generation)
NAMES = select(t.slug, t.name_ko, t.name_en).where(t.slug.in_(bindparam("slugs", expanding=True)))
# Of the tags that hits carry, how many are told.
MOST_TAGS = 20


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What a reader looks for, without its page: the words as they were typed (in NFC), and among which entries."""

    text: str
    audience: Audience
    fallback: Fallback
    kind: Kind | None = None
    tag: str | None = None
    since: PartialDate | None = None
    until: PartialDate | None = None


class Shown(NamedTuple):
    """A hit as it is shown: its entry, the stored bytes of its card, their language, and why it was found."""

    entry_id: str
    card: bytes
    served: Audience
    matched: Locale
    highlights: Highlights


@dataclass(frozen=True)
class Answer:
    """A page of hits. `is_final` unless the words were read by particles alone, because Kiwi is only loading."""

    hits: Sequence[Shown]
    next: Place | None
    total: int
    facets: Facets
    suggestion: str | None
    is_final: bool


class Reading(NamedTuple):
    """What questions are read with as of a generation of the index, and what was read by the same terms."""

    generation: int
    splitter: Splitter
    analyser: Analyser
    texts: texts.Known
    shown: highlighting.Known


class Search:
    """Answers readers in one process; loads Kiwi when it is first asked something in Korean."""

    def __init__(self, database: Database, data_dir: str, morphology: Morphology) -> None:
        self._database = database
        self._data_dir = data_dir
        self._morphology = morphology
        self._by_particles = ParticleSplitter()
        self._reading: Reading | None = None

    def answer(self, query: SearchQuery, after: Place | None, limit: int) -> Answer:
        """Return the page behind `after`; raise `Unavailable` while there is no index to ask."""
        with self._database.read() as connection:
            needs_kiwi = is_korean(query.text)
            is_final = self._morphology.is_ready or not needs_kiwi
            reading = self._read_with(connection, needs_kiwi=needs_kiwi)
            sought = reading.analyser.query(query.text)
            found = self._index.find(connection, _asked(query, sought), after, limit + 1)
            page, dropped = _public(connection, query, found.hits, limit + 1)
            correction = _corrected(connection, query, sought, found) if after is None else None
            return Answer(
                hits=_shown(connection, page[:limit], sought, version_of(self._morphology.name), reading),
                next=page[limit - 1][0].place() if len(page) > limit else None,
                total=max(found.total - dropped, 0),
                facets=_facets(connection, found),
                suggestion=correction,
                is_final=is_final,
            )

    def behind(self) -> int | None:
        """Return how many events the index has not followed yet; `None` while there is none."""
        with self._database.read() as connection:
            return standing.behind(connection, self._index)

    def complete(self, typed: str, audience: Audience, fallback: Fallback, limit: int) -> list[Suggestion]:
        """Return what a reader may be about to type."""
        with self._database.read() as connection:
            return suggesting.complete(connection, typed, audience, fallback, limit)

    @cached_property
    def _index(self) -> Index:
        return index_of(self._database, self._data_dir)

    def _read_with(self, connection: Connection, *, needs_kiwi: bool) -> Reading:
        """Return what reads questions as the texts of the index were read: by the same terms."""
        is_wanted = needs_kiwi or self._morphology.is_ready
        splitter, known = self._morphology.now() if is_wanted else self._by_particles, self._reading
        generation = connection.execute(GENERATION).scalar_one()
        if known is None or known[:2] != (generation, splitter):
            terms = connection.execute(select(s.terms)).scalar_one()
            if known is not None and known.splitter is splitter and known.analyser.terms == terms:
                known = known._replace(generation=generation)
            else:
                words: texts.Known = Remembered(texts.LARGEST, texts.weight)
                shown: highlighting.Known = Remembered(highlighting.LARGEST, highlighting.weight)
                known = Reading(generation, splitter, Analyser(splitter, terms), words, shown)
            self._reading = known
        return known


def _asked(query: SearchQuery, sought: Query) -> Asked:
    return Asked(
        query=sought,
        audience=query.audience,
        fallback=query.fallback,
        kind=query.kind,
        tag=query.tag,
        since=query.since.first_day().toordinal() if query.since else None,
        until=query.until.last_day().toordinal() if query.until else None,
    )


def _corrected(connection: Connection, query: SearchQuery, sought: Query, found: Found) -> str | None:
    return correcting.corrected(connection, query.text, sought, found.unknown, query.audience, query.fallback)


Looked = tuple[Hit, Any]


def _public(connection: Connection, query: SearchQuery, hits: Iterable[Hit], wanted: int) -> tuple[list[Looked], int]:
    """Return the first hits that are public to these readers, and how many before them are not, or not any more."""
    page: list[Looked] = []
    dropped = 0
    left = iter(hits)
    while len(page) < wanted and (some := list(islice(left, wanted - len(page)))):
        values = {"audience": query.audience, "ids": [hit.entry_id for hit in some]}
        rows = {row.entry_id: row for row in connection.execute(_cards(query.fallback), values)}
        for hit in some:
            row = rows.get(hit.entry_id)
            if row is not None and getattr(row, f"revision_{hit.locale}"):
                page.append((hit, row))
            else:
                dropped += 1
    return page, dropped


@cache
def _cards(fallback: Fallback) -> Select[Any]:
    """Return the statement for the cards of some entries: building one anew would cost more than asking it."""
    asked = select(p.entry_id, p.card, p.served, p.revision_ko, p.revision_en)
    asked = asked.where(p.audience == bindparam("audience"), p.entry_id.in_(bindparam("ids", expanding=True)))
    return asked if fallback == "source" else asked.where(tables.own(tables.published))


def _shown(connection: Connection, page: Sequence[Looked], sought: Query, version: str, known: Reading) -> list[Shown]:
    revisions = [getattr(row, f"revision_{hit.locale}") for hit, row in page]
    forms = sought.forms
    name = highlighting.name(forms)
    reasons = {key: found for key in revisions if (found := known.shown.get((key, version, name)))}
    words = texts.recalled(connection, [key for key in revisions if key not in reasons], version, known.texts)
    for key, each in words.items():
        reasons[key] = highlights(each, forms)
        if each.terms != texts.UNREADABLE:  # that one is replaced
            known.shown.put((key, version, name), reasons[key])
    return [
        Shown(hit.entry_id, row.card, row.served, hit.locale, reasons.get(key) or _plain(row, hit))
        for (hit, row), key in zip(page, revisions, strict=True)
    ]


def _plain(row: Any, hit: Hit) -> Highlights:
    """Return the bare title of what was changed a moment ago, and is not read yet."""
    title = msgspec.json.decode(row.card)["title"]
    return Highlights(title=html.escape(title if isinstance(title, str) else title[hit.locale]), body=[])


def _facets(connection: Connection, found: Found) -> Facets:
    most = sorted(found.tags.items(), key=lambda each: (-each[1], each[0]))[:MOST_TAGS]
    rows = connection.execute(NAMES, {"slugs": [slug for slug, _ in most]}) if most else ()
    names = {row.slug: Pair(ko=row.name_ko, en=row.name_en) for row in rows}
    return Facets(
        kinds=[KindCount(kind=kind, count=count) for kind, count in found.kinds.items()],
        tags=[TagFacet(slug=slug, name=names.get(slug, Pair(ko=slug, en=slug)), count=count) for slug, count in most],
    )

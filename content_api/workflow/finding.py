"""The editors' list: entries found by words, kind, tag and state, each with where its two languages stand.

The words of bodies are never read here, so that a page costs the same however long the articles are.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select

from content_api.storage import tables
from content_api.workflow import revisions
from schemas.entries import OPEN_STATES, Kind
from schemas.language import LOCALES, Locale
from schemas.unicode import nfc

State = Literal["published", "unpublished", "missing", "changed", "outdated", "drafting", "review", "scheduled"]
STATES: tuple[State, ...] = get_args(State)
# More words than anybody types, and fewer than would keep the database busy.
MOST_WORDS = 8

e, r, d, p = tables.entry.c, tables.revision.c, tables.draft.c, tables.published.c
later = tables.revision.alias("later")
# The newest revision of each language: there is none with a higher number.
NEWEST = ~exists().where(later.c.entry_id == r.entry_id, later.c.locale == r.locale, later.c.number > r.number)


@dataclass(frozen=True)
class Wish:
    """What is looked for. Without `locale` a state is one of either language."""

    words: str = ""
    kind: Kind | None = None
    tag: str | None = None
    state: State | None = None
    locale: Locale | None = None


@dataclass(frozen=True)
class Standing:
    """Where one language of an entry stands. `drafting` is the state of a draft that waits for somebody or runs."""

    title: str
    number: int
    published: int | None
    outdated: bool
    drafting: str | None
    scheduled: Literal["publish", "withdraw"] | None

    @property
    def changed(self) -> bool:
        """Whether the text went on since it was published."""
        return self.published is not None and self.published < self.number


@dataclass(frozen=True)
class Found:
    """An entry in the list; a language without a text has no number in its standing."""

    id: str
    kind: Kind
    slug: str
    source_locale: Locale
    date: str | None
    tags: Sequence[str]
    languages: Mapping[Locale, Standing]

    @property
    def title(self) -> str:
        """The title in the language the entry is written in."""
        return self.languages[self.source_locale].title


def entries(connection: Connection, wish: Wish, *, after: str | None, limit: int) -> list[Found]:
    """Return the entries wished for, newest first, from the first one below the id `after`."""
    found: list[Found] = []
    while len(found) < limit:
        ids = _ids(connection, wish, after, limit)
        if not ids:
            break
        # Whether a text is outdated is a matter of its source's content, which no query can tell.
        found += [each for each in _described(connection, ids) if wish.state != "outdated" or _outdated(each, wish)]
        after = ids[-1]
    return found[:limit]


def _outdated(found: Found, wish: Wish) -> bool:
    return any(standing.outdated for locale, standing in found.languages.items() if wish.locale in (None, locale))


def _ids(connection: Connection, wish: Wish, after: str | None, limit: int) -> list[str]:
    asked = select(e.id).where(e.deleted_at.is_(None), *_conditions(wish))
    asked = asked.where(e.id < after) if after else asked
    return list(connection.execute(asked.order_by(e.id.desc()).limit(limit)).scalars())


def _conditions(wish: Wish) -> list[ColumnElement[bool]]:
    conditions = [_says(word) for word in nfc(wish.words).split()[:MOST_WORDS]]
    if wish.kind:
        conditions.append(e.kind == wish.kind)
    if wish.tag:
        conditions.append(e.id.in_(select(tables.entry_tag.c.entry_id).where(tables.entry_tag.c.tag == wish.tag)))
    if wish.state:
        of = CONDITIONS[wish.state]
        conditions.append(or_(*(of(locale) for locale in LOCALES if wish.locale in (None, locale))))
    return conditions


def _says(word: str) -> ColumnElement[bool]:
    """Tell whether a title or the slug holds the word, anywhere and in any case."""
    titled = select(r.entry_id).where(r.title.icontains(word, autoescape=True), NEWEST)
    slugs = tables.slug.c
    called = select(slugs.entry_id).where(slugs.slug.icontains(word, autoescape=True), slugs.is_current)
    return e.id.in_(titled.union_all(called))


def _written(locale: Locale) -> ColumnElement[bool]:
    return exists().where(r.entry_id == e.id, r.locale == locale)


def _published(locale: Locale) -> ColumnElement[bool]:
    return exists().where(p.entry_id == e.id, p.audience == "all", p[f"revision_{locale}"].is_not(None))


def _changed(locale: Locale) -> ColumnElement[bool]:
    public = tables.published.join(tables.revision, r.id == p[f"revision_{locale}"])
    return exists(select(1).select_from(public).where(p.entry_id == e.id, p.audience == "all", ~NEWEST))


def _perhaps_outdated(locale: Locale) -> ColumnElement[bool]:
    source = tables.revision.alias("source")
    newer = exists().where(
        source.c.entry_id == e.id, source.c.locale == e.source_locale, source.c.number > r.fits_source
    )
    newer = newer.correlate(tables.entry, tables.revision)
    return exists().where(r.entry_id == e.id, r.locale == locale, NEWEST, newer)


def _drafted(*states: str) -> Callable[[Locale], ColumnElement[bool]]:
    return lambda locale: exists().where(d.entry_id == e.id, d.target_locale == locale, d.state.in_(states))


def _scheduled(locale: Locale) -> ColumnElement[bool]:
    c = tables.schedule.c
    return exists().where(c.entry_id == e.id, c.locale == locale, c.state == "waiting")


CONDITIONS: Mapping[State, Callable[[Locale], ColumnElement[bool]]] = {
    "published": _published,
    "unpublished": lambda locale: and_(_written(locale), ~_published(locale)),
    "missing": lambda locale: ~_written(locale),
    "changed": _changed,
    "outdated": _perhaps_outdated,
    "drafting": _drafted("queued", "running"),
    "review": _drafted("needs_review"),
    "scheduled": _scheduled,
}


def _described(connection: Connection, ids: Sequence[str]) -> list[Found]:
    """Return entries, newest first, by a handful of queries however many they are."""
    c, slugs = tables.schedule.c, tables.slug.c
    texts = _texts(connection, ids)
    public = _public_numbers(connection, ids)
    # One that failed is told of as long as it is the newest.
    newer = tables.draft.alias("newer").c
    replaced = exists().where(newer.entry_id == d.entry_id, newer.target_locale == d.target_locale, newer.id > d.id)
    drafting = select(d.entry_id, d.target_locale, d.state)
    drafting = drafting.where(or_(d.state.in_(OPEN_STATES), and_(d.state == "failed", ~replaced))).order_by(d.id)
    drafts = _by_language(connection, drafting, ids)
    waiting = select(c.entry_id, c.locale, c.action).where(c.state == "waiting")
    schedules = _by_language(connection, waiting, ids)
    tags = _tags(connection, ids)

    def standing(row: Any, locale: Locale) -> Standing:
        key = (row.id, locale)
        text = texts.get(key)
        return Standing(
            title=text.title if text else "",
            number=text.number if text else 0,
            published=public.get(key),
            outdated=_is_outdated(connection, row.id, text, texts.get((row.id, row.source_locale))),
            drafting=drafts.get(key),
            scheduled=schedules.get(key),
        )

    asked = select(e.id, e.kind, e.source_locale, e.date, slugs.slug)
    asked = asked.join(tables.slug, and_(slugs.entry_id == e.id, slugs.is_current)).where(e.id.in_(ids))
    return [
        Found(
            id=row.id,
            kind=row.kind,
            slug=row.slug,
            source_locale=row.source_locale,
            date=row.date,
            tags=tags[row.id],
            languages={locale: standing(row, locale) for locale in LOCALES},
        )
        for row in connection.execute(asked.order_by(e.id.desc()))
    ]


def _tags(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[str]]:
    et = tables.entry_tag.c
    found = defaultdict(list)
    asked = select(et.entry_id, et.tag).where(et.entry_id.in_(ids)).order_by(et.position)
    for entry_id, tag in connection.execute(asked):
        found[entry_id].append(tag)
    return found


def _texts(connection: Connection, ids: Sequence[str]) -> dict[tuple[str, Locale], Any]:
    asked = select(r.entry_id, r.locale, r.number, r.title, r.fits_source).where(r.entry_id.in_(ids), NEWEST)
    return {(row.entry_id, row.locale): row for row in connection.execute(asked)}


def _public_numbers(connection: Connection, ids: Sequence[str]) -> dict[tuple[str, Locale], int]:
    shown = or_(*(r.id == p[f"revision_{locale}"] for locale in LOCALES))
    asked = select(r.entry_id, r.locale, r.number)
    asked = asked.join(tables.published, and_(p.entry_id == r.entry_id, p.audience == "all", shown))
    asked = asked.where(r.entry_id.in_(ids))
    return {(entry_id, locale): number for entry_id, locale, number in connection.execute(asked)}


def _by_language(connection: Connection, asked: Select[Any], ids: Sequence[str]) -> dict[tuple[str, Locale], Any]:
    """Return a value by entry and language: the query's three columns."""
    entry_id = asked.selected_columns[0]
    return {(key, locale): value for key, locale, value in connection.execute(asked.where(entry_id.in_(ids)))}


def _is_outdated(connection: Connection, entry_id: str, text: Any, source: Any) -> bool:
    """Tell whether a text's source went on: both are read only where it was saved since."""
    if text is None or text.fits_source in (None, source.number):
        return False
    both = [revisions.numbered(connection, entry_id, each.locale, each.number) for each in (text, source)]
    return bool(both[0] and both[1] and revisions.fit(connection, both[0], both[1]).changes)

"""The questions readers ask of `published`, and their answers as stored bytes. Nothing is rendered here."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Integer, Select, String, Table, bindparam, func, select, tuple_

from content_api.storage import tables
from schemas.delivery import Audience, Fallback, Order, Pair, TagCount
from schemas.entries import Kind
from schemas.language import LOCALES, Locale
from schemas.values import PartialDate

p = tables.published.c
pt = tables.published_tag.c

Place = tuple[int, str]
"""Where a page ended: the sort key and id of its last entry."""

LAST_DAY = dt.date.max.toordinal()

NATURAL_ORDER: dict[Kind, Order] = {"news": "desc", "history": "asc", "mission": "asc"}


@dataclass(frozen=True, kw_only=True)
class ListQuery:
    """One list, without its page: which entries, for whom, in which order."""

    kind: Kind
    audience: Audience
    fallback: Fallback
    order: Order
    tag: str | None = None
    since: PartialDate | None = None
    until: PartialDate | None = None


@dataclass(frozen=True)
class CardPage:
    """The stored bytes of a page's cards, the languages they are in, and where it ended (`next`, `None` at the end)."""

    cards: Sequence[bytes]
    served: frozenset[Audience]
    next: Place | None


@dataclass(frozen=True)
class StoredItem:
    """An item's stored bytes, and the language they are in."""

    body: bytes
    served: Audience


@dataclass(frozen=True)
class NoItem:
    """Nothing is public under this slug: where it moved to, or else in which languages it is public at all."""

    present_slug: str | None
    available_locales: Sequence[Locale]


def page(connection: Connection, query: ListQuery, *, after: Place | None, limit: int) -> CardPage:
    """Return up to `limit` cards from the first one after `after`: one keyset query, whatever the page."""
    asked = _page(
        query.order,
        query.fallback,
        tagged=query.tag is not None,
        ranged=query.since is not None or query.until is not None,
        by_date=query.kind != "mission",
        continued=after is not None,
    )
    values: dict[str, object] = {"audience": query.audience, "kind": query.kind, "tag": query.tag, "limit": limit + 1}
    values["since"] = query.since.first_day().toordinal() if query.since else 0
    values["until"] = query.until.last_day().toordinal() if query.until else LAST_DAY
    values["rank"], values["id"] = after or (None, None)
    rows = connection.execute(asked, values).all()
    shown = rows[:limit]
    following = (shown[-1][2], shown[-1][3]) if len(rows) > limit else None
    return CardPage([row[0] for row in shown], frozenset([row[1] for row in shown]), following)


@cache
def _page(
    order: Order, fallback: Fallback, *, tagged: bool, ranged: bool, by_date: bool, continued: bool
) -> Select[Any]:
    """Return the statement for a shape of page: building one anew would cost more than asking it."""
    table = tables.published_tag if tagged else tables.published
    c = table.c
    key = c.rank_asc if order == "asc" else c.rank_desc
    asked = select(p.card, p.served, key, c.entry_id)
    asked = asked.where(c.audience == bindparam("audience"), c.kind == bindparam("kind"))
    if tagged:
        mine = (p.entry_id == pt.entry_id) & (p.audience == pt.audience)
        asked = asked.select_from(tables.published_tag.join(tables.published, mine)).where(pt.tag == bindparam("tag"))
    if ranged:
        since, until = bindparam("since", type_=Integer), bindparam("until", type_=Integer)
        asked = asked.where(p.day.between(since, until))
        # What goes by date has its day as sort key too, so that the index finds where the range begins and ends.
        asked = asked.where(key.between(since, until)) if by_date else asked
    here, there = tuple_(key, c.entry_id), tuple_(bindparam("rank", type_=Integer), bindparam("id", type_=String))
    # Ties go by id, in the direction of the order: of one day's news the entry made last comes first.
    if continued:
        asked = asked.where(here > there if order == "asc" else here < there)
    columns = [key, c.entry_id] if order == "asc" else [key.desc(), c.entry_id.desc()]
    return _own(asked, table, fallback).order_by(*columns).limit(bindparam("limit", type_=Integer))


def item(connection: Connection, kind: Kind, slug: str, audience: Audience, fallback: Fallback) -> StoredItem | NoItem:
    """Return one item as its audience gets it, or where else it is to be found."""
    row = connection.execute(_item(fallback), {"kind": kind, "slug": slug, "audience": audience}).one_or_none()
    if row is not None:
        return StoredItem(row.item, row.served)
    present = _present_slug(connection, kind, slug, audience, fallback)
    return NoItem(present, [] if present else _available_locales(connection, kind, slug))


@cache
def _item(fallback: Fallback) -> Select[Any]:
    wanted = (p.kind == bindparam("kind"), p.slug == bindparam("slug"), p.audience == bindparam("audience"))
    return _own(select(p.item, p.served).where(*wanted), tables.published, fallback)


def _available_locales(connection: Connection, kind: Kind, slug: str) -> list[Locale]:
    """Return the languages an entry is public in; empty if none that is public has, or had, this slug."""
    s = tables.slug.c
    asked = select(p.revision_ko, p.revision_en).join(tables.slug, s.entry_id == p.entry_id)
    row = connection.execute(asked.where(s.kind == kind, s.slug == slug, p.audience == "all")).one_or_none()
    return [locale for locale in LOCALES if row and getattr(row, f"revision_{locale}")]


def _present_slug(connection: Connection, kind: Kind, old: str, audience: Audience, fallback: Fallback) -> str | None:
    """Return the slug under which an item that had the slug `old` is read now, if it may be read."""
    s = tables.slug.c
    asked = select(p.slug).join(tables.slug, s.entry_id == p.entry_id)
    asked = asked.where(s.kind == kind, s.slug == old, p.slug != old, p.audience == audience)
    found: str | None = connection.execute(_own(asked, tables.published, fallback)).scalar_one_or_none()
    return found


def only(cards: Sequence[bytes], fields: Sequence[str]) -> list[bytes]:
    """Return the cards with only `fields` of them, in the cards' own order: the one answer that is encoded again."""
    chosen = []
    for card in cards:
        values = msgspec.json.decode(card, type=dict[str, msgspec.Raw])
        chosen.append(msgspec.json.encode({name: value for name, value in values.items() if name in fields}))
    return chosen


def tags(
    connection: Connection, *, locales: Sequence[Locale], fallback: Fallback, kind: Kind | None, after: str, limit: int
) -> list[TagCount]:
    """Return tags in use by slug, from the first one after `after`, with how many entries carry each.

    Only tags that an entry public in one of `locales` carries are listed; `fallback` counts what is served instead.
    """
    counted = select(pt.tag, pt.audience, func.count().label("n")).where(pt.audience.in_(LOCALES), pt.tag > after)
    counted = _own(counted, tables.published_tag, fallback)
    counted = counted.where(pt.kind == kind) if kind else counted
    t = tables.tag.c
    in_use = counted.group_by(pt.tag, pt.audience).subquery()
    by_locale = {locale: func.sum(in_use.c.n).filter(in_use.c.audience == locale).label(locale) for locale in LOCALES}
    asked = select(t.slug, t.name_ko, t.name_en, *by_locale.values()).join(in_use, in_use.c.tag == t.slug)
    wanted = asked.group_by(t.slug, t.name_ko, t.name_en).having(
        func.sum(in_use.c.n).filter(in_use.c.audience.in_(locales)) > 0
    )
    return [
        TagCount(
            slug=row.slug,
            name=Pair(ko=row.name_ko, en=row.name_en),
            count={locale: int(getattr(row, locale) or 0) for locale in LOCALES},
        )
        for row in connection.execute(wanted.order_by(t.slug).limit(limit))
    ]


def _own(asked: Select[Any], table: Table, fallback: Fallback) -> Select[Any]:
    return asked if fallback == "source" else asked.where(tables.own(table))

"""What feeds and the sitemap ask of `published`: what became public last, and all there is, in parts."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, String, bindparam, func, literal, select

from content_api.storage import tables
from schemas.delivery import OneItem
from schemas.entries import Kind
from schemas.language import LOCALES, Locale

p = tables.published.c
pt = tables.published_tag.c

# How many items a feed holds, and how many bytes of them; the one that goes beyond is its last.
MOST_ITEMS = 50
ENOUGH = 2 * 1024 * 1024
# Far under the 50,000 addresses and 50 MB that a sitemap may have at most: made in a moment, however many there are.
ENTRIES_IN_PART = 1_000

decoder = msgspec.json.Decoder(OneItem)


def newest(connection: Connection, kind: Kind, locale: Locale, tag: str | None) -> list[OneItem]:
    """Return the items that became public last in a language, the newest first; never a fallback."""
    items: list[OneItem] = []
    size = 0
    for row in connection.execute(_newest(locale, tagged=tag is not None), {"kind": kind, "tag": tag}):
        items.append(decoder.decode(row.item))
        size += len(row.item)
        if size >= ENOUGH:
            break
    return items


@cache
def _newest(locale: Locale, *, tagged: bool) -> Select[Any]:
    since = p[f"published_at_{locale}"]
    # Written out, and not handed over, so that SQLite sees that the language's own index will do.
    asked = select(p.item).where(p.audience == literal(locale, literal_execute=True), tables.own(tables.published))
    asked = asked.where(p.kind == bindparam("kind"))
    if tagged:
        mine = (p.entry_id == pt.entry_id) & (p.audience == pt.audience)
        asked = asked.join(tables.published_tag, mine).where(pt.tag == bindparam("tag", type_=String))
    # Of what was made public at once, as an import does, the latest by its own date comes first.
    return asked.order_by(since.desc(), p.rank_desc.desc(), p.entry_id.desc()).limit(MOST_ITEMS)


@dataclass(frozen=True)
class Listed:
    """An entry as the sitemap lists it: the languages it is public in, and when what is read in each changed."""

    kind: Kind
    slug: str
    entry_id: str
    changed: dict[Locale, dt.datetime]


def part_count(connection: Connection) -> int:
    """Return how many parts the sitemap has: at least one."""
    entries = connection.execute(select(func.count()).where(p.audience == "all")).scalar_one()
    return max(1, -(-entries // ENTRIES_IN_PART))


def part(connection: Connection, number: int) -> Sequence[Listed]:
    """Return the entries of one part, from 1 on, in the order they were made: new ones come into the last."""
    offset = (number - 1) * ENTRIES_IN_PART
    entries = select(p.entry_id).where(p.audience == "all").order_by(p.entry_id).limit(ENTRIES_IN_PART).offset(offset)
    asked = select(p.kind, p.slug, p.entry_id, p.audience, p.updated_at)
    asked = asked.where(p.entry_id.in_(entries), p.audience.in_(LOCALES), tables.own(tables.published))
    return list(_listed(connection.execute(asked.order_by(p.entry_id, p.audience.desc())).all()))


def _listed(rows: Sequence[Any]) -> Iterator[Listed]:
    for entry_id, own in groupby(rows, lambda row: row.entry_id):
        texts = list(own)
        yield Listed(texts[0].kind, texts[0].slug, entry_id, {text.audience: text.updated_at for text in texts})

"""What feeds and the sitemap ask of `published`: what became public last, and all there is, in parts."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, String, bindparam, func, literal, select

from content_api.storage import tables
from content_api.storage.types import rfc3339
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
    """Return the items that became public last in a language, the newest first; never a fallback.

    Each was updated when its text was: what else an item holds, as whether its source went on, is no news to a reader.
    """
    items: list[OneItem] = []
    size = 0
    for row in connection.execute(_newest(locale, tagged=tag is not None), {"kind": kind, "tag": tag}):
        item = decoder.decode(row.item)
        item.updated_at = rfc3339(row.revised)
        items.append(item)
        size += len(row.item)
        if size >= ENOUGH:
            break
    return items


@cache
def _newest(locale: Locale, *, tagged: bool) -> Select[Any]:
    since = p[f"published_at_{locale}"]
    # Written out, and not handed over, so that SQLite sees that the language's own index will do.
    asked = select(p.item, p[f"revised_at_{locale}"].label("revised")).where(
        p.audience == literal(locale, literal_execute=True), tables.own(tables.published)
    )
    asked = asked.where(p.kind == bindparam("kind"))
    if tagged:
        mine = (p.entry_id == pt.entry_id) & (p.audience == pt.audience)
        asked = asked.join(tables.published_tag, mine).where(pt.tag == bindparam("tag", type_=String))
    # Of what was made public at once, as an import does, the latest by its own date comes first.
    return asked.order_by(since.desc(), p.rank_desc.desc(), p.entry_id.desc()).limit(MOST_ITEMS)


@dataclass(frozen=True)
class Listed:
    """An entry as the sitemap lists it: the languages it is public in, and since when the text of each is."""

    kind: Kind
    slug: str
    entry_id: str
    changed: dict[Locale, dt.datetime]


def part_count(connection: Connection, kinds: Collection[Kind]) -> int:
    """Return how many parts the sitemap of these kinds has: at least one."""
    entries = connection.execute(select(func.count()).where(p.audience == "all", p.kind.in_(kinds))).scalar_one()
    return max(1, -(-entries // ENTRIES_IN_PART))


def part(connection: Connection, number: int, kinds: Collection[Kind]) -> Sequence[Listed]:
    """Return the entries of one part, from 1 on, in the order they were made: new ones come into the last."""
    offset = (number - 1) * ENTRIES_IN_PART
    entries = select(p.entry_id).where(p.audience == "all", p.kind.in_(kinds)).order_by(p.entry_id)
    entries = entries.limit(ENTRIES_IN_PART).offset(offset)
    asked = select(p.kind, p.slug, p.entry_id, p.audience, p.revised_at_ko, p.revised_at_en)
    asked = asked.where(p.entry_id.in_(entries), p.audience.in_(LOCALES), tables.own(tables.published))
    return list(_listed(connection.execute(asked.order_by(p.entry_id, p.audience.desc())).all()))


def _listed(rows: Sequence[Any]) -> Iterator[Listed]:
    for entry_id, own in groupby(rows, lambda row: row.entry_id):
        first, *more = own
        changed = {text.audience: text._mapping[f"revised_at_{text.audience}"] for text in (first, *more)}
        yield Listed(first.kind, first.slug, entry_id, changed)

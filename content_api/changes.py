"""What a copy of everything public follows: all there is to begin with, then each change in the log's order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from msgspec import Raw, structs
from sqlalchemy import Connection, Row, Select, literal, select, tuple_

from content_api.storage import events, tables
from schemas.delivery import AUDIENCES, Change, ItemChange, Op
from schemas.entries import KINDS, Kind
from schemas.language import LOCALES, Locale
from schemas.problems import Gone

p = tables.published.c
e = tables.event.c

OPS: Mapping[str, Op] = {"entry.published": "publish", "entry.refreshed": "publish", "entry.withdrawn": "withdraw"}
# How many bytes of items a page holds; the one that goes beyond is its last.
ENOUGH = 2 * 1024 * 1024


class Place(NamedTuple):
    """How far a copy has come: to `seq` in the log `log`; while it still lists what there is, to `row` of that."""

    log: str
    seq: int
    row: tuple[str, str] | None = None


FIRST_ROW = ("", "")


@dataclass(frozen=True, kw_only=True)
class ChangesQuery:
    """Which changes: in one language or both, of one kind or all; each with its item's stored bytes, or without."""

    locale: Locale | None
    kind: Kind | None
    with_items: bool


@dataclass(frozen=True)
class ChangesPage:
    """Some changes, where to go on from, and whether there is more already."""

    items: list[Change]
    next: Place
    has_more: bool


def page(connection: Connection, query: ChangesQuery, *, after: Place | None, limit: int) -> ChangesPage:
    """Return up to `limit` changes from the first one after `after`; without it, of all that is public now.

    Raises `Gone` if the log may not hold all that came after `after`.
    """
    log = connection.execute(select(tables.log.c.id, tables.log.c.compacted)).one()
    newest = events.newest_public(connection)
    here = after or Place(log.id, newest, FIRST_ROW)
    # Of what went before the cut only the newest that readers can tell is kept: after it nothing was missed. Beyond the
    # newest: an older state of the database was put back as it was, under the same log.
    complete = min(log.compacted, newest) <= here.seq <= newest or events.is_kept(connection, here.seq)
    if here.log != log.id or not complete:
        raise Gone("What came after this cursor is not known any more. Begin again without `since`.")
    asked = _followed(query, here.seq) if here.row is None else _listed(query, here.seq, here.row)
    rows = connection.execute(asked.limit(limit + 1)).all()
    taken = list(_enough(rows[:limit]))
    if len(taken) == len(rows):
        # The listing ends where it began: what changed meanwhile comes now, as do changes of what it already showed.
        following = Place(log.id, newest if here.row is None else here.seq)
    elif here.row is None:
        following = Place(log.id, taken[-1].seq)
    else:
        following = here._replace(row=(taken[-1].entry_id, taken[-1].locale))
    changes = [_change(row, query) for row in taken]
    return ChangesPage(changes, following, has_more=following.row is not None or following.seq < newest)


def _listed(query: ChangesQuery, seq: int, after: tuple[str, str]) -> Select[Any]:
    """Ask for what is public now, from behind the row `after` on, as if all of it were published at `seq`."""
    told = (literal(seq).label("seq"), literal("entry.published").label("type"))
    asked = select(p.entry_id, p.audience.label("locale"), p.kind, p.slug).add_columns(*told)
    asked = asked.add_columns(p.item) if query.with_items else asked
    asked = asked.where(tables.own(tables.published), tuple_(p.entry_id, p.audience) > tuple_(*after))
    # Told by what they are not, language and kind leave SQLite no index but the key, which has the listing's order.
    wanted = (query.locale,) if query.locale else LOCALES
    asked = asked.where(p.audience.not_in([audience for audience in AUDIENCES if audience not in wanted]))
    asked = asked.where(p.kind.not_in([kind for kind in KINDS if kind != query.kind])) if query.kind else asked
    return asked.order_by(p.entry_id, p.audience)


def _followed(query: ChangesQuery, seq: int) -> Select[Any]:
    """Ask for the changes after `seq`, each with its item as it is now."""
    asked: Select[Any] = select(e.seq, e.type, e.entry_id, e.locale, e.kind, e.detail)
    if query.with_items:
        mine = (p.entry_id == e.entry_id) & (p.audience == e.locale) & tables.own(tables.published)
        asked = asked.outerjoin_from(tables.event, tables.published, mine).add_columns(p.item)
    asked = asked.where(tables.PUBLIC, e.type.in_(OPS), e.seq > seq)
    asked = asked.where(e.locale == query.locale) if query.locale else asked
    asked = asked.where(e.kind == query.kind) if query.kind else asked
    return asked.order_by(e.seq)


def _enough(rows: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
    """Yield rows until their items are enough for one page: bodies may be long, a hundred of them too much."""
    size = 0
    for row in rows:
        yield row
        size += len(row._mapping.get("item") or b"")
        if size >= ENOUGH:
            return


def _change(row: Row[Any], query: ChangesQuery) -> Change:
    found = row._mapping
    op = OPS[row.type]
    slug = found["slug"] if "slug" in found else row.detail["slug"]
    change = Change(seq=row.seq, op=op, id=row.entry_id, kind=row.kind, slug=slug, locale=row.locale)
    if not query.with_items:
        return change
    item = Raw(row.item) if op == "publish" and row.item is not None else None
    return ItemChange(**structs.asdict(change), item=item)

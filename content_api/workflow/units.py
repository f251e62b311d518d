"""The memory as editors keep it: found in either language, added, changed, confirmed, removed. Drafts read it in
`memory.py`, and approvals teach it there.
"""

from collections.abc import Collection
from typing import Any

from msgspec import UNSET
from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from content_api.storage import tables
from content_api.storage.database import Transaction
from content_api.storage.types import rfc3339
from content_api.workflow.memory import UNITS, row_of
from content_api.workflow.revisions import Expected, etag, require
from pipeline import placeholders
from pipeline.memory import key
from pipeline.placeholders import PlaceholderError
from schemas.language import Unit
from schemas.problems import Exists, Invalid, NotFound
from schemas.units import STATES, MemoryUnit, NewUnit, UnitChange

m = tables.memory_unit.c


def listed(
    connection: Connection,
    *,
    search: str = "",
    states: Collection[str] = STATES,
    after: str | None = None,
    limit: int = 20,
) -> list[MemoryUnit]:
    """Return units, the newest first: those with `search` in either language (Latin letters in any case), in one of
    `states`, and before the one whose id is `after`.
    """
    asked = UNITS.order_by(m.id.desc()).limit(limit)
    if sought := search.strip():
        asked = asked.where(or_(m.ko.icontains(sought, autoescape=True), m.en.icontains(sought, autoescape=True)))
    if set(states) != set(STATES):
        asked = asked.where(m.confirmed.is_("confirmed" in states))
    if after:
        asked = asked.where(m.id < after)
    return [_shown(row) for row in connection.execute(asked)]


def get(connection: Connection, unit_id: str) -> MemoryUnit:
    """Return one unit; raise `NotFound`."""
    row = connection.execute(UNITS.where(m.id == unit_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such unit in the memory.")
    return _shown(row)


def version(connection: Connection, unit_id: str) -> int:
    """Return a unit's version; raise `NotFound`."""
    return int(_row(connection, unit_id).version)


def add(tx: Transaction, wish: NewUnit) -> MemoryUnit:
    """Add a pair, confirmed by whoever adds it; raise `Exists` if there is one, `Invalid` if placeholders differ."""
    _must_fit(wish.ko, wish.en)
    _must_be_free(tx, wish.ko, wish.en)
    row = row_of(tx, Unit(ko=wish.ko, en=wish.en, confirmed=True), origin="person")
    tx.execute(insert(tables.memory_unit).values(row))
    tx.emit("unit.added", detail={"unit": row["id"]})
    return get(tx.connection, row["id"])


def change(tx: Transaction, unit_id: str, wish: UnitChange, expected: Expected) -> MemoryUnit:
    """Change what a unit says. Of a confirmed one whoever changes it is now the one who vouches for it; another stays
    unconfirmed. Raise `NotFound`, `Stale`, `Invalid`, or `Exists` if another says just this.
    """
    before = _row(tx.connection, unit_id, lock=True)
    require(before.version, expected)
    ko = before.ko if wish.ko is UNSET else wish.ko
    en = before.en if wish.en is UNSET else wish.en
    _must_fit(ko, en)
    if (ko, en) != (before.ko, before.en):
        _must_be_free(tx, ko, en)
    values = {"ko": ko, "en": en, "hash_ko": key(ko), "hash_en": key(en)}
    if before.confirmed:
        values |= {"account_id": tx.actor, "approved_at": tx.now}
    return _store(tx, unit_id, values, "unit.changed")


def confirm(tx: Transaction, unit_id: str, expected: Expected) -> MemoryUnit:
    """Vouch for a unit: from now on it counts as exact. Raise `NotFound`, `Stale`, `Invalid` if placeholders differ."""
    before = _row(tx.connection, unit_id, lock=True)
    require(before.version, expected)
    _must_fit(before.ko, before.en)
    return _store(tx, unit_id, {"confirmed": True, "account_id": tx.actor, "approved_at": tx.now}, "unit.confirmed")


def remove(tx: Transaction, unit_id: str, expected: Expected) -> None:
    """Remove a unit; raise `NotFound` or `Stale`."""
    before = _row(tx.connection, unit_id, lock=True)
    require(before.version, expected)
    tx.execute(delete(tables.memory_unit).where(m.id == unit_id))
    tx.emit("unit.removed", detail={"unit": unit_id})


def _store(tx: Transaction, unit_id: str, values: dict[str, Any], event: str) -> MemoryUnit:
    tx.execute(update(tables.memory_unit).where(m.id == unit_id).values(**values, version=m.version + 1))
    tx.emit(event, detail={"unit": unit_id})
    return get(tx.connection, unit_id)


def _row(connection: Connection, unit_id: str, *, lock: bool = False) -> Row[Any]:
    asked = select(tables.memory_unit).where(m.id == unit_id)
    found = connection.execute(asked.with_for_update(key_share=True) if lock else asked).one_or_none()
    if found is None:
        raise NotFound("There is no such unit in the memory.")
    return found


def _must_fit(ko: str, en: str) -> None:
    try:
        placeholders.verify(ko, en)
    except PlaceholderError as fault:
        raise Invalid.at("/en", f"both sides need the same placeholders: {fault}") from None


def _must_be_free(tx: Transaction, ko: str, en: str) -> None:
    same = select(m.id).where(m.hash_ko == key(ko), m.ko == ko, m.en == en).limit(1)
    if tx.execute(same).first():
        raise Exists("The memory holds this very pair already; if nobody confirmed it yet, confirm that one.")


def _shown(row: Row[Any]) -> MemoryUnit:
    return MemoryUnit(
        id=row.id,
        etag=etag(row.version),
        ko=row.ko,
        en=row.en,
        confirmed=row.confirmed,
        origin=row.origin,
        file=row.provenance or None,
        confidence=row.confidence,
        entry_id=row.entry_id,
        draft_id=row.draft_id,
        by=row.email,
        added_at=rfc3339(row.created_at),
        approved_at=rfc3339(row.approved_at) if row.approved_at else None,
    )

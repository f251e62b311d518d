"""The memory as it is stored: what the pipeline reads, and how approval teaches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from content_api.storage import tables
from content_api.storage.database import Database, Transaction, new_id
from content_api.workflow.drafting import DraftRow
from content_api.workflow.likeness import likeness, parts
from pipeline.memory import contexts, key
from schemas.language import DraftedSegment, Locale, Provenance, Unit, UnitOrigin

m = tables.memory_unit.c
# How many translations that people confirmed of one sentence are compared with a new one.
MOST_CONFIRMED = 500
# The last that was approved is the memory's latest word, whenever it came in.
LATEST_FIRST = (func.coalesce(m.approved_at, m.created_at).desc(), m.id.desc())
# Units with what tells where they came from.
UNITS = (
    select(tables.memory_unit, tables.draft.c.entry_id, tables.account.c.email)
    .outerjoin(tables.draft, tables.draft.c.id == m.draft_id)
    .outerjoin(tables.account, tables.account.c.id == m.account_id)
)


class StoredMemory:
    """The database's memory, as the pipeline asks for it; each look-up is one short read of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def among(self, hashes: Sequence[str], locale: Locale) -> Mapping[str, Sequence[Unit]]:
        """Return the units whose text in `locale` has one of `hashes`, the latest first."""
        with self._database.read() as connection:
            return self.within(connection).among(hashes, locale)

    def alike(self, texts: Sequence[str], locale: Locale, most: int, least: float) -> list[list[str]]:
        """Return the hashes of the most alike texts."""
        with self._database.read() as connection:
            return self.within(connection).alike(texts, locale, most, least)

    def within(self, connection: Connection) -> "ReadMemory":
        """Return the memory for whoever reads already."""
        return ReadMemory(self._database, connection)


@dataclass(frozen=True)
class ReadMemory:
    """The database's memory over one read."""

    database: Database
    connection: Connection

    def among(self, hashes: Sequence[str], locale: Locale) -> Mapping[str, Sequence[Unit]]:
        """Return the units whose text in `locale` has one of `hashes`, the latest first."""
        column = m.hash_ko if locale == "ko" else m.hash_en
        found: dict[str, list[Unit]] = {}
        for some in parts(hashes):
            for row in self.connection.execute(UNITS.where(column.in_(some)).order_by(*LATEST_FIRST)):
                found.setdefault(row.hash_ko if locale == "ko" else row.hash_en, []).append(unit_of(row))
        return found

    def alike(self, texts: Sequence[str], locale: Locale, most: int, least: float) -> list[list[str]]:
        """Return the hashes of the most alike texts."""
        return likeness(self.database, locale).alike(self.connection, texts, most, least)


def unit_of(row: Row[Any]) -> Unit:
    """Return a row of `UNITS` as the pipeline reads it."""
    whence = Provenance(
        origin=row.origin,
        detail=row.provenance,
        draft_id=row.draft_id,
        entry_id=row.entry_id,
        confidence=row.confidence,
        by=row.email,
        added_at=row.created_at,
        approved_at=row.approved_at,
    )
    texts = {"ko": row.ko, "en": row.en, "context_ko": row.context_ko, "context_en": row.context_en}
    return Unit(id=row.id, provenance=whence, confirmed=row.confirmed, **texts)


def confirmed(connection: Connection, source: str, locale: Locale) -> list[str]:
    """Return what people confirmed as translations of `source`, which is in `locale`: the latest first, each once."""
    hashed, other = (m.hash_ko, m.en) if locale == "ko" else (m.hash_en, m.ko)
    asked = select(other).where(hashed == key(source), m.confirmed).order_by(*LATEST_FIRST).limit(MOST_CONFIRMED)
    return list(dict.fromkeys(connection.execute(asked).scalars()))


def teach(tx: Transaction, segments: Sequence[DraftedSegment], draft: DraftRow) -> None:
    """Remember every translated segment of an approved draft as a confirmed pair, in its context.

    What the memory's latest word already is, it is not told again. A pair that waited to be confirmed is: by whoever
    approved it here.
    """
    sources = [each.source for each in segments]
    targets = [each.target for each in segments]
    latest = _latest(tx.connection, sources if draft.source_locale == "ko" else targets)
    pairs = zip(segments, contexts(sources), contexts(targets), strict=True)
    rows = []
    for each, source_context, target_context in pairs:
        if not each.target.strip():
            continue
        texts = {draft.source_locale: (each.source, source_context), draft.target_locale: (each.target, target_context)}
        (ko, context_ko), (en, context_en) = texts["ko"], texts["en"]
        unit = Unit(ko=ko, en=en, context_ko=context_ko, context_en=context_en, confirmed=True)
        if unit != latest.get((ko, context_ko)):
            rows.append(row_of(tx, unit, origin="draft") | {"draft_id": draft.id})
    if rows:
        tx.execute(insert(tables.memory_unit), rows)
        _confirm_pairs(tx, rows)


def _confirm_pairs(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Confirm the units that say, unconfirmed, just what one of `rows` says."""
    said = {(row["ko"], row["en"]) for row in rows}
    for some in parts(sorted({row["hash_ko"] for row in rows})):
        asked = select(m.id, m.ko, m.en).where(m.hash_ko.in_(some), m.confirmed.is_(False))
        same = [row.id for row in tx.execute(asked) if (row.ko, row.en) in said]
        for ids in parts(same):
            values = {"confirmed": True, "approved_at": tx.now, "account_id": tx.actor, "version": m.version + 1}
            tx.execute(update(tables.memory_unit).where(m.id.in_(ids)).values(**values))


def _latest(connection: Connection, korean: Sequence[str]) -> dict[tuple[str, str], Unit]:
    """Return the latest unit of each Korean text and context among `korean`."""
    found: dict[tuple[str, str], Unit] = {}
    for some in parts(sorted({key(text) for text in korean})):
        asked = select(m.ko, m.en, m.context_ko, m.context_en, m.confirmed).order_by(*LATEST_FIRST)
        for row in connection.execute(asked.where(m.hash_ko.in_(some))):
            found.setdefault((row.ko, row.context_ko), Unit(**row._mapping))
    return found


def known_pairs(connection: Connection, pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those of the pairs (Korean, English) that the memory holds, confirmed or not, as they fold."""
    asked = {(key(ko), key(en)): (ko, en) for ko, en in pairs}
    found: set[tuple[str, str]] = set()
    for some in parts(sorted({korean for korean, _ in asked})):
        for row in connection.execute(select(m.hash_ko, m.hash_en).where(m.hash_ko.in_(some))):
            if (row.hash_ko, row.hash_en) in asked:
                found.add(asked[row.hash_ko, row.hash_en])
    return found


def remember(
    tx: Transaction,
    units: Sequence[Unit],
    provenance: str,
    *,
    origin: UnitOrigin = "file",
    confidence: Sequence[float | None] = (),
) -> int:
    """Add units from a file (`provenance` names it), each perhaps with an alignment's confidence; return how many."""
    sure = confidence or [None] * len(units)
    rows = [
        row_of(tx, unit, origin=origin, provenance=provenance) | {"confidence": each}
        for unit, each in zip(units, sure, strict=True)
    ]
    for some in parts(rows):
        tx.execute(insert(tables.memory_unit), some)
    if rows:
        tx.emit("memory.imported", detail=imported(rows, provenance))
    return len(rows)


def imported(rows: Sequence[Mapping[str, Any]], provenance: str) -> dict[str, Any]:
    """Return what the event says of rows that came from `provenance`: how many they are, and the range of their ids."""
    ids = [str(row["id"]) for row in rows]
    return {"units": len(rows), "from": provenance, "first": min(ids), "last": max(ids)}


def count(connection: Connection) -> int:
    """Return how many units there are."""
    return int(connection.execute(select(func.count()).select_from(tables.memory_unit)).scalar_one())


def units_after(connection: Connection, unit_id: str, most: int) -> list[Unit]:
    """Return at most so many units in the order of their ids, from the one after `unit_id` on."""
    asked = UNITS.where(m.id > unit_id).order_by(m.id).limit(most)
    return [unit_of(row) for row in connection.execute(asked)]


def row_of(tx: Transaction, unit: Unit, *, origin: UnitOrigin, provenance: str = "") -> dict[str, Any]:
    """Return a unit as it is stored; whoever acts vouches for it where it is confirmed, else brought it in."""
    return {
        "id": new_id(),
        "ko": unit.ko,
        "en": unit.en,
        "hash_ko": key(unit.ko),
        "hash_en": key(unit.en),
        "context_ko": unit.context_ko,
        "context_en": unit.context_en,
        "confirmed": unit.confirmed,
        "origin": origin,
        "provenance": provenance,
        "confidence": None,
        "draft_id": None,
        "account_id": tx.actor,
        "created_at": tx.now,
        "approved_at": tx.now if unit.confirmed else None,
    }

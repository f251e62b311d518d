"""The memory and the glossary as they are stored: what the pipeline reads, and how approval teaches."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, insert, select, update

from content_api.storage import tables
from content_api.storage.database import Database, Transaction, new_id
from content_api.workflow.drafting import DraftRow
from pipeline.memory import contexts, key
from schemas.language import DraftedSegment, Locale, Term, Unit

m = tables.memory_unit.c
t = tables.term.c
# SQLite binds at most 32,766 values to a statement, PostgreSQL 65,535; far below both.
BATCH = 500


class StoredMemory:
    """The database's memory, as the pipeline asks for it; each look-up is one short read of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def among(self, hashes: Sequence[str], locale: Locale) -> Mapping[str, Sequence[Unit]]:
        """Return the units whose text in `locale` has one of `hashes`, the latest first."""
        column = m.hash_ko if locale == "ko" else m.hash_en
        found: dict[str, list[Unit]] = {}
        with self._database.read() as connection:
            for start in range(0, len(hashes), BATCH):
                asked = select(column, m.ko, m.en, m.context_ko, m.context_en, m.confirmed)
                asked = asked.where(column.in_(hashes[start : start + BATCH])).order_by(m.id.desc())
                for hashed, ko, en, context_ko, context_en, confirmed in connection.execute(asked):
                    unit = Unit(ko=ko, en=en, context_ko=context_ko, context_en=context_en, confirmed=confirmed)
                    found.setdefault(hashed, []).append(unit)
        return found


def teach(tx: Transaction, segments: Sequence[DraftedSegment], draft: DraftRow) -> None:
    """Remember every translated segment of an approved draft as a confirmed pair, in its context.

    What the memory's latest word already is, it is not told again.
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
            about = {"draft_id": draft.id, "account_id": tx.actor}
            rows.append(_row(tx, unit, provenance="approved draft") | about)
    if rows:
        tx.execute(insert(tables.memory_unit), rows)


def _latest(connection: Connection, korean: Sequence[str]) -> dict[tuple[str, str], Unit]:
    """Return the newest unit of each Korean text and context among `korean`."""
    found: dict[tuple[str, str], Unit] = {}
    hashes = sorted({key(text) for text in korean})
    for start in range(0, len(hashes), BATCH):
        asked = select(m.ko, m.en, m.context_ko, m.context_en, m.confirmed).order_by(m.id)
        for row in connection.execute(asked.where(m.hash_ko.in_(hashes[start : start + BATCH]))):
            found[row.ko, row.context_ko] = Unit(**row._mapping)
    return found


def remember(tx: Transaction, units: Iterable[Unit], provenance: str) -> int:
    """Add units from a file; return how many."""
    rows = [_row(tx, unit, provenance=provenance) for unit in units]
    for start in range(0, len(rows), BATCH):
        tx.execute(insert(tables.memory_unit), rows[start : start + BATCH])
    if rows:
        tx.emit("memory.imported", detail={"units": len(rows), "from": provenance})
    return len(rows)


def terms(connection: Connection) -> list[Term]:
    """Return the glossary."""
    asked = select(t.ko, t.en, t.forbidden_ko, t.forbidden_en).order_by(t.ko, t.en)
    return [
        Term(ko=ko, en=en, forbidden_ko=forbidden_ko, forbidden_en=forbidden_en)
        for ko, en, forbidden_ko, forbidden_en in connection.execute(asked)
    ]


def add_terms(tx: Transaction, given: Iterable[tuple[Term, str]], *, overwrite: bool) -> int:
    """Add terms with their notes; one that is there already is replaced or, without `overwrite`, left as it is.

    Returns how many were added or replaced.
    """
    changed = 0
    for term, note in given:
        values = {"forbidden_ko": term.forbidden_ko, "forbidden_en": term.forbidden_en, "note": note}
        same = (t.ko == term.ko) & (t.en == term.en)
        known = tx.execute(select(tables.term).where(same)).one_or_none()
        if known is None:
            tx.execute(insert(tables.term).values(id=new_id(), ko=term.ko, en=term.en, version=1, **values))
            changed += 1
        elif overwrite and any(known._mapping[name] != value for name, value in values.items()):
            tx.execute(update(tables.term).where(same).values(**values, version=t.version + 1))
            changed += 1
    if changed:
        tx.emit("glossary.imported", detail={"terms": changed})
    return changed


def _row(tx: Transaction, unit: Unit, *, provenance: str) -> dict[str, object]:
    return {
        "id": new_id(),
        "ko": unit.ko,
        "en": unit.en,
        "hash_ko": key(unit.ko),
        "hash_en": key(unit.en),
        "context_ko": unit.context_ko,
        "context_en": unit.context_en,
        "confirmed": unit.confirmed,
        "provenance": provenance,
        "draft_id": None,
        "account_id": None,
        "created_at": tx.now,
    }

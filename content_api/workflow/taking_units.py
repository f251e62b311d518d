"""Units of a file become units of the memory: unconfirmed, or as they were where the file was made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from content_api.storage import tables
from content_api.storage.database import Transaction
from content_api.workflow.likeness import parts
from content_api.workflow.memory import imported, row_of
from pipeline.memory import key
from schemas.exchange import Imported
from schemas.language import Unit

m = tables.memory_unit.c
Pair = tuple[str, str]


@dataclass
class _Known:
    """A unit that the memory holds, or is about to."""

    id: str
    context: Pair
    confirmed: bool


def take_units(tx: Transaction, units: Sequence[Unit], name: str, *, keep_confirmed: bool) -> Imported:
    """Add units of the file `name` that are not there yet: the same pair in the same context, or, where the file tells
    no context, in any. With `keep_confirmed` those that are there are confirmed if they are in the file.
    """
    known = _known(tx, units)
    there = _There.of(tx, units) if keep_confirmed else _There({}, frozenset())
    rows: list[dict[str, Any]] = []
    vouched: list[tuple[Unit, list[str]]] = []
    for unit in units:
        pair = known.setdefault((unit.ko, unit.en), [])
        context = (unit.context_ko, unit.context_en)
        same = [each for each in pair if context in (each.context, ("", ""))]
        confirmed = keep_confirmed and unit.confirmed
        if not same:
            row = row_of(tx, msgspec.structs.replace(unit, confirmed=confirmed), origin="file", provenance=name)
            rows.append(row | (there.whence(tx, unit) if keep_confirmed else {}))
            pair.append(_Known(row["id"], context, confirmed))
        elif confirmed and not any(each.confirmed for each in same):
            vouched.append((unit, [each.id for each in same]))
            for each in same:
                each.confirmed = True
    _add(tx, rows, name)
    for unit, ids in vouched:
        _confirm(tx, ids, there.approval(tx, unit))
    return Imported(added=len(rows), changed=len(vouched), same=len(units) - len(rows) - len(vouched))


@dataclass(frozen=True)
class _There:
    """Who and what of a file is here too: accounts by their e-mail addresses, and drafts."""

    accounts: Mapping[str, str]
    drafts: frozenset[str]

    @classmethod
    def of(cls, tx: Transaction, units: Iterable[Unit]) -> "_There":
        known = [unit.provenance for unit in units if unit.provenance]
        a, d = tables.account.c, tables.draft.c
        people = select(a.email, a.id).where(a.email.in_({each.by for each in known if each.by}))
        drafts = select(d.id).where(d.id.in_({each.draft_id for each in known if each.draft_id}))
        return cls({row.email: row.id for row in tx.execute(people)}, frozenset(tx.execute(drafts).scalars()))

    def approval(self, tx: Transaction, unit: Unit) -> dict[str, Any]:
        """Return who confirmed a unit and when; who is not known here is whoever vouches for the file."""
        whence = unit.provenance
        by, at = (whence.by, whence.approved_at) if whence else (None, None)
        return {"account_id": self.accounts.get(by or "", tx.actor), "approved_at": at or tx.now}

    def whence(self, tx: Transaction, unit: Unit) -> dict[str, Any]:
        """Return where a unit came from, as far as that is told, and who confirmed it if anybody has."""
        approval = self.approval(tx, unit) if unit.confirmed else {}
        if unit.provenance is None:
            return approval
        told = unit.provenance
        return approval | {
            "origin": told.origin,
            "provenance": told.detail,
            "confidence": told.confidence,
            "draft_id": told.draft_id if told.draft_id in self.drafts else None,
            "created_at": told.added_at,
        }


def _known(tx: Transaction, units: Iterable[Unit]) -> dict[Pair, list[_Known]]:
    """Return the units of the memory that say just what one of `units` says."""
    asked = {(unit.ko, unit.en) for unit in units}
    found: dict[Pair, list[_Known]] = {}
    columns = (m.id, m.ko, m.en, m.context_ko, m.context_en, m.confirmed)
    for some in parts(sorted({key(ko) for ko, _ in asked})):
        for row in tx.execute(select(*columns).where(m.hash_ko.in_(some))):
            if (row.ko, row.en) in asked:
                there = _Known(row.id, (row.context_ko, row.context_en), row.confirmed)
                found.setdefault((row.ko, row.en), []).append(there)
    return found


def _add(tx: Transaction, rows: Sequence[Mapping[str, Any]], name: str) -> None:
    for some in parts(rows):
        tx.execute(insert(tables.memory_unit), some)
    if rows:
        tx.emit("memory.imported", detail=imported(rows, name))


def _confirm(tx: Transaction, ids: Sequence[str], approval: Mapping[str, Any]) -> None:
    values = {"confirmed": True, "version": m.version + 1} | dict(approval)
    tx.execute(update(tables.memory_unit).where(m.id.in_(ids)).values(**values))
    for unit_id in ids:
        tx.emit("unit.confirmed", detail={"unit": unit_id})

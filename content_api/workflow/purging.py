"""Erases entries for good: the only place where anything that was written is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, delete, func, select

from content_api.search import suggesting
from content_api.storage import tables
from content_api.storage.database import Transaction
from content_api.workflow import editing, repeating, slugs
from content_api.workflow.accounts import Principal
from content_api.workflow.repeating import Seal
from schemas.problems import NotFound

e = tables.entry.c
d = tables.draft.c


@dataclass(frozen=True)
class Purgeable:
    """An entry, deleted or not, as whoever is about to erase it should see it."""

    id: str
    kind: str
    slug: str
    revisions: int


def find(connection: Connection, entry_id: str) -> Purgeable:
    """Return the entry, which may be deleted already; raise `NotFound`."""
    kind = connection.execute(select(e.kind).where(e.id == entry_id)).scalar_one_or_none()
    if kind is None:
        raise NotFound(f"There is no entry {entry_id}.")
    counted = select(func.count()).where(tables.revision.c.entry_id == entry_id)
    return Purgeable(entry_id, kind, slugs.current(connection, entry_id), connection.execute(counted).scalar_one())


def purge(tx: Transaction, who: Principal, entry_id: str, seal: Seal) -> None:
    """Delete the entry as an editor would, then erase it and whatever was made of it; raise `NotFound`.

    The log keeps that it was there: ids, kinds of change, the slugs readers knew, no text. Followers need the slug of
    a withdrawal to take their own copy away; shortening the log takes that too.
    """
    find(tx.connection, entry_id)
    if tx.execute(select(e.deleted_at).where(e.id == entry_id).with_for_update()).scalar_one() is None:
        editing.delete_entry(tx, who, entry_id, None)
    drafts = select(d.id).where(d.entry_id == entry_id)
    tx.execute(drafts.with_for_update())  # a worker that saves a segment holds its draft: after it, not against it
    for asked in (drafts, select(tables.schedule.c.id).where(tables.schedule.c.entry_id == entry_id)):
        tx.execute(delete(tables.job).where(tables.job.c.subject.in_(asked)))
    repeating.forget(tx, entry_id, seal)
    suggesting.forget(tx, entry_id)
    for column, belongs in _of_entry(entry_id, drafts):
        tx.execute(delete(column.table).where(belongs))
    tx.execute(delete(tables.entry).where(e.id == entry_id))
    tx.emit("entry.purged", entry_id=entry_id)


def _of_entry(entry_id: str, drafts: Select[str]) -> Iterator[tuple[Column[Any], ColumnElement[bool]]]:
    """Yield what refers to the entry or to one of its drafts, those first that refer to others.

    Read off the tables, so that one which is added later is not forgotten. The log refers to nothing.
    """
    for table in reversed(tables.metadata.sorted_tables):
        for column in table.columns:
            if column.references(e.id):
                yield column, column == entry_id
            elif column.references(d.id):
                yield column, column.in_(drafts)

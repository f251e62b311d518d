"""Addresses of entries. A slug belongs to its first entry for ever: it may come back to it, never to another."""

from itertools import chain, count

from sqlalchemy import Connection, select, update

from content_api.storage import tables
from content_api.storage.database import Transaction
from content_api.workflow.revisions import EntryRow
from schemas.problems import FieldError, SlugTaken
from schemas.values import slug_from

s = tables.slug.c


def current(connection: Connection, entry_id: str) -> str:
    """Return the entry's present slug."""
    return str(connection.execute(select(s.slug).where(s.entry_id == entry_id, s.is_current)).scalar_one())


def owner(connection: Connection, kind: str, slug: str) -> str | None:
    """Return the id of the entry that has, or once had, `slug`."""
    return connection.execute(select(s.entry_id).where(s.kind == kind, s.slug == slug)).scalar_one_or_none()


def give(tx: Transaction, at: EntryRow, slug: str) -> None:
    """Make `slug` the entry's present one; raise `SlugTaken` if it belongs to another entry of the kind."""
    tx.execute(update(tables.slug).where(s.entry_id == at.id, s.is_current).values(is_current=False))
    row = {"kind": at.kind, "slug": slug, "entry_id": at.id, "is_current": True}
    if tx.insert_unless_there(tables.slug, row):
        return
    if owner(tx.connection, at.kind, slug) != at.id:
        fault = FieldError(pointer="/slug", message="taken")
        raise SlugTaken(f"The slug {slug!r} belongs to another {at.kind} entry, now or in the past.", errors=[fault])
    tx.execute(update(tables.slug).where(s.kind == at.kind, s.slug == slug).values(is_current=True))


def give_free(tx: Transaction, at: EntryRow, titles: list[str]) -> None:
    """Give the new entry a slug nobody has, made from the first of `titles` that gives one: numbered where taken."""
    stem = next((slug for slug in map(slug_from, titles) if slug), at.kind)
    candidates = chain([stem], (f"{stem}-{number}" for number in count(2)))
    row = {"kind": at.kind, "entry_id": at.id, "is_current": True}
    next(slug for slug in candidates if tx.insert_unless_there(tables.slug, row | {"slug": slug}))

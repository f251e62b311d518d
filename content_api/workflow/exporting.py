"""Reads everything out of the database as an export holds it: one state, by ids and in a stable order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from msgspec.structs import fields
from sqlalchemy import Connection, Row, Table, func, select

from content_api.storage import tables
from content_api.workflow import accounts, tagging
from schemas.accounts import PairedNames
from schemas.export import (
    Kept,
    KeptAccount,
    KeptDraft,
    KeptEntry,
    KeptPublication,
    KeptRevision,
    KeptSchedule,
    KeptSegment,
    KeptTag,
    KeptUnit,
    KeptWorkingCopy,
)
from schemas.language import LOCALES
from schemas.values import Name

T = TypeVar("T", bound=Kept)
People = Mapping[str, str]
"""E-mail addresses by the ids of accounts."""


def how_many_entries(connection: Connection) -> int:
    """Return how many entries there are, deleted ones included."""
    return connection.execute(select(func.count()).select_from(tables.entry)).scalar_one()


def people(connection: Connection) -> People:
    """Return the e-mail addresses of all accounts, the built-in one's name among them."""
    a = tables.account.c
    return {row.id: row.email for row in connection.execute(select(a.id, a.email))}


def known_accounts(connection: Connection) -> list[KeptAccount]:
    """Return the people, by e-mail address; the built-in account every database has already."""
    a = tables.account.c
    found = connection.execute(select(tables.account).where(a.email != accounts.LOCAL))
    return sorted((_kept(KeptAccount, row) for row in found), key=lambda each: each.email)


def known_tags(connection: Connection) -> list[KeptTag]:
    """Return the tags, by slug."""
    rows = connection.execute(select(tables.tag))
    kept = [
        KeptTag(slug=row.slug, name=PairedNames(ko=Name(row.name_ko), en=Name(row.name_en)), version=row.version)
        for row in rows
    ]
    return sorted(kept, key=lambda each: each.slug)


def known_units(connection: Connection, named: People) -> Iterator[KeptUnit]:
    """Yield the memory, the oldest pair first."""
    asked = select(tables.memory_unit).order_by(tables.memory_unit.c.id).execution_options(yield_per=500)
    for row in connection.execute(asked):
        yield _kept(KeptUnit, row, draft=row.draft_id, account=named.get(row.account_id))


def known_entries(connection: Connection, named: People) -> Iterator[tuple[KeptEntry, Mapping[str, Row[Any]]]]:
    """Yield each entry, the oldest first, and its texts by the names of their files."""
    ids = connection.execute(select(tables.entry.c.id).order_by(tables.entry.c.id)).scalars().all()
    for entry_id in ids:
        yield _entry(connection, entry_id, named)


def _entry(connection: Connection, entry_id: str, named: People) -> tuple[KeptEntry, Mapping[str, Row[Any]]]:
    row = connection.execute(select(tables.entry).where(tables.entry.c.id == entry_id)).one()
    texts = _rows(connection, tables.revision, entry_id, "locale", "number")
    numbers = {text.id: text.number for text in texts}
    slugs = _rows(connection, tables.slug, entry_id, "slug")
    public = _rows(connection, tables.published, entry_id, "audience")
    entry = _kept(
        KeptEntry,
        row,
        slug=next(each.slug for each in slugs if each.is_current),
        former_slugs=sorted(each.slug for each in slugs if not each.is_current),
        tags=tagging.of(connection, entry_id),
        revisions=[
            _kept(
                KeptRevision,
                text,
                author=named[text.author_id],
                draft=text.draft_id,
                approver=named.get(text.approver_id),
            )
            for text in texts
        ],
        published=_published(public, numbers),
        answers_changed={each.audience: each.updated_at for each in public},
        drafts=[_draft(connection, each, named) for each in _rows(connection, tables.draft, entry_id, "id")],
        schedules=[
            _kept(KeptSchedule, each, account=named[each.account_id], revision=numbers.get(each.revision_id))
            for each in _rows(connection, tables.schedule, entry_id, "id")
        ],
        working_copies=sorted(
            (
                _kept(KeptWorkingCopy, each, account=named[each.account_id])
                for each in _rows(connection, tables.working_copy, entry_id, "locale")
            ),
            key=lambda each: (each.locale, each.account),
        ),
    )
    return entry, {f"{text.locale}.{text.number}.md": text for text in texts}


def _draft(connection: Connection, row: Row[Any], named: People) -> KeptDraft:
    s = tables.segment.c
    segments = connection.execute(select(tables.segment).where(s.draft_id == row.id).order_by(s.position))
    return _kept(
        KeptDraft,
        row,
        # Which worker runs it is no part of what is kept: it is taken up again where it was left.
        state="queued" if row.state == "running" else row.state,
        requested_by=named[row.requested_by],
        approver=named.get(row.approver_id),
        segments=[_kept(KeptSegment, each) for each in segments],
    )


def _published(rows: Sequence[Row[Any]], numbers: Mapping[str, int]) -> dict[str, KeptPublication]:
    """Return which revisions are public since when: every row of an entry says it of both languages."""
    found: dict[str, KeptPublication] = {}
    for locale in LOCALES if rows else ():
        revision, since, revised = (
            rows[0]._mapping[f"{name}_{locale}"] for name in ("revision", "published_at", "revised_at")
        )
        if revision:
            again = revised if revised != since else None
            found[locale] = KeptPublication(revision=numbers[revision], since=since, revised=again)
    return found


def _rows(connection: Connection, table: Table, entry_id: str, *order: str) -> Sequence[Row[Any]]:
    asked = select(table).where(table.c.entry_id == entry_id)
    return connection.execute(asked.order_by(*(table.c[name] for name in order))).all()


def _kept(shape: type[T], row: Row[Any], **told: Any) -> T:
    """Return the row's columns as `shape`, and what is told in the place of others."""
    columns = {field.name: row._mapping[field.name] for field in fields(shape) if field.name in row._mapping}
    return shape(**columns | told)

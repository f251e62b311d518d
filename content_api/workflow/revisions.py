"""Revisions and the entry row they belong to: the lock, the version, the newest text, and whether a text still fits.

Staleness is a matter of content: two source revisions are the same when their segments are (invariant 7).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from content_api.storage import tables
from content_api.storage.database import Transaction, new_id
from pipeline import staleness
from pipeline.staleness import Change
from pipeline.texts import PlainText, TextDocument, split_text
from schemas.entries import Kind, Origin
from schemas.language import Locale
from schemas.problems import NotFound, Stale

Expected = frozenset[int] | None
"""The versions a caller will accept (`If-Match`); `None` for any."""


@dataclass(frozen=True)
class EntryRow:
    """An entry's own row."""

    id: str
    kind: Kind
    source_locale: Locale
    date: str | None
    position: int | None
    version: int


@dataclass(frozen=True)
class Revision:
    """A saved text. `fits_source` is the number of the source's revision it translates."""

    id: str
    entry_id: str
    locale: Locale
    number: int
    title: str
    summary: str
    body: str
    origin: Origin
    fits_source: int | None
    draft_id: str | None
    approver_id: str | None

    @property
    def text(self) -> PlainText:
        """The text alone."""
        return PlainText(self.title, self.summary, self.body)

    @property
    def document(self) -> TextDocument:
        """The text taken apart; remembered, because a revision never changes."""
        return taken_apart(self.text, self.locale)


@lru_cache(maxsize=16)  # a text of the greatest length weighs some 25 MB taken apart
def taken_apart(text: PlainText, locale: Locale) -> TextDocument:
    """Return a text taken apart. Asked for before a transaction, it costs nothing within."""
    return split_text(text, locale)


def entry(connection: Connection, entry_id: str, *, lock: bool = False) -> EntryRow:
    """Return the entry that is not deleted; raise `NotFound`. `lock` keeps it from others until the commit."""
    e = tables.entry.c
    asked = select(e.id, e.kind, e.source_locale, e.date, e.position, e.version)
    asked = asked.where(e.id == entry_id, e.deleted_at.is_(None))
    row = connection.execute(asked.with_for_update(key_share=True) if lock else asked).one_or_none()
    if row is None:
        raise NotFound("There is no such entry.")
    return EntryRow(**row._mapping)


def etag(version: int) -> str:
    """Return a version counter as the `If-Match` value that names it, quotes included."""
    return f'"{version}"'


def lock_entry(tx: Transaction, entry_id: str, expected: Expected) -> EntryRow:
    """Return the entry, locked until the commit; raise `NotFound`, or `Stale` if its version is not expected."""
    found = entry(tx.connection, entry_id, lock=True)
    require(found.version, expected)
    return found


def require(version: int, expected: Expected) -> None:
    """Raise `Stale` unless `version` is among the `expected` ones."""
    if expected is not None and version not in expected:
        raise Stale("Someone changed it meanwhile; read it again and repeat your change on what is there now.")


def touch(tx: Transaction, entry_id: str) -> None:
    """Count the entry's version up: its own data, a text or a publication changed."""
    counted = tables.entry.c.version + 1
    tx.execute(update(tables.entry).where(tables.entry.c.id == entry_id).values(version=counted, updated_at=tx.now))


def newest(connection: Connection, entry_id: str, locale: Locale) -> Revision | None:
    """Return the newest revision of one language, if there is one."""
    r = tables.revision.c
    asked = _columns().where(r.entry_id == entry_id, r.locale == locale).order_by(r.number.desc()).limit(1)
    return _revision(connection.execute(asked).one_or_none())


def numbered(connection: Connection, entry_id: str, locale: Locale, number: int) -> Revision | None:
    """Return one revision by its number."""
    r = tables.revision.c
    asked = _columns().where(r.entry_id == entry_id, r.locale == locale, r.number == number)
    return _revision(connection.execute(asked).one_or_none())


def by_id(connection: Connection, revision_id: str | None) -> Revision | None:
    """Return one revision by its id; `None` for none."""
    if revision_id is None:
        return None
    return _revision(connection.execute(_columns().where(tables.revision.c.id == revision_id)).one_or_none())


def add(
    tx: Transaction,
    at: EntryRow,
    locale: Locale,
    text: PlainText,
    *,
    author: str,
    origin: Origin,
    fits_source: int | None,
    draft_id: str | None = None,
    approver_id: str | None = None,
) -> Revision:
    """Save `text` as the language's next revision, with its event, and count the entry up."""
    r = tables.revision.c
    last = tx.execute(select(func.max(r.number)).where(r.entry_id == at.id, r.locale == locale)).scalar()
    row = Revision(
        id=new_id(),
        entry_id=at.id,
        locale=locale,
        number=(last or 0) + 1,
        title=text.title,
        summary=text.summary,
        body=text.body,
        origin=origin,
        fits_source=fits_source,
        draft_id=draft_id,
        approver_id=approver_id,
    )
    tx.execute(insert(tables.revision).values(**vars(row), author_id=author, created_at=tx.now))
    touch(tx, at.id)
    tx.emit("text.saved", entry_id=at.id, locale=locale, detail={"revision": row.number, "origin": origin})
    return row


@dataclass(frozen=True)
class Fit:
    """Whether a text fits its source: where the source went on since, or only the order of its segments is another."""

    changes: tuple[Change, ...] = ()
    reordered: bool = False


def fit(connection: Connection, text: Revision, source: Revision) -> Fit:
    """Return how `text` fits `source`, by what the source said when the text was made to fit it."""
    if text.locale == source.locale or text.fits_source == source.number:
        return Fit()
    fitted = text.fits_source and numbered(connection, text.entry_id, source.locale, text.fits_source)
    return _fit(fitted, source) if fitted else Fit()


@lru_cache(maxsize=4096)  # both are of revisions, which never change
def _fit(old: Revision, new: Revision) -> Fit:
    changed = changes(old, new)
    ids = [[segment.id for segment in each.document.segments] for each in (old, new)]
    return Fit(tuple(changed), reordered=not changed and ids[0] != ids[1])


def changes(old: Revision, new: Revision) -> list[Change]:
    """Return where two revisions of one language differ: nowhere when what fitted `old` fits `new`."""
    return [] if old.id == new.id else staleness.changes(old.document, new.document)


def _columns() -> Select[Any]:
    r = tables.revision.c
    return select(*(r[name] for name in Revision.__dataclass_fields__))


def _revision(row: Row[Any] | None) -> Revision | None:
    return Revision(**row._mapping) if row is not None else None

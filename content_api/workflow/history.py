"""A text's revisions: listed, compared, brought back, and confirmed to fit the source as it is now."""

from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from content_api.storage import tables
from content_api.storage.database import Transaction
from content_api.storage.types import rfc3339
from content_api.workflow import drafting, revisions, working_copies
from content_api.workflow.accounts import Principal
from content_api.workflow.revisions import EntryRow, Expected, Fit, Revision
from pipeline.difference import differences
from pipeline.texts import PlainText
from schemas.language import Field, Locale
from schemas.problems import BadParameter, NotFound, WrongState
from schemas.texts import Differences, RevisionDetail, RevisionSummary

FIELDS: tuple[Field, ...] = ("title", "summary", "body")
NOTHING = PlainText("", "", "")
r = tables.revision.c
before = tables.revision.alias("before")


def listed(
    connection: Connection, entry_id: str, locale: Locale, *, after: int | None, limit: int
) -> list[RevisionSummary]:
    """Return revisions, newest first, from the first one below the number `after`; raise `NotFound` for no entry."""
    revisions.entry(connection, entry_id)
    asked = _summaries(entry_id, locale).order_by(r.number.desc()).limit(limit)
    asked = asked.where(r.number < after) if after is not None else asked
    return [RevisionSummary(**_shown(row)) for row in connection.execute(asked)]


def get(connection: Connection, entry_id: str, locale: Locale, number: int) -> Revision:
    """Return a revision of an entry that is not deleted; raise `NotFound`."""
    revisions.entry(connection, entry_id)
    found = revisions.numbered(connection, entry_id, locale, number)
    if found is None:
        raise NotFound("There is no such revision.")
    return found


def detail(connection: Connection, entry_id: str, locale: Locale, number: int, against: int | None) -> RevisionDetail:
    """Return a revision whole, and how it came of the one numbered `against`, else of the one before it.

    Raises `NotFound`, or `BadParameter` where there is no revision `against`.
    """
    text = get(connection, entry_id, locale, number)
    summary = connection.execute(_summaries(entry_id, locale).where(r.number == number)).one()
    other = revisions.numbered(connection, entry_id, locale, against or number - 1)
    if against and other is None:
        raise BadParameter.named("against", f"there is no revision {against} of this text")
    old = other.text if other else NOTHING
    return RevisionDetail(
        **_shown(summary),
        **vars(text.text),
        against=other.number if other else None,
        differences=Differences(**{name: differences(getattr(old, name), getattr(text, name)) for name in FIELDS}),
    )


def restore(tx: Transaction, who: Principal, entry_id: str, locale: Locale, number: int, expected: Expected) -> None:
    """Bring a revision back as the language's next one; raise `NotFound` where there is none.

    It fits what it fitted, and is of whom it was. A source brought back supersedes drafts as a save does.
    """
    at = revisions.lock_entry(tx, entry_id, expected)
    old = get(tx.connection, entry_id, locale, number)
    _again(tx, who, at, old, fits_source=old.fits_source)
    tx.emit("text.restored", entry_id=at.id, locale=locale, detail={"revision": number})
    working_copies.drop(tx, who.account_id, at.id, locale)
    if locale == at.source_locale:
        drafting.source_saved(tx, who, at, None)


def confirm(tx: Transaction, who: Principal, entry_id: str, locale: Locale, expected: Expected) -> None:
    """Save a translation anew as fitting the source's present revision; one that fits already is left as it is.

    Raises `NotFound` where the language has no text, `WrongState` for the source itself.
    """
    at = revisions.lock_entry(tx, entry_id, expected)
    text = newest(tx.connection, entry_id, locale)
    source = newest(tx.connection, entry_id, at.source_locale)
    if locale == at.source_locale:
        raise WrongState(f"The entry is written in {locale}; only its translation can fit it, or not.")
    if revisions.fit(tx.connection, text, source) != Fit():
        _again(tx, who, at, text, fits_source=source.number)
        tx.emit("text.confirmed", entry_id=at.id, locale=locale, detail={"fits_source": source.number})


def newest(connection: Connection, entry_id: str, locale: Locale) -> Revision:
    """Return the newest revision of an entry that is not deleted; raise `NotFound` where the language has no text."""
    revisions.entry(connection, entry_id)
    found = revisions.newest(connection, entry_id, locale)
    if found is None:
        raise NotFound("There is no text in this language.")
    return found


def _again(tx: Transaction, who: Principal, at: EntryRow, text: Revision, *, fits_source: int | None) -> None:
    revisions.add(
        tx,
        at,
        text.locale,
        text.text,
        author=who.account_id,
        origin=text.origin,
        fits_source=fits_source,
        draft_id=text.draft_id,
        approver_id=text.approver_id,
    )


def _summaries(entry_id: str, locale: Locale) -> Select[Any]:
    """Select revisions without their words, each with whether it changed a field: the texts stay in the database."""
    of_before = and_(before.c.entry_id == r.entry_id, before.c.locale == r.locale, before.c.number == r.number - 1)
    changed = [(r[name] != func.coalesce(before.c[name], "")).label(name) for name in FIELDS]
    asked = select(
        r.number,
        tables.account.c.email,
        r.origin,
        r.created_at,
        r.fits_source,
        func.length(r.body).label("characters"),
        *changed,
    )
    joined = tables.revision.join(tables.account, tables.account.c.id == r.author_id).outerjoin(before, of_before)
    return asked.select_from(joined).where(r.entry_id == entry_id, r.locale == locale)


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "number": row.number,
        "author": row.email,
        "origin": row.origin,
        "created_at": rfc3339(row.created_at),
        "fits_source": row.fits_source,
        "characters": row.characters,
        "changed": [name for name in FIELDS if row._mapping[name]],
    }

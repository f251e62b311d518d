"""Working copies: what an editor typed and has not saved, one per account, entry and language.

No revision, no event, no version: keeping one changes nothing that anybody else can see.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update

from content_api.storage import tables
from content_api.storage.database import Transaction
from content_api.storage.types import rfc3339
from content_api.workflow import revisions
from schemas.language import Locale
from schemas.problems import NotFound
from schemas.texts import WorkingCopy, WorkingCopyInput

w = tables.working_copy.c


def keep(tx: Transaction, account_id: str, entry_id: str, locale: Locale, typed: WorkingCopyInput) -> None:
    """Store what was typed over what the account typed before; raise `NotFound` where there is no such entry."""
    revisions.lock_entry(tx, entry_id, None)
    row = {name: getattr(typed, name) for name in typed.__struct_fields__} | {"saved_at": tx.now}
    key = {"entry_id": entry_id, "locale": locale, "account_id": account_id}
    if not tx.insert_unless_there(tables.working_copy, key | row):
        tx.execute(update(tables.working_copy).where(_of(account_id, entry_id, locale)).values(**row))


def get(connection: Connection, account_id: str, entry_id: str, locale: Locale) -> WorkingCopy:
    """Return the account's working copy; raise `NotFound` where there is none, or no such entry."""
    revisions.entry(connection, entry_id)
    asked = select(w.title, w.summary, w.body, w.base_revision, w.saved_at).where(_of(account_id, entry_id, locale))
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise NotFound("You have no working copy of this text.")
    present = revisions.newest(connection, entry_id, locale)
    values: dict[str, Any] = {**row._mapping, "saved_at": rfc3339(row.saved_at)}
    return WorkingCopy(**values, present_revision=present.number if present else None)


def discard(tx: Transaction, account_id: str, entry_id: str, locale: Locale) -> None:
    """Throw the account's working copy away; raise `NotFound` where there is none, or no such entry."""
    get(tx.connection, account_id, entry_id, locale)
    drop(tx, account_id, entry_id, locale)


def drop(tx: Transaction, account_id: str, entry_id: str, locale: Locale) -> None:
    """Let the account's working copy go, if there is one: its text is saved."""
    tx.execute(delete(tables.working_copy).where(_of(account_id, entry_id, locale)))


def _of(account_id: str, entry_id: str, locale: Locale) -> ColumnElement[bool]:
    return (w.entry_id == entry_id) & (w.locale == locale) & (w.account_id == account_id)

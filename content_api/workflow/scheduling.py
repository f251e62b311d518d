"""Publications and withdrawals at a time to come: asked for, replaced, cancelled, and done by the worker.

A schedule is of one language, and pins the revision that was the newest when it was asked for. What one request asked
for is done in one transaction, or fails as a whole. Whoever changes a schedule holds its entry's lock.
"""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from content_api.storage import jobs, tables
from content_api.storage.database import Database, Transaction, new_id
from content_api.storage.jobs import Job
from content_api.workflow import publishing, revisions
from content_api.workflow.accounts import Principal
from content_api.workflow.revisions import EntryRow, Expected
from schemas.entries import Action
from schemas.language import Locale
from schemas.moments import in_utc
from schemas.problems import Invalid, NotFound

JOB = "schedule"
c = tables.schedule.c
ScheduleRow = Row[Any]
WAITING = c.state == "waiting"
# What an editor still has to know of; the others have ended as somebody wanted.
LISTED = c.state.in_(["waiting", "failed"])


def add(
    tx: Transaction,
    who: Principal,
    entry_id: str,
    action: Action,
    locales: Sequence[Locale],
    when: dt.datetime,
    expected: Expected,
) -> None:
    """Schedule `action` for each of `locales`, in the place of whatever is scheduled of the same language.

    Raises `Invalid` unless `when` is to come, `NothingToPublish` where a language to publish has no text.
    """
    at = revisions.lock_entry(tx, entry_id, expected)
    when = in_utc(when, "/at")
    if when <= tx.now:
        raise Invalid.at("/at", "a schedule is for a time to come")
    pinned = publishing.newest(tx.connection, at, locales) if action == "publish" else {}
    for locale in dict.fromkeys(locales):
        for old in _rows(tx.connection, LISTED, c.entry_id == at.id, c.locale == locale):
            _drop(tx, old, "replaced")
        row = {
            "id": new_id(),
            "entry_id": at.id,
            "locale": locale,
            "action": action,
            "revision_id": pinned[locale].id if pinned else None,
            "at": when,
            "state": "waiting",
            "account_id": who.account_id,
            "created_at": tx.now,
        }
        tx.execute(insert(tables.schedule).values(**row))
        jobs.enqueue(tx, JOB, str(row["id"]), due=when)
        (added,) = _rows(tx.connection, c.id == row["id"])
        _tell(tx, added, "created")
    revisions.touch(tx, at.id)


def listed(connection: Connection, entry_id: str) -> list[ScheduleRow]:
    """Return the schedules of an entry that wait or failed, the earliest first.

    Beside the table's own columns a row has the pinned revision's `number` and the `email` of who asked.
    """
    return _rows(connection, LISTED, c.entry_id == entry_id)


def cancel(tx: Transaction, entry_id: str, schedule_id: str) -> None:
    """Cancel a schedule that waits, or dismiss one that failed; raise `NotFound` for any other."""
    at = revisions.lock_entry(tx, entry_id, None)
    found = _rows(tx.connection, LISTED, c.entry_id == at.id, c.id == schedule_id)
    if not found:
        raise NotFound("There is no such schedule, or it has ended already.")
    _drop(tx, found[0], "cancelled")
    revisions.touch(tx, at.id)


def cancel_all(tx: Transaction, entry_id: str) -> None:
    """Cancel every schedule of an entry that goes away; the caller holds its lock."""
    for row in listed(tx.connection, entry_id):
        _drop(tx, row, "cancelled")


def fire(database: Database, job: Job) -> None:
    """Do for the worker what the job's schedule says, and all of its entry that was to be done before.

    So a late worker, or several, keep the order in which things were to happen. A schedule that cannot be done fails,
    with a reason. Raises `NotFound` where the entry is gone.
    """
    with database.write() as tx:
        row = tx.execute(select(c.entry_id, c.at).where(c.id == job.subject)).one_or_none()
        # It may have been erased with its entry.
        done = _catch_up(tx, revisions.lock_entry(tx, row.entry_id, None), row.at) if row else []
        jobs.finish(tx, job)
        for other in done:
            jobs.cancel(tx, other.id)


def give_up(tx: Transaction, job: Job, error: str) -> None:
    """Fail the schedule with its job: its tries are spent, or its entry is gone."""
    asked = select(c.entry_id).where(c.id == job.subject, WAITING)
    for entry_id in tx.execute(asked).scalars().all():
        revisions.touch(tx, entry_id)  # which locks it, though it may be deleted
        for row in _rows(tx.connection, WAITING, c.id == job.subject):
            _end(tx, row, "failed", error)


def _catch_up(tx: Transaction, at: EntryRow, moment: dt.datetime) -> list[ScheduleRow]:
    """Do what was to be done by `moment`, in order; return it."""
    waiting = _rows(tx.connection, WAITING, c.entry_id == at.id, c.at <= moment)
    # Rows made at the same instant were made in one transaction: two cannot hold the entry's lock at once.
    for _, request in groupby(waiting, lambda row: (row.at, row.created_at)):
        _perform(tx, at, list(request))
    if waiting:
        revisions.touch(tx, at.id)
    return waiting


def _perform(tx: Transaction, at: EntryRow, request: Sequence[ScheduleRow]) -> None:
    """Do what one request asked for: all its languages, or none of them."""
    tx.actor = request[0].account_id  # the worker acts for whoever asked
    locales = [row.locale for row in request]
    reason = None
    if request[0].action == "withdraw":
        publishing.withdraw(tx, at.id, locales, None)
    elif not (reason := _overtaken(tx.connection, at, request)):
        pinned = {row.locale: revisions.by_id(tx.connection, row.revision_id) for row in request}
        publishing.publish_revisions(tx, at, {locale: text for locale, text in pinned.items() if text})
    for row in request:
        _end(tx, row, "failed" if reason else "done", reason)


def _overtaken(connection: Connection, at: EntryRow, request: Sequence[ScheduleRow]) -> str | None:
    """Say which pinned revision would take the place of a newer one, if one would."""
    public = publishing.public_revisions(connection, at)
    for row in request:
        now = public.get(row.locale)
        if now and now.number > row.number:
            return (
                f"Revision {now.number} of the text in {row.locale} was published meanwhile; "
                f"revision {row.number}, which was scheduled, is older."
            )
    return None


def _drop(tx: Transaction, row: ScheduleRow, state: str) -> None:
    """End a schedule that is not to be done, with its job."""
    _end(tx, row, state)
    jobs.cancel(tx, row.id)


def _end(tx: Transaction, row: ScheduleRow, state: str, reason: str | None = None) -> None:
    tx.execute(
        update(tables.schedule).where(c.id == row.id).values(state=state, reason=reason or row.reason, ended_at=tx.now)
    )
    _tell(tx, row, state, reason)


def _tell(tx: Transaction, row: ScheduleRow, what: str, reason: str | None = None) -> None:
    detail = {"schedule": row.id, "action": row.action, "revision": row.number, "reason": reason}
    tx.emit(f"schedule.{what}", entry_id=row.entry_id, locale=row.locale, detail=detail)


def _rows(connection: Connection, *conditions: ColumnElement[bool]) -> list[ScheduleRow]:
    r, person = tables.revision.c, tables.account.c
    asked = (
        select(tables.schedule, r.number, person.email)
        .join(tables.account, person.id == c.account_id)
        .outerjoin(tables.revision, r.id == c.revision_id)
    )
    return list(connection.execute(asked.where(*conditions).order_by(c.at, c.created_at, c.id)))

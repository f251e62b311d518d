"""What operators ask of the database: whether it is ready, how its jobs stand, what engines were sent. Read only."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from content_api.storage import schema
from content_api.storage.database import Database
from content_api.storage.tables import account, api_key, draft, engine_usage, job, log, schedule
from schemas.problems import Problem

OK = "ok"
j = job.c
u = engine_usage.c


@dataclass(frozen=True)
class Usage:
    """What an engine was sent since the installation was made."""

    engine: str
    requests: int
    characters: int
    errors: int


def checks(database: Database) -> dict[str, str]:
    """Return what the service cannot do without, each `ok` or why it is not."""
    found = {"database": OK, "schema": OK}
    try:
        with database.read() as connection:
            at = schema.present(connection)
    except (SQLAlchemyError, Problem):
        return {"database": "does not answer", "schema": "not known while the database does not answer"}
    if at != schema.head():
        found["schema"] = f"the database is at {at or 'nothing'}, not at {schema.head()}; run hanmi migrate"
    return found


def jobs_by_state(connection: Connection) -> dict[tuple[str, str], int]:
    """Return how many jobs there are by kind and state, of those that have not ended well."""
    counted = select(j.kind, j.state, func.count()).where(j.state.in_(["queued", "running", "failed"]))
    rows = connection.execute(counted.group_by(j.kind, j.state))
    return {(kind, state): number for kind, state, number in rows}


def longest_due(connection: Connection, now: dt.datetime) -> float:
    """Return for how many seconds a job has been due that no worker holds; 0 where there is none."""
    waiting = or_(and_(j.state == "queued", j.due_at <= now), and_(j.state == "running", j.lease_until < now))
    oldest = connection.execute(select(func.min(j.due_at)).where(waiting)).scalar()
    return (now - oldest).total_seconds() if oldest else 0.0


def usage(connection: Connection) -> list[Usage]:
    """Return what each engine was sent."""
    sums = select(u.engine, *(func.sum(column) for column in (u.requests, u.characters, u.errors)))
    rows = connection.execute(sums.group_by(u.engine).order_by(u.engine))
    return [Usage(engine, *map(int, numbers)) for engine, *numbers in rows]


def last_seq(connection: Connection) -> int:
    """Return the `seq` of the log's newest event; 0 before the first."""
    return connection.execute(select(log.c.seq)).scalar() or 0


def failed_jobs(connection: Connection) -> list[tuple[str, int, str]]:
    """Return how many jobs failed by kind, with what the newest of each kind said."""
    newest = select(j.kind, func.count().label("number"), func.max(j.id).label("id")).where(j.state == "failed")
    each = newest.group_by(j.kind).subquery()
    rows = connection.execute(select(each.c.kind, each.c.number, j.last_error).join(job, j.id == each.c.id))
    return [(kind, number, error or "") for kind, number, error in rows.all()]


def failed_drafts(connection: Connection) -> list[str]:
    """Return the ids of drafts that failed and that nobody took up again."""
    return list(connection.execute(select(draft.c.id).where(draft.c.state == "failed").order_by(draft.c.id)).scalars())


def failed_schedules(connection: Connection) -> list[tuple[str, str]]:
    """Return the entries that something was to become of at a time, and did not, with the reason."""
    c = schedule.c
    rows = connection.execute(select(c.entry_id, c.reason).where(c.state == "failed").order_by(c.id))
    return [(entry_id, reason or "") for entry_id, reason in rows]


def ending_keys(connection: Connection, now: dt.datetime, within: dt.timedelta) -> list[tuple[str, dt.datetime]]:
    """Return name and end of the keys that work now and will not for long."""
    k = api_key.c
    works = and_(k.revoked_at.is_(None), k.expires_at > now, k.expires_at < now + within)
    asked = select(k.name, k.expires_at).join(account, account.c.id == k.account_id)
    rows = connection.execute(asked.where(works, account.c.disabled_at.is_(None)).order_by(k.expires_at))
    return [(name, ends) for name, ends in rows]

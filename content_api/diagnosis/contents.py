"""What `hanmi doctor` looks at in the database: that it answers and is whole, its work, its log, what is published."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from content_api import inspecting
from content_api.diagnosis.finding import Finding, Findings
from content_api.search import standing
from content_api.search.index import Index
from content_api.search.opening import index_of
from content_api.settings import Settings
from content_api.storage import schema
from content_api.storage.database import Database
from content_api.storage.types import rfc3339
from content_api.workflow import auditing
from schemas.problems import Problem

LATE = dt.timedelta(minutes=5)  # what is due for longer has no worker
SOON = dt.timedelta(days=14)
SKEW = dt.timedelta(seconds=2)
SHOWN = 5  # of many things of one kind
SEE_THAT_IT_RUNS = "see that it runs, and that HANMI_DATABASE_URL is right"


@dataclass(frozen=True)
class Looked:
    """What each check is handed: one consistent state, and the time."""

    connection: Connection
    now: dt.datetime


def checks(settings: Settings) -> Findings:
    """Yield what was found; no database is made where there is none."""
    address = make_url(settings.url)
    shown = address.render_as_string(hide_password=True)
    if settings.url.startswith("sqlite") and not Path(address.database or "").exists():
        yield Finding("failed", "database", f"{shown} is not there", "run hanmi migrate")
        return
    database = Database(settings.url)
    try:
        with database.read() as connection:
            yield Finding("ok", "database", f"{shown}, {_version(connection)}")
            yield from _contents(Looked(connection, database.clock()))
            if schema.is_at_head(connection):
                yield _search(connection, index_of(database, settings.data_dir))
    except (SQLAlchemyError, Problem) as fault:
        cause = str(getattr(fault.__cause__ or fault, "orig", fault)).strip().splitlines()[0]
        yield Finding("failed", "database", f"{shown}: {cause}", SEE_THAT_IT_RUNS)
    finally:
        database.close()


def _contents(looked: Looked) -> Findings:
    sqlite = looked.connection.dialect.name == "sqlite"
    yield from _sqlite(looked) if sqlite else _clock(looked)
    at = schema.present(looked.connection)
    if at != schema.head():
        newer = at is not None and at > schema.head()
        do = "install the version of Hanmi that made it" if newer else "run hanmi migrate"
        yield Finding("failed", "schema", f"at {at or 'nothing'}, not at {schema.head()}", do)
        return
    yield Finding("ok", "schema", f"at its head, {at}")
    for check in (_jobs, _waiting, _drafts, _schedules, _keys, _stored):
        yield from check(looked)


def _version(connection: Connection) -> str:
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.dialect.name]
    return f"{name} {'.'.join(map(str, connection.dialect.server_version_info or ()))}"


def _sqlite(looked: Looked) -> Findings:
    ask = looked.connection.exec_driver_sql
    faults = [row[0] for row in ask(f"PRAGMA quick_check({SHOWN})") if row[0] != "ok"]
    faults += [f"{row[0]} refers to a row of {row[2]} that is not there" for row in ask("PRAGMA foreign_key_check")]
    do = "stop the service, keep a copy of the file, and run hanmi restore with the last backup"
    yield _many("failed", "integrity", faults, do) or Finding("ok", "integrity", "whole, every reference holds")
    mode = ask("PRAGMA journal_mode").scalar()
    if mode == "wal":
        yield Finding("ok", "journal", "write-ahead")
    else:
        do = "put DATA_DIR on a local disk: a network folder cannot keep a write-ahead log"
        yield Finding("failed", "journal", f"mode {mode}, not wal", do)


def _clock(looked: Looked) -> Findings:
    there = looked.connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    ahead = there - looked.now
    said = f"{abs(ahead.total_seconds()):.1f} seconds apart from the database's"
    if abs(ahead) > SKEW:
        do = "set both machines' clocks by NTP: schedules and leases go by them"
        yield Finding("warning", "clock", said, do)
    else:
        yield Finding("ok", "clock", said)


def _jobs(looked: Looked) -> Findings:
    failed = [f"{number} of {kind} ({error})" for kind, number, error in inspecting.failed_jobs(looked.connection)]
    do = "retry what they were about (drafts by their own retry); the log says more"
    yield _many("warning", "failed jobs", failed, do) or Finding("ok", "jobs", "none failed")


def _waiting(looked: Looked) -> Findings:
    age = dt.timedelta(seconds=round(inspecting.longest_due(looked.connection, looked.now)))
    if age > LATE:
        do = "see that hanmi serve runs without --no-worker, or hanmi worker beside it"
        yield Finding("failed", "worker", f"a job has been due for {age}, and nobody takes it", do)
    else:
        yield Finding("ok", "worker", "no job waits for long")


def _drafts(looked: Looked) -> Findings:
    found = _many("warning", "failed drafts", inspecting.failed_drafts(looked.connection), "retry or cancel them")
    if found:
        yield found


def _schedules(looked: Looked) -> Findings:
    failed = [f"entry {entry}: {reason}" for entry, reason in inspecting.failed_schedules(looked.connection)]
    found = _many("warning", "failed schedules", failed, "publish by hand, or schedule anew")
    if found:
        yield found


def _keys(looked: Looked) -> Findings:
    ending = inspecting.ending_keys(looked.connection, looked.now, SOON)
    named = [f"{name} on {rfc3339(end)}" for name, end in ending]
    do = "make new ones with hanmi keys create before they end"
    yield _many("warning", "keys that end soon", named, do) or Finding("ok", "keys", "none ends soon")


def _stored(looked: Looked) -> Findings:
    faults = auditing.faults(looked.connection)
    do = "keep a copy of the database, and report this as a fault of Hanmi"
    found = _many("failed", "contents", faults, do)
    yield found or Finding("ok", "contents", "the log has no holes, and what is published is what its texts render to")


def _search(connection: Connection, index: Index) -> Finding:
    behind = standing.behind(connection, index)
    if behind == 0:
        return Finding("ok", "search", "the index has all that is published")
    do = "see that a worker runs (hanmi serve without --no-worker, or hanmi worker); hanmi reindex makes it anew"
    return Finding("warning", "search", standing.told(behind), do)


def _many(level: str, about: str, each: Iterable[str], do: str) -> Finding | None:
    """Return one finding for many things of a kind, the first of them by name; `None` where there are none."""
    named = list(each)
    if not named:
        return None
    more = f", and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return Finding(level, about, "; ".join(named[:SHOWN]) + more, do)  # type: ignore[arg-type]

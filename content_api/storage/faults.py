"""What the databases' own errors mean to a caller: busy, not available, or there already."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from schemas.problems import Busy, Exists, Problem, Unavailable

# PostgreSQL's SQLSTATE codes (its manual, appendix A): serialisation failure, deadlock, lock not available.
BUSY = ("40001", "40P01", "55P03")
TAKEN = "23505"
# Program limit exceeded: the only operational error that a question itself may be guilty of.
TOO_MUCH = "54"


@contextmanager
def translated() -> Iterator[None]:
    """Raise what a caller can act on (`Busy`, `Unavailable`, `Exists`) instead of the database's own words."""
    try:
        yield
    except PoolTimeout:
        raise busy() from None
    except DBAPIError as fault:
        problem = _of_sqlite(fault) if isinstance(fault.orig, sqlite3.Error) else _of_postgres(fault)
        if problem is None:
            raise
        raise problem from fault


def busy() -> Busy:
    """Return the refusal of a caller whose turn did not come in time."""
    return Busy("The database is busy; try again in a moment.", headers={"Retry-After": "1"})


def _of_sqlite(fault: DBAPIError) -> Problem | None:
    said = str(fault.orig)
    if isinstance(fault.orig, sqlite3.IntegrityError):
        return _taken() if said.startswith("UNIQUE") else None
    if not isinstance(fault.orig, sqlite3.OperationalError):
        return None
    if "locked" in said:
        return busy()
    away = ("disk is full", "disk I/O error", "unable to open")
    return _unavailable() if any(sign in said for sign in away) else None


def _of_postgres(fault: DBAPIError) -> Problem | None:
    state = getattr(fault.orig, "sqlstate", None)
    if state in BUSY:
        return busy()
    if state == TAKEN:
        return _taken()
    # What PEP 249 calls operational is nothing that a caller did. A connection that broke has no state at all.
    lost = fault.connection_invalidated or (isinstance(fault, OperationalError) and (state or "")[:2] != TOO_MUCH)
    return _unavailable() if lost else None


def _taken() -> Exists:
    return Exists("Somebody made the same thing at the same moment; read again what is there now.")


def _unavailable() -> Unavailable:
    return Unavailable("The database cannot be used just now; try again shortly.", headers={"Retry-After": "5"})

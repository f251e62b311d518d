"""Sessions: whom a browser acts for, from signing in until it is signed out, forgotten or idle for too long."""

import datetime as dt
import hashlib
import hmac
import threading
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from content_api.storage import tables
from content_api.storage.database import Database, Transaction, new_id
from content_api.storage.types import rfc3339
from content_api.workflow import secret_words
from content_api.workflow.accounts import Principal
from schemas.problems import Busy, NotFound, Unauthenticated, Unavailable

# A session ends when nobody used it for so long, and at the latest so long after it began.
IDLE = dt.timedelta(days=14)
LONGEST = dt.timedelta(days=90)
# When it was last used is written at most this often, so that reading is not writing to the database.
SEEN_EVERY = dt.timedelta(minutes=1)

s = tables.session.c


@dataclass(frozen=True)
class Session:
    """A session that is good now. `csrf` is what every change made with it must repeat."""

    id: str
    who: Principal
    email: str
    csrf: str


@dataclass(frozen=True)
class Listed:
    """A session as its account sees it: where from, with which program, since when."""

    id: str
    agent: str
    address: str
    created_at: str
    seen_at: str


class Doorkeeper:
    """Recognises sessions by their tokens. It remembers only when each was last written as used."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = hashlib.sha256(b"hanmi csrf" + key).digest()
        self._written: dict[str, dt.datetime] = {}
        self._lock = threading.Lock()

    def recognise(self, token: str) -> Session:
        """Return the session of a token; raise `Unauthenticated` if it is none, ended, too old or its account off."""
        person = tables.account.c
        asked = (
            select(s.id, s.account_id, s.created_at, s.seen_at, person.email, person.role)
            .join(tables.account, person.id == s.account_id)
            .where(s.token_hash == secret_words.hashed(token), s.ended_at.is_(None), person.disabled_at.is_(None))
        )
        with self._database.read() as connection:
            row = connection.execute(asked).one_or_none()
        now = self._database.clock()
        if row is None or now - row.seen_at > IDLE or now - row.created_at > LONGEST:
            raise Unauthenticated("You are not signed in, or no longer.")
        self._note_use(row.id, now)
        who = Principal(row.account_id, row.role, frozenset({"admin"}))
        return Session(row.id, who, row.email, self.csrf(token))

    def csrf(self, token: str) -> str:
        """Return what a page of this session repeats with every change: nobody can make it up from outside."""
        return hmac.new(self._key, token.encode("utf-8", "surrogatepass"), "sha256").hexdigest()

    def _note_use(self, session_id: str, now: dt.datetime) -> None:
        with self._lock:
            if now - self._written.get(session_id, dt.datetime.min.replace(tzinfo=dt.UTC)) < SEEN_EVERY:
                return
            self._written[session_id] = now
        # Nobody is refused because this could not be noted; the next minute notes it.
        with suppress(Busy, Unavailable), self._database.write() as tx:
            tx.execute(update(tables.session).where(s.id == session_id).values(seen_at=now))


def begin(tx: Transaction, account_id: str, *, agent: str, address: str) -> str:
    """Begin a session of an account; return its token, which is kept nowhere but in the browser."""
    token = secret_words.made()
    row = {
        "id": new_id(),
        "account_id": account_id,
        "token_hash": secret_words.hashed(token),
        "agent": agent[:200],
        "address": address[:45],
        "created_at": tx.now,
        "seen_at": tx.now,
    }
    tx.execute(delete(tables.session).where(s.account_id == account_id, s.created_at < tx.now - LONGEST))
    tx.execute(insert(tables.session).values(**row))
    tx.emit("session.begun", detail={"session": row["id"], "account": account_id})
    return token


def end(tx: Transaction, account_id: str, session_id: str) -> None:
    """End one of an account's sessions; raise `NotFound` where there is none."""
    mine = (s.id == session_id) & (s.account_id == account_id) & s.ended_at.is_(None)
    if tx.execute(update(tables.session).where(mine).values(ended_at=tx.now)).rowcount != 1:
        raise NotFound("There is no such session, or it has ended already.")
    tx.emit("session.ended", detail={"session": session_id})


def forget(tx: Transaction, token: str) -> None:
    """End the session of a token, if it is one that has not ended."""
    mine = (s.token_hash == secret_words.hashed(token)) & s.ended_at.is_(None)
    if tx.execute(update(tables.session).where(mine).values(ended_at=tx.now)).rowcount:
        tx.emit("session.ended")


def end_all(tx: Transaction, account_id: str, *, but: str | None = None) -> None:
    """End every session of an account, one left out if it is named."""
    mine = (s.account_id == account_id) & s.ended_at.is_(None)
    tx.execute(update(tables.session).where(mine & (s.id != but) if but else mine).values(ended_at=tx.now))
    tx.emit("session.ended", detail={"account": account_id})


def listed(connection: Connection, account_id: str, now: dt.datetime) -> list[Listed]:
    """Return an account's sessions that are good now, the last used first."""
    mine = (
        (s.account_id == account_id) & s.ended_at.is_(None) & (s.seen_at > now - IDLE) & (s.created_at > now - LONGEST)
    )
    asked = select(s.id, s.agent, s.address, s.created_at, s.seen_at).where(mine).order_by(s.seen_at.desc(), s.id)
    return [
        Listed(row.id, row.agent, row.address, rfc3339(row.created_at), rfc3339(row.seen_at))
        for row in connection.execute(asked)
    ]

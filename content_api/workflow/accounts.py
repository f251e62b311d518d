"""People and keys: who is asking, and what they may do. Keys are stored hashed; a revoked one fails at once."""

import datetime as dt
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, or_, select, update

from content_api.storage import tables
from content_api.storage.database import Database, Transaction, new_id
from content_api.storage.types import rfc3339
from content_api.workflow import secret_words
from schemas.accounts import ROLE_FOR, ROLES, CreatedKey, Key, NewKey, Role, Scope
from schemas.moments import in_utc
from schemas.problems import Busy, Exists, Forbidden, Invalid, NotFound, Unauthenticated, Unavailable

LOCAL = "local"
PREFIX = "hanmi_"
# A key's last use is written at most this often, so that reading with a key is not writing to the database.
LAST_USE_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Principal:
    """Who acts: an account through a key."""

    account_id: str
    role: Role
    scopes: frozenset[Scope]

    def may(self, scope: Scope) -> bool:
        """Tell whether both the key's scopes and the account's role allow `scope`."""
        editorial = scope == "entries:read" and bool(self.scopes - {"delivery"})
        granted = scope in self.scopes or "admin" in self.scopes or editorial
        return granted and ROLES.index(self.role) >= ROLES.index(ROLE_FOR[scope])

    def must(self, *scopes: Scope) -> None:
        """Raise `Forbidden` unless one of `scopes` is allowed; where none is named, nobody is."""
        if not any(self.may(scope) for scope in scopes):
            wanted = " or ".join(f"the scope {scope} and the role {ROLE_FOR[scope]} or higher" for scope in scopes)
            raise Forbidden(f"This needs {wanted}." if scopes else "This route allows nobody.")


class Keyring:
    """Recognises keys. It remembers only when each was last written as used."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._written: dict[str, dt.datetime] = {}
        self._lock = threading.Lock()

    def recognise(self, secret: str) -> Principal:
        """Return whom `secret` acts for; raise `Unauthenticated` if it is unknown, expired, revoked or disabled."""
        key, person = tables.api_key.c, tables.account.c
        asked = (
            select(key.id, key.account_id, key.scopes, key.expires_at, key.revoked_at, person.role, person.disabled_at)
            .join(tables.account, person.id == key.account_id)
            .where(key.secret_hash == secret_words.hashed(secret))
        )
        with self._database.read() as connection:
            row = connection.execute(asked).one_or_none()
        now = self._database.clock()
        if row is None or row.revoked_at or row.disabled_at or (row.expires_at and row.expires_at <= now):
            # One sentence for every case: the answer tells a stranger nothing about keys that exist.
            raise Unauthenticated("This key is unknown, expired or revoked.", headers={"WWW-Authenticate": "Bearer"})
        self._note_use(row.id, now)
        return Principal(row.account_id, row.role, frozenset(row.scopes))

    def _note_use(self, key_id: str, now: dt.datetime) -> None:
        with self._lock:
            if now - self._written.get(key_id, dt.datetime.min.replace(tzinfo=dt.UTC)) < LAST_USE_EVERY:
                return
            self._written[key_id] = now
        # Nobody is refused because this could not be noted; the next minute notes it.
        with suppress(Busy, Unavailable), self._database.write() as tx:
            tx.execute(update(tables.api_key).where(tables.api_key.c.id == key_id).values(last_used_at=now))


def local(connection: Connection) -> Principal:
    """Return the built-in account that the command line acts for: admin, and nobody can sign in as it."""
    return Principal(account_named(connection, LOCAL), "admin", frozenset({"admin"}))


def account_named(connection: Connection, email: str) -> str:
    """Return the id of the account with this e-mail address; raise `NotFound`."""
    found = connection.execute(
        select(tables.account.c.id).where(tables.account.c.email == email.lower())
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(f"There is no account {email}.")
    return str(found)


def is_address(text: str) -> bool:
    """Tell whether `text`, spaces around it aside, can be an e-mail address."""
    text = text.strip()
    name, at, host = text.partition("@")
    spaced = any(char.isspace() for char in text) or not text.isprintable()
    return bool(name and at and "." in host) and not spaced and len(text) <= 254


def add_user(tx: Transaction, email: str, role: Role) -> str:
    """Add a person; return the account's id. Raises `Invalid` for a bad address, `Exists` if it is taken."""
    email = email.strip().lower()
    if not is_address(email):
        raise Invalid(f"{email!r} is not an e-mail address.")
    if tx.execute(select(tables.account.c.id).where(tables.account.c.email == email)).one_or_none():
        raise Exists(f"There is an account {email} already.")
    account_id = new_id()
    tx.execute(insert(tables.account).values(id=account_id, email=email, role=role, created_at=tx.now))
    tx.emit("account.added", detail={"email": email, "role": role})
    return account_id


def create_key(tx: Transaction, wish: NewKey) -> CreatedKey:
    """Make a key; its secret is in the answer and nowhere else. Raises `Invalid` for an unknown account."""
    expires_at = wish.expires_at and in_utc(wish.expires_at, "/expires_at")
    try:
        account_id = account_named(tx.connection, wish.account or LOCAL)
    except NotFound as missing:
        raise Invalid.at("/account", missing.detail) from None
    secret = PREFIX + secret_words.made()
    key_id = new_id()
    row = {
        "id": key_id,
        "account_id": account_id,
        "name": wish.name,
        "secret_hash": secret_words.hashed(secret),
        "scopes": sorted(set(wish.scopes)),
        "created_at": tx.now,
        "expires_at": expires_at,
    }
    tx.execute(insert(tables.api_key).values(**row))
    tx.emit("key.created", detail={"key": key_id, "name": wish.name})
    shown = _shown(tx.execute(_keys().where(tables.api_key.c.id == key_id)).one())
    return CreatedKey(key=secret, **{name: getattr(shown, name) for name in Key.__struct_fields__})


def revoke_key(tx: Transaction, key_id: str) -> None:
    """End a key; the next request with it is refused. Raises `NotFound`."""
    mine = (tables.api_key.c.id == key_id) & tables.api_key.c.revoked_at.is_(None)
    if tx.execute(update(tables.api_key).where(mine).values(revoked_at=tx.now)).rowcount != 1:
        raise NotFound("There is no such key, or it is revoked already.")
    tx.emit("key.revoked", detail={"key": key_id})


def key_by_name(connection: Connection, name_or_id: str) -> str:
    """Return the id of the unrevoked key with this id or name; raise `NotFound`, also where a name is not unique."""
    key = tables.api_key.c
    named = or_(key.id == name_or_id, key.name == name_or_id)
    found = connection.execute(select(key.id).where(named, key.revoked_at.is_(None))).scalars().all()
    if len(found) != 1:
        raise NotFound(f"{len(found) or 'No'} unrevoked keys are named {name_or_id}; name one by its id.")
    return str(found[0])


def list_keys(connection: Connection, *, after: str | None = None, limit: int = 100) -> list[Key]:
    """Return keys without secrets, newest first, from the first one after the id `after`."""
    key = tables.api_key.c
    asked = _keys().order_by(key.id.desc()).limit(limit)
    return [_shown(row) for row in connection.execute(asked.where(key.id < after) if after else asked)]


def _keys() -> Select[Any]:
    return select(tables.api_key, tables.account.c.email).join(tables.account)


def _shown(row: Row[Any]) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        account=row.email,
        scopes=row.scopes,
        created_at=rfc3339(row.created_at),
        expires_at=row.expires_at and rfc3339(row.expires_at),
        last_used_at=row.last_used_at and rfc3339(row.last_used_at),
        revoked_at=row.revoked_at and rfc3339(row.revoked_at),
    )

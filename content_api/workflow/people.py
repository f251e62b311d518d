"""People: who there is, what they may do, whether they may sign in. Keys and who acts are in `accounts.py`."""

from dataclasses import dataclass

from sqlalchemy import Connection, exists, select, update

from content_api.storage import tables
from content_api.storage.database import Transaction
from content_api.storage.types import rfc3339
from content_api.workflow import sessions
from content_api.workflow.accounts import LOCAL, account_named
from schemas.accounts import Role
from schemas.problems import NotFound

a = tables.account.c
ABLE = a.password_hash.is_not(None) & a.disabled_at.is_(None)


@dataclass(frozen=True)
class Person:
    """A person as they are listed. `signs_in` tells whether they have chosen a password and are not disabled."""

    id: str
    email: str
    role: Role
    created_at: str
    disabled_at: str | None
    signs_in: bool


def listed(connection: Connection) -> list[Person]:
    """Return the people, by e-mail address."""
    asked = select(tables.account, ABLE.label("signs_in")).where(a.email != LOCAL).order_by(a.email)
    return [
        Person(
            id=row.id,
            email=row.email,
            role=row.role,
            created_at=rfc3339(row.created_at),
            disabled_at=row.disabled_at and rfc3339(row.disabled_at),
            signs_in=bool(row.signs_in),
        )
        for row in connection.execute(asked)
    ]


def anybody_signs_in(connection: Connection) -> bool:
    """Tell whether there is anybody who can sign in."""
    return bool(connection.execute(select(exists().where(ABLE))).scalar())


def named(connection: Connection, email: str) -> str:
    """Return the id of a person's account; raise `NotFound`, also for the built-in one, which is nobody's."""
    if email.strip().lower() == LOCAL:
        raise NotFound(f"{LOCAL} is built in; nobody signs in as it.")
    return account_named(connection, email.strip())


def set_role(tx: Transaction, account_id: str, role: Role) -> None:
    """Give a person another role; it holds from their next request."""
    tx.execute(update(tables.account).where(a.id == account_id).values(role=role))
    tx.emit("account.role_changed", detail={"account": account_id, "role": role})


def disable(tx: Transaction, account_id: str) -> None:
    """Keep a person out: their sessions end, their keys and links are refused."""
    tx.execute(update(tables.account).where(a.id == account_id).values(disabled_at=tx.now))
    _end_what_is_open(tx, account_id)
    tx.emit("account.disabled", detail={"account": account_id})


def enable(tx: Transaction, account_id: str) -> None:
    """Let a person in again, with the password and the keys they had."""
    tx.execute(update(tables.account).where(a.id == account_id).values(disabled_at=None))
    tx.emit("account.enabled", detail={"account": account_id})


def set_password(tx: Transaction, account_id: str, hashed: str, *, but: str | None = None) -> None:
    """Keep a new password; every session ends (but the one named), and so does every link to choose one."""
    tx.execute(update(tables.account).where(a.id == account_id).values(password_hash=hashed))
    _end_what_is_open(tx, account_id, but=but)
    tx.emit("account.password_changed", detail={"account": account_id})


def _end_what_is_open(tx: Transaction, account_id: str, *, but: str | None = None) -> None:
    link = tables.sign_in_link.c
    open_links = (link.account_id == account_id) & link.used_at.is_(None)
    tx.execute(update(tables.sign_in_link).where(open_links).values(used_at=tx.now))
    sessions.end_all(tx, account_id, but=but)

"""Signing in: a password against the kept one, or a link; either begins a session with a token of its own.

What takes time, hashing, is done between transactions; what was read before it is looked at again after it.
"""

from dataclasses import dataclass

from sqlalchemy import select, update

from content_api.storage import tables
from content_api.storage.database import Database, Transaction
from content_api.workflow import accounts, links, passwords, people, sessions, throttling
from content_api.workflow.sessions import Session
from content_api.workflow.throttling import Tried
from schemas.problems import Invalid, Unauthenticated

a = tables.account.c
# One sentence for every case: it tells a stranger nothing about accounts that exist.
REFUSED = "The e-mail address or the password is not right."


@dataclass(frozen=True)
class Browser:
    """Who asks, as far as a request tells: the program's name for itself, the address, a session it had before."""

    agent: str
    address: str
    token: str = ""


def sign_in(database: Database, email: str, password: str, browser: Browser) -> str:
    """Return the token of a new session.

    Raises `Unauthenticated`, the same and after the same time for an address nobody has, a wrong password, and an
    account that is disabled or has no password; `TooManyAttempts` where one has to wait.
    """
    email = email.replace("\0", "").strip().lower()[:254]  # PostgreSQL cannot be asked for a NUL
    tried = Tried.by(email, browser.address)
    with database.write() as tx:
        throttling.count(tx, tried)
    with database.read() as connection:
        asked = select(a.id, a.password_hash).where(a.email == email, a.disabled_at.is_(None))
        person = connection.execute(asked).one_or_none()
    if not passwords.is_right(person and person.password_hash, password) or person is None:
        raise Unauthenticated(REFUSED)
    renewed = passwords.renewed(person.password_hash, password)
    with database.write(person.id) as tx:
        _must_still_be(tx, person.id, person.password_hash)
        throttling.forgive(tx, tried)
        if renewed:
            tx.execute(update(tables.account).where(a.id == person.id).values(password_hash=renewed))
        return _begin(tx, person.id, browser)


def welcome(database: Database, link: str, email: str, password: str, browser: Browser) -> str:
    """Return the token of a new session of whom a link is for, their password chosen; `email` where it names nobody.

    Raises `LinkSpent`; `Invalid` for a bad password or address; `Exists` for an address that somebody has.
    """
    with database.read() as connection:
        found = links.read(connection, link, database.clock())
    chosen = passwords.hashed(password, found.email or email)
    with database.write(found.account_id) as tx:
        account_id = links.use(tx, link).account_id or accounts.add_user(tx, email, "admin")
        people.set_password(tx, account_id, chosen)
        return _begin(tx, account_id, browser)


def change_password(database: Database, session: Session, present: str, wanted: str, browser: Browser) -> None:
    """Change the password of whom a session is of; all their other sessions end.

    Raises `Invalid` where the present one is wrong or the wanted one not accepted, `TooManyAttempts` as for signing in.
    """
    account_id = session.who.account_id
    tried = Tried.by(session.email, browser.address)
    with database.write() as tx:
        throttling.count(tx, tried)
    with database.read() as connection:
        person = connection.execute(select(a.id, a.password_hash).where(a.id == account_id)).one()
    if not passwords.is_right(person.password_hash, present):
        raise Invalid.at("/present", "This is not the present password.")
    chosen = passwords.hashed(wanted, session.email)
    with database.write(account_id) as tx:
        _must_still_be(tx, person.id, person.password_hash)
        throttling.forgive(tx, tried)
        people.set_password(tx, account_id, chosen, but=session.id)


def sign_out(tx: Transaction, session: Session) -> None:
    """End a session."""
    sessions.end(tx, session.who.account_id, session.id)


def _must_still_be(tx: Transaction, account_id: str, kept: str | None) -> None:
    """Raise `Unauthenticated` if the account was disabled or its password changed while the given one was compared."""
    asked = select(a.password_hash).where(a.id == account_id, a.disabled_at.is_(None)).with_for_update(key_share=True)
    if tx.execute(asked).scalar_one_or_none() != kept:
        raise Unauthenticated(REFUSED)


def _begin(tx: Transaction, account_id: str, browser: Browser) -> str:
    """Begin a session; the one that the browser had before ends, whosever it was."""
    sessions.forget(tx, browser.token)
    return sessions.begin(tx, account_id, agent=browser.agent, address=browser.address)

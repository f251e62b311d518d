"""People as tests need them: an account for each role, signed in without a password."""

from content_api.storage.database import Database
from content_api.workflow import accounts, passwords, people, sessions
from schemas.accounts import Role
from schemas.problems import NotFound


def account(database: Database, role: Role) -> str:
    """Return the id of `<role>@example.org`, added if it is not there yet."""
    email = f"{role}@example.org"
    with database.write() as tx:
        try:
            return accounts.account_named(tx.connection, email)
        except NotFound:
            return accounts.add_user(tx, email, role)


def signed_in(database: Database, role: Role) -> str:
    """Begin a session of `<role>@example.org`; return its token, which goes into the cookie."""
    account_id = account(database, role)
    with database.write() as tx:
        return sessions.begin(tx, account_id, agent="test", address="127.0.0.1")


def give_password(database: Database, account_id: str, password: str) -> None:
    """Let an account sign in with a password, as if it had been chosen by a link."""
    hashed = passwords.hashed(password, "")
    with database.write() as tx:
        people.set_password(tx, account_id, hashed)

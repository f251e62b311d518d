"""One-time links: whoever holds one chooses a password. One that names no account makes the first administrator."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from content_api.storage import tables
from content_api.storage.database import Transaction, new_id
from content_api.workflow import secret_words
from content_api.workflow.accounts import LOCAL
from content_api.workflow.people import anybody_signs_in
from schemas.problems import LinkSpent

FIRST_LASTS = dt.timedelta(hours=24)
LASTS = dt.timedelta(days=7)
link = tables.sign_in_link.c


@dataclass(frozen=True)
class Link:
    """A link that is good now: for whom, or for the first administrator (`None`)."""

    account_id: str | None
    email: str | None


def make(tx: Transaction, account_id: str | None) -> str:
    """Make a link for an account, or for the first administrator; return its token, which is kept nowhere else."""
    tx.execute(delete(tables.sign_in_link).where(link.expires_at < tx.now))
    token = secret_words.made()
    row = {
        "id": new_id(),
        "token_hash": secret_words.hashed(token),
        "account_id": account_id,
        "created_at": tx.now,
        "expires_at": tx.now + (LASTS if account_id else FIRST_LASTS),
    }
    tx.execute(insert(tables.sign_in_link).values(**row))
    tx.emit("link.made", detail={"link": row["id"], "account": account_id})
    return token


def read(connection: Connection, token: str, now: dt.datetime) -> Link:
    """Return what a token's link is for; raise `LinkSpent` if it is none, used, too old or no longer needed."""
    person = tables.account.c
    asked = (
        select(link.account_id, person.email, person.disabled_at)
        .outerjoin(tables.account, person.id == link.account_id)
        .where(link.token_hash == secret_words.hashed(token), link.used_at.is_(None), link.expires_at > now)
    )
    row = connection.execute(asked).one_or_none()
    if row is None or row.disabled_at or (row.account_id is None and anybody_signs_in(connection)):
        raise LinkSpent("This link was used already, has expired, or is not one of ours.")
    return Link(row.account_id, row.email)


def use(tx: Transaction, token: str) -> Link:
    """Use a link up and return it; raise `LinkSpent` as `read` does. Of those who use it at once, one does."""
    # Two links for a first administrator may be out: who uses one waits here for who uses the other.
    tx.execute(select(tables.account.c.id).where(tables.account.c.email == LOCAL).with_for_update(key_share=True))
    found = read(tx.connection, token, tx.now)
    mine = (link.token_hash == secret_words.hashed(token)) & link.used_at.is_(None)
    if tx.execute(update(tables.sign_in_link).where(mine).values(used_at=tx.now)).rowcount != 1:
        raise LinkSpent("This link was used just now.")
    return found

"""Requests that may be repeated: the first answer to one that named an `Idempotency-Key` is kept for a day.

After draft-ietf-httpapi-idempotency-key-header. The answer is stored in the transaction of the change it tells of, so
that there is never the one without the other; a refusal changes nothing, is not kept, and may be tried again.
"""

import base64
import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, delete, select, tuple_, update

from content_api.storage import tables
from content_api.storage.database import Transaction
from schemas.problems import KeyReused

KEPT = dt.timedelta(hours=24)
i = tables.idempotency.c


class Answer(NamedTuple):
    """An answer as it was sent."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Repeatable:
    """A request that named a key: by whom, and what it asked."""

    account_id: str
    key: str
    request_hash: str


class Seal:
    """Encrypts what is kept: an answer may hold a secret that is shown once."""

    def __init__(self, key: bytes) -> None:
        from cryptography.fernet import Fernet

        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"hanmi seal" + key).digest()))

    def close(self, answer: Answer) -> bytes:
        """Return the answer encrypted."""
        return self._fernet.encrypt(msgspec.msgpack.encode(answer))

    def open(self, sealed: bytes) -> Answer | None:
        """Return the answer that `close` was given; `None` if that was under another key."""
        from cryptography.fernet import InvalidToken

        try:
            return msgspec.msgpack.decode(self._fernet.decrypt(sealed), type=Answer)
        except InvalidToken:
            return None


def repeatable(account_id: str, key: str, method: str, path: str, body: bytes) -> Repeatable:
    """Return what names a request: the same key with another address or body is another request."""
    asked = hashlib.sha256(b"\0".join([method.encode(), path.encode(), body])).hexdigest()
    return Repeatable(account_id, key, asked)


def kept(connection: Connection, request: Repeatable, seal: Seal, now: dt.datetime) -> Answer | None:
    """Return the first answer to this request, if there is one; raise `KeyReused` if the key named another."""
    asked = select(i.request_hash, i.answer).where(i.account_id == request.account_id, i.key == request.key)
    row = connection.execute(asked.where(i.created_at >= now - KEPT)).one_or_none()
    if row is None:
        return None
    if row.request_hash != request.request_hash:
        raise KeyReused("This Idempotency-Key named another request; a new request needs a new key.")
    answer = seal.open(row.answer)
    if answer is None:
        raise KeyReused("What was answered to this Idempotency-Key can be read no more; see what became of it first.")
    return answer


def claim(tx: Transaction, request: Repeatable) -> bool:
    """Note the request before it is carried out; `False` if it was meanwhile, by another call. Forgets old ones."""
    old = select(i.account_id, i.key).where(i.created_at < tx.now - KEPT)
    # What another call is just forgetting is left to it: two that wait for each other's rows would wait for ever.
    old = old.with_for_update(skip_locked=True)
    tx.execute(delete(tables.idempotency).where(tuple_(i.account_id, i.key).in_(old)))
    return tx.insert_unless_there(tables.idempotency, {**vars(request), "created_at": tx.now})


def keep(tx: Transaction, request: Repeatable, answer: Answer, seal: Seal) -> None:
    """Store the answer to the request this transaction claimed."""
    mine = (i.account_id == request.account_id) & (i.key == request.key)
    tx.execute(update(tables.idempotency).where(mine).values(answer=seal.close(answer)))


def forget(tx: Transaction, entry_id: str, seal: Seal) -> None:
    """Let go of every answer that tells of an entry, which is to be erased."""
    for row in tx.execute(select(i.account_id, i.key, i.answer)).all():
        answer = seal.open(row.answer)
        if answer and entry_id.encode() in answer.body:
            tx.execute(delete(tables.idempotency).where(i.account_id == row.account_id, i.key == row.key))

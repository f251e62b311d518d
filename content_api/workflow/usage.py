"""What engines were sent: counted while a draft is made, stored per day (UTC) and engine for budgets and metrics."""

import logging
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from content_api.storage.database import Database, Transaction
from content_api.storage.tables import engine_usage
from pipeline.engines.limits import Sent
from schemas.problems import Busy, Unavailable

log = logging.getLogger("hanmi.usage")
u = engine_usage.c


@dataclass
class _Sum:
    requests: int = 0
    characters: int = 0
    errors: int = 0


class Meter:
    """Counts the requests that one draft costs: each is stored with the segments it brought, the rest on leaving.

    A ledger for the chain, whose threads call it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._sent: list[Sent] = []
        self._under_way: Counter[str] = Counter()

    def sent(self, sent: Sent) -> None:
        """Count a request."""
        with self._lock:
            self._sent.append(sent)

    @contextmanager
    def reserved(self, engine: str, characters: int, daily: int | None) -> Iterator[bool]:
        """Put `characters` aside; give whether the engine's `daily` budget, of all workers together, has room for them.

        What other workers have under way is not known here: together they may exceed it by that much.
        """
        with self._lock:
            has_room = daily is None or self._spent(engine) + characters <= daily
            self._under_way[engine] += characters * has_room
        try:
            yield has_room
        finally:
            with self._lock:
                self._under_way[engine] -= characters * has_room

    def _spent(self, engine: str) -> int:
        with self._database.read() as connection:
            today = self._database.clock().date().isoformat()
            stored = connection.execute(select(u.characters).where(u.day == today, u.engine == engine)).scalar() or 0
        return stored + self._under_way[engine] + sum(each.characters for each in self._sent if each.engine == engine)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Give a transaction that stores what was sent since the last one, as its last statements."""
        with self._database.write() as tx:
            yield tx
            with self._lock:
                stored = len(self._sent)
                totals = _by_engine(self._sent)
            # Always in one order: each row stays locked until the commit.
            for engine, total in sorted(totals.items()):
                _add(tx, engine, total)
        with self._lock:
            del self._sent[:stored]

    def __enter__(self) -> "Meter":
        return self

    def __exit__(self, *_fault: object) -> None:
        """Store what no segment took along: none was finished, or its transaction was undone."""
        if not self._sent:
            return
        try:
            with self.write():
                pass
        except (Busy, Unavailable):  # the draft is in trouble already, and its own fault is the one to be told
            log.warning("%d requests to engines could not be counted", len(self._sent))


def _by_engine(sent: Iterable[Sent]) -> dict[str, _Sum]:
    totals: dict[str, _Sum] = {}
    for each in sent:
        total = totals.setdefault(each.engine, _Sum())
        total.requests += 1
        total.characters += each.characters
        total.errors += not each.answered
    return totals


def _add(tx: Transaction, engine: str, total: _Sum) -> None:
    row = {"requests": total.requests, "characters": total.characters, "errors": total.errors}
    added = {name: u[name] + count for name, count in row.items()}
    insert = tx.insert_into(engine_usage).values(day=tx.now.date().isoformat(), engine=engine, **row)
    tx.execute(insert.on_conflict_do_update(index_elements=["day", "engine"], set_=added))

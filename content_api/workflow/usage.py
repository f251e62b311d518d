"""What engines were sent: counted while a draft is made, stored per day (UTC) and engine for budgets and metrics."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from content_api.storage.database import Database, Transaction
from content_api.storage.tables import engine_usage
from pipeline.engines.chain import Chain, Sent
from schemas.problems import Busy, Unavailable

log = logging.getLogger("hanmi.usage")
u = engine_usage.c


@dataclass
class _Sum:
    requests: int = 0
    characters: int = 0
    errors: int = 0


class Meter:
    """Counts the requests that one draft costs: each is stored with the segments it brought, the rest on leaving."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sent: list[Sent] = []

    def over(self, chain: Chain) -> Chain:
        """Return the chain with its requests counted here."""
        return chain.telling(self._sent.append)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Give a transaction that stores what was sent since the last one, as its last statements."""
        with self._database.write() as tx:
            yield tx
            # Always in one order: each row stays locked until the commit.
            for engine, total in sorted(_by_engine(self._sent).items()):
                _add(tx, engine, total)
        self._sent.clear()

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

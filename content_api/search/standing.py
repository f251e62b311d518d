"""How an installation's search stands, as operators are told."""

from sqlalchemy import Connection, select

from content_api.search.index import Index
from content_api.storage import events, tables

OK = "ok"


def behind(connection: Connection, index: Index) -> int | None:
    """Return how many events of the log the index has not followed yet; `None` while there is none of this log.

    Where nothing was ever published there is nothing that an index could miss.
    """
    state = index.state()
    there = connection.execute(select(tables.log.c.id, tables.log.c.seq)).one()
    if state is not None and state.log == there.id:
        return max(int(there.seq) - state.seq, 0)
    return None if events.newest_public(connection) else 0


def told(number: int | None) -> str:
    """Return it in words: `ok` where nothing is missing."""
    if number is None:
        return "there is no index yet; a worker makes it"
    return OK if number == 0 else f"{number} events behind; a worker follows them"

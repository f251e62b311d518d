"""The append-only log of everything that changed. `seq` is commit order, without holes, on both databases."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection, insert, update

from content_api.storage import tables


@dataclass(frozen=True, kw_only=True)
class Event:
    """One change of state: what happened, to what, by whom. `seq` is given at commit."""

    id: str
    at: dt.datetime
    type: str
    account_id: str | None = None
    entry_id: str | None = None
    draft_id: str | None = None
    locale: str | None = None
    detail: dict[str, str | int | None] = field(default_factory=dict)


def append(connection: Connection, events: Sequence[Event]) -> None:
    """Write `events` as the transaction's last statements.

    The counter row stays locked from here to the commit, so a later `seq` never becomes visible before an earlier one.
    """
    if not events:
        return
    advance = update(tables.log).values(seq=tables.log.c.seq + len(events)).returning(tables.log.c.seq)
    last = connection.execute(advance).scalar_one()
    first = last - len(events) + 1
    connection.execute(insert(tables.event), [{"seq": first + n, **asdict(event)} for n, event in enumerate(events)])

"""The append-only log of everything that changed. `seq` is commit order, without holes, on both databases."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection, func, insert, select, update

from content_api.storage import tables

# What readers can tell. Any other event leaves every public answer as it is.
PUBLIC = frozenset({"entry.published", "entry.refreshed", "entry.withdrawn", "tag.renamed"})
# Where PostgreSQL tells listeners that the log grew by something readers can tell.
CHANNEL = "hanmi_log"


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
    kind: str | None = None
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
    rows = [{"seq": first + n, "is_public": event.type in PUBLIC, **asdict(event)} for n, event in enumerate(events)]
    connection.execute(insert(tables.event), rows)
    if connection.dialect.name == "postgresql" and any(row["is_public"] for row in rows):
        connection.execute(select(func.pg_notify(CHANNEL, "")))

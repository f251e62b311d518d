"""The append-only log of everything that changed. `seq` is commit order, without holes, on both databases."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, insert, select, update

from content_api.storage import tables

if TYPE_CHECKING:
    from content_api.storage.database import Transaction

e = tables.event.c

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


def installation(connection: Connection) -> str:
    """Return the id that tells whose an export or a feed is: it stays when the service moves or is restored."""
    own: str = connection.execute(select(tables.log.c.installation)).scalar_one()
    return own


def append(connection: Connection, events: Sequence[Event]) -> int:
    """Write `events` as the transaction's last statements; return the last `seq` that readers can tell, 0 if none.

    The counter row stays locked from here to the commit, so a later `seq` never becomes visible before an earlier one.
    """
    if not events:
        return 0
    advance = update(tables.log).values(seq=tables.log.c.seq + len(events)).returning(tables.log.c.seq)
    last = connection.execute(advance).scalar_one()
    first = last - len(events) + 1
    rows = [{"seq": first + n, "is_public": event.type in PUBLIC, **asdict(event)} for n, event in enumerate(events)]
    connection.execute(insert(tables.event), rows)
    public = max((first + n for n, row in enumerate(rows) if row["is_public"]), default=0)
    if public and connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, "")))
    return public


def newest_public(connection: Connection) -> int:
    """Return the `seq` of the last event that readers can tell, 0 where there is none: what answers are as of."""
    # Spelt as the partial index spells it, or SQLite would not use it.
    asked = select(func.coalesce(func.max(e.seq), 0)).where(tables.PUBLIC)
    newest: int = connection.execute(asked).scalar_one()
    return newest


def is_kept(connection: Connection, seq: int) -> bool:
    """Tell whether the log still holds this event, and readers can tell it."""
    return connection.execute(select(e.seq).where(tables.PUBLIC, e.seq == seq)).first() is not None


def compact(tx: "Transaction", before: dt.datetime) -> int:
    """Remove the log's beginning, up to its first event that is not from before a time; return how many events went.

    The newest event stays, and the newest that readers can tell. From `log.compacted` on nothing is missing.
    """
    first = select(e.seq).where(e.at >= before).order_by(e.seq).limit(1)
    last = select(tables.log.c.seq)
    kept: int = tx.execute(first).scalar_one_or_none() or tx.execute(last).scalar_one()
    removed = tx.execute(delete(tables.event).where(e.seq < kept, e.seq != newest_public(tx.connection))).rowcount
    if removed:
        tx.execute(update(tables.log).values(compacted=kept - 1).where(tables.log.c.compacted < kept - 1))
    return removed

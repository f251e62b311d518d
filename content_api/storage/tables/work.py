"""What is due and what happened: the queue, the log, and what engines were asked."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
)

from content_api.storage.tables.base import ID, LOCALE, metadata, one_of
from content_api.storage.types import Encoded, Instant

job = Table(
    "job",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("state", String(16), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),
    # `attempt` is the fencing token and only ever grows; `failures` is what the limit on tries counts.
    Column("attempt", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_error", Text),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint(one_of("state", "queued", "running", "done", "failed", "cancelled"), name="state"),
    Index(None, "state", "due_at"),
    Index(None, "subject"),
)

PUBLIC = text("is_public")

event = Table(
    "event",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", ID, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("type", String(40), nullable=False),
    Column("account_id", ID, ForeignKey("account.id")),
    Column("entry_id", ID),
    Column("draft_id", ID),
    Column("locale", LOCALE),
    Column("kind", String(16)),
    # Whether readers can tell: only such events make an answer in memory stale, or are changes to a copy.
    Column("is_public", Boolean, nullable=False, server_default=false()),
    Column("detail", Encoded(dict[str, str | int | None]), nullable=False),
    Index("ix_event_public", "seq", sqlite_where=PUBLIC, postgresql_where=PUBLIC),
)

# One row: the log's identity, the last `seq` given out, and up to which one events were compacted away: from there on
# none is missing. A restore begins a new log. `installation` stays: feeds are named by it.
log = Table(
    "log",
    metadata,
    Column("id", ID, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("compacted", BigInteger, nullable=False, server_default="0"),
    Column("installation", ID, nullable=False, server_default=""),
)

# What each engine was sent on each day (UTC).
engine_usage = Table(
    "engine_usage",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("engine", String(64), primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("characters", BigInteger, nullable=False),
    Column("errors", BigInteger, nullable=False),
)

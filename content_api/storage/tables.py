"""The declared schema, on SQLAlchemy Core. Migrations must arrive at exactly this; a test compares the two.

Rules that must outlive any handler stand here as constraints: a slug is never reused, one open draft per entry and
target, and invariant 1 (machine text becomes a revision only through an approved draft).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from content_api.storage.types import Encoded, Instant
from schemas.language import Issue

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(36)
LOCALE = String(8)


def _in(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


account = Table(
    "account",
    metadata,
    Column("id", ID, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    CheckConstraint(_in("role", "partner", "author", "reviewer", "admin"), name="role"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", ID, primary_key=True),
    Column("account_id", ID, ForeignKey("account.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("scopes", Encoded(list[str]), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
)

tag = Table(
    "tag",
    metadata,
    Column("slug", String(100), primary_key=True),
    Column("name_ko", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("version", Integer, nullable=False),
)

entry = Table(
    "entry",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("source_locale", LOCALE, nullable=False),
    Column("date", String(10)),
    Column("position", Integer),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    CheckConstraint(_in("kind", "mission", "history", "news"), name="kind"),
    CheckConstraint(_in("source_locale", "ko", "en"), name="source_locale"),
    Index(None, "kind", "id"),
)

entry_tag = Table(
    "entry_tag",
    metadata,
    Column("entry_id", ID, ForeignKey("entry.id"), primary_key=True),
    Column("tag", String(100), ForeignKey("tag.slug"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
)

slug = Table(
    "slug",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("slug", String(100), primary_key=True),
    Column("entry_id", ID, ForeignKey("entry.id"), nullable=False),
    Column("is_current", Boolean, nullable=False),
    Index(
        "uq_slug_current",
        "entry_id",
        unique=True,
        sqlite_where=text("is_current"),
        postgresql_where=text("is_current"),
    ),
)

OPEN = _in("state", "queued", "running", "needs_review")

draft = Table(
    "draft",
    metadata,
    Column("id", ID, primary_key=True),
    Column("entry_id", ID, ForeignKey("entry.id"), nullable=False, index=True),
    Column("source_locale", LOCALE, nullable=False),
    Column("target_locale", LOCALE, nullable=False),
    # The source by number, not by row: `revision` refers to `draft`, and a circle of foreign keys helps no one.
    Column("source_revision", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("engines", Encoded(list[str] | None)),
    Column("version", Integer, nullable=False),
    Column("requested_by", ID, ForeignKey("account.id"), nullable=False),
    Column("approver_id", ID, ForeignKey("account.id")),
    Column("reason", Text),
    Column("supersedes", ID, ForeignKey("draft.id"), index=True),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint(
        _in("state", "queued", "running", "needs_review", "approved", "rejected", "failed", "cancelled", "superseded"),
        name="state",
    ),
    CheckConstraint("source_locale <> target_locale", name="two_languages"),
    # Approved drafts, and only they, have an approver: half of invariant 1.
    CheckConstraint("(state = 'approved') = (approver_id IS NOT NULL)", name="approver"),
    UniqueConstraint("id", "entry_id", "target_locale", "approver_id"),
    Index(
        "uq_draft_open", "entry_id", "target_locale", unique=True, sqlite_where=text(OPEN), postgresql_where=text(OPEN)
    ),
    Index(None, "state", "id"),
)

segment = Table(
    "segment",
    metadata,
    Column("draft_id", ID, ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("field", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("score", Integer),
    Column("engine", String(64)),
    Column("issues", Encoded(tuple[Issue, ...]), nullable=False),
    # Whether the pipeline is through with it; an open segment that was tried stays open, not due.
    Column("tried", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint(_in("field", "title", "summary", "body"), name="field"),
    CheckConstraint(_in("state", "initial", "translated", "reviewed", "final"), name="state"),
    CheckConstraint(_in("origin", "memory", "fuzzy", "machine", "human", "none"), name="origin"),
    UniqueConstraint("draft_id", "position"),
)

revision = Table(
    "revision",
    metadata,
    Column("id", ID, primary_key=True),
    Column("entry_id", ID, ForeignKey("entry.id"), nullable=False),
    Column("locale", LOCALE, nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("author_id", ID, ForeignKey("account.id"), nullable=False),
    Column("origin", String(20), nullable=False),
    # The number of the source language's revision this text fits; null for the source itself.
    Column("fits_source", Integer),
    Column("draft_id", ID),
    Column("approver_id", ID),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("entry_id", "locale", "number"),
    UniqueConstraint("id", "entry_id"),
    CheckConstraint(_in("locale", "ko", "en"), name="locale"),
    CheckConstraint(_in("origin", "original", "human", "machine_reviewed"), name="origin"),
    # The other half of invariant 1: machine text names its draft and its approver, and both must be true.
    CheckConstraint(
        "origin <> 'machine_reviewed' OR (draft_id IS NOT NULL AND approver_id IS NOT NULL)", name="approved"
    ),
    ForeignKeyConstraint(
        ["draft_id", "entry_id", "locale", "approver_id"],
        ["draft.id", "draft.entry_id", "draft.target_locale", "draft.approver_id"],
        name="fk_revision_approved_draft",
    ),
)

OWN = text("NOT is_fallback")

published = Table(
    "published",
    metadata,
    Column("entry_id", ID, ForeignKey("entry.id"), primary_key=True),
    Column("audience", LOCALE, primary_key=True),
    Column("served", LOCALE, nullable=False),
    Column("is_fallback", Boolean, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("slug", String(100), nullable=False),
    # Two sort keys put what has no place last in either order: see `publishing.sort_keys`.
    Column("rank_asc", Integer, nullable=False),
    Column("rank_desc", Integer, nullable=False),
    Column("day", Integer),
    Column("revision_ko", ID),
    Column("revision_en", ID),
    Column("published_at_ko", Instant),
    Column("published_at_en", Instant),
    Column("updated_at", Instant, nullable=False),
    Column("item", LargeBinary, nullable=False),
    Column("card", LargeBinary, nullable=False),
    Column("etag", String(64), nullable=False),
    CheckConstraint(_in("audience", "ko", "en", "all"), name="audience"),
    CheckConstraint("revision_ko IS NOT NULL OR revision_en IS NOT NULL", name="something"),
    ForeignKeyConstraint(
        ["revision_ko", "entry_id"],
        ["revision.id", "revision.entry_id"],
        name="fk_published_revision_ko",
    ),
    ForeignKeyConstraint(
        ["revision_en", "entry_id"],
        ["revision.id", "revision.entry_id"],
        name="fk_published_revision_en",
    ),
    Index(None, "kind", "slug"),
    Index("ix_published_asc", "audience", "kind", "rank_asc", "entry_id"),
    Index("ix_published_desc", "audience", "kind", "rank_desc", "entry_id"),
    Index("ix_published_own_asc", "audience", "kind", "rank_asc", "entry_id", sqlite_where=OWN, postgresql_where=OWN),
    Index("ix_published_own_desc", "audience", "kind", "rank_desc", "entry_id", sqlite_where=OWN, postgresql_where=OWN),
)

# The index of `published` by tag, with the sort keys, so that a page of a rare tag costs what any page costs.
published_tag = Table(
    "published_tag",
    metadata,
    Column("entry_id", ID, primary_key=True),
    Column("audience", LOCALE, primary_key=True),
    Column("tag", String(100), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("is_fallback", Boolean, nullable=False),
    Column("rank_asc", Integer, nullable=False),
    Column("rank_desc", Integer, nullable=False),
    ForeignKeyConstraint(
        ["entry_id", "audience"],
        ["published.entry_id", "published.audience"],
        ondelete="CASCADE",
        name="fk_published_tag_published",
    ),
    Index("ix_published_tag_asc", "tag", "audience", "kind", "rank_asc", "entry_id"),
    Index("ix_published_tag_desc", "tag", "audience", "kind", "rank_desc", "entry_id"),
)

memory_unit = Table(
    "memory_unit",
    metadata,
    Column("id", ID, primary_key=True),
    Column("ko", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("hash_ko", String(32), nullable=False, index=True),
    Column("hash_en", String(32), nullable=False, index=True),
    Column("context_ko", String(32), nullable=False),
    Column("context_en", String(32), nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("draft_id", ID, ForeignKey("draft.id")),
    Column("account_id", ID, ForeignKey("account.id")),
    Column("provenance", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
)

term = Table(
    "term",
    metadata,
    Column("id", ID, primary_key=True),
    Column("ko", String(200), nullable=False),
    Column("en", String(200), nullable=False),
    Column("forbidden_ko", Encoded(tuple[str, ...]), nullable=False),
    Column("forbidden_en", Encoded(tuple[str, ...]), nullable=False),
    Column("note", Text, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("ko", "en"),
)

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
    CheckConstraint(_in("state", "queued", "running", "done", "failed", "cancelled"), name="state"),
    Index(None, "state", "due_at"),
    Index(None, "subject"),
)

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
    Column("detail", Encoded(dict[str, str | int | None]), nullable=False),
)

# One row: the log's identity and the last `seq` given out. A restore begins a new log.
log = Table(
    "log",
    metadata,
    Column("id", ID, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

"""Translations under way, and what they draw on: the memory and the glossary."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from content_api.storage.tables.base import ID, LOCALE, metadata, one_of
from content_api.storage.types import Encoded, Instant
from schemas.language import Issue, Suggestion

OPEN = one_of("state", "queued", "running", "needs_review")

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
        one_of(
            "state", "queued", "running", "needs_review", "approved", "rejected", "failed", "cancelled", "superseded"
        ),
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
    # A person's targets of a superseded draft, whose own source is gone.
    Column("suggestions", Encoded(tuple[Suggestion, ...]), nullable=False, server_default="[]"),
    Column("version", Integer, nullable=False),
    CheckConstraint(one_of("field", "title", "summary", "body"), name="field"),
    CheckConstraint(one_of("state", "initial", "translated", "reviewed", "final"), name="state"),
    CheckConstraint(one_of("origin", "memory", "fuzzy", "machine", "human", "none"), name="origin"),
    UniqueConstraint("draft_id", "position"),
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
    # Where it came from (`schemas.language.UnitOrigin`), and the file, if any.
    Column("origin", String(16), nullable=False, server_default="file"),
    Column("draft_id", ID, ForeignKey("draft.id")),
    # Who approved it at `approved_at`; of one that nobody approved yet, who brought it in.
    Column("account_id", ID, ForeignKey("account.id")),
    Column("provenance", String(200), nullable=False),
    Column("confidence", Float),
    Column("created_at", Instant, nullable=False),
    Column("approved_at", Instant),
    Column("version", Integer, nullable=False, server_default="1"),
)

term = Table(
    "term",
    metadata,
    Column("id", ID, primary_key=True),
    Column("ko", String(200), nullable=False),
    Column("en", String(200), nullable=False),
    Column("forbidden_ko", Encoded(tuple[str, ...]), nullable=False),
    Column("forbidden_en", Encoded(tuple[str, ...]), nullable=False),
    Column("admitted_ko", Encoded(tuple[str, ...]), nullable=False, server_default="[]"),
    Column("admitted_en", Encoded(tuple[str, ...]), nullable=False, server_default="[]"),
    Column("part_of_speech", String(16), nullable=False, server_default="noun"),
    Column("case", String(16), nullable=False, server_default="auto"),
    Column("keep", Boolean, nullable=False, server_default=false()),
    Column("note", Text, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint(one_of("part_of_speech", "noun", "name", "verb", "adjective", "other"), name="part_of_speech"),
    CheckConstraint(one_of('"case"', "auto", "exact", "any"), name="case_rule"),
    UniqueConstraint("ko", "en"),
)

"""Entries with their slugs, tags, texts and working copies."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from content_api.storage.tables.base import ID, LOCALE, metadata, one_of
from content_api.storage.types import Instant

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
    CheckConstraint(one_of("kind", "mission", "history", "news"), name="kind"),
    CheckConstraint(one_of("source_locale", "ko", "en"), name="source_locale"),
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
    # Whoever looks for an entry reads titles, and must not read bodies on the way.
    Index("ix_revision_titles", "entry_id", "locale", "number", "title"),
    CheckConstraint(one_of("locale", "ko", "en"), name="locale"),
    CheckConstraint(one_of("origin", "original", "human", "machine_reviewed"), name="origin"),
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

# What an editor typed and has not saved. It may be anything, an empty title too: nothing typed is refused.
working_copy = Table(
    "working_copy",
    metadata,
    Column("entry_id", ID, ForeignKey("entry.id"), primary_key=True),
    Column("locale", LOCALE, primary_key=True),
    Column("account_id", ID, ForeignKey("account.id"), primary_key=True),
    # The number of the revision that the editor began from; null where the language had no text.
    Column("base_revision", Integer),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
    CheckConstraint(one_of("locale", "ko", "en"), name="locale"),
)

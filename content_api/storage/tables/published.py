"""What readers get, as stored bytes, and what will become of it at a time."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    TextClause,
    text,
)

from content_api.storage.tables.base import ID, LOCALE, metadata, one_of
from content_api.storage.types import Instant

OWN = text("NOT is_fallback")


def own(table: Table) -> TextClause:
    """Return the condition that a row is no fallback, spelt as the partial indexes are: for `= 0` SQLite has none."""
    return text(f"NOT {table.name}.is_fallback")


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
    # Since when a language is public, and since when the text is that is public of it now.
    Column("published_at_ko", Instant),
    Column("published_at_en", Instant),
    Column("revised_at_ko", Instant),
    Column("revised_at_en", Instant),
    Column("updated_at", Instant, nullable=False),
    Column("item", LargeBinary, nullable=False),
    Column("card", LargeBinary, nullable=False),
    Column("etag", String(64), nullable=False),
    CheckConstraint(one_of("audience", "ko", "en", "all"), name="audience"),
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
    # All three, or SQLite prefers an index by audience and kind, and reads every entry for one.
    Index(None, "kind", "slug", "audience", unique=True),
    Index("ix_published_asc", "audience", "kind", "rank_asc", "entry_id"),
    Index("ix_published_desc", "audience", "kind", "rank_desc", "entry_id"),
    Index("ix_published_own_asc", "audience", "kind", "rank_asc", "entry_id", sqlite_where=OWN, postgresql_where=OWN),
    Index("ix_published_own_desc", "audience", "kind", "rank_desc", "entry_id", sqlite_where=OWN, postgresql_where=OWN),
    *(
        # What became public in a language last, for feeds.
        Index(
            f"ix_published_newest_{locale}",
            "kind",
            f"published_at_{locale}",
            "rank_desc",
            "entry_id",
            sqlite_where=text(f"audience = '{locale}' AND {OWN}"),
            postgresql_where=text(f"audience = '{locale}' AND {OWN}"),
        )
        for locale in ("ko", "en")
    ),
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

# A revision that will be published, or a language that will be withdrawn, at a time.
schedule = Table(
    "schedule",
    metadata,
    Column("id", ID, primary_key=True),
    Column("entry_id", ID, ForeignKey("entry.id"), nullable=False, index=True),
    Column("locale", LOCALE, nullable=False),
    Column("action", String(16), nullable=False),
    # What is published is pinned when it is scheduled; a withdrawal needs none.
    Column("revision_id", ID),
    Column("at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text),
    Column("account_id", ID, ForeignKey("account.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint(one_of("locale", "ko", "en"), name="locale"),
    CheckConstraint(one_of("action", "publish", "withdraw"), name="action"),
    CheckConstraint(one_of("state", "waiting", "done", "replaced", "cancelled", "failed"), name="state"),
    CheckConstraint("(action = 'publish') = (revision_id IS NOT NULL)", name="pinned"),
    ForeignKeyConstraint(
        ["revision_id", "entry_id"], ["revision.id", "revision.entry_id"], name="fk_schedule_revision"
    ),
    Index(
        "uq_schedule_waiting",
        "entry_id",
        "locale",
        unique=True,
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)

"""The first schema: entries, revisions, drafts, memory, publications, jobs, events."""

import datetime as dt

import sqlalchemy as sa
from alembic import op
from uuid_utils import uuid7

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('partner', 'author', 'reviewer', 'admin')", name=op.f("ck_account_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source_locale", sa.String(length=8), nullable=False),
        sa.Column("date", sa.String(length=10), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('mission', 'history', 'news')", name=op.f("ck_entry_kind")),
        sa.CheckConstraint("source_locale IN ('ko', 'en')", name=op.f("ck_entry_source_locale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
    )
    op.create_index(op.f("ix_entry_kind_id"), "entry", ["kind", "id"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_job_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_state_due_at"), "job", ["state", "due_at"], unique=False)
    op.create_index(op.f("ix_job_subject"), "job", ["subject"], unique=False)

    op.create_table(
        "log",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log")),
    )
    op.create_table(
        "tag",
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("name_ko", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_tag")),
    )
    op.create_table(
        "term",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ko", sa.String(length=200), nullable=False),
        sa.Column("en", sa.String(length=200), nullable=False),
        sa.Column("forbidden_ko", sa.Text(), nullable=False),
        sa.Column("forbidden_en", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("ko", "en", name=op.f("uq_term_ko_en")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_api_key_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_key_secret_hash")),
    )
    op.create_index(op.f("ix_api_key_account_id"), "api_key", ["account_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("source_locale", sa.String(length=8), nullable=False),
        sa.Column("target_locale", sa.String(length=8), nullable=False),
        sa.Column("source_revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("engines", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.String(length=36), nullable=False),
        sa.Column("approver_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("supersedes", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'approved') = (approver_id IS NOT NULL)", name=op.f("ck_draft_approver")),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'needs_review', 'approved', 'rejected', 'failed', 'cancelled', 'superseded')",
            name=op.f("ck_draft_state"),
        ),
        sa.CheckConstraint("source_locale <> target_locale", name=op.f("ck_draft_two_languages")),
        sa.ForeignKeyConstraint(["approver_id"], ["account.id"], name=op.f("fk_draft_approver_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_draft_entry_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_draft_requested_by")),
        sa.ForeignKeyConstraint(["supersedes"], ["draft.id"], name=op.f("fk_draft_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint(
            "id",
            "entry_id",
            "target_locale",
            "approver_id",
            name=op.f("uq_draft_id_entry_id_target_locale_approver_id"),
        ),
    )
    op.create_index(op.f("ix_draft_entry_id"), "draft", ["entry_id"], unique=False)
    op.create_index(op.f("ix_draft_state_id"), "draft", ["state", "id"], unique=False)
    op.create_index(op.f("ix_draft_supersedes"), "draft", ["supersedes"], unique=False)
    op.create_index(
        "uq_draft_open",
        "draft",
        ["entry_id", "target_locale"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued', 'running', 'needs_review')"),
        postgresql_where=sa.text("state IN ('queued', 'running', 'needs_review')"),
    )

    op.create_table(
        "entry_tag",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("tag", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_entry_tag_entry_id")),
        sa.ForeignKeyConstraint(["tag"], ["tag.slug"], name=op.f("fk_entry_tag_tag")),
        sa.PrimaryKeyConstraint("entry_id", "tag", name=op.f("pk_entry_tag")),
    )
    op.create_index(op.f("ix_entry_tag_tag"), "entry_tag", ["tag"], unique=False)

    op.create_table(
        "event",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=True),
        sa.Column("entry_id", sa.String(length=36), nullable=True),
        sa.Column("draft_id", sa.String(length=36), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_event_account_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("id", name=op.f("uq_event_id")),
    )
    op.create_table(
        "slug",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_slug_entry_id")),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_slug")),
    )
    op.create_index(
        "uq_slug_current",
        "slug",
        ["entry_id"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )

    op.create_table(
        "memory_unit",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ko", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("hash_ko", sa.String(length=32), nullable=False),
        sa.Column("hash_en", sa.String(length=32), nullable=False),
        sa.Column("context_ko", sa.String(length=32), nullable=False),
        sa.Column("context_en", sa.String(length=32), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("draft_id", sa.String(length=36), nullable=True),
        sa.Column("account_id", sa.String(length=36), nullable=True),
        sa.Column("provenance", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_memory_unit_account_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_memory_unit_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memory_unit")),
    )
    op.create_index(op.f("ix_memory_unit_hash_en"), "memory_unit", ["hash_en"], unique=False)
    op.create_index(op.f("ix_memory_unit_hash_ko"), "memory_unit", ["hash_ko"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("fits_source", sa.Integer(), nullable=True),
        sa.Column("draft_id", sa.String(length=36), nullable=True),
        sa.Column("approver_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("locale IN ('ko', 'en')", name=op.f("ck_revision_locale")),
        sa.CheckConstraint(
            "origin <> 'machine_reviewed' OR (draft_id IS NOT NULL AND approver_id IS NOT NULL)",
            name=op.f("ck_revision_approved"),
        ),
        sa.CheckConstraint("origin IN ('original', 'human', 'machine_reviewed')", name=op.f("ck_revision_origin")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_revision_author_id")),
        sa.ForeignKeyConstraint(
            ["draft_id", "entry_id", "locale", "approver_id"],
            ["draft.id", "draft.entry_id", "draft.target_locale", "draft.approver_id"],
            name="fk_revision_approved_draft",
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_revision_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("entry_id", "locale", "number", name=op.f("uq_revision_entry_id_locale_number")),
        sa.UniqueConstraint("id", "entry_id", name=op.f("uq_revision_id_entry_id")),
    )
    op.create_table(
        "segment",
        sa.Column("draft_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("engine", sa.String(length=64), nullable=True),
        sa.Column("issues", sa.Text(), nullable=False),
        sa.Column("tried", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("field IN ('title', 'summary', 'body')", name=op.f("ck_segment_field")),
        sa.CheckConstraint("origin IN ('memory', 'fuzzy', 'machine', 'human', 'none')", name=op.f("ck_segment_origin")),
        sa.CheckConstraint("state IN ('initial', 'translated', 'reviewed', 'final')", name=op.f("ck_segment_state")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_segment_draft_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draft_id", "id", name=op.f("pk_segment")),
        sa.UniqueConstraint("draft_id", "position", name=op.f("uq_segment_draft_id_position")),
    )
    op.create_table(
        "published",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("served", sa.String(length=8), nullable=False),
        sa.Column("is_fallback", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("rank_asc", sa.Integer(), nullable=False),
        sa.Column("rank_desc", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("revision_ko", sa.String(length=36), nullable=True),
        sa.Column("revision_en", sa.String(length=36), nullable=True),
        sa.Column("published_at_ko", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at_en", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("item", sa.LargeBinary(), nullable=False),
        sa.Column("card", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(length=64), nullable=False),
        sa.CheckConstraint("audience IN ('ko', 'en', 'all')", name=op.f("ck_published_audience")),
        sa.CheckConstraint("revision_ko IS NOT NULL OR revision_en IS NOT NULL", name=op.f("ck_published_something")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_published_entry_id")),
        sa.ForeignKeyConstraint(
            ["revision_en", "entry_id"], ["revision.id", "revision.entry_id"], name="fk_published_revision_en"
        ),
        sa.ForeignKeyConstraint(
            ["revision_ko", "entry_id"], ["revision.id", "revision.entry_id"], name="fk_published_revision_ko"
        ),
        sa.PrimaryKeyConstraint("entry_id", "audience", name=op.f("pk_published")),
    )
    op.create_index("ix_published_asc", "published", ["audience", "kind", "rank_asc", "entry_id"], unique=False)
    op.create_index("ix_published_desc", "published", ["audience", "kind", "rank_desc", "entry_id"], unique=False)
    op.create_index(op.f("ix_published_kind_slug"), "published", ["kind", "slug"], unique=False)
    op.create_index(
        "ix_published_own_asc",
        "published",
        ["audience", "kind", "rank_asc", "entry_id"],
        unique=False,
        sqlite_where=sa.text("NOT is_fallback"),
        postgresql_where=sa.text("NOT is_fallback"),
    )
    op.create_index(
        "ix_published_own_desc",
        "published",
        ["audience", "kind", "rank_desc", "entry_id"],
        unique=False,
        sqlite_where=sa.text("NOT is_fallback"),
        postgresql_where=sa.text("NOT is_fallback"),
    )

    op.create_table(
        "published_tag",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("tag", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("is_fallback", sa.Boolean(), nullable=False),
        sa.Column("rank_asc", sa.Integer(), nullable=False),
        sa.Column("rank_desc", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id", "audience"],
            ["published.entry_id", "published.audience"],
            name="fk_published_tag_published",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "audience", "tag", name=op.f("pk_published_tag")),
    )
    op.create_index(
        "ix_published_tag_asc", "published_tag", ["tag", "audience", "kind", "rank_asc", "entry_id"], unique=False
    )
    op.create_index(
        "ix_published_tag_desc", "published_tag", ["tag", "audience", "kind", "rank_desc", "entry_id"], unique=False
    )

    _begin_log_and_local_account()
    _make_revisions_immutable()


def _begin_log_and_local_account() -> None:
    log = sa.table("log", sa.column("id"), sa.column("seq"))
    op.bulk_insert(log, [{"id": str(uuid7()), "seq": 0}])
    account = sa.table(
        "account", sa.column("id"), sa.column("email"), sa.column("role"), sa.column("created_at", sa.DateTime(True))
    )
    # Keys made without `--account` act for this one; it has no e-mail address, so nobody can sign in as it.
    local = {"id": str(uuid7()), "email": "local", "role": "admin", "created_at": dt.datetime.now(dt.UTC)}
    op.bulk_insert(account, [local])


def _make_revisions_immutable() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER revision_is_immutable BEFORE UPDATE ON revision "
            "BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END"
        )
        op.execute(
            "CREATE TRIGGER revision_is_kept BEFORE DELETE ON revision "
            "WHEN (SELECT deleted_at FROM entry WHERE id = OLD.entry_id) IS NULL "
            "BEGIN SELECT RAISE(ABORT, 'a revision is never deleted while its entry is there'); END"
        )
        # INSERT OR REPLACE deletes without a DELETE trigger being asked.
        op.execute(
            "CREATE TRIGGER revision_is_never_replaced BEFORE INSERT ON revision "
            "WHEN EXISTS (SELECT 1 FROM revision WHERE id = NEW.id OR "
            "(entry_id = NEW.entry_id AND locale = NEW.locale AND number = NEW.number)) "
            "BEGIN SELECT RAISE(ABORT, 'a revision is never replaced'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION refuse_revision_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF TG_OP = 'UPDATE' THEN RAISE EXCEPTION 'a revision is never changed'; END IF; "
            "IF (SELECT deleted_at FROM entry WHERE id = OLD.entry_id) IS NULL "
            "THEN RAISE EXCEPTION 'a revision is never deleted while its entry is there'; END IF; "
            "RETURN OLD; END $$"
        )
        op.execute(
            "CREATE TRIGGER revision_is_immutable BEFORE UPDATE OR DELETE ON revision "
            "FOR EACH ROW EXECUTE FUNCTION refuse_revision_change()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER revision_is_immutable")
        op.execute("DROP TRIGGER revision_is_kept")
        op.execute("DROP TRIGGER revision_is_never_replaced")
    else:
        op.execute("DROP TRIGGER revision_is_immutable ON revision")
        op.execute("DROP FUNCTION refuse_revision_change")
    op.drop_index("ix_published_tag_desc", table_name="published_tag")
    op.drop_index("ix_published_tag_asc", table_name="published_tag")

    op.drop_table("published_tag")
    op.drop_index(
        "ix_published_own_desc",
        table_name="published",
        sqlite_where=sa.text("NOT is_fallback"),
        postgresql_where=sa.text("NOT is_fallback"),
    )
    op.drop_index(
        "ix_published_own_asc",
        table_name="published",
        sqlite_where=sa.text("NOT is_fallback"),
        postgresql_where=sa.text("NOT is_fallback"),
    )
    op.drop_index(op.f("ix_published_kind_slug"), table_name="published")
    op.drop_index("ix_published_desc", table_name="published")
    op.drop_index("ix_published_asc", table_name="published")

    op.drop_table("published")
    op.drop_table("segment")
    op.drop_table("revision")
    op.drop_index(op.f("ix_memory_unit_hash_ko"), table_name="memory_unit")
    op.drop_index(op.f("ix_memory_unit_hash_en"), table_name="memory_unit")

    op.drop_table("memory_unit")
    op.drop_index(
        "uq_slug_current", table_name="slug", sqlite_where=sa.text("is_current"), postgresql_where=sa.text("is_current")
    )

    op.drop_table("slug")
    op.drop_table("event")
    op.drop_index(op.f("ix_entry_tag_tag"), table_name="entry_tag")

    op.drop_table("entry_tag")
    op.drop_index(
        "uq_draft_open",
        table_name="draft",
        sqlite_where=sa.text("state IN ('queued', 'running', 'needs_review')"),
        postgresql_where=sa.text("state IN ('queued', 'running', 'needs_review')"),
    )
    op.drop_index(op.f("ix_draft_supersedes"), table_name="draft")
    op.drop_index(op.f("ix_draft_state_id"), table_name="draft")
    op.drop_index(op.f("ix_draft_entry_id"), table_name="draft")

    op.drop_table("draft")
    op.drop_index(op.f("ix_api_key_account_id"), table_name="api_key")

    op.drop_table("api_key")
    op.drop_table("term")
    op.drop_table("tag")
    op.drop_table("log")
    op.drop_index(op.f("ix_job_subject"), table_name="job")
    op.drop_index(op.f("ix_job_state_due_at"), table_name="job")

    op.drop_table("job")
    op.drop_index(op.f("ix_entry_kind_id"), table_name="entry")

    op.drop_table("entry")
    op.drop_table("account")

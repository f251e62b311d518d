"""Working copies, schedules, suggestions, kept answers, engine usage; which events readers can tell."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

PUBLIC_TYPES = "('entry.published', 'entry.withdrawn', 'tag.renamed')"


def upgrade() -> None:
    op.create_table(
        "idempotency",
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("answer", sa.LargeBinary()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_idempotency_account_id")),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"])

    op.create_table(
        "working_copy",
        sa.Column("entry_id", sa.String(36), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("base_revision", sa.Integer()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("locale IN ('ko', 'en')", name=op.f("ck_working_copy_locale")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_working_copy_entry_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_working_copy_account_id")),
        sa.PrimaryKeyConstraint("entry_id", "locale", "account_id", name=op.f("pk_working_copy")),
    )

    op.create_table(
        "schedule",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("entry_id", sa.String(36), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("revision_id", sa.String(36)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("locale IN ('ko', 'en')", name=op.f("ck_schedule_locale")),
        sa.CheckConstraint("action IN ('publish', 'withdraw')", name=op.f("ck_schedule_action")),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'replaced', 'cancelled', 'failed')", name=op.f("ck_schedule_state")
        ),
        sa.CheckConstraint("(action = 'publish') = (revision_id IS NOT NULL)", name=op.f("ck_schedule_pinned")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_schedule_entry_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_schedule_account_id")),
        sa.ForeignKeyConstraint(
            ["revision_id", "entry_id"], ["revision.id", "revision.entry_id"], name="fk_schedule_revision"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
    )
    op.create_index(op.f("ix_schedule_entry_id"), "schedule", ["entry_id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "uq_schedule_waiting",
        "schedule",
        ["entry_id", "locale"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )

    op.create_table(
        "engine_usage",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("engine", sa.String(64), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("characters", sa.BigInteger(), nullable=False),
        sa.Column("errors", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "engine", name=op.f("pk_engine_usage")),
    )

    op.drop_index(op.f("ix_published_kind_slug"), table_name="published")
    op.create_index(op.f("ix_published_kind_slug_audience"), "published", ["kind", "slug", "audience"], unique=True)

    op.add_column("segment", sa.Column("suggestions", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("log", sa.Column("compacted", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("event", sa.Column("kind", sa.String(16)))
    op.add_column("event", sa.Column("is_public", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE event SET kind = (SELECT kind FROM entry WHERE entry.id = event.entry_id)")
    op.execute(f"UPDATE event SET is_public = {_true()} WHERE type IN {PUBLIC_TYPES}")
    public = sa.text("is_public")
    op.create_index("ix_event_public", "event", ["seq"], sqlite_where=public, postgresql_where=public)


def _true() -> str:
    return "1" if op.get_bind().dialect.name == "sqlite" else "true"


def downgrade() -> None:
    op.drop_index("ix_event_public", table_name="event")
    op.drop_column("event", "is_public")
    op.drop_column("event", "kind")
    op.drop_column("log", "compacted")
    op.drop_column("segment", "suggestions")
    op.drop_index(op.f("ix_published_kind_slug_audience"), table_name="published")
    op.create_index(op.f("ix_published_kind_slug"), "published", ["kind", "slug"])
    op.drop_table("engine_usage")
    op.drop_table("schedule")
    op.drop_table("working_copy")
    op.drop_table("idempotency")

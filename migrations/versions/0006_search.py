"""Search: the words of published texts, the index on PostgreSQL, and what is suggested to readers who type."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0006"
down_revision = "0005"

BY_CODE = sa.String(300).with_variant(sa.String(300, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "search_tokens",
        sa.Column("revision_id", sa.String(36), nullable=False),
        sa.Column("version", sa.String(100), nullable=False),
        sa.Column("entry_id", sa.String(36), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_search_tokens_entry_id")),
        sa.ForeignKeyConstraint(
            ["revision_id", "entry_id"], ["revision.id", "revision.entry_id"], name="fk_search_tokens_revision"
        ),
        sa.PrimaryKeyConstraint("revision_id", "version", name=op.f("pk_search_tokens")),
    )
    op.create_index(op.f("ix_search_tokens_entry_id"), "search_tokens", ["entry_id"])

    op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("log", sa.String(36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.String(100), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_state")),
    )
    op.execute("INSERT INTO search_state (id, log, seq, version, generation, terms) VALUES (1, '', 0, '', 0, '[]')")

    op.create_table(
        "search_document",
        sa.Column("entry_id", sa.String(36), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("words", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sa.CheckConstraint("locale IN ('ko', 'en')", name=op.f("ck_search_document_locale")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_search_document_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "locale", name=op.f("pk_search_document")),
    )
    op.create_index("ix_search_document_words", "search_document", ["words"], postgresql_using="gin")

    op.create_table(
        "suggestion",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("letters", BY_CODE, nullable=False),
        sa.Column("initials", BY_CODE, nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint("locale IN ('ko', 'en')", name=op.f("ck_suggestion_locale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("locale", "text", name=op.f("uq_suggestion_locale_text")),
    )
    op.create_index("ix_suggestion_letters", "suggestion", ["letters"])
    op.create_index("ix_suggestion_initials", "suggestion", ["initials"])

    op.create_table(
        "suggestion_source",
        sa.Column("revision_id", sa.String(36), nullable=False),
        sa.Column("suggestion_id", sa.String(36), nullable=False),
        sa.Column("entry_id", sa.String(36), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_suggestion_source_entry_id")),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_suggestion_source_suggestion_id")),
        sa.ForeignKeyConstraint(
            ["revision_id", "entry_id"], ["revision.id", "revision.entry_id"], name="fk_suggestion_source_revision"
        ),
        sa.PrimaryKeyConstraint("revision_id", "suggestion_id", name=op.f("pk_suggestion_source")),
    )
    op.create_index(op.f("ix_suggestion_source_suggestion_id"), "suggestion_source", ["suggestion_id"])
    op.create_index(op.f("ix_suggestion_source_entry_id"), "suggestion_source", ["entry_id"])


def downgrade() -> None:
    for table in ("suggestion_source", "suggestion", "search_document", "search_state", "search_tokens"):
        op.drop_table(table)

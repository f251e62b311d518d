"""Titles are searched: an index that holds them, so that a search reads no bodies."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_revision_titles", "revision", ["entry_id", "locale", "number", "title"])


def downgrade() -> None:
    op.drop_index("ix_revision_titles", "revision")

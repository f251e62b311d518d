"""Feeds list what is new: an index for each language of what became public in it last."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for locale in ("ko", "en"):
        own = sa.text(f"audience = '{locale}' AND NOT is_fallback")
        op.create_index(
            f"ix_published_newest_{locale}",
            "published",
            ["kind", f"published_at_{locale}", "rank_desc", "entry_id"],
            sqlite_where=own,
            postgresql_where=own,
        )


def downgrade() -> None:
    op.drop_index("ix_published_newest_en", "published")
    op.drop_index("ix_published_newest_ko", "published")

"""Feeds tell since when a text is public, and are named by the installation: not by what surrounds either."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for locale in ("ko", "en"):
        op.add_column("published", sa.Column(f"revised_at_{locale}", sa.DateTime(timezone=True)))
    op.add_column("log", sa.Column("installation", sa.String(36), nullable=False, server_default=""))
    op.execute(sa.text("UPDATE log SET installation = :made").bindparams(made=str(uuid4())))
    for locale in ("ko", "en"):
        # Nothing tells when a text replaced another: not before it was saved, nor before its language was public.
        saved = f"(SELECT created_at FROM revision WHERE revision.id = published.revision_{locale})"
        first = f"published_at_{locale}"
        op.execute(
            f"UPDATE published SET revised_at_{locale} = CASE WHEN {saved} > {first} THEN {saved} ELSE {first} END "
            f"WHERE revision_{locale} IS NOT NULL"
        )


def downgrade() -> None:
    op.drop_column("log", "installation")
    for locale in ("ko", "en"):
        op.drop_column("published", f"revised_at_{locale}")

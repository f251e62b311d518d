"""Terms have admitted forms, a part of speech, a case rule, and may stay as they are in either language."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

CHECKS = {
    "part_of_speech": "part_of_speech IN ('noun', 'name', 'verb', 'adjective', 'other')",
    "case_rule": "\"case\" IN ('auto', 'exact', 'any')",
}


def upgrade() -> None:
    with op.batch_alter_table("term") as term:
        for locale in ("ko", "en"):
            term.add_column(sa.Column(f"admitted_{locale}", sa.Text(), nullable=False, server_default="[]"))
        term.add_column(sa.Column("part_of_speech", sa.String(16), nullable=False, server_default="noun"))
        term.add_column(sa.Column("case", sa.String(16), nullable=False, server_default="auto"))
        term.add_column(sa.Column("keep", sa.Boolean(), nullable=False, server_default=sa.false()))
        for name, rule in CHECKS.items():
            term.create_check_constraint(name, rule)


def downgrade() -> None:
    with op.batch_alter_table("term") as term:
        for name in CHECKS:
            term.drop_constraint(name, type_="check")
        for column in ("admitted_ko", "admitted_en", "part_of_speech", "case", "keep"):
            term.drop_column(column)

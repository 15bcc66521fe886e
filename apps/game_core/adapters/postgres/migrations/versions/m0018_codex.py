"""Remember which kinds of items each character has ever had."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "codex_found",
        sa.Column("char_id", sa.BigInteger(), nullable=False),
        sa.Column("base_id", sa.Text(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["char_id"],
            ["characters.id"],
            name=op.f("fk_codex_found_char_id_characters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("char_id", "base_id", name=op.f("pk_codex_found")),
    )


def downgrade() -> None:
    op.drop_table("codex_found")

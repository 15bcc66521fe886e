"""After a restore, tell what comes again from what it was: births of grants, a generation."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NEW_BIRTH = sa.text("left(gen_random_uuid()::text, 13)")


def upgrade() -> None:
    # Rows that are there keep the id under which a session may have them already.
    op.add_column("inventory_inbox", sa.Column("birth", sa.Text(), nullable=False, server_default=""))
    op.alter_column("inventory_inbox", "birth", server_default=_NEW_BIRTH)
    op.create_table(
        "database_generation",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, server_default="1", nullable=False),
        sa.Column("announced", sa.Text(), nullable=False),
        sa.Column(
            "announced_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_database_generation_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_database_generation")),
    )
    op.execute("INSERT INTO database_generation (announced) VALUES ('first')")


def downgrade() -> None:
    op.drop_table("database_generation")
    op.drop_column("inventory_inbox", "birth")

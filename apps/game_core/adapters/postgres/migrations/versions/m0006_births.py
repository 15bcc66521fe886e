"""After a restore, tell what comes again from what it was: births of grants, a generation."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Rows without one keep the id under which sessions know them: those that are there, and those that the
    # release before this one still makes.
    op.add_column("inventory_inbox", sa.Column("birth", sa.Text(), nullable=False, server_default=""))
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

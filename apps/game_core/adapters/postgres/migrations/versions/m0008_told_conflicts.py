"""Remember which conflicts the player was told of: a session may end before it could."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inventory_conflicts", sa.Column("told_at", sa.DateTime(timezone=True)))
    # Nobody knows of those that are there; they are told once at most, as they were until now.
    op.execute("UPDATE inventory_conflicts SET told_at = recorded_at")


def downgrade() -> None:
    op.drop_column("inventory_conflicts", "told_at")

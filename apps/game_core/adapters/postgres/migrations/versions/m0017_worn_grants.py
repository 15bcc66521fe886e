"""Let grants be of worn pieces. The release before this one delivers such a grant whole."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inventory_inbox", sa.Column("durability", sa.Integer(), nullable=True))
    # What `AddItem` may be asked for.
    op.create_check_constraint(
        op.f("ck_inventory_inbox_durability"), "inventory_inbox", "durability BETWEEN 0 AND 10000"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_inventory_inbox_durability"), "inventory_inbox", type_="check")
    op.drop_column("inventory_inbox", "durability")

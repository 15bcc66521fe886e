"""Let a grant be asked for twice and made once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_UNIQUE = "uq_inventory_inbox_char_id_grant_key"


def upgrade() -> None:
    op.add_column("inventory_inbox", sa.Column("grant_key", sa.Text))
    op.create_unique_constraint(op.f(_UNIQUE), "inventory_inbox", ["char_id", "grant_key"])


def downgrade() -> None:
    op.drop_constraint(op.f(_UNIQUE), "inventory_inbox")
    op.drop_column("inventory_inbox", "grant_key")

"""Let the inbox bring whole things, and coins, of a trade.

The release before this one takes such a row for something unknown and leaves it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0015"
branch_labels = None
depends_on = None

_PARCEL = "num_nonnulls(trade, mark, items) IN (0, 3) AND (trade IS NULL) = (base_id <> '')"


# What became of a thing is asked by its id.
_THINGS = """
CREATE INDEX ix_inventory_inbox_things ON inventory_inbox USING gin (items jsonb_path_ops)
WHERE items IS NOT NULL
"""


def upgrade() -> None:
    op.add_column("inventory_inbox", sa.Column("trade", sa.BigInteger(), nullable=True))
    op.add_column("inventory_inbox", sa.Column("mark", sa.BigInteger(), nullable=True))
    op.add_column("inventory_inbox", sa.Column("items", postgresql.JSONB(), nullable=True))
    op.add_column("inventory_inbox", sa.Column("coins", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column(
        "inventory_inbox",
        sa.Column("returned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.execute(_THINGS)
    op.create_check_constraint(op.f("ck_inventory_inbox_parcel"), "inventory_inbox", _PARCEL)
    op.create_check_constraint(op.f("ck_inventory_inbox_coins_not_negative"), "inventory_inbox", "coins >= 0")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_inventory_inbox_coins_not_negative"), "inventory_inbox", type_="check")
    op.drop_constraint(op.f("ck_inventory_inbox_parcel"), "inventory_inbox", type_="check")
    op.drop_index("ix_inventory_inbox_things", "inventory_inbox")
    for column in ("returned", "coins", "items", "mark", "trade"):
        op.drop_column("inventory_inbox", column)

"""Limited wares: how many pieces are sold in which period, and to whom they are promised."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merchant_stock",
        sa.Column("ware", sa.Text(), nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ware", "period", name=op.f("pk_merchant_stock")),
        sa.CheckConstraint("sold >= 0", name=op.f("ck_merchant_stock_sold")),
    )
    op.create_table(
        "merchant_orders",
        sa.Column("char_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ware", sa.Text(), nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="reserved", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("char_id", "name", name=op.f("pk_merchant_orders")),
        sa.ForeignKeyConstraint(
            ["char_id"], ["characters.id"], name=op.f("fk_merchant_orders_char_id"), ondelete="CASCADE"
        ),
        sa.CheckConstraint("quantity BETWEEN 1 AND 10000", name=op.f("ck_merchant_orders_quantity")),
        sa.CheckConstraint("state IN ('reserved', 'done', 'lapsed')", name=op.f("ck_merchant_orders_state")),
    )
    op.create_index(
        op.f("ix_merchant_orders_reserved"),
        "merchant_orders",
        ["at"],
        postgresql_where=sa.text("state = 'reserved'"),
    )


def downgrade() -> None:
    op.drop_table("merchant_orders")
    op.drop_table("merchant_stock")

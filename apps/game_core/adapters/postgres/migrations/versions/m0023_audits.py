"""Room for what the audit remembers, so that whoever has not changed is not counted again."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inventory_audits",
        sa.Column("char_id", sa.BigInteger(), nullable=False),
        sa.Column("in_order", sa.BigInteger(), nullable=True),
        sa.Column("audited_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["char_id"],
            ["inventories.char_id"],
            name=op.f("fk_inventory_audits_char_id_inventories"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("char_id", name=op.f("pk_inventory_audits")),
    )


def downgrade() -> None:
    op.drop_table("inventory_audits")

"""Find ledger entries by their time: an item's id says when it was made."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Entries come in the order of time, so that a summary of each megabyte is enough.
    op.create_index(
        op.f("ix_inventory_operations_at"),
        "inventory_operations",
        ["at"],
        postgresql_using="brin",
        postgresql_with={"autosummarize": "on"},
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_inventory_operations_at"), table_name="inventory_operations")

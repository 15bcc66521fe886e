"""Fence writes that bypass the session, and one conflict an operation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A transaction of the session keeps version and rev itself and says so; everybody else's change of item rows
# makes the inventory another one, which sessions notice at their next write.
_FUNCTION = """
CREATE FUNCTION inventory_items_fence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('inventory.writer', true) = 'session' THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE inventories SET version = version + 1, rev = 'sql:' || gen_random_uuid()
        WHERE char_id IN (SELECT char_id FROM new_rows);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        UPDATE inventories SET version = version + 1, rev = 'sql:' || gen_random_uuid()
        WHERE char_id IN (SELECT char_id FROM old_rows);
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGER = """
CREATE TRIGGER inventory_items_fence_{event} AFTER {event} ON inventory_items
REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION inventory_items_fence()
"""
_ROWS = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}


def upgrade() -> None:
    op.execute(_FUNCTION)
    for event, rows in _ROWS.items():
        op.execute(_TRIGGER.format(event=event, rows=rows))
    op.create_index(
        "ix_inventory_inbox_unread_id",
        "inventory_inbox",
        ["id"],
        unique=False,
        postgresql_where=sa.text("consumed_at IS NULL"),
    )
    op.drop_column("inventory_conflicts", "told_at")
    op.add_column("inventory_conflicts", sa.Column("version", sa.BigInteger(), nullable=False))
    op.add_column("inventory_conflicts", sa.Column("result", postgresql.JSONB(), nullable=False))
    op.drop_index(op.f("ix_inventory_conflicts_char_id"), table_name="inventory_conflicts")
    op.create_unique_constraint(
        op.f("uq_inventory_conflicts_char_id_op_id"), "inventory_conflicts", ["char_id", "op_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_inventory_inbox_unread_id", table_name="inventory_inbox")
    op.drop_column("inventory_conflicts", "result")
    op.drop_column("inventory_conflicts", "version")
    op.drop_constraint(op.f("uq_inventory_conflicts_char_id_op_id"), "inventory_conflicts")
    op.create_index(op.f("ix_inventory_conflicts_char_id"), "inventory_conflicts", ["char_id"], unique=False)
    op.add_column("inventory_conflicts", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    for event in _ROWS:
        op.execute(f"DROP TRIGGER inventory_items_fence_{event} ON inventory_items")
    op.execute("DROP FUNCTION inventory_items_fence()")

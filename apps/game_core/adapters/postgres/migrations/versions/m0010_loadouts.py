"""Keep what players wear under names of their own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# As with items: whoever changes them past the session makes the inventory another one.
_FUNCTION = """
CREATE FUNCTION inventory_loadouts_fence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('inventory.writer', true) IS DISTINCT FROM 'session' THEN
        UPDATE inventories SET version = version + 1, rev = 'sql:' || gen_random_uuid()
        WHERE char_id IN (OLD.char_id, NEW.char_id);
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGER = """
CREATE TRIGGER inventory_loadouts_fence AFTER INSERT OR UPDATE OR DELETE ON inventory_loadouts
FOR EACH ROW EXECUTE FUNCTION inventory_loadouts_fence()
"""


def upgrade() -> None:
    op.create_table(
        "inventory_loadouts",
        sa.Column("char_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pieces", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["char_id"],
            ["inventories.char_id"],
            name=op.f("fk_inventory_loadouts_char_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("char_id", "id", name=op.f("pk_inventory_loadouts")),
    )
    op.execute(_FUNCTION)
    op.execute(_TRIGGER)


def downgrade() -> None:
    op.drop_table("inventory_loadouts")
    op.execute("DROP FUNCTION inventory_loadouts_fence()")

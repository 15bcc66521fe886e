"""Let inventories hold coins. The release before this one neither knows of them nor touches them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Sessions carry the purse with them: one that was changed behind a session's back would be overwritten.
_FUNCTION = """
CREATE FUNCTION inventories_fence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('inventory.writer', true) IS DISTINCT FROM 'session' THEN
        UPDATE inventories SET version = version + 1, rev = 'sql:' || gen_random_uuid()
        WHERE char_id = NEW.char_id;
        INSERT INTO inventory_edits (char_id, version, coins)
        SELECT char_id, version, jsonb_build_object('before', OLD.coins, 'after', NEW.coins)
        FROM inventories WHERE char_id = NEW.char_id;
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGER = """
CREATE TRIGGER inventories_fence AFTER UPDATE OF coins ON inventories
FOR EACH ROW WHEN (OLD.coins <> NEW.coins) EXECUTE FUNCTION inventories_fence()
"""


def upgrade() -> None:
    op.add_column("inventories", sa.Column("coins", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_inventories_coins_not_negative"), "inventories", "coins >= 0")
    op.add_column("inventory_edits", sa.Column("coins", postgresql.JSONB(), nullable=True))
    op.execute(_FUNCTION)
    op.execute(_TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER inventories_fence ON inventories")
    op.execute("DROP FUNCTION inventories_fence()")
    op.drop_column("inventory_edits", "coins")
    op.drop_constraint(op.f("ck_inventories_coins_not_negative"), "inventories", type_="check")
    op.drop_column("inventories", "coins")

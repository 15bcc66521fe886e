"""Room for what stands in place of archived entries: where inventories were, and the ids that stay used."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_IS_ARCHIVED = """
CREATE OR REPLACE FUNCTION ledger_is_archived(owner bigint, named text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT hashtextextended(named, 0) = ANY(ids) FROM ledger_archived_ids
        WHERE char_id = owner AND first <= hashtextextended(named, 0) ORDER BY first DESC LIMIT 1
    ), false)
$$
"""
# A release that does not ask is refused, too, in the words of the index that had the id before.
_REFUSE = """
CREATE FUNCTION ledger_refuse_archived() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE twice record; BEGIN
    SELECT char_id, op_id INTO twice FROM new_rows WHERE ledger_is_archived(char_id, op_id) LIMIT 1;
    IF FOUND THEN
        RAISE unique_violation USING MESSAGE = format(
            'pk_inventory_operations_id: operation %s of %s is archived', twice.op_id, twice.char_id);
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGER = """
CREATE TRIGGER ledger_refuse_archived AFTER INSERT ON inventory_operations
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_archived()
"""
_OWNER = "inventories.char_id"


def upgrade() -> None:
    op.create_table(
        "ledger_checkpoints",
        sa.Column("char_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["char_id"], [_OWNER], name=op.f("fk_ledger_checkpoints_char_id_inventories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("char_id", name=op.f("pk_ledger_checkpoints")),
    )
    op.create_table(
        "ledger_archived_ids",
        sa.Column("char_id", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.ForeignKeyConstraint(
            ["char_id"], [_OWNER], name=op.f("fk_ledger_archived_ids_char_id_inventories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("char_id", "first", name=op.f("pk_ledger_archived_ids")),
    )
    op.execute(_IS_ARCHIVED)
    op.execute(_REFUSE)
    op.execute(_TRIGGER)


def downgrade() -> None:
    """What is archived does not come back: its ids may be used again, and the audit finds no beginning."""
    op.execute("DROP TRIGGER ledger_refuse_archived ON inventory_operations")
    op.execute("DROP FUNCTION ledger_refuse_archived()")
    op.execute("DROP FUNCTION ledger_is_archived(bigint, text)")
    op.drop_table("ledger_archived_ids")
    op.drop_table("ledger_checkpoints")

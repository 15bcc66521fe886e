"""Room for packed entries in the ledger, and narrower indexes: nothing that is there is written anew.

Indexes over years of entries take minutes: they are built before the step, while others write.
"""

from alembic import op

from apps.game_core.adapters.postgres import ledger_packing

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_KEY = "pk_inventory_operations_id"
_WRITTEN_IN = "ix_inventory_operations_written_in"
_EARLIEST = "ix_inventory_operations_earliest"
_INDEXES = {
    _KEY: "CREATE UNIQUE INDEX {} ON inventory_operations (char_id, hashtextextended(op_id, 0))",
    _WRITTEN_IN: "CREATE INDEX {} ON inventory_operations (written_in)",
    _EARLIEST: """CREATE INDEX {} ON inventory_operations (char_id, version)
    WHERE written_in = CAST('0' AS xid8)""",
}
BEFOREHAND = [index.format(f"CONCURRENTLY IF NOT EXISTS {name}") for name, index in _INDEXES.items()]
# What was stopped in the middle is there, and no index.
_DROP_HALF = """
DO $$ DECLARE half regclass; BEGIN
    FOR half IN
        SELECT indexrelid FROM pg_index
        WHERE indrelid = CAST('inventory_operations' AS regclass) AND NOT indisvalid
    LOOP
        EXECUTE format('DROP INDEX %s', half);
    END LOOP;
END $$
"""
# Others queue behind a lock that is waited for: two seconds at most, and then it is their turn.
# Inventories first, as whoever writes does: the next step, in the same transaction, refers to them.
_LOCK = """
DO $$ BEGIN
    PERFORM set_config('lock_timeout', '2s', true);
    LOOP
        BEGIN
            LOCK TABLE inventories IN SHARE ROW EXCLUSIVE MODE;
            LOCK TABLE inventory_operations IN ACCESS EXCLUSIVE MODE;
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(1);
        END;
    END LOOP;
    PERFORM set_config('lock_timeout', '0', true);
END $$
"""
# Older entries need no look: without the check each of them had all three.
_EXPAND = """
ALTER TABLE inventory_operations
    ADD COLUMN body bytea,
    ALTER COLUMN payload DROP NOT NULL,
    ALTER COLUMN result DROP NOT NULL,
    ALTER COLUMN before DROP NOT NULL,
    DROP CONSTRAINT pk_inventory_operations,
    ADD CONSTRAINT ck_inventory_operations_form CHECK (
        num_nonnulls(payload, result, before) = CASE WHEN body IS NULL THEN 3 ELSE 0 END
    ) NOT VALID
"""
_CONTRACT = """
ALTER TABLE inventory_operations
    DROP CONSTRAINT ck_inventory_operations_form,
    DROP COLUMN body,
    ALTER COLUMN payload SET NOT NULL,
    ALTER COLUMN result SET NOT NULL,
    ALTER COLUMN before SET NOT NULL,
    ADD CONSTRAINT pk_inventory_operations PRIMARY KEY (char_id, op_id)
"""
_WIDER = "ix_inventory_operations_written_in_char_id_version"


def upgrade() -> None:
    op.execute(_LOCK)
    op.execute(_DROP_HALF)
    for name, index in _INDEXES.items():
        op.execute(index.format(f"IF NOT EXISTS {name}"))
    op.execute(_EXPAND)
    op.drop_index(_WIDER, "inventory_operations")


def downgrade() -> None:
    op.execute(_LOCK)
    ledger_packing.unpack_all(op.get_bind())
    op.execute(_CONTRACT)
    for name in _INDEXES:
        op.drop_index(name, "inventory_operations")
    op.create_index(_WIDER, "inventory_operations", ["written_in", "char_id", "version"])

"""Number ledger entries by the transaction that wrote them: whoever listens reads on from where they were."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A constant rewrites nothing: all that was written before counts as one transaction, the earliest.
    op.execute("ALTER TABLE inventory_operations ADD COLUMN written_in xid8 NOT NULL DEFAULT '0'")
    op.execute("ALTER TABLE inventory_operations ALTER COLUMN written_in SET DEFAULT pg_current_xact_id()")
    op.create_index(
        op.f("ix_inventory_operations_written_in_char_id_version"),
        "inventory_operations",
        ["written_in", "char_id", "version"],
    )
    op.execute("""
    CREATE TABLE event_cursors (
        subscriber text NOT NULL,
        ledger text NOT NULL DEFAULT '',
        written_in xid8 NOT NULL DEFAULT '0',
        char_id bigint NOT NULL DEFAULT 0,
        version bigint NOT NULL DEFAULT 0,
        moved_at timestamptz NOT NULL DEFAULT now(),
        failures integer NOT NULL DEFAULT 0,
        error text NOT NULL DEFAULT '',
        CONSTRAINT pk_event_cursors PRIMARY KEY (subscriber)
    )
    """)


def downgrade() -> None:
    op.drop_table("event_cursors")
    op.drop_index(
        op.f("ix_inventory_operations_written_in_char_id_version"), table_name="inventory_operations"
    )
    op.drop_column("inventory_operations", "written_in")

"""Trades: what is given waits in one, and comes out of the inbox, whole things and coins.

The release before this one takes such a row of the inbox for something unknown and leaves it. What its
processes would write of what was given is refused: it would be in nobody's hands.
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


# Who writes into the ledger that something was given puts it into its trade, in the same transaction.
_FUNCTION = """
CREATE FUNCTION inventory_operations_gives() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('inventory.gives', true) IS DISTINCT FROM 'settled' THEN
        RAISE EXCEPTION 'operation % gives into no trade', NEW.op_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
_TRIGGER = """
CREATE TRIGGER inventory_operations_gives BEFORE INSERT ON inventory_operations
FOR EACH ROW WHEN (NEW.kind = 'give') EXECUTE FUNCTION inventory_operations_gives()
"""


def upgrade() -> None:
    _trades()
    _gifts()
    _inbox()
    op.execute(_FUNCTION)
    op.execute(_TRIGGER)


def _trades() -> None:
    op.create_table(
        "trades",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=True),
        sa.Column("second", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first <> second", name=op.f("ck_trades_another")),
        sa.CheckConstraint("state IN ('open', 'settled', 'off')", name=op.f("ck_trades_state")),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_trades_ended")),
        *(
            sa.ForeignKeyConstraint(
                [name],
                ["characters.id"],
                name=op.f(f"fk_trades_{name}"),
                ondelete="SET NULL",
                initially="DEFERRED",
                deferrable=True,
            )
            for name in ("first", "second")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trades")),
    )
    op.create_index(op.f("ix_trades_first"), "trades", ["first"])
    op.create_index(op.f("ix_trades_second"), "trades", ["second"])
    op.create_index("ix_trades_open", "trades", ["id"], postgresql_where=sa.text("state = 'open'"))


def _gifts() -> None:
    op.create_table(
        "trade_gifts",
        sa.Column("trade", sa.BigInteger(), nullable=False),
        sa.Column("giver", sa.BigInteger(), nullable=False),
        sa.Column("own_mark", sa.BigInteger(), nullable=False),
        sa.Column("other_mark", sa.BigInteger(), nullable=False),
        sa.Column("items", postgresql.JSONB(), nullable=False),
        sa.Column("coins", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("coins >= 0", name=op.f("ck_trade_gifts_coins_not_negative")),
        sa.ForeignKeyConstraint(
            ["trade"], ["trades.id"], name=op.f("fk_trade_gifts_trade"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["giver"], ["inventories.char_id"], name=op.f("fk_trade_gifts_giver"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("trade", "giver", name=op.f("pk_trade_gifts")),
    )
    op.create_index(op.f("ix_trade_gifts_giver"), "trade_gifts", ["giver"])


def _inbox() -> None:
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
    op.execute("DROP TRIGGER inventory_operations_gives ON inventory_operations")
    op.execute("DROP FUNCTION inventory_operations_gives()")
    op.drop_constraint(op.f("ck_inventory_inbox_coins_not_negative"), "inventory_inbox", type_="check")
    op.drop_constraint(op.f("ck_inventory_inbox_parcel"), "inventory_inbox", type_="check")
    op.drop_index("ix_inventory_inbox_things", "inventory_inbox")
    for column in ("returned", "coins", "items", "mark", "trade"):
        op.drop_column("inventory_inbox", column)
    op.drop_table("trade_gifts")
    op.drop_table("trades")

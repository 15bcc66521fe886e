"""The tables of modules beside the inventory, as migrations leave them; times as in `tables`."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from apps.game_core.adapters.postgres.tables import metadata
from apps.game_core.adapters.postgres.xid8 import Xid8

# `metadata` knows all tables once these are known.
__all__ = [
    "codex_found",
    "event_cursors",
    "merchant_orders",
    "merchant_stock",
    "metadata",
    "trade_gifts",
    "trades",
]

# `period` is when the hours began that the stock is for.
merchant_stock = sa.Table(
    "merchant_stock",
    metadata,
    sa.Column("ware", sa.Text, primary_key=True),
    sa.Column("period", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("sold", sa.Integer, nullable=False),
    sa.CheckConstraint("sold >= 0", "sold"),
)

# Pieces of that stock by the purchase they are for. A row stays: the same order may come again.
merchant_orders = sa.Table(
    "merchant_orders",
    metadata,
    sa.Column("char_id", sa.BigInteger, sa.ForeignKey("characters.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("ware", sa.Text, nullable=False),
    sa.Column("period", sa.BigInteger, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default="reserved"),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.CheckConstraint("quantity BETWEEN 1 AND 10000", "quantity"),
    sa.CheckConstraint("state IN ('reserved', 'done', 'lapsed')", "state"),
    sa.Index("ix_merchant_orders_reserved", "at", postgresql_where=sa.text("state = 'reserved'")),
)

# How far into the ledger each subscriber has heard: up to the entry with `written_in`, `char_id`, `version`.
# `ledger` is the one that these belong to; `failures` are those since it was told something last.
event_cursors = sa.Table(
    "event_cursors",
    metadata,
    sa.Column("subscriber", sa.Text, primary_key=True),
    sa.Column("ledger", sa.Text, nullable=False, server_default=""),
    sa.Column("written_in", Xid8, nullable=False, server_default="0"),
    sa.Column("char_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
)

# When a character had a piece of a kind for the first time.
codex_found = sa.Table(
    "codex_found",
    metadata,
    sa.Column("char_id", sa.BigInteger, sa.ForeignKey("characters.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("base_id", sa.Text, primary_key=True),
    sa.Column("found_at", sa.BigInteger, nullable=False),
)

# What waits for the other side, is exchanged or has gone back; the last two are for ever. Ids are random, and
# given by those who trade. Who is deleted leaves an empty chair.
trades = sa.Table(
    "trades",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    *(
        sa.Column(
            name,
            sa.BigInteger,
            # Deferred: whoever is deleted meanwhile is looked for by those who write, and not before.
            sa.ForeignKey("characters.id", ondelete="SET NULL", deferrable=True, initially="DEFERRED"),
            index=True,
        )
        for name in ("first", "second")
    ),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("first <> second", "another"),
    sa.CheckConstraint("state IN ('open', 'settled', 'off')", "state"),
    sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", "ended"),
    sa.Index("ix_trades_open", "id", postgresql_where=sa.text("state = 'open'")),
)

trade_gifts = sa.Table(
    "trade_gifts",
    metadata,
    sa.Column("trade", sa.BigInteger, sa.ForeignKey("trades.id", ondelete="CASCADE"), primary_key=True),
    sa.Column(
        "giver",
        sa.BigInteger,
        sa.ForeignKey("inventories.char_id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    sa.Column("own_mark", sa.BigInteger, nullable=False),
    sa.Column("other_mark", sa.BigInteger, nullable=False),
    sa.Column("items", JSONB, nullable=False),
    sa.Column("coins", sa.BigInteger, nullable=False),
    sa.CheckConstraint("coins >= 0", "coins_not_negative"),
)

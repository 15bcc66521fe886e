"""The database's tables, as migrations leave them. Times are Unix seconds unless a column says otherwise."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from apps.game_core.modules.inventory.inventory.model import BACKPACK, QUICK_SLOT
from apps.game_core.modules.items.contracts import Slot

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

PLACES = (*(slot.value for slot in Slot), BACKPACK, QUICK_SLOT)

characters = sa.Table(
    "characters",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("user_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("level", sa.Integer, nullable=False, server_default="1"),
    sa.Column("strength", sa.Integer, nullable=False, server_default="10"),
    sa.Column("max_hp", sa.Integer, nullable=False, server_default="100"),
    sa.Column("hp", sa.Integer, nullable=False, server_default="100"),
    sa.Column("buffs", JSONB, nullable=False, server_default="[]"),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("experience", sa.Integer, nullable=False, server_default="0"),
    sa.CheckConstraint("hp >= 0", "hp_not_negative"),
    sa.CheckConstraint("experience >= 0", "experience_not_negative"),
)

inventories = sa.Table(
    "inventories",
    metadata,
    sa.Column("char_id", sa.BigInteger, sa.ForeignKey("characters.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("rev", sa.Text, nullable=False, server_default=""),
    sa.Column("max_slots", sa.Integer, nullable=False, server_default="50"),
    sa.Column("quick_slots", sa.Integer, nullable=False, server_default="4"),
    sa.Column("coins", sa.BigInteger, nullable=False, server_default="0"),
    sa.CheckConstraint("quick_slots BETWEEN 0 AND 10", "quick_slots"),
    sa.CheckConstraint("coins >= 0", "coins_not_negative"),
)

inventory_items = sa.Table(
    "inventory_items",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column(
        "char_id", sa.BigInteger, sa.ForeignKey("inventories.char_id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("base_id", sa.Text, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("rarity", sa.Text, nullable=False),
    sa.Column("affixes", JSONB, nullable=False, server_default="{}"),
    sa.Column("durability", sa.Integer),
    sa.Column("max_durability", sa.Integer),
    sa.Column("locked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("bound", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("acquired_at", sa.BigInteger, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
    sa.Column("junk", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.CheckConstraint("quantity BETWEEN 1 AND 10000", "quantity"),
    sa.CheckConstraint(sa.column("place").in_(PLACES), "place"),
    # Deferred: two items that change places within one write may meet for a moment.
    sa.UniqueConstraint("char_id", "place", "position", deferrable=True, initially="DEFERRED"),
)

# What a player wore under a name: `pieces` by slot, as in the ledger. Item ids in there may be gone.
inventory_loadouts = sa.Table(
    "inventory_loadouts",
    metadata,
    sa.Column(
        "char_id", sa.BigInteger, sa.ForeignKey("inventories.char_id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("pieces", JSONB, nullable=False),
)

inventory_operations = sa.Table(
    "inventory_operations",
    metadata,
    sa.Column(
        "char_id", sa.BigInteger, sa.ForeignKey("inventories.char_id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("op_id", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("payload", JSONB, nullable=False),
    sa.Column("result", JSONB, nullable=False),
    sa.Column("before", JSONB, nullable=False),
    sa.Column("written_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Index(None, "char_id", "version"),
    # Entries come in the order of time, so that a summary of each megabyte is enough.
    sa.Index(None, "at", postgresql_using="brin", postgresql_with={"autosummarize": "on"}),
)

inventory_inbox = sa.Table(
    "inventory_inbox",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column(
        "char_id", sa.BigInteger, sa.ForeignKey("inventories.char_id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("base_id", sa.Text, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("consumed_at", sa.DateTime(timezone=True)),
    sa.Column("grant_key", sa.Text),
    # As `AddItem` has them; nobody's own rarity is the kind's.
    sa.Column("rarity", sa.Text),
    sa.Column("affixes", JSONB, nullable=False, server_default="{}"),
    sa.Column("bound", sa.Boolean, nullable=False, server_default=sa.false()),
    # What comes of a trade: whole things, and coins, that lay on the half with this mark. Such a row has no
    # `base_id`: what knows nothing of parcels takes it for something unknown, and leaves it.
    sa.Column("trade", sa.BigInteger),
    sa.Column("mark", sa.BigInteger),
    sa.Column("items", JSONB),
    sa.Column("coins", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("returned", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("char_id", "grant_key"),
    sa.CheckConstraint("quantity BETWEEN 1 AND 10000", "quantity"),
    sa.CheckConstraint(
        "num_nonnulls(trade, mark, items) IN (0, 3) AND (trade IS NULL) = (base_id <> '')", "parcel"
    ),
    sa.CheckConstraint("coins >= 0", "coins_not_negative"),
    sa.Index("ix_inventory_inbox_unread", "char_id", postgresql_where=sa.text("consumed_at IS NULL")),
    sa.Index(
        "ix_inventory_inbox_things",
        "items",
        postgresql_using="gin",
        postgresql_ops={"items": "jsonb_path_ops"},
        postgresql_where=sa.text("items IS NOT NULL"),
    ),
    sa.Index("ix_inventory_inbox_unread_id", "id", postgresql_where=sa.text("consumed_at IS NULL")),
)

inventory_conflicts = sa.Table(
    "inventory_conflicts",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column(
        "char_id", sa.BigInteger, sa.ForeignKey("inventories.char_id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("op_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("payload", JSONB, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("result", JSONB, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("told_at", sa.DateTime(timezone=True)),
    sa.UniqueConstraint("char_id", "op_id"),
)

# One row: what operators have announced of the database, a restore from a backup above all.
database_generation = sa.Table(
    "database_generation",
    metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False, server_default="1"),
    sa.Column("announced", sa.Text, nullable=False),
    sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.CheckConstraint("id = 1", "one_row"),
)

# Written by triggers when rows change that no session wrote. `before` and `after` are rows as in the ledger,
# `vitals` is what they became, `hero` what of it grows and `coins` the purse, `before` and `after`; `version`
# is the inventory's after the edit.
inventory_edits = sa.Table(
    "inventory_edits",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column(
        "char_id",
        sa.BigInteger,
        sa.ForeignKey("inventories.char_id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("before", JSONB, nullable=False, server_default="[]"),
    sa.Column("after", JSONB, nullable=False, server_default="[]"),
    sa.Column("vitals", JSONB),
    sa.Column("edited_by", sa.Text, nullable=False, server_default=sa.text("session_user")),
    sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("hero", JSONB),
    sa.Column("coins", JSONB),
)

# No foreign key: the line about a character stays when the character goes.
admin_actions = sa.Table(
    "admin_actions",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("request_id", sa.Text, nullable=False, unique=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("char_id", sa.BigInteger),
    sa.Column("arguments", JSONB, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
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

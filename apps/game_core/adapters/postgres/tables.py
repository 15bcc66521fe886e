"""The database's tables, as migrations leave them. Times are Unix seconds unless a column says otherwise."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from apps.game_core.adapters.postgres.ledger_rows import KEY
from apps.game_core.adapters.postgres.xid8 import Xid8
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
        "char_id", sa.BigInteger, sa.ForeignKey("inventories.char_id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("op_id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    # Either these three, or all of them packed in `body`.
    sa.Column("payload", JSONB),
    sa.Column("result", JSONB),
    sa.Column("before", JSONB),
    sa.Column("written_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    # The transaction that wrote it; 0 for what is older than this column, or came out of a dump.
    sa.Column("written_in", Xid8, nullable=False, server_default=sa.func.pg_current_xact_id()),
    sa.Column("body", sa.LargeBinary),
    sa.CheckConstraint(
        "num_nonnulls(payload, result, before) = CASE WHEN body IS NULL THEN 3 ELSE 0 END", "form"
    ),
    # A number for each id: a quarter of its length. Two of one character are alike once in 10^19 pairs.
    sa.Index("pk_inventory_operations_id", "char_id", sa.text(f"({KEY.format('op_id')})"), unique=True),
    sa.Index(None, "char_id", "version"),
    # What one transaction wrote is one key of it, however much that is.
    sa.Index(None, "written_in"),
    sa.Index(
        "ix_inventory_operations_earliest",
        "char_id",
        "version",
        postgresql_where=sa.text("written_in = CAST('0' AS xid8)"),
    ),
    # Entries come in the order of time, so that a summary of each megabyte is enough.
    sa.Index(None, "at", postgresql_using="brin", postgresql_with={"autosummarize": "on"}),
)

# Where an inventory stood when all entries up to `version`, made by `at`, went into files. `digest` is of all
# of these, `state` what is counted on from, packed.
ledger_checkpoints = sa.Table(
    "ledger_checkpoints",
    metadata,
    sa.Column(
        "char_id", sa.BigInteger, sa.ForeignKey("inventories.char_id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
)

# The numbers that the ledger's index had for what is archived, in stretches of ascending ones.
ledger_archived_ids = sa.Table(
    "ledger_archived_ids",
    metadata,
    sa.Column(
        "char_id", sa.BigInteger, sa.ForeignKey("inventories.char_id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("first", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("ids", ARRAY(sa.BigInteger), nullable=False),
)

# `in_order`: a number of all rows that an inventory had when the audit found nothing wrong with it, or NULL
# since it found something.
inventory_audits = sa.Table(
    "inventory_audits",
    metadata,
    sa.Column(
        "char_id", sa.BigInteger, sa.ForeignKey("inventories.char_id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("in_order", sa.BigInteger),
    sa.Column("audited_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
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
    sa.Column("durability", sa.Integer),
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

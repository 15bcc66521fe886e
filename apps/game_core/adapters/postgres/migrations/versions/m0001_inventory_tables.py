"""Characters, inventories, item rows, ledger, inbox and conflicts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "characters",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), server_default="1", nullable=False),
        sa.Column("strength", sa.Integer(), server_default="10", nullable=False),
        sa.Column("max_hp", sa.Integer(), server_default="100", nullable=False),
        sa.Column("hp", sa.Integer(), server_default="100", nullable=False),
        sa.Column("buffs", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("hp >= 0", name=op.f("ck_characters_hp_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_characters")),
        sa.UniqueConstraint("user_id", name=op.f("uq_characters_user_id")),
    )
    op.create_table(
        "inventories",
        sa.Column("char_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rev", sa.Text(), server_default="", nullable=False),
        sa.Column("max_slots", sa.Integer(), server_default="50", nullable=False),
        sa.Column("quick_slots", sa.Integer(), server_default="4", nullable=False),
        sa.CheckConstraint("quick_slots BETWEEN 0 AND 10", name=op.f("ck_inventories_quick_slots")),
        sa.ForeignKeyConstraint(
            ["char_id"], ["characters.id"], name=op.f("fk_inventories_char_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("char_id", name=op.f("pk_inventories")),
    )
    op.create_table(
        "inventory_conflicts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("char_id", sa.BigInteger(), nullable=False),
        sa.Column("op_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["char_id"],
            ["inventories.char_id"],
            name=op.f("fk_inventory_conflicts_char_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_conflicts")),
    )
    op.create_index(op.f("ix_inventory_conflicts_char_id"), "inventory_conflicts", ["char_id"], unique=False)
    op.create_table(
        "inventory_inbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("char_id", sa.BigInteger(), nullable=False),
        sa.Column("base_id", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity BETWEEN 1 AND 10000", name=op.f("ck_inventory_inbox_quantity")),
        sa.ForeignKeyConstraint(
            ["char_id"], ["inventories.char_id"], name=op.f("fk_inventory_inbox_char_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_inbox")),
    )
    op.create_index(
        "ix_inventory_inbox_unread",
        "inventory_inbox",
        ["char_id"],
        unique=False,
        postgresql_where=sa.text("consumed_at IS NULL"),
    )
    op.create_table(
        "inventory_items",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("char_id", sa.BigInteger(), nullable=False),
        sa.Column("base_id", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("rarity", sa.Text(), nullable=False),
        sa.Column("affixes", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("durability", sa.Integer(), nullable=True),
        sa.Column("max_durability", sa.Integer(), nullable=True),
        sa.Column("locked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("bound", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("acquired_at", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "place IN ('main_hand', 'off_hand', 'head', 'chest', 'legs', 'feet', "
            "'accessory_1', 'accessory_2', 'backpack', 'quick_slot')",
            name=op.f("ck_inventory_items_place"),
        ),
        sa.CheckConstraint("quantity BETWEEN 1 AND 10000", name=op.f("ck_inventory_items_quantity")),
        sa.ForeignKeyConstraint(
            ["char_id"], ["inventories.char_id"], name=op.f("fk_inventory_items_char_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_items")),
        sa.UniqueConstraint(
            "char_id",
            "place",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_inventory_items_char_id_place_position"),
        ),
    )
    op.create_table(
        "inventory_operations",
        sa.Column("char_id", sa.BigInteger(), nullable=False),
        sa.Column("op_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["char_id"],
            ["inventories.char_id"],
            name=op.f("fk_inventory_operations_char_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("char_id", "op_id", name=op.f("pk_inventory_operations")),
    )
    op.create_index(
        op.f("ix_inventory_operations_char_id_version"),
        "inventory_operations",
        ["char_id", "version"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_inventory_operations_char_id_version"), table_name="inventory_operations")
    op.drop_table("inventory_operations")
    op.drop_table("inventory_items")
    op.drop_index(
        "ix_inventory_inbox_unread",
        table_name="inventory_inbox",
        postgresql_where=sa.text("consumed_at IS NULL"),
    )
    op.drop_table("inventory_inbox")
    op.drop_index(op.f("ix_inventory_conflicts_char_id"), table_name="inventory_conflicts")
    op.drop_table("inventory_conflicts")
    op.drop_table("inventories")
    op.drop_table("characters")

"""Write down what was edited behind the sessions' back: the audit goes on from there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_IMAGE = """
jsonb_build_object(
    'item', jsonb_build_object(
        'id', each.id, 'base_id', each.base_id, 'quantity', each.quantity, 'rarity', each.rarity,
        'affixes', each.affixes, 'locked', each.locked, 'bound', each.bound,
        'durability', CASE WHEN each.durability IS NOT NULL THEN
            jsonb_build_object('current', each.durability, 'max', each.max_durability) END,
        'acquired_at', each.acquired_at, 'position', each.position),
    'place', each.place, 'position', each.position)
"""
# A row that an edit left as it was is no edit: whole rows are compared.
_RECORD = """
INSERT INTO inventory_edits (char_id, version, before, after)
SELECT i.char_id, i.version, coalesce(jsonb_agg({image}) FILTER (WHERE each.lost), '[]'),
       coalesce(jsonb_agg({image}) FILTER (WHERE NOT each.lost), '[]')
FROM (SELECT true AS lost, * FROM ({lost}) AS l UNION ALL SELECT false, * FROM ({won}) AS w) AS each
JOIN inventories i ON i.char_id = each.char_id GROUP BY i.char_id, i.version;
"""
_INSERTED = _RECORD.format(image=_IMAGE, lost="SELECT * FROM new_rows WHERE false", won="TABLE new_rows")
_DELETED = _RECORD.format(image=_IMAGE, lost="TABLE old_rows", won="SELECT * FROM old_rows WHERE false")
_UPDATED = _RECORD.format(
    image=_IMAGE,
    lost="TABLE old_rows EXCEPT TABLE new_rows",
    won="TABLE new_rows EXCEPT TABLE old_rows",
)
_ITEMS = """
CREATE OR REPLACE FUNCTION inventory_items_fence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('inventory.writer', true) = 'session' THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE inventories SET version = version + 1, rev = 'sql:' || gen_random_uuid()
        WHERE char_id IN (SELECT char_id FROM new_rows);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        UPDATE inventories SET version = version + 1, rev = 'sql:' || gen_random_uuid()
        WHERE char_id IN (SELECT char_id FROM old_rows);
    END IF;
    {record}
    RETURN NULL;
END $$
"""
_RECORD_ITEMS = f"""
    IF TG_OP = 'INSERT' THEN {_INSERTED}
    ELSIF TG_OP = 'DELETE' THEN {_DELETED}
    ELSE {_UPDATED}
    END IF;
"""
_CHARACTERS = """
CREATE OR REPLACE FUNCTION characters_fence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('inventory.writer', true) IS DISTINCT FROM 'session' THEN
        UPDATE inventories SET version = version + 1, rev = 'sql:' || gen_random_uuid()
        WHERE char_id = NEW.id;
        {record}
    END IF;
    RETURN NULL;
END $$
"""
_RECORD_VITALS = """
        INSERT INTO inventory_edits (char_id, version, vitals)
        SELECT char_id, version, jsonb_build_object('hp', NEW.hp, 'buffs', NEW.buffs) FROM inventories
        WHERE char_id = NEW.id AND (NEW.hp, NEW.buffs) IS DISTINCT FROM (OLD.hp, OLD.buffs);
"""


def upgrade() -> None:
    op.create_table(
        "inventory_edits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("char_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("before", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("after", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("vitals", postgresql.JSONB(), nullable=True),
        sa.Column("edited_by", sa.Text(), server_default=sa.text("session_user"), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["char_id"],
            ["inventories.char_id"],
            name=op.f("fk_inventory_edits_char_id_inventories"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_edits")),
    )
    op.create_index(op.f("ix_inventory_edits_char_id"), "inventory_edits", ["char_id"], unique=False)
    op.execute(_ITEMS.format(record=_RECORD_ITEMS))
    op.execute(_CHARACTERS.format(record=_RECORD_VITALS))


def downgrade() -> None:
    op.execute(_CHARACTERS.format(record=""))
    op.execute(_ITEMS.format(record=""))
    op.drop_table("inventory_edits")

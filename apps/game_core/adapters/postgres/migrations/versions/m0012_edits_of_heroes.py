"""Write down how heroes were edited behind the sessions' back, too: the audit goes on from there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TRAITS = """
jsonb_build_object('level', {row}.level, 'experience', {row}.experience, 'strength', {row}.strength,
    'max_hp', {row}.max_hp)
"""
_OLD, _NEW = _TRAITS.format(row="OLD"), _TRAITS.format(row="NEW")
_FUNCTION = """
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
_RECORD_BEFORE = """
        INSERT INTO inventory_edits (char_id, version, vitals)
        SELECT char_id, version, jsonb_build_object('hp', NEW.hp, 'buffs', NEW.buffs) FROM inventories
        WHERE char_id = NEW.id AND (NEW.hp, NEW.buffs) IS DISTINCT FROM (OLD.hp, OLD.buffs);
"""
_RECORD = f"""
        INSERT INTO inventory_edits (char_id, version, vitals, hero)
        SELECT char_id, version, edited.vitals, edited.hero FROM inventories, (SELECT
            CASE WHEN (NEW.hp, NEW.buffs) IS DISTINCT FROM (OLD.hp, OLD.buffs)
                THEN jsonb_build_object('hp', NEW.hp, 'buffs', NEW.buffs) END AS vitals,
            CASE WHEN {_NEW} <> {_OLD}
                THEN jsonb_build_object('before', {_OLD}, 'after', {_NEW}) END AS hero
        ) AS edited
        WHERE char_id = NEW.id AND (edited.vitals IS NOT NULL OR edited.hero IS NOT NULL);
"""  # noqa: S608 - of our own constants


def upgrade() -> None:
    op.add_column("inventory_edits", sa.Column("hero", postgresql.JSONB(), nullable=True))
    op.execute(_FUNCTION.format(record=_RECORD))


def downgrade() -> None:
    op.execute(_FUNCTION.format(record=_RECORD_BEFORE))
    op.drop_column("inventory_edits", "hero")

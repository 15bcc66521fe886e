"""Fence changes of a character's vitals and attributes that bypass the session."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Sessions carry these values with them: one that was changed behind a session's back would be overwritten.
_FUNCTION = """
CREATE FUNCTION characters_fence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('inventory.writer', true) IS DISTINCT FROM 'session' THEN
        UPDATE inventories SET version = version + 1, rev = 'sql:' || gen_random_uuid()
        WHERE char_id = NEW.id;
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGER = """
CREATE TRIGGER characters_fence AFTER UPDATE OF hp, buffs, level, strength, max_hp ON characters
FOR EACH ROW EXECUTE FUNCTION characters_fence()
"""


def upgrade() -> None:
    op.execute(_FUNCTION)
    op.execute(_TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER characters_fence ON characters")
    op.execute("DROP FUNCTION characters_fence()")

"""Let heroes learn. The release before this one neither knows of it nor touches it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Sessions carry it with them, as they do what stood here before.
_TRIGGER = """
CREATE TRIGGER characters_fence AFTER UPDATE OF {columns} ON characters
FOR EACH ROW EXECUTE FUNCTION characters_fence()
"""
_DROP = "DROP TRIGGER characters_fence ON characters"
_BEFORE = "hp, buffs, level, strength, max_hp"


def upgrade() -> None:
    op.add_column("characters", sa.Column("experience", sa.Integer(), server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_characters_experience_not_negative"), "characters", "experience >= 0")
    op.execute(_DROP)
    op.execute(_TRIGGER.format(columns=f"{_BEFORE}, experience"))


def downgrade() -> None:
    op.execute(_DROP)
    op.execute(_TRIGGER.format(columns=_BEFORE))
    op.drop_constraint(op.f("ck_characters_experience_not_negative"), "characters", type_="check")
    op.drop_column("characters", "experience")

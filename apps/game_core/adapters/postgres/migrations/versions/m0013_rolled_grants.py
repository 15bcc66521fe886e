"""Let grants be of rolled pieces. The release before this one delivers such a grant without its roll."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# What `AddItem` may be asked for: one row that nobody can read would keep everybody's grants waiting.
_RARITY = "rarity IN ('common', 'uncommon', 'rare', 'epic', 'legendary')"
_AFFIXES = """
jsonb_typeof(affixes) = 'object' AND position('.' IN CAST(affixes AS text)) = 0
AND NOT jsonb_path_exists(affixes, '$.keyvalue() ? (
    !(@.key == "power" || @.key == "spread" || @.key == "accuracy" || @.key == "crit_chance"
        || @.key == "armor" || @.key == "block_chance" || @.key == "max_hp" || @.key == "strength"
        || @.key == "quick_slots")
    || @.value.type() != "number" || @.value == 0 || @.value < -1000 || @.value > 1000)')
"""


def upgrade() -> None:
    op.add_column("inventory_inbox", sa.Column("rarity", sa.Text(), nullable=True))
    op.add_column(
        "inventory_inbox", sa.Column("affixes", postgresql.JSONB(), server_default="{}", nullable=False)
    )
    op.add_column(
        "inventory_inbox", sa.Column("bound", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_check_constraint(op.f("ck_inventory_inbox_rarity"), "inventory_inbox", _RARITY)
    op.create_check_constraint(op.f("ck_inventory_inbox_affixes"), "inventory_inbox", _AFFIXES)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_inventory_inbox_affixes"), "inventory_inbox", type_="check")
    op.drop_constraint(op.f("ck_inventory_inbox_rarity"), "inventory_inbox", type_="check")
    op.drop_column("inventory_inbox", "bound")
    op.drop_column("inventory_inbox", "affixes")
    op.drop_column("inventory_inbox", "rarity")

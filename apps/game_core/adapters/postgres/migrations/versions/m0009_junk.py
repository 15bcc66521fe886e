"""Mark items as junk. The release before this one neither sees the mark nor touches it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BEFORE = "'bound', each.bound,"
_AFTER = "'bound', each.bound, 'junk', each.junk,"
# What is written down of edits by SQL tells of the mark as well.
_REPLACE = """
DO $do$ BEGIN
    EXECUTE replace(pg_get_functiondef('inventory_items_fence'::regproc), {old}, {new});
END $do$
"""


def upgrade() -> None:
    op.add_column(
        "inventory_items", sa.Column("junk", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute(_REPLACE.format(old=_quoted(_BEFORE), new=_quoted(_AFTER)))


def downgrade() -> None:
    op.execute(_REPLACE.format(old=_quoted(_AFTER), new=_quoted(_BEFORE)))
    op.drop_column("inventory_items", "junk")


def _quoted(text: str) -> str:
    return f"$text${text}$text$"

"""Tell what comes after a restore from what was before: ids of grants never come again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Milliseconds since 2024, then the table's own count. Operation ids are made of it, and the count alone
# starts again where a database comes back from a backup.
_FUNCTION = """
CREATE FUNCTION inventory_inbox_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.id := (((extract(epoch FROM clock_timestamp()) * 1000)::bigint - 1704067200000) << 22)
        | (NEW.id & 4194303);
    RETURN NEW;
END $$
"""
_TRIGGER = """
CREATE TRIGGER inventory_inbox_id BEFORE INSERT ON inventory_inbox
FOR EACH ROW EXECUTE FUNCTION inventory_inbox_id()
"""


def upgrade() -> None:
    op.execute(_FUNCTION)
    op.execute(_TRIGGER)
    op.create_table(
        "database_generation",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, server_default="1", nullable=False),
        sa.Column("announced", sa.Text(), nullable=False),
        sa.Column(
            "announced_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_database_generation_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_database_generation")),
    )
    op.execute("INSERT INTO database_generation (announced) VALUES ('first')")


def downgrade() -> None:
    op.drop_table("database_generation")
    op.execute("DROP TRIGGER inventory_inbox_id ON inventory_inbox")
    op.execute("DROP FUNCTION inventory_inbox_id()")

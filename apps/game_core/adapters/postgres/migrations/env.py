"""Alembic's entry: runs on the connection that `migrate` hands over."""

from alembic import context

from apps.game_core.adapters.postgres.module_tables import metadata
from apps.game_core.adapters.postgres.revisions import VERSION_TABLE

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    version_table=VERSION_TABLE,
    on_version_apply=context.config.attributes["on_step"],
)
with context.begin_transaction():
    context.run_migrations()

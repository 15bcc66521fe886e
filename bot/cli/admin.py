"""`admin …`: what operators may ask of a running game."""

import sys

import click
import uvloop

from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.inventory.inventory.logic.audit import Audit
from apps.game_core.modules.items.loader import default_catalog_dir
from apps.game_core.modules.items.store import CatalogStore
from bot.cli.environment import SettingsError, require_database


@click.group()
def admin() -> None:
    """Look after a running game."""


@admin.command()
def audit() -> None:
    """Count every item: starting kit and ledger must explain each inventory. Safe while the game runs.

    Exit code 1 when an inventory is not what its ledger says; rows edited by SQL are such ones, too.
    """
    try:
        offenders = uvloop.run(_audit(require_database()))
    except InventoryUnavailableError as error:
        raise SettingsError(f"The database does not answer: {error!r}") from error
    sys.exit(1 if offenders else 0)


async def _audit(database_url: str) -> int:
    """The number of characters with findings."""
    engine = make_engine(database_url)
    looked_at = offenders = 0
    try:
        async for _, found in Audit(PostgresHistories(engine), CatalogStore(default_catalog_dir())).run():
            looked_at += 1
            offenders += bool(found)
            for finding in found:
                click.echo(finding)
    finally:
        await engine.dispose()
    click.echo(f"{looked_at} inventories looked at, {offenders} not as they should be.")
    return offenders

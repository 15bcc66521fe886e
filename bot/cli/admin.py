"""`admin …`: what operators may ask of a running game."""

import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
import uvloop

from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.adapters.redis.quarantine import RedisQuarantine
from apps.game_core.container import Core, open_core
from apps.game_core.modules.inventory.contracts import ListParked, ReleaseParked
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.inventory.inventory.logic.audit import Audit
from apps.game_core.modules.items.loader import default_catalog_dir
from apps.game_core.modules.items.store import CatalogStore
from apps.game_core.settings import CoreSettings
from bot.cli.environment import SettingsError, require_database, require_servers
from bot.cli.logs import set_up_logs

R = TypeVar("R")


@click.group()
def admin() -> None:
    """Look after a running game."""


@admin.command()
def parked() -> None:
    """List characters whose sessions the database refuses. They are kept in Redis, and nobody else waits."""
    found = _asked(lambda core: core.router.route("inventory", "parked", ListParked()))
    for char_id in found:
        click.echo(f"character {char_id}")
    click.echo(f"{len(found)} parked.")


@admin.command()
@click.argument("char_id", type=click.IntRange(min=1))
def release(char_id: int) -> None:
    """Let a parked session be written again."""
    context = ReleaseParked(char_id=char_id)
    if not _asked(lambda core: core.router.route("inventory", "release", context)):
        raise SettingsError(f"Character {char_id} is not parked")
    click.echo(f"Character {char_id} is released.")


@admin.command()
@click.argument("char_id", required=False, type=click.IntRange(min=1))
def quarantined(char_id: int | None) -> None:
    """List characters with session documents that nobody understood; with a number, show the documents."""
    if char_id is None:
        found = _asked(lambda core: RedisQuarantine(core.redis).characters())
        for each, count in found.items():
            click.echo(f"character {each}: {count}")
        click.echo(f"{len(found)} in quarantine.")
        return
    chosen = char_id
    for document in _asked(lambda core: RedisQuarantine(core.redis).documents(chosen)):
        click.echo(document)


@admin.command()
@click.argument("char_id", type=click.IntRange(min=1))
def discard(char_id: int) -> None:
    """Throw a character's quarantined documents away, once somebody has looked at them."""
    if not _asked(lambda core: RedisQuarantine(core.redis).discard(char_id)):
        raise SettingsError(f"Character {char_id} has nothing in quarantine")
    click.echo(f"The documents of character {char_id} are gone.")


@admin.command()
def audit() -> None:
    """Count every item: starting kit and ledger must explain each inventory. Safe while the game runs.

    Exit code 1 when an inventory is not what its ledger says; rows edited by SQL are such ones, too.
    """
    settings = CoreSettings()
    require_database(settings)
    try:
        offenders = uvloop.run(_audit(settings))
    except InventoryUnavailableError as error:
        raise SettingsError(f"The database does not answer: {error!r}") from error
    sys.exit(1 if offenders else 0)


def _asked(question: Callable[[Core], Awaitable[R]]) -> R:
    """The answer of a core that is opened for one question."""
    settings = require_servers()
    set_up_logs("ERROR")

    async def ask() -> R:
        async with open_core(settings) as core:
            return await question(core)

    try:
        return uvloop.run(ask())
    except InventoryUnavailableError as error:
        raise SettingsError(f"A server does not answer: {error!r}") from error


async def _audit(settings: CoreSettings) -> int:
    """The number of characters with findings."""
    engine = make_engine(settings.database_url)
    catalog = CatalogStore(settings.catalog_dir or default_catalog_dir())
    looked_at = offenders = 0
    try:
        async for _, found in Audit(PostgresHistories(engine), catalog).run():
            looked_at += 1
            offenders += bool(found)
            for finding in found:
                click.echo(finding)
    finally:
        await engine.dispose()
    click.echo(f"{looked_at} inventories looked at, {offenders} not as they should be.")
    return offenders

"""`admin audit`: every inventory against its ledger, by several processes at a time."""

import sys
from dataclasses import dataclass

import click
import uvloop

from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.inventory.inventory.logic.audit import Audit
from bot.cli.environment import SettingsError, require_database, unavailable
from bot.cli.progress import Progress, quiet_option
from bot.cli.spans import SPAN, Span, jobs_option, looked, spans


@dataclass(frozen=True, slots=True)
class Looked:
    inventories: int
    offenders: int
    lines: tuple[str, ...]


@click.command()
@jobs_option
@quiet_option
def audit(jobs: int, *, quiet: bool) -> None:
    """Count every item: starting kit and ledger must explain each inventory. Safe while the game runs.

    Exit code 1 when an inventory is not what its ledger says. Rows edited by SQL are such ones, too, until
    the game itself has built on them.
    """
    address = require_database()
    looked_at = offenders = 0
    try:
        every = spans(address, SPAN)
        with Progress(f"Inventories by the {SPAN}", len(every), quiet=quiet) as progress:
            for seen in looked(_look, address, jobs, every):
                progress.advance()
                looked_at += seen.inventories
                offenders += seen.offenders
                for line in seen.lines:
                    progress.say(line)
    except InventoryUnavailableError as error:
        raise SettingsError(unavailable(error)) from error
    click.echo(f"{looked_at} inventories looked at, {offenders} not as they should be.")
    sys.exit(1 if offenders else 0)


def _look(address: str, span: Span) -> Looked:
    return uvloop.run(_audited(address, *span))


async def _audited(address: str, after: int, upto: int | None) -> Looked:
    engine = make_engine(address)
    inventories, offenders, lines = 0, 0, list[str]()
    try:
        async for _, found in Audit(PostgresHistories(engine)).run(after, upto):
            inventories += 1
            offenders += bool(found)
            lines += map(str, found)
    finally:
        await engine.dispose()
    return Looked(inventories, offenders, tuple(lines))

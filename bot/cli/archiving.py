"""`admin archive`: old entries of the ledger into files, and checkpoints in their place."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import uvloop

from apps.game_core.adapters.ledger_archiver import Archived, LedgerArchiver
from apps.game_core.adapters.ledger_files import ArchiveError
from apps.game_core.adapters.ledger_forgetting import forget_deleted
from apps.game_core.adapters.postgres.engine import database_errors, make_engine
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.adapters.postgres.ledger_archiving import LedgerArchiving
from apps.game_core.adapters.postgres.ledger_packing import newest_owner
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.settings import LEAST_KEPT, CoreSettings
from bot.admins.arguments import past_time
from bot.cli.environment import SettingsError, require_database, unavailable
from bot.cli.progress import Progress, quiet_option


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--before", metavar="TIME", help="90d ago, or 2026-08-31; else INVENTORY_LEDGER_KEEP ago.")
@click.option("--forget", is_flag=True, help="Instead, write files anew without characters that are deleted.")
@quiet_option
def archive(folder: Path, before: str | None, *, forget: bool, quiet: bool) -> None:
    """Move entries of the ledger that are older than TIME into files in DIR. Safe while the game runs.

    An entry goes only once its file is on disk and was read back, and everybody has heard of it (`events`).
    Ids stay used, and commands with `--archive DIR` read on. What was stopped goes on where it was. Exit code
    1 when somebody's entries stay, because the audit would find something among them.
    """
    address = require_database()
    if forget:
        with _said(folder):
            gone = uvloop.run(_forgotten(address, folder))
        click.echo(f"{len(gone)} deleted characters are in no file any more.")
        return
    with _said(folder):
        done = uvloop.run(_archived(address, folder, _until(before), quiet=quiet))
    for char_id, why in sorted(done.left.items()):
        click.echo(f"character {char_id} stays: {why}")
    files = ", ".join(path.name for path in done.files) or "no file"
    click.echo(f"{done.entries} entries of {done.characters} characters archived: {files}.")
    sys.exit(1 if done.left else 0)


@contextmanager
def _said(folder: Path) -> Iterator[None]:
    """What is wrong with the database or a file, as SettingsError."""
    try:
        yield
    except InventoryUnavailableError as error:
        raise SettingsError(unavailable(error)) from error
    except ArchiveError as error:
        raise SettingsError(str(error)) from error
    except OSError as error:
        raise SettingsError(f"{error.filename or folder}: {error.strerror or error}") from error


def _until(before: str | None) -> float:
    now, kept = time.time(), CoreSettings().inventory_ledger_keep
    if before is None and not kept:
        raise SettingsError("INVENTORY_LEDGER_KEEP is 0, for ever: set it, or say --before")
    at = now - kept if before is None else past_time(before, int(now))
    if at is None:
        raise click.BadParameter(
            f"{before!r} is no past time such as 90d or 2026-08-31", param_hint="--before"
        )
    if at > now - LEAST_KEPT:
        raise click.BadParameter("entries stay for a day at least", param_hint="--before")
    return at


async def _forgotten(address: str, folder: Path) -> Sequence[int]:
    engine = make_engine(address, patient=True)
    try:
        return await forget_deleted(engine, folder)
    finally:
        await engine.dispose()


async def _archived(address: str, folder: Path, before: float, *, quiet: bool) -> Archived:
    engine = make_engine(address, patient=True)  # who has years behind them takes as long as that takes
    try:
        with database_errors():
            async with engine.connect() as connection:
                owners = await connection.run_sync(newest_owner)
        archiver = LedgerArchiver(PostgresHistories(engine), LedgerArchiving(engine), folder, before)
        with Progress("Characters", owners, quiet=quiet) as progress:
            async for char_id in archiver.run():
                progress.reach(char_id)
        return archiver.done
    finally:
        await engine.dispose()

"""`admin pack`: what earlier releases wrote into the ledger, packed as this one packs its own."""

import click
import uvloop

from apps.game_core.adapters.postgres.engine import database_errors, make_engine
from apps.game_core.adapters.postgres.ledger_packing import PackedUpto, newest_owner, repack
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from bot.cli.environment import SettingsError, require_database, unavailable
from bot.cli.progress import Progress, quiet_option

_AT_ONCE = 1000


@click.command()
@click.option("--back", is_flag=True, help="Unpack everything, for a release that cannot read it.")
@quiet_option
def pack(*, back: bool, quiet: bool) -> None:
    """Pack the ledger's older entries. Safe while the game runs.

    What was stopped goes on where it was. The space becomes free for new entries.
    """
    try:
        changed = uvloop.run(_packed(require_database(), back=back, quiet=quiet))
    except InventoryUnavailableError as error:
        raise SettingsError(unavailable(error)) from error
    click.echo(f"{changed} entries {'unpacked' if back else 'packed'}.")


async def _packed(address: str, *, back: bool, quiet: bool) -> int:
    engine, total, place = make_engine(address), 0, PackedUpto()
    try:
        with database_errors():
            async with engine.connect() as connection:
                owners = await connection.run_sync(newest_owner)
            with Progress("Characters", owners, quiet=quiet) as progress:
                changed = 1
                while changed:
                    async with engine.begin() as connection:
                        changed, place = await connection.run_sync(repack, place, _AT_ONCE, pack=not back)
                    total += changed
                    progress.reach(place.char_id)
    finally:
        await engine.dispose()
    return total

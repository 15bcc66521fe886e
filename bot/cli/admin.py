"""`admin …`: what operators may ask of a running game."""

from collections.abc import Awaitable
from uuid import uuid4

import click

from apps.game_core.adapters.redis.quarantine import RedisQuarantine
from apps.game_core.container import Core
from apps.game_core.modules.admins.contracts import RecordAction
from apps.game_core.modules.inventory.contracts import MAX_ID, ListParked, ReleaseParked
from bot.cli.admin_players import PLAYER_COMMANDS
from bot.cli.archiving import archive
from bot.cli.asking import asked, signed
from bot.cli.auditing import audit
from bot.cli.economy import economy
from bot.cli.environment import SettingsError
from bot.cli.events import events
from bot.cli.foreseeing import foresee
from bot.cli.packing import pack

_CHARACTER = click.IntRange(1, MAX_ID)


@click.group()
def admin() -> None:
    """Look after a running game. What concerns a player is written down: see `admin log`."""


for _command in (*PLAYER_COMMANDS, archive, audit, economy, events, foresee, pack):
    admin.add_command(_command)


@admin.command()
def parked() -> None:
    """List characters whose sessions the database refuses. They are kept in Redis, and nobody else waits."""
    found = asked(lambda core: core.router.ask(ListParked()))
    for char_id in found:
        click.echo(f"character {char_id}")
    click.echo(f"{len(found)} parked.")


@admin.command()
@click.argument("char_id", type=_CHARACTER)
def release(char_id: int) -> None:
    """Let a parked session be written again."""

    async def release(core: Core) -> bool:
        await _record(core, "release", char_id)
        return await core.router.ask(ReleaseParked(char_id=char_id))

    if not asked(release):
        raise SettingsError(f"Character {char_id} is not parked")
    click.echo(f"Character {char_id} is released.")


@admin.command()
@click.argument("char_id", required=False, type=_CHARACTER)
def quarantined(char_id: int | None) -> None:
    """List characters with session documents that nobody understood; with a number, show the documents."""
    if char_id is None:
        found = asked(lambda core: RedisQuarantine(core.redis).characters())
        for each, count in found.items():
            click.echo(f"character {each}: {count}")
        click.echo(f"{len(found)} in quarantine.")
        return
    chosen = char_id

    async def documents(core: Core) -> list[bytes]:
        await _record(core, "quarantined", chosen)
        return await RedisQuarantine(core.redis).documents(chosen)

    for document in asked(documents):
        click.echo(document)


@admin.command()
@click.argument("char_id", type=_CHARACTER)
def discard(char_id: int) -> None:
    """Throw a character's quarantined documents away, once somebody has looked at them."""

    async def discard(core: Core) -> bool:
        await _record(core, "discard", char_id)
        return await RedisQuarantine(core.redis).discard(char_id)

    if not asked(discard):
        raise SettingsError(f"Character {char_id} has nothing in quarantine")
    click.echo(f"The documents of character {char_id} are gone.")


@admin.command()
def restored() -> None:
    """Say that PostgreSQL came back from a backup: each session is compared with it before it is used again.

    The database wins. What it lacks and nobody knows any more is recorded, and each player concerned is told.
    """

    async def announce(core: Core) -> None:
        await core.router.ask(RecordAction(**signed(), command="restored", outcome="begun"))
        await core.generation.announce(uuid4().hex)

    asked(announce)
    click.echo("Every session is compared with the database before it is used again.")


def _record(core: Core, command: str, char_id: int) -> Awaitable[None]:
    """Write down what is about to be done: it is not done if that fails."""
    context = RecordAction(**signed(), command=command, char_id=char_id, outcome="begun")
    return core.router.ask(context)

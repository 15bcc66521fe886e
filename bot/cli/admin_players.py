"""`admin give` and its like: the admins' commands of the chat, for a terminal."""

import sys
import time
from collections.abc import Iterable
from pathlib import Path

import click

from apps.game_core.modules.admins.contracts import (
    Compare,
    Give,
    Inspect,
    Pay,
    PreviewRestore,
    ReadActions,
    ReadHistory,
    ReadMetrics,
    Recall,
    RestorePlayer,
    Sync,
    Trace,
)
from apps.game_core.modules.admins.trade_contracts import EndTrades, ShowTrades
from apps.game_core.modules.inventory.contracts import MAX_COINS, MAX_ID
from apps.game_core.modules.inventory.inventory_gateway import MAX_QUANTITY
from bot.admins.arguments import past_time
from bot.cli import admin_lines, life_lines
from bot.cli.asking import admins_asked, archive_option, asked, signed
from bot.cli.environment import SettingsError


def _past_time(_: click.Context, __: click.Parameter, typed: str) -> int:
    at = past_time(typed, int(time.time()))
    if at is None:
        raise click.BadParameter(f"{typed!r} is no past time such as 2h, 3d or 2026-11-25T03:00 (UTC)")
    return at


_IDS = click.option("--ids", is_flag=True, help="With each item's id, as `life` takes it.")


@click.command()
@click.argument("player")
@click.argument("base_id")
@click.argument("quantity", default=1, type=click.IntRange(1, MAX_QUANTITY))
def give(player: str, base_id: str, quantity: int) -> None:
    """Put items into PLAYER's inbox: they arrive once, whether the player is there or not.

    PLAYER is a Telegram id, a character as '#12' (in quotes), or an exact name that only one character has.
    """
    asking = Give(**signed(), player=player, base_id=base_id, quantity=quantity)
    _say(admin_lines.given(admins_asked(asking)))


# Or a number below zero would be an option that nobody knows.
@click.command("coins", context_settings={"ignore_unknown_options": True})
@click.argument("player")
@click.argument("amount", type=click.IntRange(-MAX_COINS, MAX_COINS))
def pay(player: str, amount: int) -> None:
    """Put AMOUNT coins into PLAYER's purse, or take them out of it where AMOUNT is below zero.

    All of them, or none. The player is told by "Since you last looked".
    """
    if not amount:
        raise click.BadParameter("0 coins are none", param_hint="'AMOUNT'")
    _say(admin_lines.paid(admins_asked(Pay(**signed(), player=player, amount=amount))))


@click.command()
@click.argument("player")
@_IDS
def inspect(player: str, *, ids: bool) -> None:
    """Show PLAYER's inventory and how its session is doing. Changes nothing."""
    _say(admin_lines.inspected(admins_asked(Inspect(**signed(), player=player)), ids=ids))


@click.command()
@click.argument("player")
@click.argument("page", default=1, type=click.IntRange(min=1))
@archive_option
def history(player: str, page: int, archive: Path | None) -> None:
    """Read PLAYER's ledger, newest first."""
    asking = ReadHistory(**signed(), player=player, page=page)
    _say(admin_lines.recounted(admins_asked(asking, archive)))


@click.command("at")
@click.argument("player")
@click.argument("time", callback=_past_time)
@_IDS
@archive_option
def recall(player: str, time: int, archive: Path | None, *, ids: bool) -> None:
    """Show PLAYER's inventory as it stood at TIME: 30s, 5m, 2h or 3d ago, or like 2026-11-25T03:00 (UTC)."""
    asking = Recall(**signed(), player=player, at=time)
    _say(admin_lines.recalled(admins_asked(asking, archive), ids=ids))


@click.command("diff")
@click.argument("player")
@click.argument("since", callback=_past_time)
@click.argument("until", default="0s", callback=_past_time)
@archive_option
def compare(player: str, since: int, until: int, archive: Path | None) -> None:
    """Say what came to PLAYER and what went between SINCE and UNTIL, or now: times as for `at`."""
    asking = Compare(**signed(), player=player, since=since, until=until)
    _say(admin_lines.compared(admins_asked(asking, archive)))


@click.command("life")
@click.argument("item_id", type=click.IntRange(1, MAX_ID))
@click.argument("players", nargs=-1, metavar="[PLAYER]...")
@archive_option
def trace(item_id: int, players: tuple[str, ...], archive: Path | None) -> None:
    """Tell the life of an item by its id: where it came from, what was done to it, who had it, times in UTC.

    Ids are shown by `inspect --ids` and `at --ids`. Whoever has the item, got it first or is named by an edit
    by SQL is found. Name PLAYERs to ask them, too: of an item that only a session knows yet, nothing else
    tells. Exit code 1 when the ledger of one of them cannot be read; what the others tell is told.
    """
    answer = admins_asked(Trace(**signed(), item_id=item_id, players=players), archive)
    _say(life_lines.traced(answer))
    sys.exit(1 if answer.life.unread else 0)


@click.command()
@click.argument("player")
def sync(player: str) -> None:
    """Write PLAYER's session to the database now."""
    _say(admin_lines.synced(admins_asked(Sync(**signed(), player=player))))


@click.command()
@click.argument("player")
@click.argument("time", callback=_past_time)
@click.option("--yes", is_flag=True, help="Do it; without this only say what would come back.")
@archive_option
def restore(player: str, time: int, archive: Path | None, *, yes: bool) -> None:
    """Give PLAYER back what was lost since TIME: 30s, 5m, 2h or 3d ago, or like 2026-11-25T03:00 (UTC).

    Nothing is taken from the player, and nothing that is there is made again.
    """
    previewed = admins_asked(PreviewRestore(**signed(), player=player, to=time), archive)
    plan = previewed.plan
    if not (yes and plan.items):
        _say(admin_lines.planned(previewed))
    if plan.items and not plan.code:
        raise SettingsError(f"Nothing was restored: {admin_lines.no_room(plan)}")
    if plan.items and not yes:
        _say(["Nothing is done yet: add --yes."])
    elif plan.items:
        asking = RestorePlayer(**signed(), player=player, to=time, code=plan.code)
        _say(admin_lines.restored(admins_asked(asking, archive)))


@click.command()
@click.argument("player")
@click.option("--off", is_flag=True, help="Call it off: both leave, and what is given goes back.")
def trade(player: str, *, off: bool) -> None:
    """Show what PLAYER is in the middle of: who sits with whom, what lies there, and what is given.

    What both have given is exchanged, and cannot be called off.
    """
    asking = EndTrades(**signed(), player=player) if off else ShowTrades(**signed(), player=player)
    _say(admin_lines.traded(admins_asked(asking)))


@click.command()
def metrics() -> None:
    """Count all sessions."""
    _say(admin_lines.numbers(admins_asked(ReadMetrics(**signed()))))


@click.command()
@click.option("--last", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many.")
def log(last: int) -> None:
    """List what admins did, the latest first: when (UTC), who, what, to which character, how it ended."""
    actions = asked(lambda core: core.router.ask(ReadActions(limit=last)))
    _say(map(admin_lines.action, actions))


PLAYER_COMMANDS = (give, pay, inspect, history, recall, compare, trace, sync, restore, trade, metrics, log)


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)

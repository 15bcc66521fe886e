"""A core that is opened for one question of an operator."""

import getpass
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import click
import uvloop

from apps.game_core.adapters.ledger_archive import LedgerArchive
from apps.game_core.adapters.ledger_files import ArchiveError
from apps.game_core.container import Core, open_core
from apps.game_core.modules.admins.contracts import AdminContext
from apps.game_core.modules.admins.errors import (
    AdminError,
    NoLookingBackError,
    NoSuchItemError,
    NoTraceError,
    NoTradeError,
    PlanOutdatedError,
    PlayerAmbiguousError,
    PlayerNotFoundError,
    TooFewCoinsError,
    TooManyCoinsError,
    TooManyItemsError,
    TradeSettledError,
)
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.system.written_words import kept
from bot.admins.signature import Signature
from bot.cli.environment import SettingsError, require_servers, unavailable
from bot.cli.logs import set_up_logs
from bot.languages.moments import moment

R = TypeVar("R")


def signed() -> Signature:
    """Whoever is logged in, and a request of its own."""
    return {"actor": f"cli:{_user()}", "request_id": f"cli:{uuid4()}"}


def _user() -> str:
    """The login name, `?` for what no database stores; containers run as ids that have none."""
    try:
        return "".join(kept(letter) or "?" for letter in getpass.getuser())
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def archive_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """For whoever looks back."""
    return click.option(
        "--archive",
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Read on in the files of `admin archive` where the ledger begins too late.",
    )(command)


def opened(folder: Path | None) -> LedgerArchive | None:
    try:
        return None if folder is None else LedgerArchive(folder)
    except (ArchiveError, OSError) as error:
        raise SettingsError(str(error)) from error


def asked(question: Callable[[Core], Awaitable[R]], folder: Path | None = None) -> R:
    """`folder`: of archived entries."""
    settings, archive = require_servers(), opened(folder)
    set_up_logs("ERROR")

    async def ask() -> R:
        async with open_core(settings, archive=archive) as core:
            return await question(core)

    try:
        return uvloop.run(ask())
    except InventoryUnavailableError as error:
        raise SettingsError(unavailable(error)) from error
    except AdminError as error:
        raise SettingsError(_explained(error)) from error


def admins_asked(context: AdminContext[Any, R], folder: Path | None = None) -> R:
    """The answer of the admins' module, which writes down that it was asked."""
    return asked(lambda core: core.router.ask(context), folder)


def _explained(error: AdminError) -> str:
    match error:
        case PlayerNotFoundError(player=player):
            text = (
                f"There is no player {player!r}. Give a Telegram id, a character as '#12', or an exact name"
            )
        case PlayerAmbiguousError(player=player, candidates=found):
            listed = ", ".join(f"#{each.id} (Telegram {each.user_id})" for each in found)
            text = f"Several players are called {player!r}: {listed}"
        case NoSuchItemError(base_id=base_id, similar=similar):
            hint = f". Did you mean {', '.join(similar)}?" if similar else ""
            text = f"There is no item {base_id!r}{hint}"
        case TooManyItemsError(base_id=base_id, quantity=quantity, most=most):
            text = f"{quantity} of {base_id!r} would never fit: an empty backpack holds {most} at most"
        case TooFewCoinsError(owned=owned):
            text = f"The player has no more than {owned} coins"
        case TooManyCoinsError(most=most):
            text = f"No purse holds more than {most} coins"
        case NoTradeError() | TradeSettledError():
            text = _no_trade(error)
        case PlanOutdatedError():
            text = "The inventory changed in between, and nothing was restored. Try again"
        case NoTraceError() | NoLookingBackError():
            text = _untold(error)
        case _:
            text = repr(error)
    return text


def _no_trade(error: NoTradeError | TradeSettledError) -> str:
    match error:
        case NoTradeError(character=character):
            return f"#{character.id} sits at no table, and nothing of theirs waits in a trade"
        case TradeSettledError(trade=trade):
            return f"Trade {trade} is exchanged already, for ever: give back what should not be theirs"


def _untold(error: NoTraceError | NoLookingBackError) -> str:
    match error:
        case NoTraceError(item_id=item_id, asked=()):
            return (
                f"No written ledger knows item {item_id}. If it came a moment ago, or with an older release,"
                " name the players who may have had it"
            )
        case NoTraceError(item_id=item_id):
            return f"Nobody who was asked ever had item {item_id}"
        case NoLookingBackError(archived=True, at=at):
            return f"What was done up to {moment(at)} UTC is archived: bring its files by --archive DIR"
        case NoLookingBackError(at=0, character=character):
            return f"Nobody wrote down what #{character.id} began with: its past cannot be told"
        case NoLookingBackError(at=at):
            return f"The ledger cannot be read further back than {moment(at)} UTC"

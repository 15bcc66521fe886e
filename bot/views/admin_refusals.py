"""Why an admin's command was refused: what the template `admin_refused` needs to say it."""

from collections.abc import Mapping
from typing import Any

from apps.game_core.modules.admins.errors import (
    AdminError,
    NoLookingBackError,
    NoSuchItemError,
    NoTraceError,
    PlanOutdatedError,
    PlayerAmbiguousError,
    PlayerNotFoundError,
    TooFewCoinsError,
    TooManyCoinsError,
    TooManyItemsError,
)
from bot.admins.arguments import UsageError

_WHAT: Mapping[type[AdminError], str] = {
    PlayerNotFoundError: "not_found",
    PlayerAmbiguousError: "ambiguous",
    NoSuchItemError: "no_such_item",
    TooManyItemsError: "never_fits",
    TooFewCoinsError: "too_few_coins",
    TooManyCoinsError: "too_many_coins",
    PlanOutdatedError: "outdated",
    NoLookingBackError: "no_looking_back",
    NoTraceError: "no_trace",
}


def admin_refusal(error: AdminError | UsageError) -> dict[str, Any]:
    if isinstance(error, UsageError):
        return {"what": error.problem, "command": error.command, "error": error}
    return {"what": _WHAT[type(error)], "command": "", "error": error}

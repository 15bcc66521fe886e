"""Why an admin's command was refused: what the template `admin_refused` needs to say it."""

from typing import Any

from apps.game_core.modules.admins.errors import (
    AdminError,
    NoLookingBackError,
    PlanOutdatedError,
    PlayerAmbiguousError,
    PlayerNotFoundError,
)
from bot.admin_arguments import UsageError


def admin_refusal(error: AdminError | UsageError) -> dict[str, Any]:
    match error:
        case UsageError(command=command, problem=problem):
            return {"what": problem, "command": command, "error": error}
        case PlayerNotFoundError():
            return {"what": "not_found", "command": "", "error": error}
        case PlayerAmbiguousError():
            return {"what": "ambiguous", "command": "", "error": error}
        case PlanOutdatedError():
            return {"what": "outdated", "command": "", "error": error}
        case NoLookingBackError():
            return {"what": "no_looking_back", "command": "", "error": error}
        case _:
            return {"what": "no_such_item", "command": "", "error": error}

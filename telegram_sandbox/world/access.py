"""Who may do what in a group, as the Bot API's server tells it."""

from enum import Enum

from telegram_sandbox.errors import ChatUpgradedError, ForbiddenError
from telegram_sandbox.world.model import Group

INSIDE = frozenset({"creator", "administrator", "member"})
RULING = frozenset({"creator", "administrator"})
_OUTSIDE = {"left": "bot is not a member of the {} chat", "kicked": "bot was kicked from the {} chat"}


class Access(Enum):
    READ = "read"
    MEMBERS = "members"
    EDIT = "edit"
    WRITE = "write"


def check_access(group: Group, status: str, access: Access) -> None:
    """Raises what a bot of this status is told: a group may still be looked at, a supergroup may not."""
    if group.migrated_to and access is not Access.READ:
        raise ChatUpgradedError(group.migrated_to)
    is_open = group.type == "group" and access is Access.READ
    if status in _OUTSIDE and not is_open:
        raise ForbiddenError(_OUTSIDE[status].format(group.type))

"""Why an admin's command was refused. Each error carries data; none carries text for people.

AdminError
├── PlayerNotFoundError
├── PlayerAmbiguousError
├── NoSuchItemError
└── TooManyItemsError
"""

from dataclasses import dataclass

from apps.game_core.modules.characters.contracts import Character


class AdminError(Exception):
    """Base of everything the admins module raises on purpose."""


@dataclass(eq=False)
class PlayerNotFoundError(AdminError):
    player: str


@dataclass(eq=False)
class PlayerAmbiguousError(AdminError):
    """`candidates` are the first of those that have this name."""

    player: str
    candidates: tuple[Character, ...]


@dataclass(eq=False)
class NoSuchItemError(AdminError):
    """`similar` are ids that the catalog does have."""

    base_id: str
    similar: tuple[str, ...]


@dataclass(eq=False)
class TooManyItemsError(AdminError):
    """They would wait forever: `most` is what the player's backpack holds when it is empty."""

    base_id: str
    quantity: int
    most: int

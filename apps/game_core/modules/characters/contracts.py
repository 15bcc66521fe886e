"""Characters as other modules and the bot know them."""

from dataclasses import dataclass
from typing import Literal

from apps.game_core.system.protocols import Context


@dataclass(frozen=True, slots=True)
class Character:
    """One player's character. `user_id` is the messenger's, one character a user; `hp` as last written."""

    id: int
    user_id: int
    name: str
    language: str
    level: int
    strength: int
    max_hp: int


@dataclass(frozen=True, slots=True)
class FindCharacter(Context[Literal["characters"], Literal["find"], Character | None]):
    module = "characters"
    action = "find"

    user_id: int


@dataclass(frozen=True, slots=True)
class SearchCharacters(Context[Literal["characters"], Literal["search"], tuple[Character, ...]]):
    """Whom one of the three fits; names are compared as they are. Only the first `limit` of them."""

    module = "characters"
    action = "search"

    char_id: int | None = None
    user_id: int | None = None
    name: str | None = None
    limit: int = 5


@dataclass(frozen=True, slots=True)
class EnsureCharacter(Context[Literal["characters"], Literal["ensure"], Character]):
    """Find the user's character or make one with a starter kit.

    `lost`: the one that they had, which nobody has deleted and the database does not know. The new one's
    inventory tells of it.
    """

    module = "characters"
    action = "ensure"

    user_id: int
    name: str
    language: str
    lost: int | None = None


@dataclass(frozen=True, slots=True)
class SetLanguage(Context[Literal["characters"], Literal["set_language"], Character]):
    module = "characters"
    action = "set_language"

    user_id: int
    language: str


@dataclass(frozen=True, slots=True)
class DeleteCharacter(Context[Literal["characters"], Literal["delete"], bool]):
    """Remove a character and everything that belongs to it. False: it was not there any more."""

    module = "characters"
    action = "delete"

    char_id: int

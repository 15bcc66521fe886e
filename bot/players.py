"""Who taps: the Telegram user's character, remembered for a while."""

import time
from collections import OrderedDict
from dataclasses import dataclass

from aiogram.types import User

from apps.game_core.modules.characters.contracts import (
    Character,
    DeleteCharacter,
    EnsureCharacter,
    FindCharacter,
    SetLanguage,
)
from apps.game_core.modules.inventory.errors import DatabaseDownError
from apps.game_core.system.core_router import CoreRouter

_REMEMBERED = 10_000
_FRESH_FOR = 600.0


@dataclass(frozen=True, slots=True)
class Player:
    """One character's player, in the language that was chosen for it."""

    user_id: int
    char_id: int
    language: str
    character: Character


class Players:
    """Characters by user. A warm tap asks no database who is tapping."""

    def __init__(self, router: CoreRouter) -> None:
        self._router = router
        self._known: OrderedDict[int, tuple[float, Character]] = OrderedDict()

    async def ensure(self, user: User, language: str) -> Player:
        """The user's player; who has no character gets one that speaks `language`.

        What is remembered counts only while the database is away: another process may have deleted the
        character.
        """
        context = EnsureCharacter(user_id=user.id, name=user.first_name, language=language)
        try:
            return self._remember(await self._router.route("characters", "ensure", context))
        except DatabaseDownError:
            if (known := self._recall(user.id)) is None:
                raise
            return self._remember(known)

    async def find(self, user_id: int) -> Player | None:
        character = self._recall(user_id)
        if character is None:
            context = FindCharacter(user_id=user_id)
            character = await self._router.route("characters", "find", context)
        return None if character is None else self._remember(character)

    async def speak(self, player: Player, language: str) -> Player:
        context = SetLanguage(user_id=player.user_id, language=language)
        return self._remember(await self._router.route("characters", "set_language", context))

    async def erase(self, player: Player) -> None:
        """Delete the player's character and everything that belongs to it."""
        self._known.pop(player.user_id, None)
        context = DeleteCharacter(char_id=player.char_id)
        await self._router.route("characters", "delete", context)

    def _recall(self, user_id: int) -> Character | None:
        until, character = self._known.get(user_id, (0.0, None))
        return character if until > time.monotonic() else None

    def _remember(self, character: Character) -> Player:
        self._known[character.user_id] = (time.monotonic() + _FRESH_FOR, character)
        self._known.move_to_end(character.user_id)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return Player(character.user_id, character.id, character.language, character)

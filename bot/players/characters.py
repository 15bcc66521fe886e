"""Who taps: the Telegram user's character, remembered for a while."""

import time
from dataclasses import dataclass, replace
from typing import Protocol

import structlog
from aiogram.types import User
from redis.exceptions import RedisError

from apps.game_core.modules.characters.contracts import (
    Character,
    DeleteCharacter,
    EnsureCharacter,
    FindCharacter,
    SearchCharacters,
    SetLanguage,
)
from apps.game_core.modules.inventory.errors import DatabaseDownError
from apps.game_core.system.core_router import CoreRouter
from bot.lately import Lately

log = structlog.get_logger(__name__)

_FRESH_FOR = 600.0


@dataclass(frozen=True, slots=True)
class Player:
    """One character's player, in the language that was chosen for it; a `newcomer` was born this moment."""

    user_id: int
    char_id: int
    language: str
    character: Character
    newcomer: bool = False


class Homes(Protocol):
    """What is kept of users between updates, shared by all processes. Each says for which character."""

    async def admit(self, user_id: int, char_id: int) -> None: ...

    async def forget(self, user_id: int) -> None: ...

    async def part(self, user_id: int, char_id: int) -> None:
        """The character is about to be deleted: when it is gone, its player misses nothing."""
        ...

    async def misses(self, user_id: int, char_id: int) -> bool:
        """Whether they are still kept for the character, which nobody has begun to delete."""
        ...


class Homeless:
    """Implements `Homes` where nothing is shared."""

    async def admit(self, user_id: int, char_id: int) -> None:
        """Keep nothing."""

    async def forget(self, user_id: int) -> None:
        """There is nothing."""

    async def part(self, user_id: int, char_id: int) -> None:
        """Nothing is kept for it."""

    async def misses(self, user_id: int, char_id: int) -> bool:  # noqa: ARG002 - nothing is kept for anybody
        return False


class Players:
    """Characters by user. A warm tap asks no database who is tapping.

    What a process remembers counts as long as the user's home is kept for the same character: who deletes it
    forgets the home. In both methods `believed` is the character that the home was kept for a moment ago: one
    that nobody has deleted, and that the database does not know, was lost, and the next one tells its player.
    """

    def __init__(self, router: CoreRouter, homes: Homes | None = None) -> None:
        self._router = router
        self._homes = homes or Homeless()
        self._known: Lately[tuple[float, Character]] = Lately()
        self._users: Lately[int] = Lately()

    async def ensure(self, user: User, language: str, believed: int | None = None) -> Player:
        """The user's player; who has no character gets one that speaks `language`.

        What is remembered counts only while the database is away. Raises RedisError and OSError.
        """
        context = EnsureCharacter(user_id=user.id, name=user.first_name, language=language)
        try:
            known = await self._ask(user.id)
            if known is None:
                context = replace(context, lost=await self._lost(user.id, believed))
            found = await self._router.ask(context) if known is None else known
            while found.id != believed:
                await self._homes.admit(user.id, found.id)
                believed = found.id
                # Whoever deleted it in between may have forgotten the home before it was there.
                found = await self._router.ask(context)
        except DatabaseDownError:
            remembered = self._recall(user.id)
            if remembered is None or remembered.id != believed:
                raise
            return self._remember(remembered)
        return replace(self._remember(found), newcomer=known is None)

    async def visiting(self, user_id: int, believed: int | None) -> Player | None:
        """The user's player; nothing is kept of whom has none, unless it was lost."""
        kept_for, known = believed, self._recall(user_id)
        if known is not None and known.id == believed:
            return self._remember(known)
        found = await self._ask(user_id)
        while found is not None and found.id != believed:
            await self._homes.admit(user_id, found.id)
            believed, found = found.id, await self._ask(user_id)
        if found is None:
            await self._leave_nothing(user_id, kept_for)
            return None
        return self._remember(found)

    async def find(self, user_id: int) -> Player | None:
        """The user's player, as far as this process knows."""
        character = self._recall(user_id) or await self._ask(user_id)
        return None if character is None else self._remember(character)

    async def of(self, char_id: int) -> Player | None:
        """The character's player, as far as this process knows."""
        user_id = self._users.get(char_id)
        if user_id is not None:
            player = await self.find(user_id)
            return player if player and player.char_id == char_id else None
        found = await self._router.ask(SearchCharacters(char_id=char_id))
        return self._remember(found[0]) if found else None

    async def speak(self, player: Player, language: str) -> Player:
        context = SetLanguage(user_id=player.user_id, language=language)
        return self._remember(await self._router.ask(context))

    async def erase(self, player: Player) -> None:
        """Delete the player's character and everything that belongs to it."""
        self._known.pop(player.user_id)
        context = DeleteCharacter(char_id=player.char_id)
        await self._homes.part(player.user_id, player.char_id)
        await self._router.ask(context)
        # Who dies before this line is finished by whatever the user does next.
        await self._homes.forget(player.user_id)

    async def _ask(self, user_id: int) -> Character | None:
        return await self._router.ask(FindCharacter(user_id=user_id))

    async def _lost(self, user_id: int, believed: int | None) -> int | None:
        """The character, if it was lost. Asked after the database: who deletes it says so before."""
        is_lost = believed is not None and await self._homes.misses(user_id, believed)
        return believed if is_lost else None

    async def _leave_nothing(self, user_id: int, believed: int | None) -> None:
        self._known.pop(user_id)
        try:
            if await self._lost(user_id, believed) is None:
                await self._homes.forget(user_id)
        except (RedisError, OSError) as error:
            log.warning("states not forgotten", user_id=user_id, error=repr(error))

    def _recall(self, user_id: int) -> Character | None:
        until, character = self._known.get(user_id) or (0.0, None)
        return character if until > time.monotonic() else None

    def _remember(self, character: Character) -> Player:
        self._known.set(character.user_id, (time.monotonic() + _FRESH_FOR, character))
        self._users.set(character.id, character.user_id)
        return Player(character.user_id, character.id, character.language, character)

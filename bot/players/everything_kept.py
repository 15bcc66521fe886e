"""All that Redis keeps of a user for the bot, forgotten together."""

from bot.players.user_states import UserStates
from bot.turns.contracts import Turns


class EverythingKept:
    """Implements `Homes`: states, and what is shared of menus."""

    def __init__(self, states: UserStates, turns: Turns) -> None:
        self._states = states
        self._turns = turns

    async def admit(self, user_id: int, char_id: int) -> None:
        await self._states.admit(user_id, char_id)

    async def part(self, user_id: int, char_id: int) -> None:
        await self._states.part(user_id, char_id)

    async def misses(self, user_id: int, char_id: int) -> bool:
        return await self._states.misses(user_id, char_id)

    async def forget(self, user_id: int) -> None:
        await self._turns.forget(user_id)
        await self._states.forget(user_id)

"""Changes as players make them: putting on one sword, and then the other."""

import asyncio
from dataclasses import dataclass, field

from apps.game_core.container import Core
from apps.game_core.modules.items.contracts import Slot
from tools.bench.measuring import NoEffectError

MAIN_HAND = Slot.MAIN_HAND


@dataclass(slots=True)
class Equips:
    """Every player puts on one of two swords, and then the other, all players at once."""

    core: Core
    swords: dict[int, tuple[int, int]]
    each: int
    _before: dict[int, int] = field(default_factory=dict)
    _rounds: int = 0

    async def prepare(self) -> None:
        """Everything is there."""

    async def run(self) -> int:
        self._rounds += 1
        await asyncio.gather(*(self._play(char_id) for char_id in self.swords))
        return len(self.swords) * self.each

    async def _play(self, char_id: int) -> None:
        for turn in range(self.each):
            await self.core.gateway.equip_item(char_id, self.swords[char_id][turn % 2], MAIN_HAND)

    async def check(self) -> None:
        for char_id in self.swords:
            version = (await self.core.gateway.view(char_id)).version
            if version - self._before.setdefault(char_id, version - self.each) != self._rounds * self.each:
                raise NoEffectError(f"player {char_id} is at version {version} after {self._rounds} rounds")

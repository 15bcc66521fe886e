"""Heroes for the camera, made as the game makes them: born, taught by fights, given things, dressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.adapters.process import RandomIds
from apps.game_core.container import Core
from apps.game_core.modules.characters.service import CharacterService
from apps.game_core.modules.inventory.contracts import FightEnd, Limits, Perform, SettleFight
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory_gateway import MAX_QUANTITY
from apps.game_core.modules.items.contracts import Rarity
from tools.pictures.contact_sheets.extremes import Gear, Kind

_SPARE_SLOTS = 20
_OWN_LOAD = 50_000  # grams for what is worn
_WEAR = 20


def born_bare(core: Core, bag_size: int) -> None:
    """Whoever enters from now on owns nothing, and has room for such a bag."""
    limits = Limits(max_slots=_SPARE_SLOTS + bag_size)
    unit_of_work = partial(PostgresUnitOfWork, core.engine)
    CharacterService(core.router, unit_of_work, tuple, RandomIds(), limits).register()


@dataclass(slots=True)
class Hero:
    """Each step is asked of the inventory as any other module would ask it, under a name of its own."""

    core: Core
    char_id: int
    _steps: int = 0

    async def equip(self, gear: Gear, bag: Mapping[Kind, int]) -> None:
        """Strong enough to carry the bag and to wear what is in it; then a little hurt, as is the gear."""
        await self._strengthen(sum(self._grams(kind) * number for kind, number in bag.items()))
        await self._dress(gear)
        stats = (await self.core.gateway.view(self.char_id)).stats
        await self._fight(FightEnd.LEFT, hurt=stats.max_hp * 3 // 10, wear=_WEAR)
        for kind, number in bag.items():
            await self._give(kind.base_id, number, kind.rarity)

    def _grams(self, kind: Kind) -> int:
        return self.core.catalog.current.entries[kind.base_id].weight

    async def _strengthen(self, load: int) -> None:
        await self._fight(FightEnd.WON, experience=MAX_QUANTITY)
        while (await self.core.gateway.view(self.char_id)).stats.max_weight < load + _OWN_LOAD:
            await self._fight(FightEnd.WON, experience=MAX_QUANTITY)

    async def _fight(self, end: FightEnd, *, hurt: int = 0, experience: int = 0, wear: int = 0) -> None:
        fight = SettleFight(end=end, hurt=hurt, experience=experience, wear=wear)
        await self.core.router.ask(Perform(self.char_id, fight, self._step()))

    async def _dress(self, gear: Gear) -> None:
        for slot, base_id in gear.worn.items():
            await self.core.gateway.equip_item(self.char_id, await self._give(base_id, 1), slot)
        for index, (base_id, number) in enumerate(gear.quick.items()):
            item_id = await self._give(base_id, number)
            await self.core.gateway.move_to_quick_slot(self.char_id, item_id, index)

    async def _give(self, base_id: str, number: int, rarity: Rarity | None = None) -> int:
        """The id of a stack that it came to."""
        gift = AddItem(base_id=base_id, quantity=number, rarity=rarity)
        added = await self.core.router.ask(Perform(self.char_id, gift, self._step()))
        return added.stacks[0].id

    def _step(self) -> str:
        self._steps += 1
        return f"pictures:{self._steps}"

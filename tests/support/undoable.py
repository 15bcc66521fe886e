"""A hero who has something for every button that can be undone, and what each of these buttons asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.game_core.modules.inventory.contracts import (
    ClearJunk,
    DropItem,
    DropMany,
    EquipItem,
    FightEnd,
    JunkBy,
    LockItem,
    MarkJunk,
    MendItem,
    MergeStacks,
    MoveFromQuickSlot,
    MoveToQuickSlot,
    SaveLoadout,
    SettleFight,
    SortBackpack,
    SortOut,
    Source,
    SplitStack,
    UnequipItem,
    UseConsumable,
    WearBest,
    WearLoadout,
    Wish,
)
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet
from apps.game_core.modules.items.contracts import Slot
from bot.callbacks.deeds import Do
from tests.support.world import World

Make = Callable[[FormattedInventory], Wish[Any]]
_FOUND = (("rope_belt", 1), ("copper_ring", 1), ("rusty_sword", 1), ("linen_shirt", 2))
_BELT = 4
"""The quick slot that only the belt makes."""


async def hero(world: World) -> int:
    """A new one, written; returns the character's id.

    A blow from full health, with worn-out gear, a buff that runs, a potion in the belt's quick slot, a
    loadout that the belt is not part of, a favourite stack, and junk.
    """
    char_id = await world.character()
    for base_id, quantity in _FOUND:
        await world.gateway.add_item(char_id, base_id, quantity)
    for make in _LIFE:
        await world.gateway.perform(char_id, make(await inventory(world, char_id)))
    await world.gateway.sync_inventory(char_id)
    return char_id


async def inventory(world: World, char_id: int) -> FormattedInventory:
    runner = world.gateway.service.runner
    return runner.formatted(await runner.current(char_id))


def carried(at: FormattedInventory, *base_ids: str) -> tuple[int, ...]:
    """All items of these kinds in the backpack, in its order."""
    return tuple(item.id for item in at.session.backpack if item.base_id in base_ids)


def _in_belt(at: FormattedInventory) -> int:
    potion = at.session.quick_slots[_BELT]
    assert potion is not None
    return potion.id


def _wearing(base_id: str, slot: Slot | None = None) -> Make:
    return lambda at: EquipItem(item_id=carried(at, base_id)[0], slot=slot)


def _splitting(base_id: str, quantity: int) -> Make:
    return lambda at: SplitStack(item_id=carried(at, base_id)[0], quantity=quantity)


_LIFE: Sequence[Make] = (
    *map(_wearing, ("iron_sword", "iron_shield", "leather_helmet", "leather_armor")),
    _wearing("copper_ring", Slot.ACCESSORY_1),
    lambda _: SaveLoadout(name="Fight"),
    lambda _: UnequipItem(slot=Slot.HEAD),
    _wearing("rope_belt", Slot.ACCESSORY_1),
    _splitting("health_potion", 2),
    lambda at: MoveToQuickSlot(item_id=carried(at, "health_potion")[1], slot_index=_BELT),
    _splitting("iron_ore", 4),
    _splitting("iron_ore", 1),
    lambda at: LockItem(item_id=carried(at, "iron_ore")[0]),
    lambda at: MarkJunk(
        item_ids=(carried(at, "iron_ore")[2], *carried(at, "rusty_sword", "fireball_scroll"))
    ),
    lambda _: SettleFight(end=FightEnd.LEFT, hurt=20, wear=30),
    lambda at: UseConsumable(item_id=carried(at, "strength_elixir")[0]),
)


@dataclass(frozen=True)
class Deed:
    """What is asked for on the inventory as it is shown, and which operation it becomes."""

    kind: type[Operation[Any]]
    make: Make


DEEDS: Mapping[Do, Deed] = {
    Do.EQUIP: Deed(EquipItem, _wearing("hunting_bow")),
    Do.EQUIP_CHOSEN: Deed(EquipItem, _wearing("copper_ring", Slot.ACCESSORY_1)),
    Do.WEAR_BEST: Deed(WearSet, lambda at: WearBest(shown=at.best_set().fingerprint)),
    Do.WEAR_LOADOUT: Deed(WearSet, lambda at: WearLoadout(loadout_id=at.session.loadouts[0].id)),
    Do.UNEQUIP: Deed(UnequipItem, lambda _: UnequipItem(slot=Slot.ACCESSORY_1)),
    Do.USE: Deed(UseConsumable, lambda at: UseConsumable(item_id=carried(at, "strength_elixir")[0])),
    Do.USE_QUICK: Deed(
        UseConsumable,
        lambda at: UseConsumable(item_id=_in_belt(at), source=Source.QUICK_SLOT, slot_index=_BELT),
    ),
    Do.TO_QUICK: Deed(
        MoveToQuickSlot, lambda at: MoveToQuickSlot(item_id=carried(at, "bread")[0], slot_index=_BELT)
    ),
    Do.FROM_QUICK: Deed(MoveFromQuickSlot, lambda _: MoveFromQuickSlot(slot_index=_BELT)),
    Do.DROP: Deed(DropItem, lambda at: DropItem(item_id=carried(at, "bread")[0], quantity=2)),
    Do.DROP_MARKED: Deed(
        DropMany, lambda at: DropMany(item_ids=carried(at, "bread", "hunting_bow", "leather_boots"))
    ),
    Do.SPLIT: Deed(SplitStack, _splitting("bread", 2)),
    Do.MERGE: Deed(
        MergeStacks,
        lambda at: MergeStacks(item_id=carried(at, "iron_ore")[0], into_id=carried(at, "iron_ore")[1]),
    ),
    Do.SORT: Deed(
        SortBackpack, lambda at: SortBackpack(order=carried(at, "bread", "hunting_bow", "iron_ore")[::-1])
    ),
    Do.MARK_WORSE: Deed(MarkJunk, lambda _: SortOut(by=JunkBy.WORSE)),
    Do.MARK_SPARE: Deed(MarkJunk, lambda _: SortOut(by=JunkBy.SPARE)),
    Do.CLEAR_JUNK: Deed(DropMany, lambda at: ClearJunk(shown=at.junk().fingerprint)),
    Do.MEND: Deed(MendItem, lambda at: MendItem(item_id=at.damaged()[0].item.id)),
}

"""Using consumables up."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.errors import (
    CannotUseInCombatError,
    ItemNotFoundError,
    NotConsumableError,
    OnlyInCombatError,
)
from apps.game_core.modules.inventory.inventory.limits import ItemId, QuickSlotIndex
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    QUICK_SLOT,
    Buff,
    InventorySession,
    Item,
    PlacedItem,
    Source,
    Vitals,
    with_item,
    without,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.quick_slots import in_quick_slot, with_quick_slot
from apps.game_core.modules.inventory.inventory.rules.told import Pieces, Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.items.contracts import CatalogEntry, Effect, EffectKind
from apps.game_core.value import replace


class UseConsumableResult(Result):
    """`healed` is what the heal really gave, after the cap at full health; `ended` are buffs that made way.

    What an earlier release answered says nothing of those.
    """

    item: Item
    effects: tuple[Effect, ...]
    remaining_quantity: int
    hp: int
    healed: int
    ended: tuple[Buff, ...] = ()


class UseConsumable(Operation[UseConsumableResult], kw_only=True):
    kind: ClassVar[str] = "use_consumable"
    reverts: ClassVar[bool] = True

    item_id: ItemId
    source: Source = Source.BACKPACK
    slot_index: QuickSlotIndex | None = None
    in_combat: bool = False


def use(
    session: InventorySession, operation: UseConsumable, rules: Rules
) -> tuple[InventorySession, UseConsumableResult]:
    item = _take_from(session, operation)
    entry = rules.entry(item)
    if not entry.is_consumable:
        raise NotConsumableError(item.id)
    _require_place(entry, item, in_combat=operation.in_combat)
    vitals = affected(session, entry.effects, operation.at, rules)
    left = replace(item, quantity=item.quantity - 1)
    changed = replace(_put_back(session, operation, left), vitals=vitals)
    healed = vitals.hp - session.vitals.hp
    ended = tuple(buff for buff in session.vitals.buffs if buff not in vitals.buffs)
    return changed, UseConsumableResult(item, entry.effects, left.quantity, vitals.hp, healed, ended)


def affected(session: InventorySession, effects: tuple[Effect, ...], at: int, rules: Rules) -> Vitals:
    """Hit points and buffs after these effects; `at` in Unix seconds. Healing goes as far as buffs allow."""
    hp, buffs = session.vitals.hp, running(session.vitals.buffs, effects, at)
    max_hp = rules.max_hp(replace(session, vitals=Vitals(hp, buffs)), at)
    for effect in effects:
        if effect.kind is EffectKind.HEAL:
            hp = max(hp, min(max_hp, hp + effect.amount))
    return Vitals(hp, buffs)


def running(buffs: tuple[Buff, ...], effects: tuple[Effect, ...], at: int) -> tuple[Buff, ...]:
    """The buffs that run after these effects; `at` in Unix seconds. One of each stat, the latest."""
    by_stat = {buff.stat: buff for buff in buffs if buff.expires_at > at}
    for effect in effects:
        if effect.kind is EffectKind.BUFF and effect.stat is not None:
            by_stat[effect.stat] = Buff(effect.stat, effect.amount, at + effect.duration)
    return tuple(by_stat.values())


def only_hurts(entry: CatalogEntry | None) -> bool:
    return entry is not None and all(effect.kind is EffectKind.DAMAGE for effect in entry.effects)


def only_heals(entry: CatalogEntry) -> bool:
    return entry.is_consumable and all(effect.kind is EffectKind.HEAL for effect in entry.effects)


def _take_from(session: InventorySession, operation: UseConsumable) -> Item:
    if operation.source is Source.QUICK_SLOT:
        item = in_quick_slot(session, operation.slot_index)
    else:
        item = session.in_backpack(operation.item_id)
    if item is None or item.id != operation.item_id:
        raise ItemNotFoundError(operation.item_id)
    return item


def _put_back(session: InventorySession, operation: UseConsumable, left: Item) -> InventorySession:
    kept = left if left.quantity else None
    if operation.source is Source.QUICK_SLOT and operation.slot_index is not None:
        return replace(session, quick_slots=with_quick_slot(session, operation.slot_index, kept))
    return with_item(session, kept) if kept else without(session, left.id)


def _require_place(entry: CatalogEntry, item: Item, *, in_combat: bool) -> None:
    if in_combat and not entry.usable_in_combat:
        raise CannotUseInCombatError(item.id)
    if not in_combat and all(effect.kind is EffectKind.DAMAGE for effect in entry.effects):
        raise OnlyInCombatError(item.id)


def _deed(deed: Deed, operation: UseConsumable, result: UseConsumableResult) -> None:
    deed.claim(operation.item_id == result.item.id, "another item was used than was asked for")
    deed.claim(
        result.remaining_quantity == result.item.quantity - 1, "it used up more or less than one piece"
    )
    quick = operation.source is Source.QUICK_SLOT
    place, at = (QUICK_SLOT, operation.slot_index) if quick else (BACKPACK, None)
    position = deed.met(result.item, place, at=at)
    deed.shrink(result.item, place, position, result.remaining_quantity)
    heal = sum(effect.amount for effect in result.effects if effect.kind is EffectKind.HEAL)
    deed.claim(0 <= result.healed <= heal, f"it healed {result.healed}, its effects heal {heal}")
    deed.hp_before, deed.hp = result.hp - result.healed, result.hp


def _told(result: UseConsumableResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=(Pieces(result.item.base_id, 1),), healed=result.healed)


USE = Definition(operation=UseConsumable, rule=use, deed=_deed, told=_told)

"""Consumables: using them and keeping them in quick slots."""

from dataclasses import replace

from apps.game_core.modules.inventory.errors import (
    CannotUseInCombatError,
    InvalidSlotIndexError,
    ItemNotFoundError,
    NotConsumableError,
    OnlyInCombatError,
    SlotEmptyError,
)
from apps.game_core.modules.inventory.inventory.model import (
    Buff,
    InventorySession,
    Item,
    Source,
    Vitals,
    adding,
    with_item,
    without,
)
from apps.game_core.modules.inventory.inventory.operations import (
    MoveFromQuickSlot,
    MoveToQuickSlot,
    UseConsumable,
)
from apps.game_core.modules.inventory.inventory.results import (
    QuickSlotResult,
    UseConsumableResult,
)
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room
from apps.game_core.modules.items.contracts import CatalogEntry, Effect, EffectKind


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


def move_to_quick_slot(
    session: InventorySession, operation: MoveToQuickSlot, rules: Rules
) -> tuple[InventorySession, QuickSlotResult]:
    item = session.in_backpack(operation.item_id)
    if item is None:
        raise ItemNotFoundError(operation.item_id)
    if not rules.entry(item).is_consumable:
        raise NotConsumableError(item.id)
    old = _quick_slot(session, operation.slot_index)
    quick_slots = _with_quick_slot(session, operation.slot_index, replace(item, position=0))
    changed = replace(without(session, item.id), quick_slots=quick_slots)
    if old is not None:
        changed = adding(changed, old, position=item.position)
    return changed, QuickSlotResult(item, operation.slot_index, old)


def move_from_quick_slot(
    session: InventorySession, operation: MoveFromQuickSlot, _: Rules
) -> tuple[InventorySession, QuickSlotResult]:
    item = _quick_slot(session, operation.slot_index)
    if item is None:
        raise SlotEmptyError(operation.slot_index)
    emptied = replace(session, quick_slots=_with_quick_slot(session, operation.slot_index, None))
    return require_room(session, adding(emptied, item)), QuickSlotResult(item, operation.slot_index)


def _take_from(session: InventorySession, operation: UseConsumable) -> Item:
    if operation.source is Source.QUICK_SLOT:
        item = _quick_slot(session, operation.slot_index)
    else:
        item = session.in_backpack(operation.item_id)
    if item is None or item.id != operation.item_id:
        raise ItemNotFoundError(operation.item_id)
    return item


def _put_back(session: InventorySession, operation: UseConsumable, left: Item) -> InventorySession:
    kept = left if left.quantity else None
    if operation.source is Source.QUICK_SLOT and operation.slot_index is not None:
        return replace(session, quick_slots=_with_quick_slot(session, operation.slot_index, kept))
    return with_item(session, kept) if kept else without(session, left.id)


def _require_place(entry: CatalogEntry, item: Item, *, in_combat: bool) -> None:
    if in_combat and not entry.usable_in_combat:
        raise CannotUseInCombatError(item.id)
    if not in_combat and all(effect.kind is EffectKind.DAMAGE for effect in entry.effects):
        raise OnlyInCombatError(item.id)


def _quick_slot(session: InventorySession, index: int | None) -> Item | None:
    if index is None or not 0 <= index < len(session.quick_slots):
        raise InvalidSlotIndexError(index, len(session.quick_slots))
    return session.quick_slots[index]


def _with_quick_slot(session: InventorySession, index: int, item: Item | None) -> tuple[Item | None, ...]:
    return (*session.quick_slots[:index], item, *session.quick_slots[index + 1 :])


def only_hurts(entry: CatalogEntry | None) -> bool:
    return entry is not None and all(effect.kind is EffectKind.DAMAGE for effect in entry.effects)


def only_heals(entry: CatalogEntry) -> bool:
    return entry.is_consumable and all(effect.kind is EffectKind.HEAL for effect in entry.effects)

"""Characters who have put on anything that fits, shipped or with random affixes, and what they try next."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from apps.game_core.modules.inventory.contracts import Comparison, InventoryView
from apps.game_core.modules.inventory.errors import OperationRefusedError
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.model import (
    Buff,
    Durability,
    InventorySession,
    Item,
    Vitals,
    adding,
)
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem
from apps.game_core.modules.items.contracts import CatalogEntry, Slot, Stat
from apps.game_core.value import replace
from tools.support.bags import NOW, bag, item, rules, stamp

GEAR: tuple[CatalogEntry, ...] = tuple(entry for entry in rules().catalog if entry.slots)
_AFFIXES = tuple(stat for stat in Stat if stat is not Stat.QUICK_SLOTS)


@dataclass(frozen=True)
class Trial:
    """What the card of an item says, and the inventory before and after it is worn as the card means."""

    item: Item
    card: Comparison
    before: InventoryView
    after: InventoryView


def reader(session: InventorySession) -> FormattedInventory:
    return FormattedInventory(session, InventoryFormatter(rules(), NOW))


def worn(session: InventorySession, base_id: str, slot: Slot | None = None) -> InventorySession:
    """The session with one more piece of this kind, worn."""
    piece = item(base_id)
    changed, _ = apply(adding(session, piece), EquipItem(**stamp(), item_id=piece.id, slot=slot), rules())
    return changed


def trial(session: InventorySession, piece: Item) -> Trial:
    carried = adding(session, piece)
    card = reader(carried).item(piece.id).comparison
    assert card is not None
    after, _ = apply(carried, EquipItem(**stamp(), item_id=piece.id, slot=card.slot), rules())
    return Trial(piece, card, reader(carried).view(), reader(after).view())


def sets() -> Iterator[InventorySession]:
    """Bare hands, and each weapon with each thing for the other hand, under light and heavy armor."""
    nobody = bag(level=5, strength=99, hp=100, max_slots=500)
    yield nobody
    strong = bag(level=30, strength=99, hp=100, max_slots=500)
    for base in (strong, worn(worn(strong, "dragonscale_armor"), "phoenix_feather")):
        for weapon in (each for each in GEAR if Slot.MAIN_HAND in each.slots):
            armed = worn(base, weapon.base_id, Slot.MAIN_HAND)
            yield armed
            for other in (each for each in GEAR if Slot.OFF_HAND in each.slots):
                yield worn(armed, other.base_id, Slot.OFF_HAND)


def random_trials(seed: int) -> Iterator[Trial]:
    """Endlessly: somebody in random gear of random affixes, under random buffs, who tries one thing more."""
    dice = random.Random(seed)
    while True:
        session = bag(level=dice.randint(1, 30), strength=99, hp=100, max_slots=500)
        if dice.random() < 0.3:
            buff = Buff(dice.choice((Stat.STRENGTH, Stat.POWER, Stat.ARMOR)), dice.randint(1, 10), NOW + 60)
            session = replace(session, vitals=Vitals(100, (buff,)))
        for _ in range(dice.randint(0, 9)):
            try:
                session = put_on(session, random_piece(dice, session.hero.level))
            except OperationRefusedError:
                continue
        yield trial(session, random_piece(dice, session.hero.level))


def put_on(session: InventorySession, piece: Item) -> InventorySession:
    changed, _ = apply(adding(session, piece), EquipItem(**stamp(), item_id=piece.id), rules())
    return changed


def random_piece(dice: random.Random, level: int) -> Item:
    entry = dice.choice([each for each in GEAR if each.level <= level])
    affixes = {stat: dice.randint(-9, 20) for stat in dice.sample(_AFFIXES, dice.randint(0, 3))}
    wear = dice.choice((None, Durability(0, 80), Durability(80, 80)))
    return item(entry.base_id, affixes=affixes, durability=wear)

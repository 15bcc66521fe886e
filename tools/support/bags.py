"""Inventories for unit tests: sessions built by hand on the shipped catalog."""

from collections.abc import Mapping
from functools import cache
from itertools import count
from typing import Any, TypedDict

from apps.game_core.modules.inventory.inventory.model import (
    Hero,
    InventorySession,
    Item,
    Limits,
    Vitals,
    adding,
)
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog

NOW = 1_700_000_000
_ids = count(1)


@cache
def rules() -> Rules:
    return Rules(load_catalog(default_catalog_dir()))


def item(base_id: str, quantity: int = 1, **fields: Any) -> Item:
    """A piece of a catalog kind with a new id."""
    entry = rules().catalog.entries[base_id]
    return Item(id=next(_ids), base_id=base_id, quantity=quantity, rarity=entry.rarity, **fields)


def bag(
    *items: Item,
    worn: Mapping[Slot, Item] | None = None,
    quick: Mapping[int, Item] | None = None,
    level: int = 10,
    strength: int = 20,
    hp: int = 50,
    max_slots: int = 50,
) -> InventorySession:
    """A session with these items in the backpack, worn and in quick slots."""
    session = InventorySession(
        char_id=1,
        loaded_at=NOW,
        version=0,
        hero=Hero("Aetheron", level, strength, 100),
        vitals=Vitals(hp),
        limits=Limits(max_slots),
        equipped={slot: (worn or {}).get(slot) for slot in Slot},
        backpack=(),
        quick_slots=tuple((quick or {}).get(index) for index in range(4)),
    )
    for each in items:
        session = adding(session, each)
    return session


class Stamp(TypedDict):
    """What every operation carries."""

    op_id: str
    at: int


def stamp(op_id: str = "op", at: int = NOW) -> Stamp:
    return {"op_id": op_id, "at": at}

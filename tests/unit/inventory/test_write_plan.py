"""What of a dirty session goes to the database: the rows that are marked, wherever they are."""

from typing import Any
from unittest.mock import patch

from apps.game_core.modules.inventory.inventory import model
from apps.game_core.modules.inventory.inventory.logic.sessions.write_plan import inventory_data
from apps.game_core.modules.inventory.inventory.model import PlacedItem
from apps.game_core.modules.inventory.ports import DatabaseRow
from apps.game_core.modules.inventory.session_store import Claim, Control
from apps.game_core.modules.items.contracts import Slot
from tests.support.fake_store import Whole
from tools.support.bags import bag, item

SWORD, BREAD, RING, POTION = item("iron_sword"), item("bread"), item("copper_ring"), item("health_potion")
GONE = 404


def claim(*marked: int) -> Claim:
    session = bag(
        *(item("bread") for _ in range(50)), BREAD, RING, worn={Slot.MAIN_HAND: SWORD}, quick={2: POTION}
    )
    control = Control(1, "rev", 1, 0, DatabaseRow(0, "base"), marks=dict.fromkeys(marked, 1))
    return Claim(Whole(session), "token", control)


def test_marked_rows_are_written_and_marked_ids_without_a_row_removed() -> None:
    asked = claim(POTION.id, GONE, SWORD.id, RING.id)

    data = inventory_data(asked)

    assert [(each.item.id, each.place, each.position) for each in data.changed] == [
        (POTION.id, "quick_slot", 2),
        (SWORD.id, "main_hand", 0),
        (RING.id, "backpack", 51),
    ]
    assert data.removed == (GONE,)
    assert [each for each in asked.session.placed() if each.item.id in asked.control.marks] == sorted(
        data.changed, key=lambda each: [*Slot, "backpack", "quick_slot"].index(each.place)
    )


def test_rows_that_are_not_marked_are_left_alone() -> None:
    placed: list[int] = []

    def counted(item: Any, *where: Any) -> PlacedItem:
        placed.append(item.id)
        return PlacedItem(item, *where)

    with patch.object(model, "PlacedItem", counted):
        inventory_data(claim(SWORD.id, BREAD.id))

    assert placed == [SWORD.id, BREAD.id]


def test_ids_by_place_are_there_for_who_asks() -> None:
    asked = claim()

    data = inventory_data(asked)

    assert data.equipped == {slot: SWORD.id if slot is Slot.MAIN_HAND else None for slot in Slot}
    assert data.backpack == tuple(each.id for each in asked.session.backpack)
    assert data.quick_slots == (None, None, POTION.id, None)

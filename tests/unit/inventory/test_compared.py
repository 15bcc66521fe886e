"""What changed is found without looking at what did not, and is the same as if all had been looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.game_core.modules.inventory.inventory import row_changes
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item, PlacedItem, with_item
from apps.game_core.modules.inventory.inventory.row_changes import RowChanges, compared
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.value import replace
from tools.support.bags import bag, item

PIECES = [item("bread", number + 1) for number in range(6)]


def looked_through(before: InventorySession, after: InventorySession) -> tuple[RowChanges, list[PlacedItem]]:
    old = {placed.item.id: placed for placed in before.placed()}
    new = {placed.item.id: placed for placed in after.placed()}
    changed = frozenset(item_id for item_id, placed in new.items() if old.get(item_id) != placed)
    removed = frozenset(old.keys() - new.keys())
    rows = RowChanges(changed, removed)
    return rows, [placed for item_id, placed in old.items() if item_id in changed | removed]


@st.composite
def states(draw: st.DrawFn) -> InventorySession:
    """Pieces anywhere, some of them others' equals, some changed."""
    pieces = draw(st.permutations(PIECES))
    quantities = st.sampled_from((None, *range(1, 9)))
    put = [replace(each, quantity=new) if (new := draw(quantities)) else each for each in pieces]
    cut = sorted(draw(st.tuples(*[st.integers(0, len(put))] * 3)))
    worn, lying, quick = put[: cut[0]], put[cut[0] : cut[1]], put[cut[1] : cut[2]]
    slots = dict(zip(Slot, worn, strict=False))
    size = draw(st.integers(len(quick), 7))
    return replace(
        bag(),
        equipped={slot: slots.get(slot) for slot in Slot},
        backpack=tuple(lying),
        quick_slots=(*quick, *[None] * (size - len(quick))),
    )


@given(states(), states())
def test_it_is_what_a_look_at_everything_finds(before: InventorySession, after: InventorySession) -> None:
    rows, image = compared(before, after)
    assert (rows, list(image)) == looked_through(before, after)


def test_of_what_is_the_same_nothing_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    before = bag(*PIECES, worn={Slot.HEAD: item("leather_helmet")}, quick={1: item("health_potion")})
    third = before.backpack[2]
    after = with_item(before, replace(third, locked=True))
    made: list[Item] = []

    def counted(each: Item, place: str, position: int) -> PlacedItem:
        made.append(each)
        return PlacedItem(each, place, position)

    monkeypatch.setattr(row_changes, "PlacedItem", counted)
    rows, _ = compared(before, after)

    assert rows.changed == {third.id}
    assert made == [third, replace(third, locked=True)]

"""The backpack's order becomes what the player asked for."""

from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.inventory.logic.history.revert_history import reverting
from apps.game_core.modules.inventory.inventory.row_changes import before_image, row_changes
from apps.game_core.modules.inventory.inventory.rules.ordering import SortBackpack
from apps.game_core.modules.inventory.ports import LedgerEntry
from tools.support.bags import NOW, bag, item, rules, stamp


def test_items_take_the_places_of_one_another_in_the_order_that_is_asked_for() -> None:
    bread, ore, potion, pelt = (item(kind) for kind in ("bread", "iron_ore", "health_potion", "wolf_pelt"))
    before = bag(bread, ore, potion, pelt)

    after, result = apply(before, SortBackpack(**stamp(), order=(potion.id, bread.id, 404)), rules())

    assert [each.base_id for each in after.backpack] == ["health_potion", "iron_ore", "bread", "wolf_pelt"]
    assert [each.position for each in after.backpack] == [0, 1, 2, 3]
    assert result.moved == {potion.id: 0, bread.id: 2}


def test_what_is_in_order_stays_as_it_is() -> None:
    bread, ore = item("bread"), item("iron_ore")
    before = bag(bread, ore)

    after, result = apply(before, SortBackpack(**stamp(), order=(bread.id, ore.id)), rules())

    assert (after, result.moved) == (before, {})


def test_the_order_before_can_be_had_again() -> None:
    items = [item(kind) for kind in ("bread", "iron_ore", "health_potion")]
    before = bag(*items)
    sort = SortBackpack(**stamp(), order=tuple(each.id for each in reversed(items)))
    after, result = apply(before, sort, rules())
    image = before_image(before, row_changes(before, after))
    entry = LedgerEntry(sort.op_id, 1, sort.kind, NOW, encode(sort), encode(result), encode(image))

    back, _ = apply(after, reverting(entry, NOW + 1), rules())

    assert back.backpack == before.backpack

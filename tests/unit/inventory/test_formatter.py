import pytest

from apps.game_core.modules.inventory.contracts import BackpackQuery, GroupBy, SortBy, Verdict
from apps.game_core.modules.inventory.errors import ItemNotFoundError, Shortfall
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.items.contracts import Attribute, ItemType, Rarity, Slot
from tools.support.bags import NOW, bag, item, rules


def formatted(session: InventorySession) -> FormattedInventory:
    return FormattedInventory(session, InventoryFormatter(rules(), NOW))


def ids(session: InventorySession, query: BackpackQuery) -> list[int]:
    return [row.id for row in formatted(session).backpack(query).items]


def test_stats_count_everything_carried() -> None:
    sword, ore, potion = item("iron_sword"), item("iron_ore", 10), item("health_potion", 2)
    stats = formatted(bag(ore, worn={Slot.MAIN_HAND: sword}, quick={0: potion}, strength=10)).view().stats
    entries = rules().catalog.entries
    weight = (
        entries["iron_sword"].weight + 10 * entries["iron_ore"].weight + 2 * entries["health_potion"].weight
    )

    assert stats.weight == weight
    assert stats.max_weight == 100_000
    assert stats.weight_percent == weight * 100 // 100_000
    assert (stats.slots_used, stats.max_slots, stats.slots_percent) == (1, 50, 2)
    assert stats.total_value == (
        entries["iron_sword"].value + 10 * entries["iron_ore"].value + 2 * entries["health_potion"].value
    )
    assert not stats.is_overweight


def test_overweight_is_said() -> None:
    assert formatted(bag(item("iron_ore", 99), strength=1)).view().stats.is_overweight


def test_pages_hold_nine_and_never_run_past_the_end() -> None:
    session = bag(*(item("bread") for _ in range(20)))

    page = formatted(session).backpack(BackpackQuery(page=99))

    assert (page.page, page.pages, len(page.found), len(page.items)) == (2, 3, 20, 2)
    assert formatted(bag()).backpack(BackpackQuery(page=3)).pages == 1


def test_names_sort_as_the_reader_collates_them() -> None:
    session = bag(item("iron_sword"), item("health_potion"), item("bread"), item("flaming_longsword"))
    backwards = BackpackQuery(name_of=lambda name: name[::-1], sort_by=SortBy.NAME)

    plain = formatted(session).backpack(BackpackQuery(sort_by=SortBy.NAME)).items
    turned = formatted(session).backpack(backwards).items

    assert [row.name for row in plain] == sorted(row.name for row in plain)
    assert [row.name for row in turned] == sorted(
        (row.name for row in turned), key=lambda n: n[::-1].casefold()
    )


def test_the_rarest_and_the_newest_sort_first() -> None:
    session = bag(
        item("iron_sword", acquired_at=1),
        item("flaming_longsword", acquired_at=3),
        item("bread", acquired_at=5),
    )

    by_rarity = formatted(session).backpack(BackpackQuery(sort_by=SortBy.RARITY)).items
    by_age = formatted(session).backpack(BackpackQuery(sort_by=SortBy.NEWEST)).items

    assert by_rarity[0].base_id == "flaming_longsword"
    assert [row.acquired_at for row in by_age] == [5, 3, 1]


def test_value_and_level_sort_high_first() -> None:
    session = bag(item("bread"), item("dragon_blade"), item("flaming_longsword"))

    by_value = formatted(session).backpack(BackpackQuery(sort_by=SortBy.VALUE)).items
    by_level = formatted(session).backpack(BackpackQuery(sort_by=SortBy.LEVEL)).items

    assert [row.value for row in by_value] == sorted((row.value for row in by_value), reverse=True)
    assert [row.level for row in by_level] == sorted((row.level for row in by_level), reverse=True)


def test_the_best_improvement_sorts_first() -> None:
    weak, strong = item("iron_sword"), item("flaming_longsword")
    session = bag(item("bread"), weak, strong)

    assert ids(session, BackpackQuery(sort_by=SortBy.VERDICT))[:2] == [strong.id, weak.id]


def test_groups_come_before_the_order_within() -> None:
    sword, ore, potion = item("iron_sword"), item("iron_ore"), item("health_potion")

    rows = formatted(bag(ore, potion, sword)).backpack(BackpackQuery(group_by=GroupBy.TYPE)).items

    assert [row.type for row in rows] == [ItemType.WEAPON, ItemType.CONSUMABLE, ItemType.MATERIAL]


def test_filters_work_together() -> None:
    sword, blade, ore = item("iron_sword"), item("dragon_blade"), item("iron_ore")
    session = bag(sword, blade, ore)

    assert ids(session, BackpackQuery(filter_type=ItemType.WEAPON)) == [sword.id, blade.id]
    assert ids(session, BackpackQuery(filter_rarity=Rarity.LEGENDARY)) == [blade.id]
    assert ids(session, BackpackQuery(filter_equippable=True)) == [sword.id]
    assert ids(session, BackpackQuery(filter_type=ItemType.WEAPON, search="IRON")) == [sword.id]


def test_search_is_by_the_name_that_is_shown() -> None:
    sword = item("iron_sword")
    query = BackpackQuery(search="МЕЧ", name_of=lambda name: "Железный меч" if name == "Iron Sword" else name)

    assert ids(bag(sword, item("bread")), query) == [sword.id]


def test_new_items_are_marked_for_five_minutes() -> None:
    session = bag(item("bread", acquired_at=NOW - 299), item("bread", acquired_at=NOW - 300))

    assert [row.is_new for row in formatted(session).view().backpack] == [True, False]


def test_where_everything_is_new_nothing_is_marked() -> None:
    session = bag(item("bread", acquired_at=NOW), item("iron_ore", acquired_at=NOW))

    assert [row.is_new for row in formatted(session).view().backpack] == [False, False]


def test_a_comparison_is_signed_and_judged() -> None:
    worn, better = item("iron_sword"), item("flaming_longsword")
    session = bag(better, worn={Slot.MAIN_HAND: worn})

    comparison = formatted(session).item(better.id).comparison

    assert comparison is not None
    assert comparison.after.attack > comparison.before.attack
    assert comparison.after.taken == comparison.before.taken
    assert comparison.verdict is Verdict.BETTER
    assert [each.id for each in comparison.replaced] == [worn.id]


def test_a_two_handed_weapon_is_compared_with_both_hands() -> None:
    sword, shield, bow = item("iron_sword"), item("iron_shield"), item("hunting_bow")
    session = bag(bow, worn={Slot.MAIN_HAND: sword, Slot.OFF_HAND: shield})

    comparison = formatted(session).item(bow.id).comparison

    assert comparison is not None
    assert {each.id for each in comparison.replaced} == {sword.id, shield.id}


def test_an_equal_item_is_neither_better_nor_worse() -> None:
    ring = item("copper_ring")
    worn = {Slot.ACCESSORY_1: item("copper_ring"), Slot.ACCESSORY_2: item("copper_ring")}

    comparison = formatted(bag(ring, worn=worn)).item(ring.id).comparison

    assert comparison is not None
    assert (comparison.verdict, comparison.after) == (Verdict.EQUAL, comparison.before)


def test_what_a_potion_does_is_said_before_it_is_drunk() -> None:
    potion, elixir, scroll = item("health_potion"), item("strength_elixir"), item("fireball_scroll")
    reader = formatted(bag(potion, elixir, scroll, hp=85))

    healed, stronger = reader.item(potion.id).consequence, reader.item(elixir.id).consequence

    assert healed is not None
    assert stronger is not None
    assert (healed.hp_before, healed.hp) == (85, 100)
    assert healed.after == healed.before
    assert stronger.hp == 85
    assert stronger.after.attack > stronger.before.attack
    assert reader.item(scroll.id).consequence is None


def test_what_is_worn_is_not_compared() -> None:
    sword = item("iron_sword")

    details = formatted(bag(worn={Slot.MAIN_HAND: sword})).item(sword.id)

    assert details.comparison is None
    assert details.place == "main_hand"


def test_requirements_say_what_is_there_and_what_is_missing() -> None:
    blade = item("dragon_blade")

    details = formatted(bag(blade, level=25, strength=3)).item(blade.id)

    assert details.requirements[Attribute.LEVEL] == Shortfall(20, 25)
    assert details.missing == {Attribute.STRENGTH: Shortfall(30, 3)}
    assert not details.item.wearable


def test_the_off_hand_is_blocked_by_a_two_handed_weapon() -> None:
    view = formatted(bag(worn={Slot.MAIN_HAND: item("hunting_bow")})).view()

    assert [each.blocked for each in view.equipped[:2]] == [False, True]


def test_fault_40_items_of_removed_kinds_stay_and_show_as_unknown() -> None:
    relic = Item(id=77, base_id="forgotten_relic", rarity=Rarity.EPIC)
    reader = formatted(bag(relic))

    [row] = reader.view().backpack

    assert (row.known, row.name, row.rarity) == (False, "forgotten_relic", Rarity.EPIC)
    assert reader.item(77).comparison is None
    assert reader.source_name("forgotten_relic") == "forgotten_relic"


def test_items_that_are_not_there_have_no_card() -> None:
    with pytest.raises(ItemNotFoundError):
        formatted(bag()).item(404)


def test_the_formatter_changes_nothing() -> None:
    session = bag(item("bread"), item("iron_sword"), quick={0: item("health_potion")})
    before = repr(session)
    reader = formatted(session)
    reader.view()
    reader.backpack(BackpackQuery(sort_by=SortBy.VALUE, group_by=GroupBy.RARITY))

    assert repr(session) == before

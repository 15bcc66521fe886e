import pytest

from apps.game_core.modules.inventory.errors import (
    CannotDropEquippedError,
    CannotMergeError,
    InvalidQuantityError,
    InventoryFullError,
    ItemLockedError,
    ItemNotFoundError,
    NothingToDropError,
    QuestItemError,
    TooHeavyError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem, most_that_fit
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem, DropMany
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem
from apps.game_core.modules.inventory.inventory.rules.stacks import MergeStacks, SplitStack
from apps.game_core.modules.items.contracts import Slot, Stat
from apps.game_core.value import replace
from tools.support.bags import NOW, bag, item, rules, stamp

NEW_IDS = (9_100_001, 9_100_002, 9_100_003)


def add(base_id: str, quantity: int, new_ids: tuple[int, ...] = NEW_IDS) -> AddItem:
    return AddItem(**stamp(), base_id=base_id, quantity=quantity, new_ids=new_ids)


def test_adding_fills_stacks_before_it_makes_new_ones() -> None:
    potion = item("health_potion", 18)

    after, result = apply(bag(potion), add("health_potion", 7), rules())

    assert [(each.id, each.quantity) for each in after.backpack] == [(potion.id, 20), (NEW_IDS[0], 5)]
    assert [each.id for each in result.stacks] == [potion.id, NEW_IDS[0]]
    assert after.backpack[1].acquired_at == NOW


def test_pieces_that_differ_do_not_stack() -> None:
    strong = item("iron_ore", 5, affixes={Stat.POWER: 1})

    after, _ = apply(bag(strong), add("iron_ore", 5), rules())

    assert [each.quantity for each in after.backpack] == [5, 5]


def test_a_new_weapon_comes_with_full_durability() -> None:
    after, _ = apply(bag(), add("iron_sword", 1), rules())

    durability = after.backpack[0].durability
    assert durability is not None
    assert durability.current == durability.max == rules().catalog.entries["iron_sword"].max_durability


def test_adding_is_all_or_nothing_in_a_full_backpack() -> None:
    session = bag(item("health_potion", 19), max_slots=1)

    with pytest.raises(InventoryFullError):
        apply(session, add("health_potion", 2), rules())


def test_too_heavy_a_find_is_refused() -> None:
    with pytest.raises(TooHeavyError) as caught:
        apply(bag(strength=1), add("iron_ore", 200), rules())

    assert caught.value.max_weight == 28_000


@pytest.mark.parametrize("quantity", [-1, 0, 10_001, 2**31, 2**63])
def test_fault_34_absurd_quantities_are_refused(quantity: int) -> None:
    with pytest.raises(InvalidQuantityError):
        apply(bag(), add("health_potion", quantity), rules())


def test_unknown_kinds_cannot_be_added() -> None:
    with pytest.raises(UnknownItemError):
        apply(bag(), add("no_such_thing", 1), rules())


def test_too_few_new_ids_never_lose_pieces() -> None:
    with pytest.raises(InvalidQuantityError):
        apply(bag(), add("health_potion", 60, NEW_IDS[:2]), rules())


def test_dropping_a_part_leaves_the_rest() -> None:
    ore = item("iron_ore", 12)

    after, result = apply(bag(ore), DropItem(**stamp(), item_id=ore.id, quantity=5), rules())

    assert (result.quantity, result.remaining_quantity) == (5, 7)
    assert after.backpack[0].quantity == 7


def test_dropping_without_a_number_drops_the_stack() -> None:
    ore = item("iron_ore", 12)

    after, result = apply(bag(ore), DropItem(**stamp(), item_id=ore.id), rules())

    assert (after.backpack, result.quantity) == ((), 12)


@pytest.mark.parametrize("quantity", [-1, 0, 13, 2**31, 2**63])
def test_fault_34_more_or_less_than_there_is_cannot_be_dropped(quantity: int) -> None:
    ore = item("iron_ore", 12)

    with pytest.raises(InvalidQuantityError) as caught:
        apply(bag(ore), DropItem(**stamp(), item_id=ore.id, quantity=quantity), rules())

    assert caught.value.available == 12


def test_what_is_worn_locked_or_needed_cannot_be_dropped() -> None:
    worn, locked, letter = item("iron_sword"), item("bread", locked=True), item("sealed_letter")
    session = bag(locked, letter, worn={Slot.MAIN_HAND: worn})

    for each, error in ((worn, CannotDropEquippedError), (locked, ItemLockedError), (letter, QuestItemError)):
        with pytest.raises(error):
            apply(session, DropItem(**stamp(), item_id=each.id), rules())


def test_a_split_makes_two_stacks_of_the_same_total() -> None:
    ore = item("iron_ore", 12, locked=True)

    after, result = apply(bag(ore), SplitStack(**stamp(), item_id=ore.id, quantity=5, new_id=7), rules())

    assert [(each.id, each.quantity, each.locked) for each in after.backpack] == [
        (ore.id, 7, True),
        (7, 5, False),
    ]
    assert result.new_item.id == 7


@pytest.mark.parametrize("quantity", [0, -3, 12])
def test_a_split_leaves_something_on_both_sides(quantity: int) -> None:
    ore = item("iron_ore", 12)

    with pytest.raises(InvalidQuantityError):
        apply(bag(ore), SplitStack(**stamp(), item_id=ore.id, quantity=quantity, new_id=7), rules())


def test_a_split_needs_a_free_slot() -> None:
    ore = item("iron_ore", 12)

    with pytest.raises(InventoryFullError):
        apply(bag(ore, max_slots=1), SplitStack(**stamp(), item_id=ore.id, quantity=5, new_id=7), rules())


def test_merging_moves_what_fits() -> None:
    small, large = item("health_potion", 5), item("health_potion", 18)

    after, result = apply(
        bag(small, large), MergeStacks(**stamp(), item_id=small.id, into_id=large.id), rules()
    )

    assert [each.quantity for each in after.backpack] == [3, 20]
    assert result.remaining_quantity == 3


def test_a_favourite_stays_a_favourite_when_it_is_merged_away() -> None:
    small, large = item("health_potion", 1, locked=True), item("health_potion", 1)

    after, _ = apply(bag(small, large), MergeStacks(**stamp(), item_id=small.id, into_id=large.id), rules())

    assert [each.locked for each in after.backpack] == [True]


def test_only_like_stacks_with_room_merge() -> None:
    potion, bread, full = item("health_potion"), item("bread"), item("health_potion", 20)
    session = bag(potion, bread, full)

    for into in (bread, potion, full):
        with pytest.raises(CannotMergeError):
            apply(session, MergeStacks(**stamp(), item_id=potion.id, into_id=into.id), rules())


def test_locking_and_unlocking() -> None:
    bread = item("bread")

    locked, _ = apply(bag(bread), LockItem(**stamp(), item_id=bread.id), rules())
    unlocked, _ = apply(locked, LockItem(**stamp(), item_id=bread.id, locked=False), rules())

    assert locked.backpack[0].locked
    assert unlocked.backpack == (replace(bread, position=0),)


@pytest.mark.parametrize(
    "operation",
    [
        DropItem(**stamp(), item_id=404),
        SplitStack(**stamp(), item_id=404, quantity=1, new_id=7),
        MergeStacks(**stamp(), item_id=404, into_id=405),
        LockItem(**stamp(), item_id=404),
    ],
)
def test_items_that_are_not_there_are_refused(operation: DropItem) -> None:
    with pytest.raises(ItemNotFoundError):
        apply(bag(item("bread")), operation, rules())


def test_many_stacks_are_dropped_together() -> None:
    bread, ore, ring = item("bread", 3), item("iron_ore", 5), item("copper_ring")
    session = bag(bread, ore, ring)

    after, result = apply(session, DropMany(**stamp(), item_ids=(ore.id, bread.id)), rules())

    assert [each.id for each in after.backpack] == [ring.id]
    assert {(each.item.base_id, each.quantity) for each in result.dropped} == {("bread", 3), ("iron_ore", 5)}


def test_one_thing_that_must_stay_keeps_all_of_them() -> None:
    bread, letter = item("bread", 3), item("sealed_letter")

    with pytest.raises(QuestItemError):
        apply(bag(bread, letter), DropMany(**stamp(), item_ids=(bread.id, letter.id)), rules())


def test_dropping_nothing_is_refused() -> None:
    with pytest.raises(NothingToDropError):
        apply(bag(item("bread")), DropMany(**stamp(), item_ids=()), rules())


@pytest.mark.parametrize("base_id", ["iron_sword", "health_potion", "dragon_blade", "copper_ring"])
@pytest.mark.parametrize(("max_slots", "strength"), [(3, 200), (200, 0)])
def test_what_fits_into_an_empty_backpack_is_taken_and_one_more_is_not(
    base_id: str, max_slots: int, strength: int
) -> None:
    worn = {Slot.CHEST: item("leather_armor")}
    crammed = bag(
        item("iron_ore", 20),
        worn=worn,
        quick={0: item("bread", 5)},
        max_slots=max_slots,
        strength=strength,
    )
    empty = bag(worn=worn, max_slots=max_slots, strength=strength)
    ids = tuple(range(1_000, 1_000 + max_slots))

    most = most_that_fit(crammed, base_id, rules())

    apply(empty, add(base_id, most, ids), rules())
    with pytest.raises((InventoryFullError, TooHeavyError)):
        apply(empty, add(base_id, most + 1, ids), rules())


def test_nothing_fits_for_whom_the_own_clothes_are_too_heavy() -> None:
    burdened = bag(worn={Slot.CHEST: item("knight_plate")}, strength=-3)

    assert most_that_fit(burdened, "iron_ore", rules()) == 0

"""What another module takes: which pieces go, which stay, and that it is all or nothing."""

from collections.abc import Sequence

import pytest

from apps.game_core.modules.inventory.contracts import TakeItem, TakeKind, TakeResult
from apps.game_core.modules.inventory.errors import (
    CannotUndoError,
    InvalidQuantityError,
    ItemLockedError,
    ItemNotFoundError,
    OperationRefusedError,
)
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.history.deeds import do
from apps.game_core.modules.inventory.inventory.logic.history.revert_history import reverting
from apps.game_core.modules.inventory.inventory.logic.history.used_up import used_up
from apps.game_core.modules.inventory.inventory.model import (
    Durability,
)
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.keeping_errors import ItemBoundError, ItemInUseError, NotEnoughError
from apps.game_core.modules.items.contracts import Rarity, Slot, Stat
from apps.game_core.value import replace
from tests.support.entered import entered
from tools.support.bags import NOW, bag, item, rules, stamp


def spent(result: TakeResult) -> Sequence[tuple[int, int]]:
    return [(each.item.id, each.quantity) for each in result.spent]


@pytest.mark.parametrize(("quantity", "left"), [(None, []), (5, []), (2, [3])])
def test_all_or_some_of_a_stack(quantity: int | None, left: Sequence[int]) -> None:
    bread = item("bread", 5)

    after, result, _ = entered(bag(bread), TakeItem(**stamp(), item_id=bread.id, quantity=quantity))

    assert [each.quantity for each in after.backpack] == left
    assert spent(result) == [(bread.id, quantity or 5)]


def test_of_a_kind_goes_what_is_missed_the_least() -> None:
    """Junk, then small stacks of the backpack, then quick slots."""
    stacks = [item("bread", 9), item("bread", 4), item("bread", 1, junk=True)]
    ready = item("bread", 2)

    after, result, _ = entered(
        bag(*stacks, quick={1: ready}), TakeKind(**stamp(), base_id="bread", quantity=15, in_use=True)
    )

    order = [stacks[2], stacks[1], stacks[0], ready]
    assert spent(result) == [(each.id, number) for each, number in zip(order, (1, 4, 9, 1), strict=True)]
    assert after.backpack == ()
    assert [each and each.quantity for each in after.quick_slots] == [None, 1, None, None]


def test_of_single_pieces_the_plain_and_the_worn_out_go_first() -> None:
    rare = replace(item("iron_sword"), rarity=Rarity.EPIC)
    sharp = item("iron_sword", affixes={Stat.POWER: 2})
    whole, dull = (item("iron_sword", durability=Durability(left, 80)) for left in (80, 9))

    _, result, _ = entered(
        bag(rare, sharp, whole, dull), TakeKind(**stamp(), base_id="iron_sword", quantity=3)
    )

    assert [item_id for item_id, _ in spent(result)] == [dull.id, whole.id, sharp.id]


@pytest.mark.parametrize(
    ("field", "error"),
    [("in_use", ItemInUseError), ("locked", ItemLockedError), ("bound", ItemBoundError)],
)
def test_what_is_worn_locked_or_bound_goes_only_where_that_is_asked_for(
    field: str, error: type[OperationRefusedError]
) -> None:
    kept = item("bread", 3, locked=field == "locked", bound=field == "bound")
    session = bag(quick={0: kept}) if field == "in_use" else bag(kept)
    one, any_ = TakeItem(**stamp(), item_id=kept.id), TakeKind(**stamp(), base_id="bread", quantity=1)

    with pytest.raises(error):
        entered(session, one)
    with pytest.raises(NotEnoughError) as refused:
        entered(session, any_)
    assert (refused.value.item, refused.value.needed, refused.value.has) == ("Loaf of Bread", 1, 0)

    asked = {field: True}
    assert spent(entered(session, TakeItem(**stamp(), item_id=kept.id, **asked))[1]) == [(kept.id, 3)]
    assert spent(entered(session, TakeKind(**stamp(), base_id="bread", quantity=1, **asked))[1]) == [
        (kept.id, 1)
    ]


def test_what_there_is_too_little_of_stays_whole() -> None:
    session = bag(item("bread", 3), item("bread", 2, locked=True))

    with pytest.raises(NotEnoughError) as refused:
        entered(session, TakeKind(**stamp(), base_id="bread", quantity=4))
    assert (refused.value.needed, refused.value.has) == (4, 3)
    with pytest.raises(InvalidQuantityError):
        entered(session, TakeItem(**stamp(), item_id=session.backpack[0].id, quantity=4))
    with pytest.raises(ItemNotFoundError):
        entered(session, TakeItem(**stamp(), item_id=404))
    with pytest.raises(NotEnoughError):
        entered(session, TakeKind(**stamp(), base_id="no_such_thing", quantity=1))


def test_a_belt_goes_with_its_slots_and_what_gave_health_with_the_health() -> None:
    belt, potion = item("rope_belt"), item("health_potion", 2)
    heart = item("amulet_of_health")
    session = bag(worn={Slot.ACCESSORY_1: belt, Slot.ACCESSORY_2: heart}, hp=105)
    session, _ = apply(session, TakeItem(**stamp(), item_id=heart.id, in_use=True), rules())
    assert session.vitals.hp == 100
    full = bag(potion, worn={Slot.ACCESSORY_1: belt})
    more = rules().quick_slot_count(full) - 1
    full = replace(full, backpack=(), quick_slots=(*(None,) * more, potion))

    after, result, _ = entered(full, TakeItem(**stamp(), item_id=belt.id, in_use=True))

    assert [each.id for each in after.backpack] == [potion.id]
    assert len(after.quick_slots) == 4
    assert spent(result) == [(belt.id, 1)]


def test_what_was_taken_by_choice_is_no_loss_and_is_not_taken_back_by_the_player() -> None:
    bread = item("bread", 5)
    _, _, entry = entered(bag(bread), TakeKind(**stamp(), base_id="bread", quantity=2))

    assert sum(used_up([entry]).pieces.values()) == 2
    with pytest.raises(CannotUndoError):
        reverting(entry, NOW)


def test_another_number_is_another_wish() -> None:
    two, three = (TakeKind(base_id="bread", quantity=number) for number in (2, 3))
    some, more, all_ = (TakeItem(item_id=1, quantity=number) for number in (2, 3, None))

    assert two.asks_for_the_same_as(replace(two, op_id="op", at=5))
    assert not two.asks_for_the_same_as(three)
    assert some.asks_for_the_same_as(all_)
    assert not some.asks_for_the_same_as(more)
    assert not some.asks_for_the_same_as(TakeItem(item_id=2, quantity=2))
    assert not two.asks_for_the_same_as(some)


def test_an_entry_that_took_nothing_is_told_and_not_stumbled_over() -> None:
    for operation in (TakeItem(**stamp(), item_id=1), TakeKind(**stamp(), base_id="bread", quantity=1)):
        deed = Deed({}, {})
        do(deed, operation, TakeResult((), 50, 0))
        assert "was taken than was asked for" in deed.wrong[0]

"""Several operations as one: each meets what the ones before it left; all of them, or none."""

from typing import Any, cast

import pytest

from apps.game_core.modules.inventory.contracts import (
    Batch,
    BatchResult,
    DropItem,
    EquipItem,
    ForgetLoadout,
    LockItem,
    MarkJunk,
    MergeStacks,
    MoveFromQuickSlot,
    MoveToQuickSlot,
    SaveLoadout,
    Source,
    SplitStack,
    TakeItem,
    TakeKind,
    UnequipItem,
    UseConsumable,
    WearBest,
)
from apps.game_core.modules.inventory.errors import (
    CannotUndoError,
    InvalidInputError,
    ItemNotFoundError,
)
from apps.game_core.modules.inventory.input_checks import checked
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import (
    decode_operation,
    decode_rows,
    decode_stored,
    singly,
)
from apps.game_core.modules.inventory.inventory.limits import MAX_PARTS
from apps.game_core.modules.inventory.inventory.loadout import MAX_LOADOUTS, Piece
from apps.game_core.modules.inventory.inventory.logic.history.revert_history import reverting
from apps.game_core.modules.inventory.inventory.logic.history.used_up import used_up
from apps.game_core.modules.inventory.inventory.model import (
    InventorySession,
)
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.batching import Part
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import Revert
from apps.game_core.modules.inventory.keeping_errors import (
    LoadoutNotFoundError,
    NotEnoughError,
    NothingWornError,
    TooManyLoadoutsError,
)
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.items.contracts import Slot, Stat
from apps.game_core.value import replace
from tests.support.entered import entered
from tools.support.bags import NOW, bag, item, rules, stamp


def done(
    session: InventorySession, *parts: Operation[Any]
) -> tuple[InventorySession, BatchResult, LedgerEntry]:
    return entered(session, replace(Batch.of(*parts), **stamp()))


def sold(sword: int) -> tuple[Operation[Any], ...]:
    return TakeItem(item_id=sword), AddItem(base_id="bread", quantity=25, new_ids=(901, 902))


def test_all_of_them_are_done_under_one_id_at_one_moment() -> None:
    sword = item("iron_sword")

    after, result, entry = done(bag(sword), *sold(sword.id))

    assert [(each.id, each.quantity, each.acquired_at) for each in after.backpack] == [
        (901, 20, NOW),
        (902, 5, NOW),
    ]
    taken, added = result.results
    assert [each.item.id for each in taken.spent] == [sword.id]
    assert added.quantity == 25
    assert (decode_operation(entry.kind, entry.payload), decode_stored(entry.kind, entry.result)) == (
        replace(Batch.of(*sold(sword.id)), **stamp()),
        result,
    )


def test_one_that_is_refused_refuses_all_with_its_own_reason() -> None:
    sword = item("iron_sword")

    with pytest.raises(NotEnoughError):
        done(bag(sword), *sold(sword.id), TakeKind(base_id="bread", quantity=26))
    with pytest.raises(ItemNotFoundError):
        done(bag(sword), TakeItem(item_id=sword.id), TakeItem(item_id=sword.id))


def test_each_meets_what_the_ones_before_it_left() -> None:
    """What one makes the next may take: the entry tells of each part by itself."""
    sword = item("iron_sword")

    after, _, entry = done(bag(sword), *sold(sword.id), TakeKind(base_id="bread", quantity=25))

    assert after.backpack == ()
    alone = singly(entry)
    assert [each.kind for each in alone] == ["take_item", "add_item", "take_kind"]
    assert {each.op_id for each in alone} == {"op"}
    assert [[placed.item.id for placed in decode_rows(each.before)] for each in alone] == [
        [sword.id],
        [],
        [901, 902],
    ]
    assert {kind[0]: number for kind, number in used_up([entry]).pieces.items()} == {"iron_sword": 1}


def test_it_is_taken_back_where_each_part_is() -> None:
    sword, potion, bread = item("iron_sword"), item("health_potion", 2), item("bread", 3)
    session = bag(sword, potion, bread)
    wear = EquipItem(item_id=sword.id), UseConsumable(item_id=potion.id), MarkJunk(item_ids=(bread.id,))
    after, _, entry = done(session, *wear)
    assert after.vitals.hp == 100

    back, _ = apply(after, reverting(entry, NOW + 1), rules())

    assert (back.backpack, back.equipped, back.vitals) == (
        session.backpack,
        session.equipped,
        session.vitals,
    )
    _, _, forever = done(session, *wear, TakeKind(base_id="bread", quantity=1))
    with pytest.raises(CannotUndoError):
        reverting(forever, NOW + 1)


def test_a_buff_that_starts_and_ends_within_it_is_none_of_it() -> None:
    elixirs = item("strength_elixir", 2)
    after, _, entry = done(bag(elixirs), UseConsumable(item_id=elixirs.id), UseConsumable(item_id=elixirs.id))

    back, _ = apply(after, reverting(entry, NOW + 1), rules())

    assert len(after.vitals.buffs) == 1
    assert back.vitals.buffs == ()
    assert [each.quantity for each in back.backpack] == [2]


BREAD, SWORD, POTION = item("bread", 3), item("iron_sword"), item("health_potion", 5)


@pytest.mark.parametrize(
    "parts",
    [
        (MarkJunk(item_ids=(BREAD.id,)), MarkJunk(item_ids=(BREAD.id,), marked=False)),
        (EquipItem(item_id=SWORD.id), UnequipItem(slot=Slot.MAIN_HAND)),
        (MoveFromQuickSlot(slot_index=0), MoveToQuickSlot(item_id=POTION.id, slot_index=0)),
        (
            SplitStack(item_id=BREAD.id, quantity=1, new_id=999),
            MergeStacks(item_id=999, into_id=BREAD.id),
        ),
    ],
    ids=["marked", "worn", "ready", "split"],
)
def test_what_is_in_the_end_as_it_was_is_not_taken_away_by_taking_it_back(
    parts: tuple[Operation[Any], ...],
) -> None:
    session = bag(BREAD, SWORD, quick={0: POTION})
    after, _, entry = done(session, *parts)

    back, _ = apply(after, reverting(entry, NOW + 1), rules())

    for state in (after, back):
        assert sorted(placed.item.id for placed in state.placed()) == sorted(
            placed.item.id for placed in session.placed()
        )
        assert sum(placed.item.quantity for placed in state.placed()) == 9


def test_taking_back_a_ring_that_made_room_for_a_drink_costs_no_health() -> None:
    ring = item("copper_ring", affixes={Stat.MAX_HP: 100})
    session = bag(ring, quick={0: POTION}, hp=100)
    drink = UseConsumable(item_id=POTION.id, source=Source.QUICK_SLOT, slot_index=0)
    after, _, entry = done(session, EquipItem(item_id=ring.id), drink)
    assert after.vitals.hp > 100

    back, _ = apply(after, reverting(entry, NOW + 1), rules())

    assert back.vitals == session.vitals


def test_what_was_put_on_and_off_again_has_changed_nothing() -> None:
    sword = item("iron_sword")
    session = bag(sword, item("bread"), max_slots=2)

    after, _, entry = done(session, EquipItem(item_id=sword.id), UnequipItem(slot=Slot.MAIN_HAND))

    assert [each.id for each in after.backpack] == [session.backpack[1].id, sword.id]
    assert [each.item.id for each in decode_rows(entry.before)] == [sword.id]


def test_what_earlier_parts_put_on_is_kept_under_a_name_and_another_name_goes() -> None:
    helmet, sword = item("leather_helmet"), item("iron_sword")
    before, _ = apply(bag(sword, worn={Slot.HEAD: helmet}), named("Old", 7), rules())

    wear, save = EquipItem(item_id=sword.id), SaveLoadout(name="Both", new_id=8)
    after, result, _ = done(before, wear, save, ForgetLoadout(loadout_id=7), UnequipItem(slot=Slot.HEAD))

    [loadout] = after.loadouts
    assert (loadout.id, loadout.name) == (8, "Both")
    assert {slot: piece.item_id for slot, piece in loadout.pieces.items()} == {
        Slot.MAIN_HAND: sword.id,
        Slot.HEAD: helmet.id,
    }
    assert [each.loadout.name for each in result.results[1:3]] == ["Both", "Old"]


def named(name: str, new_id: int) -> SaveLoadout:
    return SaveLoadout(**stamp(), name=name, new_id=new_id)


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ((UnequipItem(slot=Slot.HEAD), SaveLoadout(name="Bare", new_id=7)), NothingWornError),
        ((SaveLoadout(name="Hat", new_id=7), ForgetLoadout(loadout_id=8)), LoadoutNotFoundError),
    ],
)
def test_a_name_that_cannot_be_kept_or_forgotten_refuses_all_of_it(
    parts: tuple[Operation[Any], ...], error: type[Exception]
) -> None:
    session = bag(BREAD, worn={Slot.HEAD: item("leather_helmet")})

    with pytest.raises(error):
        done(session, TakeKind(base_id="bread", quantity=1), *parts)


def test_there_are_no_more_names_in_a_batch_than_otherwise() -> None:
    session = bag(BREAD, worn={Slot.HEAD: item("leather_helmet")})
    saves = [SaveLoadout(name=str(number), new_id=number) for number in range(1, MAX_LOADOUTS + 2)]

    with pytest.raises(TooManyLoadoutsError):
        done(session, *saves)
    after, _, _ = done(session, *saves[:-1], ForgetLoadout(loadout_id=1), saves[-1])
    assert [each.id for each in after.loadouts] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (Part(SaveLoadout(name="x", new_id=5)),),
        (Part(SaveLoadout(name="x", pieces={Slot.HEAD: Piece(1, "iron_helmet")})),),
        (Part(SaveLoadout(name="")),),
        (Part(ForgetLoadout(loadout_id=0)),),
        (Part(LockItem(item_id=1)),) * (MAX_PARTS + 1),
        (Part(DropItem(item_id=0)),),
        (Part(DropItem(item_id=1, op_id="another's")),),
        (Part(AddItem(base_id="bread", quantity=1, new_ids=(5,))),),
        (Part(Revert(of="x", done_at=0, before=(), after=())),),
        (Part(Batch.of(LockItem(item_id=1))),),
        (LockItem(item_id=1),),
        (Part(cast("Any", "x")),),
        (Part(cast("Any", WearBest(shown=1))),),
        (Part(cast("Any", None)),),
        (Part(MarkJunk(item_ids=tuple(range(1, 501)))),) * 3,
        (Part(AddItem(base_id="iron_helmet", quantity=10_000)),) * 2,
        None,
        5,
    ],
)
def test_parts_are_what_callers_may_ask_for_singly(parts: Any) -> None:
    with pytest.raises(InvalidInputError):
        checked(Batch(parts=parts))


def test_what_may_be_asked_for_passes_as_it_is() -> None:
    names = SaveLoadout(name="x"), ForgetLoadout(loadout_id=1)
    wish = Batch.of(LockItem(item_id=1), TakeKind(base_id="bread", quantity=2), *names, expected=7)

    assert checked(wish) == wish


def test_the_same_parts_are_the_same_wish_whatever_ids_they_were_given() -> None:
    first, again = (
        replace(Batch.of(AddItem(base_id="bread", quantity=1, new_ids=(new,))), op_id="op", at=new)
        for new in (7, 8)
    )

    assert first.asks_for_the_same_as(again)
    assert not first.asks_for_the_same_as(Batch.of(AddItem(base_id="iron_ore", quantity=1)))
    assert not first.asks_for_the_same_as(Batch.of(*first.operations, *first.operations))
    assert not first.asks_for_the_same_as(first.operations[0])

"""Whatever moved or used something can be taken back: everything is as it was, and the audit agrees."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.game_core.modules.inventory.errors import CannotUndoError, OperationRefusedError, UndoObstacle
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.audit import findings
from apps.game_core.modules.inventory.inventory.logic.history.revert_history import reverting
from apps.game_core.modules.inventory.inventory.model import Buff, InventorySession, Source, Vitals
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem
from apps.game_core.modules.inventory.inventory.rules.health import ChangeHealth
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet
from apps.game_core.modules.inventory.inventory.rules.quick_slots import MoveFromQuickSlot, MoveToQuickSlot
from apps.game_core.modules.inventory.inventory.rules.stacks import MergeStacks, SplitStack
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import Revert
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem, UnequipItem
from apps.game_core.modules.items.contracts import Slot, Stat
from apps.game_core.value import replace
from tests.support.ledgers import Played, new_ids
from tests.unit.inventory.test_conservation import moves, operation_for, starting_bag
from tools.support.bags import NOW, bag, item


def start() -> Played:
    worn = {
        Slot.MAIN_HAND: item("iron_sword"),
        Slot.OFF_HAND: item("iron_shield"),
        Slot.ACCESSORY_1: item("belt_of_pockets"),
        Slot.ACCESSORY_2: item("amulet_of_health"),
    }
    carried = ("hunting_bow", "leather_helmet", "champion_belt", "steel_sword")
    stacks = (
        item("health_potion", 5),
        item("health_potion", 2),
        item("strength_elixir", 1),
        item("bread", 3),
    )
    session = bag(*map(item, carried), *stacks, worn=worn, level=30, strength=60, hp=95)
    potion = item("health_potion", 3)
    buffs = (Buff(Stat.STRENGTH, 2, NOW + 500), Buff(Stat.ARMOR, 2, NOW))
    return Played(
        replace(
            session, quick_slots=(None, potion, None, None, None, item("bread")), vitals=Vitals(95, buffs)
        )
    )


def has(played: Played, base_id: str) -> int:
    return next(each.id for each in played.session.backpack if each.base_id == base_id)


def in_quick_slot(played: Played, index: int) -> int:
    slotted = played.session.quick_slots[index]
    assert slotted
    return slotted.id


Make = Callable[[Played], Operation[Result]]
DONE: dict[str, Make] = {
    "wear over something": lambda p: EquipItem(**p.stamp, item_id=has(p, "steel_sword"), slot=Slot.MAIN_HAND),
    "wear in an empty slot": lambda p: EquipItem(**p.stamp, item_id=has(p, "leather_helmet")),
    "wear with both hands": lambda p: EquipItem(**p.stamp, item_id=has(p, "hunting_bow")),
    "wear another belt": lambda p: EquipItem(
        **p.stamp, item_id=has(p, "champion_belt"), slot=Slot.ACCESSORY_1
    ),
    "wear a set": lambda p: WearSet(
        **p.stamp, items={Slot.MAIN_HAND: has(p, "hunting_bow"), Slot.HEAD: has(p, "leather_helmet")}
    ),
    "take off": lambda p: UnequipItem(**p.stamp, slot=Slot.MAIN_HAND),
    "take off health": lambda p: UnequipItem(**p.stamp, slot=Slot.ACCESSORY_2),
    "take off a belt with things in its slots": lambda p: UnequipItem(**p.stamp, slot=Slot.ACCESSORY_1),
    "drink": lambda p: UseConsumable(**p.stamp, item_id=has(p, "health_potion")),
    "drink the last": lambda p: UseConsumable(**p.stamp, item_id=has(p, "strength_elixir")),
    "drink from a quick slot": lambda p: UseConsumable(
        **p.stamp, item_id=in_quick_slot(p, 1), source=Source.QUICK_SLOT, slot_index=1
    ),
    "to a quick slot": lambda p: MoveToQuickSlot(**p.stamp, item_id=has(p, "bread"), slot_index=0),
    "to a quick slot over something": lambda p: MoveToQuickSlot(
        **p.stamp, item_id=has(p, "bread"), slot_index=1
    ),
    "from a quick slot": lambda p: MoveFromQuickSlot(**p.stamp, slot_index=5),
    "split": lambda p: SplitStack(
        **p.stamp, item_id=has(p, "health_potion"), quantity=2, new_id=new_ids(1)[0]
    ),
    "merge": lambda p: MergeStacks(
        **p.stamp,
        item_id=has(p, "health_potion"),
        into_id=[each.id for each in p.session.backpack if each.base_id == "health_potion"][1],
    ),
}


def revert(played: Played) -> None:
    played.do(reverting(played.ledger[-1], played.stamp["at"]))


def state(session: InventorySession) -> tuple[object, ...]:
    running = tuple(buff for buff in session.vitals.buffs if buff.expires_at > NOW + 100)
    return session.equipped, session.backpack, session.quick_slots, session.vitals.hp, set(running)


@pytest.mark.parametrize("name", DONE)
def test_everything_is_as_it_was_and_the_audit_agrees(name: str) -> None:
    played = start()
    played.do(DONE[name](played))
    assert state(played.session) != state(played.states[0])

    revert(played)

    assert state(played.session) == state(played.born)
    assert [str(each) for each in findings(played.history())] == []


@pytest.mark.parametrize("name", DONE)
def test_nothing_is_taken_back_twice_or_too_late(name: str) -> None:
    played = start()
    played.do(DONE[name](played))
    entry = played.ledger[-1]
    late = reverting(entry, entry.at + 31)
    with pytest.raises(CannotUndoError) as refused:
        apply(played.session, late, played.rules)
    assert refused.value.obstacle is UndoObstacle.TOO_LATE
    revert(played)

    with pytest.raises(CannotUndoError) as refused:
        apply(played.session, reverting(entry, entry.at + 30), played.rules)
    assert refused.value.obstacle is UndoObstacle.MOVED_ON


def later(played: Played, name: str) -> list[Operation[Result]]:
    """Whatever else may happen to what was touched."""
    touched = {each.item.id for each in reverting(played.ledger[-1], NOW).after}
    placed = [each for each in played.session.placed() if each.item.id in touched]
    found: list[Operation[Result]] = []
    for each in placed:
        if each.place == "backpack":
            found.append(LockItem(**played.stamp, item_id=each.item.id))
            found.append(DropItem(**played.stamp, item_id=each.item.id))
        elif each.place == "quick_slot":
            found.append(MoveFromQuickSlot(**played.stamp, slot_index=each.position))
        else:
            found.append(UnequipItem(**played.stamp, slot=Slot(each.place)))
    return found


@pytest.mark.parametrize("name", DONE)
def test_what_has_moved_on_stays(name: str) -> None:
    played = start()
    played.do(DONE[name](played))
    done = played.ledger[-1]
    for operation in later(played, name):
        changed, _ = apply(played.session, operation, played.rules)
        with pytest.raises(CannotUndoError) as refused:
            apply(changed, reverting(done, done.at), played.rules)
        assert refused.value.obstacle is UndoObstacle.MOVED_ON


def test_a_hand_that_is_full_by_now_is_in_the_way() -> None:
    """Of what the operation touched nothing has changed, but the shield came where the bow wants to be."""
    played = Played(bag(item("iron_sword"), item("iron_shield"), worn={Slot.MAIN_HAND: item("hunting_bow")}))
    played.do(EquipItem(**played.stamp, item_id=has(played, "iron_sword"), slot=Slot.MAIN_HAND))
    sword = played.ledger[-1]
    played.do(EquipItem(**played.stamp, item_id=has(played, "iron_shield")))

    with pytest.raises(CannotUndoError) as refused:
        apply(played.session, reverting(sword, sword.at), played.rules)
    assert refused.value.obstacle is UndoObstacle.MOVED_ON


def test_health_that_went_in_between_is_not_given_back() -> None:
    played = start()
    played.do(UseConsumable(**played.stamp, item_id=has(played, "health_potion")))
    drunk, healed = played.ledger[-1], played.session.vitals.hp - 95
    played.do(ChangeHealth(**played.stamp, amount=-60))
    hurt = played.session.vitals.hp

    played.do(reverting(drunk, drunk.at))

    assert played.session.vitals.hp == hurt - healed
    played.do(ChangeHealth(**played.stamp, amount=-1_000))
    assert played.session.vitals.hp == 1
    assert [str(each) for each in findings(played.history())] == []


@pytest.mark.parametrize("kind", [LockItem, DropItem, AddItem, ChangeHealth, Revert])
def test_what_has_another_way_back_or_none_is_not_reverted(kind: type) -> None:
    played = start()
    made: dict[type, Operation[Result]] = {
        LockItem: LockItem(**played.stamp, item_id=has(played, "bread")),
        DropItem: DropItem(**played.stamp, item_id=has(played, "bread")),
        AddItem: AddItem(**played.stamp, base_id="bread", quantity=1, new_ids=new_ids(1)),
        ChangeHealth: ChangeHealth(**played.stamp, amount=-1),
    }
    if kind is Revert:
        played.do(UnequipItem(**played.stamp, slot=Slot.MAIN_HAND))
        revert(played)
    else:
        played.do(made[kind])

    with pytest.raises(CannotUndoError) as refused:
        reverting(played.ledger[-1], NOW)
    assert refused.value.obstacle is UndoObstacle.UNKNOWN


@given(
    kinds=st.lists(
        st.tuples(
            st.sampled_from(("iron_sword", "hunting_bow", "bread", "rope_belt", "health_potion")), st.just(5)
        ),
        max_size=12,
    ),
    plan=st.lists(moves, max_size=25),
)
def test_any_operation_is_taken_back_in_any_inventory(
    kinds: list[tuple[str, int]], plan: list[tuple[int, int, int, int, str, Slot]]
) -> None:
    played = Played(starting_bag(kinds, 14))
    for step, move in enumerate(plan):
        operation = replace(operation_for(played.session, move, step), **played.stamp)
        before = played.session
        try:
            played.do(operation)
        except OperationRefusedError:
            continue
        if operation.can_be_reverted:
            revert(played)
            assert state(played.session)[:4] == state(before)[:4]
    assert [str(each) for each in findings(played.history())] == []

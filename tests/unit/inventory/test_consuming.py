import pytest

from apps.game_core.modules.inventory.errors import (
    CannotUseInCombatError,
    InvalidSlotIndexError,
    InventoryFullError,
    ItemNotFoundError,
    NotConsumableError,
    OnlyInCombatError,
    SlotEmptyError,
)
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.audit import findings
from apps.game_core.modules.inventory.inventory.logic.history.revert_history import reverting
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.model import Source
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable
from apps.game_core.modules.inventory.inventory.rules.health import ChangeHealth
from apps.game_core.modules.inventory.inventory.rules.quick_slots import MoveFromQuickSlot, MoveToQuickSlot
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem
from apps.game_core.modules.items.contracts import EffectKind, Stat
from tests.support.ledgers import Played
from tools.support.bags import NOW, bag, item, rules, stamp


def heal_of(base_id: str) -> int:
    return next(e.amount for e in rules().catalog.entries[base_id].effects if e.kind is EffectKind.HEAL)


def test_a_potion_heals_and_costs_one_piece() -> None:
    potion = item("health_potion", 3)

    after, result = apply(bag(potion, hp=10), UseConsumable(**stamp(), item_id=potion.id), rules())

    assert result.remaining_quantity == 2
    assert result.healed == min(90, heal_of("health_potion"))
    assert after.vitals.hp == 10 + result.healed
    assert after.backpack[0].quantity == 2


def test_the_last_piece_is_gone_after_use() -> None:
    potion = item("health_potion")

    after, result = apply(bag(potion), UseConsumable(**stamp(), item_id=potion.id), rules())

    assert result.remaining_quantity == 0
    assert after.backpack == ()


def test_health_stops_at_the_maximum() -> None:
    potion = item("health_potion")

    after, result = apply(bag(potion, hp=99), UseConsumable(**stamp(), item_id=potion.id), rules())

    assert (after.vitals.hp, result.healed) == (100, 1)


def test_health_that_is_lent_is_healed_counted_and_gone_in_time() -> None:
    tears, potion, ring = item("phoenix_tears"), item("health_potion", 3), item("copper_ring")
    session, used = apply(
        bag(tears, potion, ring, hp=10), UseConsumable(op_id="1", at=NOW, item_id=tears.id), rules()
    )
    assert (used.hp, used.healed) == (150, 140)
    ends = NOW + 1800
    for at, max_hp in ((NOW, 150), (ends - 1, 150), (ends, 100)):
        view = FormattedInventory(session, InventoryFormatter(rules(), at)).view()
        assert (view.stats.hp, view.stats.max_hp, view.figures.max_hp) == (max_hp, max_hp, max_hp)
    for at, most in ((ends - 1, 150), (ends, 100)):
        hurt, _ = apply(session, ChangeHealth(op_id="2", at=at, amount=-30), rules())
        healed, _ = apply(hurt, ChangeHealth(op_id="3", at=at, amount=1000), rules())
        worn, _ = apply(session, EquipItem(op_id="4", at=at, item_id=ring.id), rules())
        ring_adds = rules().item_stat(ring, Stat.MAX_HP)
        assert (hurt.vitals.hp, healed.vitals.hp) == (most - 30, most)
        assert worn.vitals.hp == min(150, most + ring_adds)


def test_a_drink_that_lent_health_is_taken_back_with_it() -> None:
    played = Played(bag(item("phoenix_tears", 2), hp=80))
    played.do(UseConsumable(**played.stamp, item_id=played.session.backpack[0].id))
    played.do(reverting(played.ledger[-1], played.stamp["at"]))

    assert played.session == played.born
    played.do(UseConsumable(**played.stamp, item_id=played.session.backpack[0].id))
    played.do(ChangeHealth(op_id="late", at=NOW + 5000, amount=-1))
    assert played.session.vitals.hp == 99
    assert [str(each) for each in findings(played.history())] == []


def test_a_buff_runs_from_the_operations_time_and_replaces_the_same_one() -> None:
    elixir = item("strength_elixir", 2)
    session, _ = apply(bag(elixir), UseConsumable(op_id="1", at=NOW, item_id=elixir.id), rules())
    session, _ = apply(session, UseConsumable(op_id="2", at=NOW + 10, item_id=elixir.id), rules())

    effect = rules().catalog.entries["strength_elixir"].effects[0]
    [buff] = session.vitals.buffs
    assert (buff.stat, buff.amount, buff.expires_at) == (
        effect.stat,
        effect.amount,
        NOW + 10 + effect.duration,
    )


def test_buffs_that_have_run_out_are_forgotten() -> None:
    elixir, bread = item("strength_elixir"), item("bread")
    session, _ = apply(bag(elixir, bread), UseConsumable(op_id="1", at=NOW, item_id=elixir.id), rules())

    later = NOW + 1_000_000
    session, _ = apply(session, UseConsumable(op_id="2", at=later, item_id=bread.id), rules())

    assert session.vitals.buffs == ()


def test_a_quick_slot_is_used_in_place() -> None:
    potion = item("health_potion", 2)
    operation = UseConsumable(**stamp(), item_id=potion.id, source=Source.QUICK_SLOT, slot_index=1)

    after, result = apply(bag(quick={1: potion}), operation, rules())

    assert after.quick_slots[1] is not None
    assert after.quick_slots[1].quantity == 1
    assert result.remaining_quantity == 1


def test_the_last_piece_of_a_quick_slot_empties_it() -> None:
    potion = item("health_potion")
    operation = UseConsumable(**stamp(), item_id=potion.id, source=Source.QUICK_SLOT, slot_index=0)

    after, _ = apply(bag(quick={0: potion}), operation, rules())

    assert after.quick_slots == (None,) * 4


def test_a_quick_slot_that_holds_something_else_by_now_is_refused() -> None:
    operation = UseConsumable(**stamp(), item_id=1, source=Source.QUICK_SLOT, slot_index=0)

    with pytest.raises(ItemNotFoundError):
        apply(bag(quick={0: item("health_potion")}), operation, rules())


@pytest.mark.parametrize("index", [None, -1, 4])
def test_a_quick_slot_that_does_not_exist_is_refused(index: int | None) -> None:
    operation = UseConsumable(**stamp(), item_id=1, source=Source.QUICK_SLOT, slot_index=index)

    with pytest.raises(InvalidSlotIndexError):
        apply(bag(), operation, rules())


def test_what_is_no_consumable_cannot_be_used() -> None:
    ore = item("iron_ore")

    with pytest.raises(NotConsumableError):
        apply(bag(ore), UseConsumable(**stamp(), item_id=ore.id), rules())


def test_bread_is_not_eaten_in_a_fight() -> None:
    bread = item("bread")

    with pytest.raises(CannotUseInCombatError):
        apply(bag(bread), UseConsumable(**stamp(), item_id=bread.id, in_combat=True), rules())


def test_a_fireball_is_kept_for_a_fight() -> None:
    scroll = item("fireball_scroll")

    with pytest.raises(OnlyInCombatError):
        apply(bag(scroll), UseConsumable(**stamp(), item_id=scroll.id), rules())
    after, _ = apply(bag(scroll), UseConsumable(**stamp(), item_id=scroll.id, in_combat=True), rules())
    assert after.backpack == ()


def test_a_quick_slot_takes_a_stack_and_gives_its_old_one_back_in_its_place() -> None:
    first, potion, last = item("iron_ore"), item("health_potion", 5), item("iron_ore")
    old = item("bread", 2)
    operation = MoveToQuickSlot(**stamp(), item_id=potion.id, slot_index=2)

    after, result = apply(bag(first, potion, last, quick={2: old}), operation, rules())

    assert result.returned_item == old
    assert [each.id for each in after.backpack] == [first.id, old.id, last.id]
    assert after.quick_slots[2] is not None
    assert after.quick_slots[2].id == potion.id


def test_only_consumables_go_into_quick_slots() -> None:
    sword = item("iron_sword")

    with pytest.raises(NotConsumableError):
        apply(bag(sword), MoveToQuickSlot(**stamp(), item_id=sword.id, slot_index=0), rules())


def test_a_quick_slot_must_exist_to_be_filled() -> None:
    potion = item("health_potion")

    with pytest.raises(InvalidSlotIndexError) as caught:
        apply(bag(potion), MoveToQuickSlot(**stamp(), item_id=potion.id, slot_index=4), rules())

    assert caught.value.count == 4


def test_taking_out_of_a_quick_slot_needs_room() -> None:
    potion = item("health_potion")
    operation = MoveFromQuickSlot(**stamp(), slot_index=0)

    after, _ = apply(bag(quick={0: potion}), operation, rules())
    assert [each.id for each in after.backpack] == [potion.id]
    with pytest.raises(InventoryFullError):
        apply(bag(item("bread"), quick={0: potion}, max_slots=1), operation, rules())


def test_taking_out_of_an_empty_quick_slot_is_refused() -> None:
    with pytest.raises(SlotEmptyError):
        apply(bag(), MoveFromQuickSlot(**stamp(), slot_index=0), rules())

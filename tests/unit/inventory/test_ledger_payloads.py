"""What is in ledgers and control hashes stays what it was, byte for byte: older entries must be read, too."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from apps.game_core.modules.inventory.inventory import operations as ops
from apps.game_core.modules.inventory.inventory import results
from apps.game_core.modules.inventory.inventory.codec import decode_operation, decode_stored, encode
from apps.game_core.modules.inventory.inventory.loadout import Loadout, Piece
from apps.game_core.modules.inventory.inventory.model import Buff, Durability, Gift, Item, PlacedItem, Source
from apps.game_core.modules.items.contracts import Effect, EffectKind, Rarity, Slot, Stat

FROZEN = json.loads(Path(__file__).with_name("ledger_payloads.json").read_text(encoding="utf-8"))
STAMP: dict[str, Any] = {"op_id": "at:1A00000000_-:eq:5:0", "at": 1_700_000_000}
SWORD = Item(
    2**62 + 1, "iron_sword", 1, Rarity.RARE, {Stat.ARMOR: 3}, Durability(7, 40), locked=True, position=4
)
POTIONS = Item(12, "health_potion", 5, bound=True, acquired_at=1_600_000_000, position=1)
WORN, LYING = PlacedItem(SWORD, Slot.MAIN_HAND, 0), PlacedItem(POTIONS, "backpack", 1)
PIECES = {Slot.MAIN_HAND: Piece(2**62 + 1, "iron_sword"), Slot.HEAD: Piece(6, "iron_helmet")}
JUNK = replace(POTIONS, junk=True)
BUFF = Buff(Stat.STRENGTH, 4, 1_700_000_600)
DROP = results.DropResult(POTIONS, 2, 3)
HEAL = Effect(EffectKind.HEAL, 30)
TONIC = Effect(EffectKind.BUFF, 4, Stat.STRENGTH, 600)
OPERATIONS: dict[str, tuple[ops.Operation[Any], object]] = {
    "equip": (
        ops.EquipItem(**STAMP, item_id=2**62 + 1, slot=Slot.MAIN_HAND),
        results.EquipResult(SWORD, Slot.MAIN_HAND, (POTIONS,), 70, -3),
    ),
    "equip anywhere": (ops.EquipItem(**STAMP, item_id=5), results.EquipResult(SWORD, Slot.OFF_HAND)),
    "wear set": (
        ops.WearSet(**STAMP, items={Slot.MAIN_HAND: 2**62 + 1, Slot.HEAD: 6}),
        results.WearSetResult({Slot.MAIN_HAND: SWORD}, {Slot.HEAD: POTIONS}, 70, 0),
    ),
    "unequip": (
        ops.UnequipItem(**STAMP, slot=Slot.ACCESSORY_1),
        results.UnequipResult(SWORD, Slot.ACCESSORY_1, (POTIONS,), 64, -6),
    ),
    "use": (
        ops.UseConsumable(**STAMP, item_id=12),
        results.UseConsumableResult(POTIONS, (HEAL, TONIC), 4, 88, 18, (BUFF,)),
    ),
    "use in a fight": (
        ops.UseConsumable(**STAMP, item_id=12, source=Source.QUICK_SLOT, slot_index=3, in_combat=True),
        results.UseConsumableResult(POTIONS, (HEAL,), 0, 100, 30),
    ),
    "to quick slot": (
        ops.MoveToQuickSlot(**STAMP, item_id=12, slot_index=0),
        results.QuickSlotResult(POTIONS, 0, POTIONS),
    ),
    "from quick slot": (ops.MoveFromQuickSlot(**STAMP, slot_index=2), results.QuickSlotResult(POTIONS, 2)),
    "drop": (ops.DropItem(**STAMP, item_id=12, quantity=2), DROP),
    "drop whole": (ops.DropItem(**STAMP, item_id=12), results.DropResult(POTIONS, 5, 0)),
    "drop many": (ops.DropMany(**STAMP, item_ids=(1, 2)), results.DropManyResult((DROP, DROP))),
    "drop parts": (
        ops.DropMany(**STAMP, item_ids=(1,), quantities=(2,)),
        results.DropManyResult((DROP,)),
    ),
    "add": (
        ops.AddItem(**STAMP, base_id="health_potion", quantity=3, new_ids=(7, 8)),
        results.AddItemResult("health_potion", 3, (POTIONS,)),
    ),
    "add rolled": (
        ops.AddItem(
            **STAMP,
            base_id="iron_sword",
            quantity=1,
            new_ids=(7,),
            rarity=Rarity.EPIC,
            affixes={Stat.CRIT_CHANCE: 2},
            bound=True,
        ),
        results.AddItemResult("iron_sword", 1, (SWORD,)),
    ),
    "split": (
        ops.SplitStack(**STAMP, item_id=12, quantity=2, new_id=99),
        results.SplitResult(POTIONS, POTIONS),
    ),
    "merge": (ops.MergeStacks(**STAMP, item_id=12, into_id=13), results.MergeResult(POTIONS, 0)),
    "sort": (ops.SortBackpack(**STAMP, order=(12, 5)), results.SortResult({12: 4, 5: 1})),
    "lock": (ops.LockItem(**STAMP, item_id=12), results.LockResult(SWORD)),
    "unlock": (ops.LockItem(**STAMP, item_id=12, locked=False), results.LockResult(POTIONS)),
    "mark junk": (ops.MarkJunk(**STAMP, item_ids=(5, 12)), results.MarkJunkResult((12,))),
    "unmark junk": (ops.MarkJunk(**STAMP, item_ids=(12,), marked=False), results.MarkJunkResult(())),
    "drop junk": (ops.DropItem(**STAMP, item_id=12), results.DropResult(JUNK, 5, 0)),
    "save loadout": (
        ops.SaveLoadout(**STAMP, name="Бой", new_id=99, pieces=PIECES),
        results.SaveLoadoutResult(Loadout(99, "Бой", PIECES), None),
    ),
    "save over": (
        ops.SaveLoadout(**STAMP, name="бой", new_id=100, pieces=PIECES),
        results.SaveLoadoutResult(Loadout(99, "бой", PIECES), Loadout(99, "Бой", PIECES)),
    ),
    "forget loadout": (
        ops.ForgetLoadout(**STAMP, loadout_id=99),
        results.ForgetLoadoutResult(Loadout(99, "Бой", PIECES)),
    ),
    "take note": (
        ops.TakeNote(**STAMP, came=(Gift("bread", 2),), went=(Gift("iron_ore", 1),)),
        results.TakeNoteResult((Gift("bread", 2),), (), (Gift("copper_ring", 1),)),
    ),
    "change health": (ops.ChangeHealth(**STAMP, amount=-12), results.ChangeHealthResult(1, -9)),
    "fight won": (
        ops.SettleFight(**STAMP, end=results.FightEnd.WON, hurt=12, experience=10),
        results.FightResult(results.FightEnd.WON, 105, 35, 10, 2, 1),
    ),
    "undo": (
        ops.Undo(**STAMP, of="drop:1", dropped=(DROP,), dropped_at=1_699_999_990, new_ids=(5,)),
        results.UndoResult((DROP,), (POTIONS,)),
    ),
    "revert": (
        ops.Revert(
            **STAMP,
            of="use:1",
            done_at=1_699_999_995,
            before=(WORN, LYING),
            after=(LYING,),
            changed=18,
            started=(BUFF,),
            ended=(BUFF, BUFF),
        ),
        results.RevertResult((WORN,), (99,), 52, -18, (BUFF,)),
    ),
    "restore": (
        ops.Restore(**STAMP, to=1_690_000_000, stood=(SWORD, POTIONS), new_ids=(3, 4)),
        results.RestoreResult((SWORD,), (POTIONS,)),
    ),
}


def test_every_kind_is_here() -> None:
    assert {operation.kind for operation, _ in OPERATIONS.values()} == set(ops.OPERATIONS)
    assert set(FROZEN) == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_was_written_is_written_still(name: str) -> None:
    operation, result = OPERATIONS[name]
    assert [operation.kind, encode(operation).decode(), encode(result).decode()] == FROZEN[name]


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_was_written_is_read(name: str) -> None:
    kind, payload, result = FROZEN[name]
    assert (decode_operation(kind, payload.encode()), decode_stored(kind, result.encode())) == OPERATIONS[
        name
    ]

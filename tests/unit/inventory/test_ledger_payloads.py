"""What is in ledgers and control hashes stays what it was, byte for byte: older entries must be read, too."""

import json
from pathlib import Path
from typing import Any

import pytest

from apps.game_core.modules.inventory.inventory.codec import decode_operation, decode_stored, encode
from apps.game_core.modules.inventory.inventory.gift import Gift, Roll
from apps.game_core.modules.inventory.inventory.loadout import Loadout, Piece
from apps.game_core.modules.inventory.inventory.model import (
    Buff,
    Durability,
    Item,
    Parcel,
    PlacedItem,
    Source,
)
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operations import OPERATIONS as BY_KIND
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem, AddItemResult
from apps.game_core.modules.inventory.inventory.rules.batching import Batch, BatchResult, Step
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable, UseConsumableResult
from apps.game_core.modules.inventory.inventory.rules.dropping import (
    DropItem,
    DropMany,
    DropManyResult,
    DropResult,
)
from apps.game_core.modules.inventory.inventory.rules.fighting import FightEnd, FightResult, SettleFight
from apps.game_core.modules.inventory.inventory.rules.forgoing import Forgo, ForgoResult
from apps.game_core.modules.inventory.inventory.rules.giving import Give, GiveResult
from apps.game_core.modules.inventory.inventory.rules.health import ChangeHealth, ChangeHealthResult
from apps.game_core.modules.inventory.inventory.rules.junk import MarkJunk, MarkJunkResult
from apps.game_core.modules.inventory.inventory.rules.loadouts import (
    ForgetLoadout,
    ForgetLoadoutResult,
    SaveLoadout,
    SaveLoadoutResult,
)
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem, LockResult
from apps.game_core.modules.inventory.inventory.rules.mending import (
    MendItem,
    MendResult,
    RepairItem,
    RepairResult,
)
from apps.game_core.modules.inventory.inventory.rules.noting import TakeNote, TakeNoteResult
from apps.game_core.modules.inventory.inventory.rules.ordering import SortBackpack, SortResult
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet, WearSetResult
from apps.game_core.modules.inventory.inventory.rules.quick_slots import (
    MoveFromQuickSlot,
    MoveToQuickSlot,
    QuickSlotResult,
)
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive, ReceiveResult
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore, RestoreResult
from apps.game_core.modules.inventory.inventory.rules.spending import Spent
from apps.game_core.modules.inventory.inventory.rules.stacks import (
    MergeResult,
    MergeStacks,
    SplitResult,
    SplitStack,
)
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import Revert, RevertResult
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo, UndoResult
from apps.game_core.modules.inventory.inventory.rules.wearing import (
    EquipItem,
    EquipResult,
    UnequipItem,
    UnequipResult,
)
from apps.game_core.modules.items.contracts import Effect, EffectKind, Rarity, Slot, Stat
from apps.game_core.value import replace

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
DROP = DropResult(POTIONS, 2, 3)
HEAL = Effect(EffectKind.HEAL, 30)
TONIC = Effect(EffectKind.BUFF, 4, Stat.STRENGTH, 600)
OPERATIONS: dict[str, tuple[Operation[Any], object]] = {
    "equip": (
        EquipItem(**STAMP, item_id=2**62 + 1, slot=Slot.MAIN_HAND),
        EquipResult(SWORD, Slot.MAIN_HAND, (POTIONS,), 70, -3),
    ),
    "equip anywhere": (EquipItem(**STAMP, item_id=5), EquipResult(SWORD, Slot.OFF_HAND)),
    "wear set": (
        WearSet(**STAMP, items={Slot.MAIN_HAND: 2**62 + 1, Slot.HEAD: 6}),
        WearSetResult({Slot.MAIN_HAND: SWORD}, {Slot.HEAD: POTIONS}, 70, 0),
    ),
    "unequip": (
        UnequipItem(**STAMP, slot=Slot.ACCESSORY_1),
        UnequipResult(SWORD, Slot.ACCESSORY_1, (POTIONS,), 64, -6),
    ),
    "use": (
        UseConsumable(**STAMP, item_id=12),
        UseConsumableResult(POTIONS, (HEAL, TONIC), 4, 88, 18, (BUFF,)),
    ),
    "use in a fight": (
        UseConsumable(**STAMP, item_id=12, source=Source.QUICK_SLOT, slot_index=3, in_combat=True),
        UseConsumableResult(POTIONS, (HEAL,), 0, 100, 30),
    ),
    "to quick slot": (
        MoveToQuickSlot(**STAMP, item_id=12, slot_index=0),
        QuickSlotResult(POTIONS, 0, POTIONS),
    ),
    "from quick slot": (MoveFromQuickSlot(**STAMP, slot_index=2), QuickSlotResult(POTIONS, 2)),
    "drop": (DropItem(**STAMP, item_id=12, quantity=2), DROP),
    "drop whole": (DropItem(**STAMP, item_id=12), DropResult(POTIONS, 5, 0)),
    "drop many": (DropMany(**STAMP, item_ids=(1, 2)), DropManyResult((DROP, DROP))),
    "drop parts": (
        DropMany(**STAMP, item_ids=(1,), quantities=(2,)),
        DropManyResult((DROP,)),
    ),
    "add": (
        AddItem(**STAMP, base_id="health_potion", quantity=3, new_ids=(7, 8)),
        AddItemResult("health_potion", 3, (POTIONS,)),
    ),
    "add rolled": (
        AddItem(
            **STAMP,
            base_id="iron_sword",
            quantity=1,
            new_ids=(7,),
            rarity=Rarity.EPIC,
            affixes={Stat.CRIT_CHANCE: 2},
            bound=True,
        ),
        AddItemResult("iron_sword", 1, (SWORD,)),
    ),
    "add worn": (
        AddItem(**STAMP, base_id="iron_sword", quantity=1, new_ids=(7,), durability=0),
        AddItemResult("iron_sword", 1, (SWORD,)),
    ),
    "add announced": (
        AddItem(**STAMP, base_id="health_potion", quantity=3, new_ids=(7, 8), announced=True),
        AddItemResult("health_potion", 3, (POTIONS,)),
    ),
    "split": (
        SplitStack(**STAMP, item_id=12, quantity=2, new_id=99),
        SplitResult(POTIONS, POTIONS),
    ),
    "merge": (MergeStacks(**STAMP, item_id=12, into_id=13), MergeResult(POTIONS, 0)),
    "sort": (SortBackpack(**STAMP, order=(12, 5)), SortResult({12: 4, 5: 1})),
    "lock": (LockItem(**STAMP, item_id=12), LockResult(SWORD)),
    "unlock": (LockItem(**STAMP, item_id=12, locked=False), LockResult(POTIONS)),
    "mark junk": (MarkJunk(**STAMP, item_ids=(5, 12)), MarkJunkResult((12,))),
    "unmark junk": (MarkJunk(**STAMP, item_ids=(12,), marked=False), MarkJunkResult(())),
    "drop junk": (DropItem(**STAMP, item_id=12), DropResult(JUNK, 5, 0)),
    "save loadout": (
        SaveLoadout(**STAMP, name="Бой", new_id=99, pieces=PIECES),
        SaveLoadoutResult(Loadout(99, "Бой", PIECES), None),
    ),
    "save what is worn": (
        SaveLoadout(**STAMP, name="Бой", new_id=99),
        SaveLoadoutResult(Loadout(99, "Бой", PIECES), None),
    ),
    "save over": (
        SaveLoadout(**STAMP, name="бой", new_id=100, pieces=PIECES),
        SaveLoadoutResult(Loadout(99, "бой", PIECES), Loadout(99, "Бой", PIECES)),
    ),
    "forget loadout": (
        ForgetLoadout(**STAMP, loadout_id=99),
        ForgetLoadoutResult(Loadout(99, "Бой", PIECES)),
    ),
    "take note": (
        TakeNote(**STAMP, came=(Gift("bread", 2),), went=(Gift("iron_ore", 1),)),
        TakeNoteResult((Gift("bread", 2),), (), (Gift("copper_ring", 1),)),
    ),
    "forgo": (Forgo(**STAMP), ForgoResult()),
    "take note of rolled": (
        TakeNote(**STAMP, came=(Gift("iron_helmet", 1, Roll(Rarity.RARE, {Stat.ARMOR: 3})),)),
        TakeNoteResult((), (Gift("iron_helmet", 2, Roll(None, {Stat.ARMOR: -1})),), (Gift("bread", 1),)),
    ),
    "fight won": (
        SettleFight(**STAMP, end=FightEnd.WON, hurt=12, experience=10, wear=3),
        FightResult(FightEnd.WON, 105, 35, 10, 2, 1, {Slot.MAIN_HAND: SWORD}),
    ),
    "repair for coins": (RepairItem(**STAMP, item_id=5), RepairResult(SWORD, 33)),
    "repair": (MendItem(**STAMP, item_id=5), MendResult(SWORD, (Spent(POTIONS, 2, 3),))),
    "change health": (ChangeHealth(**STAMP, amount=-12), ChangeHealthResult(1, -9)),
    "undo": (
        Undo(**STAMP, of="drop:1", dropped=(DROP,), dropped_at=1_699_999_990, new_ids=(5,)),
        UndoResult((DROP,), (POTIONS,)),
    ),
    "revert": (
        Revert(
            **STAMP,
            of="use:1",
            done_at=1_699_999_995,
            before=(WORN, LYING),
            after=(LYING,),
            changed=18,
            started=(BUFF,),
            ended=(BUFF, BUFF),
        ),
        RevertResult((WORN,), (99,), 52, -18, (BUFF,)),
    ),
    "give": (
        Give(
            **STAMP,
            trade=2**63 - 1,
            partner=2**63 - 2,
            own_mark=2**48 - 1,
            other_mark=0,
            items=(SWORD, JUNK),
            coins=30,
        ),
        GiveResult((SWORD,), 30, 0),
    ),
    "receive": (
        Receive(**STAMP, parcel=Parcel(2**63 - 1, 2**48 - 1, (SWORD, JUNK), 30)),
        ReceiveResult((SWORD,), 30, 31, returned=False),
    ),
    "receive one's own": (
        Receive(**STAMP, parcel=Parcel(5, 6, (), 30, returned=True)),
        ReceiveResult((), 30, 30, returned=True),
    ),
    "restore": (
        Restore(**STAMP, to=1_690_000_000, stood=(SWORD, POTIONS), new_ids=(3, 4)),
        RestoreResult((SWORD,), (POTIONS,)),
    ),
}


def test_every_kind_is_here() -> None:
    assert {kind for kind, *_ in FROZEN.values()} == set(BY_KIND)
    assert OPERATIONS.keys() <= FROZEN.keys()


@pytest.mark.parametrize("name", FROZEN)
def test_what_was_written_is_read_and_written_again(name: str) -> None:
    """For a new kind this is enough: nothing of its entry may be lost, renamed or added."""
    kind, payload, result = FROZEN[name]
    read = decode_operation(kind, payload.encode()), decode_stored(kind, result.encode())
    assert [each.decode() for each in map(encode, read)] == [payload, result]


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


def test_a_batch_that_was_written_with_no_version_to_expect_is_read() -> None:
    """As before it was left out."""
    kind, payload, _ = FROZEN["batch"]
    assert payload.endswith("}]}")

    assert decode_operation(kind, f'{payload[:-1]},"expected":null}}'.encode()) == decode_operation(
        kind, payload.encode()
    )


@pytest.mark.parametrize("name", [name for name in FROZEN if FROZEN[name][0] != Batch.kind])
def test_each_kind_is_read_as_a_part_of_a_batch_too(name: str) -> None:
    kind, payload, result = FROZEN[name]
    batch = Batch.of(decode_operation(kind, payload.encode()))
    answer = BatchResult((Step(kind, decode_stored(kind, result.encode()), (WORN, LYING)),))

    assert decode_operation(Batch.kind, encode(batch)) == batch
    assert decode_stored(Batch.kind, encode(answer)) == answer

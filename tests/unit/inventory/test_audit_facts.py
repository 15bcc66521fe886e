"""The audit knows what happened from the ledger alone: item files may say today what they like."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.game_core.modules.inventory.errors import OperationRefusedError
from apps.game_core.modules.inventory.history import Edit, History, traits
from apps.game_core.modules.inventory.inventory.codec import decode_rows, encode
from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.logic.audit import findings
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    QUICK_SLOT,
    Buff,
    Durability,
    PlacedItem,
    Source,
    Vitals,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.row_changes import row_changes
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem, DropMany
from apps.game_core.modules.inventory.inventory.rules.fighting import FightEnd, SettleFight
from apps.game_core.modules.inventory.inventory.rules.health import ChangeHealth
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem
from apps.game_core.modules.inventory.inventory.rules.mending import MendItem
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet
from apps.game_core.modules.inventory.inventory.rules.quick_slots import MoveFromQuickSlot, MoveToQuickSlot
from apps.game_core.modules.inventory.inventory.rules.stacks import MergeStacks, SplitStack
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem, UnequipItem
from apps.game_core.modules.items.contracts import (
    Attribute,
    Catalog,
    CatalogEntry,
    Effect,
    EffectKind,
    Grip,
    ItemType,
    Rarity,
    Slot,
    Stat,
)
from tests.support.altered import replace
from tests.support.ledgers import Played, new_ids
from tests.unit.inventory.test_restoring import lively_operation
from tools.support.bags import NOW, bag, item, rules

EditEntry = Callable[[CatalogEntry], CatalogEntry | None]
EDITS: dict[str, EditEntry] = {
    "removed": lambda _: None,
    "smaller stacks": lambda entry: replace(entry, max_stack=1),
    "larger stacks": lambda entry: replace(entry, max_stack=5_000),
    "other slots": lambda entry: replace(entry, slots=(Slot.FEET,), grip=None) if entry.slots else entry,
    "no slots": lambda entry: replace(entry, slots=(), grip=None),
    "two hands": lambda entry: (
        replace(entry, slots=(Slot.MAIN_HAND,), grip=Grip.TWO_HAND) if entry.grip else entry
    ),
    "one hand": lambda entry: replace(entry, grip=Grip.ONE_HAND) if entry.grip else entry,
    "belt without pockets": lambda entry: replace(entry, stats={}),
    "belt with pockets": lambda entry: replace(entry, stats={Stat.QUICK_SLOTS: 6, Stat.MAX_HP: 500}),
    "heavy": lambda entry: replace(entry, weight=10**9),
    "healing less": lambda entry: replace(entry, effects=(Effect(EffectKind.HEAL, 1),)),
    "running otherwise": lambda entry: replace(
        entry, effects=(Effect(EffectKind.BUFF, 9, Stat.ARMOR, duration=7),)
    ),
    "no effects": lambda entry: replace(entry, effects=()),
    "out of reach": lambda entry: replace(entry, level=90, requirements={Attribute.STRENGTH: 900}),
    "rarer": lambda entry: replace(entry, rarity=Rarity.LEGENDARY),
    "no consumable": lambda entry: replace(entry, type=ItemType.MATERIAL, effects=()),
    "a quest item": lambda entry: replace(entry, quest=True),
    "everlasting": lambda entry: replace(entry, max_durability=None),
    "wearing out": lambda entry: replace(entry, max_durability=3),
    "renamed": lambda entry: replace(entry, base_id=f"new_{entry.base_id}", name="New"),
}
KINDS = (
    "health_potion",
    "iron_ore",
    "iron_sword",
    "bread",
    "belt_of_pockets",
    "hunting_bow",
    "strength_elixir",
)


def edited(edit: EditEntry) -> Rules:
    """The shipped rules after an edit of every entry."""
    entries = [after for entry in rules().catalog if (after := edit(entry)) is not None]
    return replace(rules(), catalog=Catalog({entry.base_id: entry for entry in entries}, "edited"))


def start() -> Played:
    worn = {Slot.OFF_HAND: item("iron_shield"), Slot.HEAD: item("leather_helmet")}
    carried = (
        item("iron_sword", durability=Durability(60, 80), affixes={Stat.POWER: 3}),
        item("hunting_bow"),
        item("health_potion", 5),
        item("health_potion", 2),
        item("iron_ore", 12),
        item("belt_of_pockets"),
        item("strength_elixir", 2),
        item("bread", 3, bound=True),
    )
    return Played(bag(*carried, worn=worn, hp=40, level=30, strength=60))


def has(played: Played, base_id: str) -> int:
    """The first backpack item of a kind."""
    return next(each.id for each in played.session.backpack if each.base_id == base_id)


def worn(played: Played) -> None:
    sword = has(played, "iron_sword")
    played.do(EquipItem(**played.stamp, item_id=sword))
    played.do(EquipItem(**played.stamp, item_id=has(played, "hunting_bow")))
    played.do(EquipItem(**played.stamp, item_id=sword, slot=Slot.OFF_HAND))
    played.do(UnequipItem(**played.stamp, slot=Slot.HEAD))


def dressed(played: Played) -> None:
    """A set at once, over what is worn and by way of another slot; a two-handed weapon; a belt that goes."""
    for base_id in ("steel_sword", "iron_sword", "belt_of_pockets", "copper_ring", "boar_spear", "bread"):
        played.do(AddItem(**played.stamp, base_id=base_id, quantity=1, new_ids=new_ids(1)))
    sword, other = has(played, "steel_sword"), has(played, "iron_sword")
    belt = has(played, "belt_of_pockets")
    played.do(WearSet(**played.stamp, items={Slot.OFF_HAND: sword, Slot.ACCESSORY_1: belt}))
    played.do(WearSet(**played.stamp, items={Slot.MAIN_HAND: sword, Slot.OFF_HAND: other}))
    for _ in range(2):
        played.do(AddItem(**played.stamp, base_id="iron_sword", quantity=1, new_ids=new_ids(1)))
    one, two, *_ = (each.id for each in played.session.backpack if each.base_id == "iron_sword")
    played.do(WearSet(**played.stamp, items={Slot.MAIN_HAND: one, Slot.OFF_HAND: two}))
    played.do(MoveToQuickSlot(**played.stamp, item_id=has(played, "bread"), slot_index=5))
    spear, ring = has(played, "boar_spear"), has(played, "copper_ring")
    played.do(WearSet(**played.stamp, items={Slot.MAIN_HAND: spear, Slot.ACCESSORY_1: ring}))
    played.do(UnequipItem(**played.stamp, slot=Slot.MAIN_HAND))


def used(played: Played) -> None:
    for base_id in ("health_potion", "strength_elixir", "strength_elixir", "health_potion"):
        played.do(UseConsumable(**played.stamp, item_id=has(played, base_id)))
    played.do(ChangeHealth(**played.stamp, amount=-30))
    played.do(ChangeHealth(**played.stamp, amount=500))


def split(played: Played) -> None:
    ore = has(played, "iron_ore")
    played.do(SplitStack(**played.stamp, item_id=ore, quantity=5, new_id=new_ids(1)[0]))
    played.do(LockItem(**played.stamp, item_id=ore))
    played.do(LockItem(**played.stamp, item_id=ore))


def merged(played: Played) -> None:
    split(played)
    first, second = (each.id for each in played.session.backpack if each.base_id == "iron_ore")
    played.do(MergeStacks(**played.stamp, item_id=first, into_id=second))
    one, other = (each.id for each in played.session.backpack if each.base_id == "health_potion")
    played.do(MergeStacks(**played.stamp, item_id=one, into_id=other))


def dropped(played: Played) -> None:
    played.do(DropItem(**played.stamp, item_id=has(played, "iron_ore"), quantity=4))
    played.do(DropItem(**played.stamp, item_id=has(played, "hunting_bow")))
    many = (has(played, "bread"), has(played, "belt_of_pockets"))
    played.do(DropMany(**played.stamp, item_ids=many, quantities=(2, 1)))


def undone(played: Played) -> None:
    part = DropItem(**played.stamp, item_id=has(played, "iron_ore"), quantity=4)
    played.undo(part, played.do(part))
    many = DropMany(**played.stamp, item_ids=(has(played, "hunting_bow"), has(played, "bread")))
    result = played.do(many)
    played.do(AddItem(**played.stamp, base_id="rusty_sword", quantity=1, new_ids=new_ids(1)))
    played.undo(many, result)


def restored(played: Played) -> None:
    then = played.session
    dropped(played)
    quick_slotted(played)
    played.restore(then)


def quick_slotted(played: Played) -> None:
    potion = has(played, "health_potion")
    played.do(MoveToQuickSlot(**played.stamp, item_id=potion, slot_index=1))
    played.do(
        UseConsumable(**played.stamp, item_id=potion, in_combat=True, source=Source.QUICK_SLOT, slot_index=1)
    )
    played.do(MoveToQuickSlot(**played.stamp, item_id=has(played, "strength_elixir"), slot_index=1))
    played.do(MoveFromQuickSlot(**played.stamp, slot_index=1))


def belted(played: Played) -> None:
    """Belts make quick slots, and what was in them goes back when they go."""
    played.do(AddItem(**played.stamp, base_id="champion_belt", quantity=1, new_ids=new_ids(1)))
    for slot, belt in ((Slot.ACCESSORY_1, "belt_of_pockets"), (Slot.ACCESSORY_2, "champion_belt")):
        played.do(EquipItem(**played.stamp, item_id=has(played, belt), slot=slot))
    for index, base_id in ((8, "health_potion"), (5, "strength_elixir"), (7, "health_potion")):
        played.do(MoveToQuickSlot(**played.stamp, item_id=has(played, base_id), slot_index=index))
    played.do(AddItem(**played.stamp, base_id="copper_ring", quantity=1, new_ids=new_ids(1)))
    played.do(EquipItem(**played.stamp, item_id=has(played, "copper_ring"), slot=Slot.ACCESSORY_2))
    played.do(UnequipItem(**played.stamp, slot=Slot.ACCESSORY_1))


def received(played: Played) -> None:
    add = AddItem(**played.stamp, base_id="iron_ore", quantity=30, new_ids=new_ids(4))
    played.do(replace(add, op_id="inbox:7"))
    add = AddItem(**played.stamp, base_id="iron_shield", quantity=2, new_ids=new_ids(2))
    played.do(replace(add, rarity=Rarity.EPIC, affixes={Stat.ARMOR: 2}, bound=True))
    add = AddItem(**played.stamp, base_id="iron_sword", quantity=2, new_ids=new_ids(2))
    played.do(replace(add, durability=7))


def born(_: Played) -> None:
    """A starting kit, and nothing was done with it."""


HISTORIES = (
    *(worn, dressed, used, split, merged, dropped, undone, restored),
    *(quick_slotted, belted, received, born),
)


def said(history: History) -> list[str]:
    return [str(finding) for finding in findings(history)]


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("playing", HISTORIES)
def test_fault_45_an_edit_of_the_item_files_is_no_offence(
    playing: Callable[[Played], None], edit: str
) -> None:
    """Neither in what was done before it nor in what was done with what was left by it."""
    played = start()
    playing(played)
    assert said(played.history()) == []
    played.rules = edited(EDITS[edit])
    for again in HISTORIES:
        # What an edit makes impossible, the player cannot do.
        with suppress(OperationRefusedError, StopIteration, ValueError):
            again(played)

    assert said(played.history()) == []


THEFTS: dict[str, Callable[[PlacedItem], PlacedItem | None]] = {
    "gone": lambda _: None,
    "fewer": lambda row: _with(row, quantity=row.item.quantity + 1),
    "another": lambda row: _with(row, base_id="dragon_blade"),
    "better": lambda row: _with(row, affixes={Stat.POWER: 9}),
    "rarer": lambda row: _with(row, rarity=Rarity.LEGENDARY),
    "mended": lambda row: _with(row, durability=Durability(79, 80)),
    "locked": lambda row: _with(row, locked=not row.item.locked),
    "bound": lambda row: _with(row, bound=not row.item.bound),
    "younger": lambda row: _with(row, acquired_at=NOW + 1_000),
    "put on": lambda row: replace(row, place="main_hand", position=0),
    "in a quick slot": lambda row: replace(row, place=QUICK_SLOT, position=3),
    "elsewhere": lambda row: replace(row, position=row.position + 700),
}


def _with(row: PlacedItem, **fields: Any) -> PlacedItem:
    return replace(row, item=replace(row.item, **fields))


@pytest.mark.parametrize("theft", THEFTS)
@pytest.mark.parametrize("playing", HISTORIES)
def test_fault_45_what_no_operation_did_is_named(playing: Callable[[Played], None], theft: str) -> None:
    played = start()
    playing(played)
    rows = list(played.session.placed())

    for number, row in enumerate(rows):
        after = THEFTS[theft](row)
        stolen = [*rows[:number], *([after] if after else []), *rows[number + 1 :]]
        texts = said(played.history(stolen))
        assert [text.split(":")[2] for text in texts] == [f" item {row.item.id}"], texts


@pytest.mark.parametrize("playing", HISTORIES)
def test_fault_45_an_item_out_of_nowhere_is_named(playing: Callable[[Played], None]) -> None:
    played = start()
    playing(played)

    [text] = said(played.history([*played.session.placed(), PlacedItem(item("dragon_blade"), BACKPACK, 600)]))

    assert "1 dragon_blade in backpack at 600; by the ledger no row" in text


@pytest.mark.parametrize("vitals", [Vitals(39), Vitals(41), Vitals(40, (Buff(Stat.ARMOR, 5, NOW),))])
def test_fault_45_health_and_effects_that_nobody_gave_are_named(vitals: Vitals) -> None:
    played = start()
    dropped(played)
    split(played)
    assert played.session.vitals == Vitals(40)
    history = played.history()

    [text] = said(replace(history, snapshot=replace(history.snapshot, vitals=vitals)))

    assert text.startswith("character 1: vitals: ")


@pytest.mark.parametrize("playing", HISTORIES[:-1])
def test_fault_45_an_entry_that_is_gone_is_missed(playing: Callable[[Played], None]) -> None:
    played = start()
    playing(played)

    for number, (entry, before, after) in enumerate(played.steps()):
        if row_changes(before, after):
            assert said(played.without(number)), entry


def test_fault_45_a_mark_that_changed_nothing_explains_no_item() -> None:
    played = start()
    played.do(AddItem(**played.stamp, base_id="rusty_sword", quantity=1, new_ids=new_ids(1)))
    played.do(LockItem(**played.stamp, item_id=has(played, "rusty_sword"), locked=False))

    assert any("is not as the answer shows it" in text for text in said(played.without(0)))


FORGERIES: dict[str, tuple[Callable[[Played], None], str, dict[str, object], str]] = {
    "drop of more": (dropped, "drop_item", {"quantity": 5}, "of 12 pieces 5 went"),
    "drop that left more": (dropped, "drop_item", {"remaining_quantity": 11}, "of 12 pieces 4 went"),
    "heal": (used, "use_consumable", {"healed": 90}, "its effects heal 50"),
    "health": (used, "use_consumable", {"hp": 95}, "health was"),
    "potion that was not used up": (
        used,
        "use_consumable",
        {"remaining_quantity": 5},
        "more or less than one",
    ),
    "hit points": (used, "change_health", {"changed": 5}, "-30 left 70 of 65"),
    "gift of more": (received, "add_item", {"quantity": 31}, "something else than was asked for"),
    "gift of another": (received, "add_item", {"base_id": "dragon_blade"}, "something else than"),
    "no stacks": (received, "add_item", {"stacks": []}, "30 pieces were added, 0 arrived"),
    "slot": (worn, "unequip_item", {"slot": "feet"}, "another slot was emptied"),
    "health in clothes": (worn, "equip_item", {"hp": 99}, "health was 99"),
    "another set": (dressed, "wear_set", {"worn": {}}, "other items were put on"),
    "healing clothes": (worn, "unequip_item", {"changed": 9}, "wearing healed 9"),
    "merge": (merged, "merge_stacks", {"remaining_quantity": 3}, "are not in the other"),
    "lock": (split, "lock_item", {"item": {"id": 1, "base_id": "x"}}, "it marked another item"),
    "undo": (undone, "undo", {"dropped": []}, "it takes back something else"),
    "restore": (restored, "restore", {"items": []}, "more or fewer stacks came back"),
    "quick slot": (quick_slotted, "move_from_quick_slot", {"slot_index": 2}, "another quick slot"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_fault_45_an_entry_that_contradicts_itself_is_named(forgery: str) -> None:
    playing, kind, fields, text = FORGERIES[forgery]
    played = start()
    playing(played)
    number = next(n for n, entry in enumerate(played.ledger) if entry.kind == kind)
    entry = played.ledger[number]
    result = encode(msgspec.json.decode(entry.result) | fields)

    found = said(played.replaced(number, replace(entry, result=result)))

    assert any(text in each for each in found), found


def test_fault_45_a_piece_that_is_not_as_worn_as_it_was_asked_for_is_named() -> None:
    played = start()
    received(played)
    worn = played.ledger[-1]
    less = worn.payload.replace(b'"durability":7', b'"durability":8')
    assert less != worn.payload

    found = said(played.replaced(len(played.ledger) - 1, replace(worn, payload=less)))

    assert any("is not of the kind that was added" in each for each in found), found


@pytest.mark.parametrize("part", ["payload", "result", "before", "kind"])
def test_fault_45_an_entry_that_nobody_understands_is_named(part: str) -> None:
    played = start()
    used(played)
    unknown: dict[str, Any] = {part: "enchant_item" if part == "kind" else b'"?"'}
    strange = replace(played.ledger[1], **unknown)

    found = said(played.replaced(1, strange))

    assert any("unreadable" in text and "op2 (version 2)" in text for text in found), found


def test_fault_45_more_pieces_cannot_be_restored_than_were_missing() -> None:
    played = start()
    then = played.session
    dropped(played)
    played.restore(then)
    entry = played.ledger[-1]
    played.ledger.append(replace(entry, version=entry.version + 1, op_id="again"))

    assert any("more came back than was missing" in text for text in said(played.history()))


@pytest.mark.parametrize(
    ("playing", "kind"),
    [(received, "add_item"), (split, "split_stack"), (undone, "undo"), (restored, "restore")],
)
def test_fault_45_nothing_is_made_twice(playing: Callable[[Played], None], kind: str) -> None:
    played = start()
    playing(played)
    entry = next(each for each in reversed(played.ledger) if each.kind == kind)
    played.ledger.append(replace(entry, version=len(played.ledger) + 1, before=b"[]"))

    assert any("was there already" in text for text in said(played.history()))


def test_fault_45_a_row_that_was_not_touched_does_not_belong_to_an_entry() -> None:
    played = start()
    dropped(played)
    [other] = [row for row in played.session.placed() if row.item.base_id == "iron_sword"]
    entry = played.ledger[0]
    before = encode((*decode_rows(entry.before), other))

    [text] = said(played.replaced(0, replace(entry, before=before)))

    assert f"it did nothing to item {other.item.id}, which is among the rows before" in text


def test_fault_45_a_grant_arrives_as_it_was_given() -> None:
    played = start()
    received(played)
    assert said(played.history()) == []

    played.delivered["inbox:7"] = Gift("iron_ore", 3)
    [text] = said(played.history())

    assert "grant 7 of 3 iron_ore arrived as 30 iron_ore" in text


def test_an_edit_by_sql_is_named_until_the_game_has_built_on_it() -> None:
    played = start()
    used(played)
    ore = next(row for row in played.session.placed() if row.item.base_id == "iron_ore")
    fewer = _with(ore, quantity=5)
    edit = Edit(len(played.ledger) + 1, (ore,), (fewer,))
    played.session = replace(
        played.session,
        backpack=tuple(fewer.item if each.id == ore.item.id else each for each in played.session.backpack),
    )
    [text] = said(replace(played.history(), edits=(edit,)))
    assert "5 iron_ore in backpack at 4; by the ledger 12 iron_ore" in text

    played.skip_version()
    played.do(DropItem(**played.stamp, item_id=ore.item.id, quantity=2))

    assert said(replace(played.history(), edits=(edit,))) == []
    assert any("before drop_item" in text for text in said(played.history())), "without the edit written down"


def test_an_edit_of_health_is_named_until_the_game_has_built_on_it() -> None:
    played = start()
    used(played)
    sunk = replace(played.session.vitals, hp=7)
    edit = Edit(len(played.ledger) + 1, vitals=sunk)
    played.session = replace(played.session, vitals=sunk)
    assert any("health 7; by the ledger" in text for text in said(replace(played.history(), edits=(edit,))))

    played.skip_version()
    played.do(ChangeHealth(**played.stamp, amount=-2))

    assert said(replace(played.history(), edits=(edit,))) == []
    assert said(played.history())


def test_ledgers_of_earlier_releases_say_less_and_are_audited_all_the_same() -> None:
    """They lack hit points at birth and after wearing."""
    played = Played(bag(item("amulet_of_health"), item("great_health_potion", 2), level=30, hp=90))
    played.do(EquipItem(**played.stamp, item_id=has(played, "amulet_of_health")))
    played.do(UseConsumable(**played.stamp, item_id=has(played, "great_health_potion")))
    played.do(UnequipItem(**played.stamp, slot=Slot.ACCESSORY_1))
    for number, entry in enumerate(played.ledger):
        if entry.kind in {"equip_item", "unequip_item"}:
            told = msgspec.json.decode(entry.result)
            del told["hp"], told["changed"]
            played.ledger[number] = replace(entry, result=encode(told))
    old = replace(played.history(), born_hp=None)
    assert said(old) == []

    more = replace(old.snapshot, vitals=Vitals(200))
    assert said(replace(old, snapshot=more)) == ["character 1: vitals: health 200; by the ledger at most 125"]


def fought(played: Played, experience: int, wear: int = 0) -> None:
    played.do(SettleFight(**played.stamp, end=FightEnd.WON, hurt=1, experience=experience, wear=wear))


def test_what_fights_have_taught_is_what_the_hero_has() -> None:
    played = Played(bag(item("iron_sword"), level=1))
    for experience in (10, 10, 30, 0, 7):
        fought(played, experience)
    assert played.session.hero.level == 3
    assert said(played.history()) == []


@pytest.mark.parametrize(
    ("raised", "found"),
    [
        ({"level": 9}, "level 9; by the ledger 2"),
        ({"experience": 9}, "experience 9; by the ledger 5"),
        ({"strength": 90}, "strength 90; by the ledger 11"),
        ({"max_hp": 900}, "max_hp 900; by the ledger 110"),
        ({"level": 1}, "level 1; by the ledger 2"),
    ],
)
def test_fault_45_a_hero_who_was_raised_past_the_ledger_is_named(raised: dict[str, Any], found: str) -> None:
    played = Played(bag(item("iron_sword"), level=1, strength=10))
    fought(played, 25)

    played.session = replace(played.session, hero=replace(played.session.hero, **raised))

    assert said(played.history()) == [f"character 1: hero: {found}"]


def test_fault_45_a_fight_that_is_gone_from_the_ledger_is_missed() -> None:
    played = Played(bag(item("iron_sword"), level=1))
    fought(played, 8)
    fought(played, 9)

    assert "character 1: hero: experience 17; by the ledger 9" in said(played.without(0))


def test_fault_45_a_fight_that_says_another_level_contradicts_itself() -> None:
    played = Played(bag(item("iron_sword"), level=1))
    fought(played, 8)
    told = msgspec.json.decode(played.ledger[0].result) | {"level": 4}
    fought(played, 1)

    texts = said(played.replaced(0, replace(played.ledger[0], result=encode(told))))

    assert any("level was 4; by the ledger 1" in text for text in texts)


def test_a_hero_of_an_earlier_release_begins_where_the_first_fight_found_them() -> None:
    """Nobody wrote down what they were born as, and they had no experience."""
    played = Played(bag(item("iron_sword"), level=7, strength=40))
    assert said(replace(played.history(), born_hero={"experience": 0})) == []
    fought(played, 12)
    old = replace(played.history(), born_hero={"experience": 0})
    assert said(old) == []

    raised = replace(old.snapshot, hero=replace(old.snapshot.hero, level=8))
    assert said(replace(old, snapshot=raised)) == ["character 1: hero: level 8; by the ledger 7"]


@pytest.mark.parametrize("born", [True, False])
def test_an_edit_of_the_hero_is_named_until_a_fight_has_built_on_it(born: bool) -> None:
    played = Played(bag(item("iron_sword"), level=1, strength=10))
    before = played.session.hero
    raised = replace(before, level=9, experience=3)
    edit = Edit(1, hero_before=traits(before), hero_after=traits(raised))
    played.session = replace(played.session, hero=raised)

    def history(*edits: Edit) -> History:
        known = traits(before) if born else {"experience": 0}
        return replace(played.history(), edits=edits, born_hero=known)

    assert "character 1: hero: level 9; by the ledger 1" in said(history(edit))
    assert "character 1: hero: experience 3; by the ledger 0" in said(history(edit))

    played.skip_version()
    fought(played, 5)

    assert said(history(edit)) == []
    assert said(history()), "without the edit written down"


def test_fault_45_what_wore_out_and_was_mended_is_counted() -> None:
    sword = item("iron_sword", durability=Durability(9, 80))
    played = Played(bag(item("iron_ore", 9), worn={Slot.MAIN_HAND: sword}))
    fought(played, 5, wear=4)
    played.do(MendItem(**played.stamp, item_id=sword.id))
    fought(played, 5, wear=3)
    assert said(played.history()) == []

    [row] = [each for each in played.session.placed() if each.item.id == sword.id]
    assert row.item.durability == Durability(77, 80)
    others = [each for each in played.session.placed() if each.item.id != sword.id]
    whole = _with(row, durability=Durability(80, 80))

    [text] = said(played.history([*others, whole]))
    assert "durability 80/80; by the ledger 1 iron_sword in main_hand at 0, durability 77/80" in text
    assert said(played.without(2))
    assert said(played.without(1))


def test_fault_45_health_that_went_with_an_amulet_is_no_offence_and_more_is() -> None:
    played = Played(bag(item("amulet_of_health"), item("great_health_potion"), level=30, hp=90))
    played.do(EquipItem(**played.stamp, item_id=has(played, "amulet_of_health")))
    played.do(UseConsumable(**played.stamp, item_id=has(played, "great_health_potion")))
    assert played.session.vitals.hp > 100
    played.do(UnequipItem(**played.stamp, slot=Slot.ACCESSORY_1))
    assert said(played.history()) == []

    played.session = replace(played.session, vitals=Vitals(99))

    assert said(played.history()) == ["character 1: vitals: health 99; by the ledger 100"]


@settings(max_examples=150, deadline=None)
@given(
    plan=st.lists(
        st.tuples(st.integers(0, 14), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
        min_size=1,
        max_size=30,
    ),
    edits=st.lists(st.sampled_from(sorted(EDITS)), min_size=1, max_size=4),
    gone=st.integers(0, 40),
)
def test_fault_45_any_history_under_any_item_files(
    plan: list[tuple[int, int, int, int]], edits: list[str], gone: int
) -> None:
    played = start()
    drops: list[tuple[Operation[Result], object]] = []
    for number, (which, first, second, third) in enumerate(plan):
        played.rules = edited(EDITS[edits[number % len(edits)]])
        with suppress(OperationRefusedError):
            if which == 12:
                played.do(ChangeHealth(**played.stamp, amount=5 * first - 20))
            elif which == 13 and drops:
                played.undo(*drops.pop())
            elif which == 14:
                played.restore(played.born)
            else:
                move = (which % 12, first, second, third)
                operation = lively_operation(played.session, move, played.stamp["at"])
                result = played.do(replace(operation, op_id=played.stamp["op_id"]))
                if isinstance(operation, DropItem | DropMany):
                    drops.append((played.last, result))

    assert said(played.history()) == []
    steps = list(played.steps())
    if steps:
        _, before, after = steps[gone % len(steps)]
        assert bool(said(played.without(gone % len(steps)))) or not row_changes(before, after)

"""What is marked as junk, what may be, and what goes with it: no upgrade, nothing locked, worn or at hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.game_core.modules.inventory.contracts import Verdict
from apps.game_core.modules.inventory.errors import (
    ItemLockedError,
    ItemNotFoundError,
    OperationRefusedError,
    QuestItemError,
)
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.history.ledger_lines import LedgerLines
from apps.game_core.modules.inventory.inventory.logic.history.revert_history import reverting
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.model import (
    Durability,
    InventorySession,
    Item,
)
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.dropping import DropMany
from apps.game_core.modules.inventory.inventory.rules.junk import MarkJunk
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore
from apps.game_core.modules.inventory.inventory.rules.stacks import MergeStacks, SplitStack
from apps.game_core.modules.inventory.keeping_errors import ItemIsJunkError
from apps.game_core.modules.inventory.keeping_views import Junk
from apps.game_core.modules.inventory.oversight import Fate
from apps.game_core.modules.items.contracts import Catalog, Rarity, Slot
from tests.support.altered import replace
from tests.support.entered import entered
from tools.support.bags import NOW, bag, item, rules, stamp

KINDS = sorted(kind for kind, entry in rules().catalog.entries.items() if entry.is_equippable)


def junk_of(session: InventorySession) -> Junk:
    return InventoryFormatter(rules(), NOW).junk(session)


def marked(session: InventorySession, *items: Item, junk: bool = True) -> InventorySession:
    ids = tuple(each.id for each in items)
    return apply(session, MarkJunk(**stamp(), item_ids=ids, marked=junk), rules())[0]


def test_what_is_asked_for_and_there_is_marked_and_the_mark_is_taken_away() -> None:
    bread, ore = item("bread"), item("iron_ore", 5)
    session = bag(bread, ore)

    after, result = apply(session, MarkJunk(**stamp(), item_ids=(bread.id, 404)), rules())

    assert [each.junk for each in after.backpack] == [True, False]
    assert result.changed == (bread.id,)
    assert marked(after, bread, ore, junk=False) == session
    assert apply(after, MarkJunk(**stamp(), item_ids=(bread.id,)), rules())[1].changed == ()


@pytest.mark.parametrize(
    ("worn", "broken"),
    [("rusty_sword", "woodcutter_axe"), ("steel_sword", "battle_axe"), ("greatsword", "moonlight_saber")],
)
def test_what_would_be_an_upgrade_once_it_is_mended_is_no_junk(worn: str, broken: str) -> None:
    better = item(broken, durability=Durability(0, 80))
    session = bag(better, level=30, strength=60, worn={Slot.MAIN_HAND: item(worn)})

    assert junk_of(session).worse == ()
    assert [each.id for each in junk_of(marked(session, better)).kept] == [better.id]


@pytest.mark.parametrize(
    ("thing", "error"),
    [
        (item("bread", locked=True), ItemLockedError),
        (item("sealed_letter"), QuestItemError),
    ],
)
def test_what_must_stay_is_not_marked_alone_nor_among_others(
    thing: Item, error: type[OperationRefusedError]
) -> None:
    ore = item("iron_ore")
    session = bag(thing, ore)

    with pytest.raises(error):
        marked(session, thing)

    assert [each.junk for each in marked(session, thing, ore).backpack] == [False, True]


@pytest.mark.parametrize("place", ["worn", "at hand", "nowhere"])
def test_only_what_is_in_the_backpack_is_marked(place: str) -> None:
    thing = item("health_potion") if place == "at hand" else item("iron_sword")
    session = bag(
        worn={Slot.MAIN_HAND: thing} if place == "worn" else None,
        quick={0: thing} if place == "at hand" else None,
    )

    with pytest.raises(ItemNotFoundError):
        marked(session, thing)


def test_junk_is_no_favourite() -> None:
    bread = item("bread", junk=True)

    with pytest.raises(ItemIsJunkError):
        apply(bag(bread), LockItem(**stamp(), item_id=bread.id), rules())


def test_what_is_both_by_sql_is_a_favourite_and_stays() -> None:
    both = item("bread", junk=True, locked=True)
    session = bag(both)
    view = InventoryFormatter(rules(), NOW).format_for_ui(session)

    assert (view.junk, view.backpack[0].junk, view.backpack[0].locked) == (0, False, True)
    assert junk_of(session).items == ()
    opened, _ = apply(session, LockItem(**stamp(), item_id=both.id, locked=False), rules())
    assert [row.id for row in junk_of(opened).items] == [both.id]


def test_what_comes_new_or_is_set_apart_is_no_junk() -> None:
    ore = item("iron_ore", 5, junk=True)

    added, _ = apply(bag(ore), AddItem(**stamp(), base_id="iron_ore", quantity=2, new_ids=(99,)), rules())
    split, _ = apply(bag(ore), SplitStack(**stamp(), item_id=ore.id, quantity=2, new_id=99), rules())

    for session in (added, split):
        assert {each.id: each.junk for each in session.backpack} == {ore.id: True, 99: False}


@pytest.mark.parametrize("into", [True, False])
@pytest.mark.parametrize("source", [True, False])
def test_a_stack_is_junk_as_long_as_all_of_it_is(*, source: bool, into: bool) -> None:
    one, other = item("iron_ore", 2, junk=source), item("iron_ore", 3, junk=into)

    session, _ = apply(bag(one, other), MergeStacks(**stamp(), item_id=one.id, into_id=other.id), rules())

    assert [each.junk for each in session.backpack] == [source and into]


def test_a_favourite_makes_a_favourite_of_junk() -> None:
    one, other = item("iron_ore", 2, locked=True), item("iron_ore", 3, junk=True)

    session, _ = apply(bag(one, other), MergeStacks(**stamp(), item_id=one.id, into_id=other.id), rules())

    assert [(each.locked, each.junk) for each in session.backpack] == [(True, False)]


def test_what_an_admin_brings_back_is_junk_no_more() -> None:
    bread = item("bread", junk=True)

    session, _ = apply(bag(), Restore(**stamp(), to=1, stood=(bread,), new_ids=(99,)), rules())

    assert [each.junk for each in session.backpack] == [False]


def test_many_marks_are_taken_back_at_once_and_admins_read_what_they_were() -> None:
    swords = [item("iron_sword") for _ in range(3)]
    before = marked(bag(*swords, item("bread")), swords[0])
    after, _, entry = entered(before, MarkJunk(**stamp(), item_ids=tuple(each.id for each in swords)))

    back, _ = apply(after, reverting(entry, NOW + 30), rules())

    assert back == before
    line = LedgerLines(rules().catalog).line(entry, Fate.WRITTEN)
    assert (line.deed, [(each.name, each.quantity) for each in line.items]) == (
        "mark_junk",
        [("Iron Sword", 2)],
    )
    _, _, taken = entered(after, MarkJunk(**stamp(), item_ids=(swords[0].id,), marked=False))
    assert LedgerLines(rules().catalog).line(taken, Fate.WRITTEN).deed == "unmark_junk"


def test_worse_is_what_is_worse_than_what_is_worn() -> None:
    leather, crown, potion = item("leather_helmet"), item("crown_of_kings"), item("health_potion")
    session = bag(leather, crown, potion, item("leather_boots"), worn={Slot.HEAD: item("iron_helmet")})

    assert junk_of(session).worse == (leather.id,)
    assert junk_of(marked(session, leather)).worse == ()
    assert junk_of(bag(leather)).worse == ()


def test_a_belt_that_is_worse_in_a_fight_only_is_not_worse() -> None:
    """It makes quick slots."""
    belt = item("rope_belt")
    worn = {Slot.ACCESSORY_1: item("copper_ring"), Slot.ACCESSORY_2: item("copper_ring")}

    assert junk_of(bag(belt, worn=worn)).worse == ()


def test_of_pieces_of_one_kind_the_best_kept_one_stays() -> None:
    worn_out, fresh, locked = (
        item("leather_helmet", durability=Durability(1, 50)),
        item("leather_helmet", durability=Durability(50, 50)),
        item("leather_helmet", durability=Durability(2, 50), locked=True),
    )
    rare = replace(item("leather_helmet"), rarity=Rarity.RARE)
    head = {Slot.HEAD: item("iron_helmet")}

    assert junk_of(bag(worn_out, fresh, rare, worn=head)).spare == (worn_out.id,)
    assert junk_of(bag(worn_out, fresh, locked, worn=head)).spare == (worn_out.id, fresh.id)
    assert junk_of(bag(worn_out, fresh, worn={Slot.HEAD: locked})).spare == (worn_out.id, fresh.id)
    assert junk_of(bag(item("iron_ore"), item("iron_ore"))).spare == ()


def test_what_has_become_an_upgrade_stays_though_it_is_marked() -> None:
    helmet, bread = item("leather_helmet", junk=True), item("bread", 2, junk=True)

    bare = junk_of(bag(helmet, bread))
    dressed = junk_of(bag(helmet, bread, worn={Slot.HEAD: item("iron_helmet")}))

    assert ([row.id for row in bare.items], [row.id for row in bare.kept]) == ([bread.id], [helmet.id])
    assert ([row.id for row in dressed.items], dressed.kept) == ([helmet.id, bread.id], ())
    assert bare.fingerprint != dressed.fingerprint


@settings(max_examples=60)
@given(
    things=st.lists(
        st.tuples(st.sampled_from(KINDS), st.booleans(), st.booleans(), st.sampled_from(("bag", "worn"))),
        max_size=14,
    ),
    level=st.integers(1, 20),
)
def test_no_upgrade_and_nothing_locked_or_worn_is_ever_among_it(
    things: list[tuple[str, bool, bool, str]], level: int
) -> None:
    worn: dict[Slot, Item] = {}
    lying: list[Item] = []
    for kind, locked, junk, place in things:
        slot = rules().catalog.entries[kind].slots[0]
        thing = item(kind, locked=locked, junk=junk)
        if place == "worn" and slot not in worn:
            worn[slot] = thing
        else:
            lying.append(thing)
    session = bag(*lying, worn=worn, level=level)
    rows = {row.id: row for row in InventoryFormatter(rules(), NOW).format_for_ui(session).backpack}

    found = junk_of(session)
    best = {row.id for row in InventoryFormatter(rules(), NOW).best_set(session).items.values()}

    for item_id in (*found.worse, *found.spare, *(row.id for row in found.items)):
        row = rows[item_id]
        assert not row.locked
        assert not (row.wearable and row.verdict is Verdict.BETTER)
        assert item_id not in best


def test_what_is_better_only_together_is_no_junk() -> None:
    session = bag(
        item("steel_sword"), item("iron_shield"), worn={Slot.MAIN_HAND: item("boar_spear")}, level=20
    )
    sword, shield = session.backpack

    assert junk_of(session).worse == ()
    assert [row.id for row in junk_of(marked(session, sword, shield)).kept] == [sword.id, shield.id]


def test_a_second_weapon_for_the_other_hand_is_not_spare() -> None:
    swords = item("iron_sword"), item("iron_sword"), item("iron_sword")
    session = bag(*swords, worn={Slot.MAIN_HAND: item("hunting_bow")}, level=1)
    best = InventoryFormatter(rules(), NOW).best_set(session).items
    assert set(best) == {Slot.MAIN_HAND, Slot.OFF_HAND}

    assert set(junk_of(session).spare).isdisjoint(row.id for row in best.values())
    assert len(junk_of(session).spare) == 1


def test_what_would_be_best_once_it_is_mended_is_no_junk() -> None:
    sword, shield = item("steel_sword", durability=Durability(0, 90)), item("iron_shield")
    session = bag(sword, shield, worn={Slot.MAIN_HAND: item("boar_spear")}, level=20)

    assert sword.id not in junk_of(session).worse


def test_marks_outlive_a_catalog_in_which_things_are_gone_or_belong_to_a_quest() -> None:
    bread, ore = item("bread", 3, junk=True), item("iron_ore", 5, junk=True)
    session = bag(bread, ore)
    entries = dict(rules().catalog.entries)
    del entries["bread"]
    entries["iron_ore"] = replace(entries["iron_ore"], quest=True)
    reloaded = replace(rules(), catalog=Catalog(entries, "reloaded"))

    found = InventoryFormatter(reloaded, NOW).junk(session)
    going = tuple(row.id for row in found.items)
    after, _ = apply(session, DropMany(**stamp(), item_ids=going), reloaded)

    assert going == (bread.id,)
    assert [each.base_id for each in after.backpack] == ["iron_ore"]

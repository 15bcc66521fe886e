"""Whoever confirms a table has seen it: no other table looks like it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.logic.tables.laid_bag import LaidBag
from apps.game_core.modules.inventory.inventory.model import Confirmation, Durability, Half, Item
from apps.game_core.modules.inventory.tables import OwnHalf
from apps.game_core.modules.items.contracts import Rarity, Stat
from apps.game_core.modules.trade.contracts import HalfView, TableState, TableView
from apps.game_core.modules.trade.drawing import Drawing
from apps.game_core.modules.trade.halves import MAX_LAID, Side, fingerprint
from bot.views.fitting import fits
from bot.views.trading import TradeScreens
from tests.bot.test_languages import LANGUAGES, ui
from tests.support.altered import replace
from tools.support.bags import NOW, bag, item, rules

ME, THEY, TRADE, LATER = 1, 2, 7, NOW + 600
HELMET = replace(
    item("iron_helmet", durability=Durability(100, 100), affixes={Stat.ARMOR: 3}), rarity=Rarity.EPIC
)
BREAD = item("bread", 3)
BAG = LaidBag(FormattedInventory(bag(level=5, strength=10), InventoryFormatter(rules(), NOW)))
DRAWING = Drawing(None, None)  # type: ignore[arg-type]  # a table that is laid needs neither
OTHER_THINGS: Mapping[str, tuple[Item, ...]] = {
    "base_id": (replace(HELMET, base_id="iron_sword"), replace(HELMET, base_id="no_more")),
    "quantity": (replace(BREAD, quantity=2), replace(BREAD, quantity=30)),
    "rarity": tuple(replace(HELMET, rarity=each) for each in Rarity if each is not Rarity.EPIC),
    "affixes": (
        *(replace(HELMET, affixes=each) for each in ({}, {Stat.ARMOR: -3}, {Stat.ARMOR: 30})),
        replace(HELMET, affixes={Stat.BLOCK_CHANCE: 3}),
        replace(HELMET, affixes={Stat.ARMOR: 3, Stat.MAX_HP: -40}),
        replace(HELMET, affixes=dict.fromkeys(Stat, 3)),
        replace(HELMET, affixes={**dict.fromkeys(Stat, 3), Stat.QUICK_SLOTS: -3}),
    ),
    "durability": (
        *(replace(HELMET, durability=Durability(each, 100)) for each in (99, 1, 0)),
        *(replace(HELMET, durability=Durability(each, 80)) for each in (80, 60)),
        replace(HELMET, durability=None),
    ),
}
OTHER_HALVES: Mapping[str, tuple[Half, ...]] = {
    "items": (
        *(Half(TRADE, 1, LATER, THEY, each) for each in ((), (HELMET, BREAD), (BREAD,))),
        Half(TRADE, 1, LATER, THEY, (HELMET, HELMET)),
    ),
    "coins": tuple(Half(TRADE, 1, LATER, THEY, (HELMET,), each) for each in (1, 10, 10**18)),
}
UNSEEN = {
    "id": "a number that tells nobody anything: two of one look are as good as each other",
    "mark": "drawn anew at each change: laid, taken away and laid again it is the same table to look at",
    "char_id": "the name is shown, which another may have, too; what is given and got is the same",
    "trade": "nobody sits at two tables",
}
"""What a fingerprint names and no screen shows, with the reason."""


def table(mine: Half, theirs: Half) -> TableView:
    own = OwnHalf(ME, "Alice", mine, 0, BAG)
    return DRAWING.laid(own, Side(ME, "Alice", mine), Side(THEY, "Boris", theirs))


def half(*items: Item, coins: int = 0, **more: int) -> Half:
    return replace(Half(TRADE, 1, LATER, None, items, coins), **more)  # type: ignore[arg-type]


def seen(view: TableView, language: str) -> tuple[str, str]:
    """While it lies there, and once it is done."""
    screens = TradeScreens(ui(language), ME)
    return screens.table(view).text, screens.table(replace(view, state=TableState.SETTLED)).text


def both_ways(one: Half, other: Half) -> Iterator[tuple[TableView, TableView]]:
    """On the own side and on the other."""
    beside = half(BREAD)
    yield table(one, beside), table(other, beside)
    yield table(beside, one), table(beside, other)


def named(one: Half, other: Half) -> bool:
    """Whether a fingerprint tells them apart."""
    beside = Side(THEY, "Boris", half(BREAD))
    first, second = (fingerprint(Side(ME, "Alice", each), beside) for each in (one, other))
    return first != second


ITEM_PAIRS = [
    pytest.param(*(half(BREAD if name == "quantity" else HELMET), half(other)), id=f"{name} {number}")
    for name, others in OTHER_THINGS.items()
    for number, other in enumerate(others)
]
HALF_PAIRS = [
    pytest.param(half(HELMET), other, id=f"{name} {number}")
    for name, others in OTHER_HALVES.items()
    for number, other in enumerate(others)
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("one", "other"), [*ITEM_PAIRS, *HALF_PAIRS])
def test_tables_that_differ_do_not_look_the_same(one: Half, other: Half, language: str) -> None:
    assert named(one, other)
    for first, second in both_ways(one, other):
        for before, after in zip(seen(first, language), seen(second, language), strict=True):
            assert before != after


def test_all_that_a_fingerprint_names_was_varied() -> None:
    """A field that is new to it must be shown, or said to be unseen."""
    whole = half(HELMET)
    anything = {"locked": True, "bound": True, "junk": True, "acquired_at": 9, "position": 9, "id": 9}
    differing: dict[str, Any] = {
        **{name: getattr(each[0], name) for name, each in OTHER_THINGS.items()},
        **anything,
    }
    beside = Side(THEY, "Boris", half(BREAD))
    sat = {"char_id": Side(9, "Alice", whole), "name": Side(ME, "", whole), "half": Side(ME, "Alice", half())}
    alone = fingerprint(Side(ME, "Alice", whole), beside)
    of_sides = {name for name, side in sat.items() if fingerprint(side, beside) != alone} - {"half"}
    of_things = {name for name in differing if named(whole, half(replace(HELMET, **{name: differing[name]})))}
    changes: dict[str, Any] = {
        "trade": 9,
        "mark": 9,
        "until": 9,
        "partner": 9,
        "items": (),
        "coins": 9,
        "confirmed": Confirmation(1, ""),
    }
    of_halves = {name for name, value in changes.items() if named(whole, replace(whole, **{name: value}))}

    assert differing.keys() == {*Item.__struct_fields__}
    assert changes.keys() == {*Half.__struct_fields__}
    assert sat.keys() == {each.name for each in fields(Side)}
    assert of_things | of_halves | of_sides == OTHER_THINGS.keys() | OTHER_HALVES.keys() | UNSEEN.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_kinds_look_the_same(language: str) -> None:
    kinds = rules().catalog.entries
    screens = TradeScreens(ui(language), ME)
    texts = {screens.table(table(half(item(kind)), half())).text for kind in kinds}

    assert len(texts) == len(kinds)


ROLLED = MappingProxyType({Stat.CRIT_CHANCE: -12, Stat.BLOCK_CHANCE: -12})
OVERLOADED = dict.fromkeys(Stat, -1_000)


def of(*affixes: Mapping[Stat, int]) -> Half:
    """As many things as a half holds, each as long to tell as any."""
    longest = max(rules().catalog.entries.values(), key=lambda entry: len(entry.name))
    things = [
        replace(HELMET, base_id=longest.base_id, affixes=each, durability=Durability(9_999, 10_000))
        for each in affixes
    ]
    return half(*things, coins=10**18)


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_much_as_can_lie_there_is_told_whole(language: str) -> None:
    crowded = table(of(*[ROLLED] * MAX_LAID), of(*[ROLLED] * MAX_LAID))
    for text in seen(crowded, language):
        assert fits(text)
        assert text.count("9999/10000") == text.count("−12%") // 2 == 2 * MAX_LAID
        assert "<code>" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_more_affixes_than_a_message_holds_are_told_by_a_code(language: str) -> None:
    same = [OVERLOADED] * (MAX_LAID - 1)
    tables = [table(of(*same, {**OVERLOADED, Stat.ARMOR: each}), of(*same, OVERLOADED)) for each in (-3, 3)]
    lying, done = zip(*(seen(each, language) for each in tables), strict=True)

    assert all(map(fits, (*lying, *done)))
    assert all(text.count("9999/10000") == 2 * MAX_LAID for text in (*lying, *done))
    assert lying[0] != lying[1]


LONG = {"astral": "𠀀" * 64, "escaped": "&" * 64, "right to left": "א" * 64, "emoji": "🗡️🛡️" * 16}
ICON = "👩🏿\u200d❤️\u200d💋\u200d👩🏿"


def renamed(half: HalfView | None, name: str) -> HalfView | None:
    return half and replace(
        half, name=name, items=tuple(replace(each, name=name, icon=ICON) for each in half.items)
    )


@pytest.mark.parametrize("rolled", [{}, OVERLOADED], ids=["plain", "overloaded"])
@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_any_length_give_way_where_a_message_does_not_hold_them(
    language: str, name: str, rolled: Mapping[Stat, int]
) -> None:
    """In UTF-16 units, and as they are written in HTML; tables are told apart all the same."""
    crowded = table(of(*[rolled] * MAX_LAID), of(*[rolled] * MAX_LAID))
    crowded = replace(
        crowded, own=renamed(crowded.own, LONG[name]), other=renamed(crowded.other, LONG[name]), changed=True
    )
    lying, done = seen(crowded, language)
    for text in (lying, done):
        assert fits(text)
        assert text.count("9999/10000") == 2 * MAX_LAID
        assert text.count(LONG[name][0]) > 2 * MAX_LAID, "as much of each name as there is room for"
    other, _ = seen(replace(crowded, fingerprint=1), language)
    assert other != lying


FEW = st.sampled_from
THINGS = st.builds(
    Item,
    id=st.just(1),
    base_id=FEW(["iron_helmet", "bread", "no_more"]),
    quantity=FEW([1, 2, 12]),
    rarity=FEW([Rarity.COMMON, Rarity.EPIC]),
    affixes=st.dictionaries(FEW([Stat.ARMOR, Stat.MAX_HP, Stat.ACCURACY]), FEW([-3, 3, 33])),
    durability=FEW([None, Durability(0, 2), Durability(1, 2), Durability(1, 12), Durability(100, 100)]),
)
HALVES = st.builds(
    lambda coins, things: half(*things, coins=coins), FEW([0, 2, 12]), st.lists(THINGS, max_size=7)
)


@st.composite
def nearly_the_same(draw: st.DrawFn) -> tuple[Half, Half]:
    """But for one thing, and often but for one of its fields."""
    one, thing = draw(HALVES), draw(THINGS)
    at = draw(st.integers(0, len(one.items)))
    if at < len(one.items) and (name := draw(FEW(["", *OTHER_THINGS]))):
        thing = replace(one.items[at], **{name: getattr(thing, name)})
    return one, replace(one, items=(*one.items[:at], thing, *one.items[at + 1 :]))


@settings(max_examples=40)
@given(nearly_the_same(), FEW(LANGUAGES))
def test_whatever_lies_there_one_difference_is_seen(halves: tuple[Half, Half], language: str) -> None:
    assume(named(*halves))
    for first, second in both_ways(*halves):
        assert seen(first, language)[0] != seen(second, language)[0]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Armor −3, Critical chance +2%"), ("ru", "Броня −3, Шанс крит. удара +2%")],
)
def test_only_what_sets_a_thing_apart_is_said_of_it(language: str, said: str) -> None:
    worse = replace(HELMET, durability=Durability(1, 100), affixes={Stat.ARMOR: -3, Stat.CRIT_CHANCE: 2})

    for text in seen(table(half(BREAD), half(worse)), language):
        assert f" 🔧\u00a01/100 ✨\u00a0{said}\n" in text
    for text in seen(table(half(BREAD), half(replace(HELMET, affixes={}))), language):
        assert "🔧" not in text
        assert "✨" not in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "⚠️ <b>Changed since you confirmed.</b>"),
        ("ru", "⚠️ <b>После вашего подтверждения стол изменился.</b>"),
    ],
)
def test_who_has_confirmed_another_table_is_told(language: str, said: str) -> None:
    """Nobody who has not, and nobody who has confirmed this one."""
    theirs = half(BREAD)
    shown = [
        seen(table(replace(half(HELMET), confirmed=confirmed), theirs), language)[0].split("\n")[1]
        for confirmed in (None, Confirmation(theirs.mark, ""), Confirmation(theirs.mark + 1, ""))
    ]

    assert shown == ["", "", said]

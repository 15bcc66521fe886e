"""What comes of a trade comes whole, or waits; and what was given away is nobody else's any more."""

from typing import Any

import pytest

from apps.game_core.modules.inventory.errors import InventoryFullError, OperationRefusedError, TooHeavyError
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.gift import Gift, Roll
from apps.game_core.modules.inventory.inventory.limits import MAX_COINS
from apps.game_core.modules.inventory.inventory.logic.audit import findings
from apps.game_core.modules.inventory.inventory.model import (
    Durability,
    InventorySession,
    Item,
    Parcel,
    without,
)
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_id
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo
from apps.game_core.modules.inventory.keeping_errors import AlreadyThereError, PurseFullError
from apps.game_core.modules.items.contracts import Rarity, Stat
from apps.game_core.value import replace
from tests.support.ledgers import Played
from tools.support.bags import NOW, bag, item, rules, stamp

ROW = 7


def sword(**fields: Any) -> Item:
    made = item("iron_sword", affixes={Stat.ARMOR: 3}, durability=Durability(7, 80), acquired_at=5, **fields)
    return replace(made, rarity=Rarity.EPIC, position=4)


def receipt(*items: Item, coins: int = 0, returned: bool = False) -> Receive:
    return Receive(**stamp(inbox_id(ROW)), parcel=Parcel(1, 2, items, coins, returned))


def test_things_come_with_all_that_they_are_and_to_their_new_owner_they_are_new() -> None:
    mine, theirs = item("bread"), sword(junk=True)
    before = replace(bag(mine), waiting=(ROW, 8))

    after, result = apply(before, receipt(theirs, coins=30), rules())

    [bread, came] = after.backpack
    assert came == replace(theirs, position=bread.position + 1, acquired_at=NOW, junk=False)
    assert (result.items, result.coins, result.left, after.coins) == ((came,), 30, 30, 30)
    assert after.waiting == (8,)
    assert after.gifts == (Gift("iron_sword", 1, Roll(Rarity.EPIC, {Stat.ARMOR: 3})),)


def test_what_comes_back_is_as_it_was() -> None:
    mine = sword(junk=True)

    after, _ = apply(bag(), receipt(mine, returned=True), rules())

    assert after.backpack == (replace(mine, position=0),)


def test_the_item_files_have_no_say() -> None:
    unknown = replace(item("bread"), base_id="forgotten")

    after, _ = apply(bag(), receipt(unknown), rules())

    assert [each.base_id for each in after.backpack] == ["forgotten"]


STRONGEST = bag().hero.strength * 8_000 + 20_000
"""Grams."""


@pytest.mark.parametrize(
    ("before", "coming", "refusal"),
    [
        (bag(item("bread"), max_slots=2), receipt(item("bread"), item("iron_ore")), InventoryFullError),
        (bag(), receipt(item("iron_ore", 1 + STRONGEST // 500)), TooHeavyError),
        (replace(bag(), coins=MAX_COINS), receipt(item("bread"), coins=1), PurseFullError),
    ],
)
def test_what_does_not_fit_waits_whole(
    before: InventorySession, coming: Receive, refusal: type[OperationRefusedError]
) -> None:
    with pytest.raises(refusal):
        apply(before, coming, rules())


def test_coins_alone_need_no_room() -> None:
    full = bag(item("bread"), item("bread"), max_slots=1)

    after, _ = apply(full, receipt(coins=3), rules())

    assert (after.coins, after.backpack) == (3, full.backpack)


def test_what_is_there_does_not_come_once_more() -> None:
    mine = item("bread")

    with pytest.raises(AlreadyThereError):
        apply(bag(mine), receipt(mine), rules())


def test_a_ledger_explains_what_came_and_the_audit_compares_it_with_the_row() -> None:
    played = Played(replace(bag(item("bread")), coins=0))
    played.do(receipt(sword(), coins=30))
    assert list(findings(played.history())) == []

    [entry] = played.ledger
    for part, written, instead in (
        ("payload", b'"coins":30', b'"coins":31'),
        ("result", b'"coins":30', b'"coins":31'),
        ("result", b'"current":7', b'"current":8'),
    ):
        told = getattr(entry, part)
        assert written in told
        forged = replace(entry, **{part: told.replace(written, instead)})
        assert list(findings(played.replaced(0, forged))), (part, instead)


def test_taking_back_a_drop_does_not_make_a_stack_that_went_elsewhere_once_more() -> None:
    bread = item("bread", 5)
    dropping = DropItem(**stamp("drop"), item_id=bread.id, quantity=2)
    left, dropped = apply(bag(bread), dropping, rules())
    given = without(left, bread.id)
    taking_back = Undo(**stamp("undo:drop"), of="drop", dropped=(dropped,), dropped_at=NOW, new_ids=(99,))

    after, _ = apply(given, taking_back, rules())

    assert [(each.id, each.quantity) for each in after.backpack] == [(99, 2)]

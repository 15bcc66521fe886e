"""Coins: no purse holds less than nothing, or more than it can; the ledger alone tells what came and went."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.game_core.modules.inventory.contracts import (
    MAX_COINS,
    AddCoins,
    AddItem,
    Batch,
    CoinsResult,
    TakeCoins,
    TakeKind,
)
from apps.game_core.modules.inventory.errors import CannotUndoError, InvalidInputError
from apps.game_core.modules.inventory.history import Edit, History, PurseChange
from apps.game_core.modules.inventory.input_checks import checked
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.inventory.logic.audit import findings
from apps.game_core.modules.inventory.inventory.logic.history.deeds import do
from apps.game_core.modules.inventory.inventory.logic.history.revert_history import reverting
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operations import definition_of
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.told import Pieces
from apps.game_core.modules.inventory.keeping_errors import (
    NotEnoughCoinsError,
    NotEnoughError,
    PurseFullError,
)
from tests.support.altered import replace
from tests.support.entered import entered
from tests.support.ledgers import Played, as_jsonb
from tools.support.bags import NOW, bag, item, rules, stamp


def with_coins(coins: int) -> InventorySession:
    return replace(bag(item("iron_ore", 5)), coins=coins)


def test_coins_come_and_go() -> None:
    richer, paid, _ = entered(with_coins(0), AddCoins(**stamp(), amount=30))
    poorer, charged, _ = entered(richer, TakeCoins(**stamp(), amount=30))

    assert (richer.coins, paid) == (30, CoinsResult(30, 30))
    assert (poorer.coins, charged) == (0, CoinsResult(30, 0))


def test_nobody_pays_more_than_they_own() -> None:
    with pytest.raises(NotEnoughCoinsError) as refused:
        entered(with_coins(29), TakeCoins(**stamp(), amount=30))

    assert (refused.value.needed, refused.value.owned) == (30, 29)


def test_no_purse_holds_more_than_it_can() -> None:
    full, _, _ = entered(with_coins(1), AddCoins(**stamp(), amount=MAX_COINS - 1))
    assert full.coins == MAX_COINS

    with pytest.raises(PurseFullError) as refused:
        entered(full, AddCoins(**stamp(), amount=1))

    assert refused.value.most == MAX_COINS


@pytest.mark.parametrize("amount", [0, -1, MAX_COINS + 1, True, 1.0, "1", None])
@pytest.mark.parametrize("kind", [AddCoins, TakeCoins])
def test_only_whole_coins_can_be_asked_for(kind: Callable[..., Any], amount: Any) -> None:
    for each in (1, MAX_COINS):
        assert checked(kind(amount=each)).amount == each

    with pytest.raises(InvalidInputError):
        checked(kind(amount=amount))


def bought(price: int) -> Batch:
    """Five pieces of ore for so much, of which a helmet is paid, too."""
    earned, helmet = AddCoins(amount=price), AddItem(base_id="iron_helmet", quantity=1, new_ids=(901,))
    return Batch.of(TakeKind(base_id="iron_ore", quantity=5), earned, TakeCoins(amount=10), helmet)


def test_within_a_batch_what_one_brings_the_next_may_cost() -> None:
    after, result, entry = entered(with_coins(0), replace(bought(10), **stamp()))

    assert (after.coins, [each.base_id for each in after.backpack]) == (0, ["iron_helmet"])
    assert result.results[1:3] == (CoinsResult(10, 10), CoinsResult(10, 0))
    with pytest.raises(CannotUndoError):
        reverting(entry, NOW + 1)


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ((AddCoins(amount=9), TakeCoins(amount=10)), NotEnoughCoinsError),
        ((AddCoins(amount=9), TakeKind(base_id="bread", quantity=1)), NotEnoughError),
    ],
)
def test_a_batch_that_cannot_be_is_none_of_it(parts: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        apply(with_coins(0), replace(Batch.of(*parts), **stamp()), rules())


def test_a_line_of_history_tells_what_it_came_to() -> None:
    _, result, _ = entered(with_coins(0), replace(bought(25), **stamp()))

    told = definition_of(bought(25)).told(result, ())

    assert (told.coins, told.items, told.spent) == (
        15,
        (Pieces("iron_helmet", 1),),
        (Pieces("iron_ore", 5),),
    )
    assert definition_of(TakeCoins(amount=3)).told(CoinsResult(3, 0), ()).coins == -3
    assert definition_of(AddCoins(amount=3)).told(CoinsResult(3, 3), ()).coins == 3


def played() -> Played:
    """Ends with 8 coins."""
    player = Played(with_coins(0))
    player.do(AddCoins(**player.stamp, amount=20))
    player.do(TakeCoins(**player.stamp, amount=5))
    player.do(replace(Batch.of(AddCoins(amount=3), TakeCoins(amount=10)), **player.stamp))
    return player


def told(history: History) -> list[str]:
    return [f"{each.offence}: {each.detail}" for each in findings(history)]


def test_a_purse_is_explained_by_its_ledger() -> None:
    player = played()

    assert player.session.coins == 8
    assert told(player.history()) == []


def test_fault_45_coins_that_nobody_earned_are_named() -> None:
    history = played().history()

    stolen = replace(history, snapshot=replace(history.snapshot, coins=9))

    assert told(stolen) == ["purse: 9 coins; by the ledger 8"]


def test_fault_45_a_payment_that_is_gone_from_the_ledger_is_missed() -> None:
    assert told(played().without(0)) == [
        "purse: take_coins op2 (version 2): 20 coins were there; by the ledger 0"
    ]
    assert told(played().without(2)) == ["purse: 8 coins; by the ledger 15"]


@pytest.mark.parametrize(
    ("forged", "found"),
    [
        (CoinsResult(21, 20), "facts: add_coins op1 (version 1): 20 coins were asked for, 21 moved"),
        (CoinsResult(20, 21), "purse: add_coins op1 (version 1): 1 coins were there; by the ledger 0"),
        (CoinsResult(20, 19), "facts: add_coins op1 (version 1): no purse holds -1 coins"),
    ],
)
def test_fault_45_a_payment_that_contradicts_itself_is_named(forged: CoinsResult, found: str) -> None:
    player = played()
    entry = replace(player.ledger[0], result=as_jsonb(encode(forged)))

    assert told(player.replaced(0, entry))[0] == found


def test_fault_45_parts_of_a_batch_that_do_not_follow_each_other_are_named() -> None:
    player = played()
    entry = player.ledger[2]
    forged = entry.result.replace(b'{"left":18,"amount":3}', b'{"left":19,"amount":3}')
    assert forged != entry.result

    lines = told(player.replaced(2, replace(entry, result=forged)))

    assert [line.split(": ")[-1] for line in lines] == [
        "16 coins were there; by the ledger 15",
        "18 coins were there; by the ledger 19",
    ]


def test_as_one_deed_a_batch_tells_the_purse_before_and_after() -> None:
    session = with_coins(4)
    batch = replace(Batch.of(AddCoins(amount=3), TakeCoins(amount=5)), **stamp())
    _, result = apply(session, batch, rules())
    deed = Deed({}, {})

    do(deed, batch, result)

    assert (deed.coins_before, deed.coins, deed.wrong) == (4, 2, [])
    result.steps[1].result = CoinsResult(5, 3)
    broken = Deed({}, {})
    do(broken, batch, result)
    assert broken.wrong == ["other coins than the part before left"]


def test_an_edit_of_the_purse_is_named_until_the_game_has_built_on_it() -> None:
    player = played()
    player.skip_version()
    edit = Edit(4, coins=PurseChange(8, 100))
    player.session = replace(player.session, coins=100)
    assert told(replace(player.history(), edits=(edit,))) == ["purse: 100 coins; by the ledger 8"]

    player.do(TakeCoins(**player.stamp, amount=1))

    assert told(replace(player.history(), edits=(edit,))) == []


def test_fault_45_an_edit_that_met_another_purse_tells_of_one_that_nobody_wrote_down() -> None:
    player = played()
    player.skip_version()
    player.session = replace(player.session, coins=60)

    lines = told(replace(player.history(), edits=(Edit(4, coins=PurseChange(50, 60)),)))

    assert lines == [
        "purse: an edit by SQL (version 4): 50 coins were there; by the ledger 8",
        "purse: 60 coins; by the ledger 8",
    ]

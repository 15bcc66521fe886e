"""What there was at a time, told by the ledger since, whatever kind of entry made, moved or took it."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.game_core.modules.inventory.errors import NothingToRestoreError, OperationRefusedError
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import decode_stored
from apps.game_core.modules.inventory.inventory.logic.history.looking_back import stood
from apps.game_core.modules.inventory.inventory.logic.history.revert_history import reverting
from apps.game_core.modules.inventory.inventory.logic.history.used_up import used_up, without
from apps.game_core.modules.inventory.inventory.model import Item, Limits, Parcel
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_id
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.batching import Batch
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable
from apps.game_core.modules.inventory.inventory.rules.counting import Kind, counted, owned
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem, dropped_by
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.inventory.rules.purse import AddCoins, TakeCoins
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore, lost
from apps.game_core.modules.inventory.inventory.rules.taking import TakeItem, TakeKind
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.value import replace
from tests.support.ledgers import Played, new_ids
from tests.unit.inventory.test_conservation import operations_for, starting_bag
from tests.unit.inventory.test_restoring import LIVELY, by_id
from tools.support.bags import NOW, bag, item, rules, stamp

Move = tuple[int, int, int, int, str, Slot]
indexes = st.integers(0, 9)
moves = st.tuples(
    st.integers(0, 40), indexes, indexes, st.integers(1, 3), st.sampled_from(LIVELY), st.sampled_from(Slot)
)
POTION = item("health_potion")
Coming = Iterator[None]
"""What is done before the time; then the potion comes."""


def made(played: Played) -> Coming:
    yield
    played.do(AddItem(**played.stamp, base_id=POTION.base_id, quantity=1, new_ids=new_ids(1)))


def bought(played: Played) -> Coming:
    yield
    piece = AddItem(base_id=POTION.base_id, quantity=1, new_ids=new_ids(1))
    played.do(replace(Batch.of(TakeCoins(amount=9), piece), **played.stamp))


def _received(played: Played, *, returned: bool) -> None:
    at = played.stamp["at"]
    parcel = Parcel(7, at, (POTION,), coins=5, returned=returned)
    played.do(Receive(**stamp(inbox_id(at), at), parcel=parcel))


def received(played: Played) -> Coming:
    yield
    _received(played, returned=False)


def given_and_come_back(played: Played) -> Coming:
    _received(played, returned=False)
    given_away(played)
    yield
    _received(played, returned=True)


def restored(played: Played) -> Coming:
    yield
    played.do(Restore(**played.stamp, to=NOW, stood=(POTION,), new_ids=new_ids(1)))


def dropped_and_taken_back(played: Played) -> Coming:
    _received(played, returned=False)
    result, drop = dropped(played), played.last
    yield
    played.undo(drop, result)


def drunk_and_taken_back(played: Played) -> Coming:
    _received(played, returned=False)
    drunk(played)
    entry = played.ledger[-1]
    yield
    played.do(reverting(entry, played.stamp["at"]))


def mine(played: Played) -> Item:
    [potion] = (each for each in played.session.backpack if each.base_id == POTION.base_id)
    return potion


def drunk(played: Played) -> None:
    played.do(UseConsumable(**played.stamp, item_id=mine(played).id))


def sold(played: Played) -> None:
    parts = TakeItem(item_id=mine(played).id), AddCoins(amount=3)
    played.do(replace(Batch.of(*parts), **played.stamp))


def handed_in(played: Played) -> None:
    played.do(TakeKind(**played.stamp, base_id=POTION.base_id, quantity=1))


def given_away(played: Played) -> None:
    marks = {"own_mark": 1, "other_mark": 2}
    played.do(Give(**played.stamp, trade=8, partner=2, **marks, items=(mine(played),), coins=0))


def dropped(played: Played) -> object:
    return played.do(DropItem(**played.stamp, item_id=mine(played).id))


COMING = (
    made,
    bought,
    received,
    given_and_come_back,
    restored,
    dropped_and_taken_back,
    drunk_and_taken_back,
)
GOING = (drunk, sold, handed_in, given_away, dropped)


@pytest.mark.parametrize("go", GOING)
@pytest.mark.parametrize("come", COMING)
def test_what_came_since_and_went_again_is_none_that_was_lost(
    come: Callable[[Played], Coming], go: Callable[[Played], object]
) -> None:
    played = Played(replace(bag(item("bread", 3)), coins=100))
    coming = come(played)
    next(coming)
    then, number = played.session, len(played.ledger)
    next(coming, None)
    assert owned(played.session) == owned(then) + counted([POTION])
    go(played)

    with pytest.raises(NothingToRestoreError):
        brought_back(played, number)


@pytest.mark.parametrize("go", GOING)
@pytest.mark.parametrize("come", COMING)
def test_of_what_went_by_choice_and_what_came_in_its_place_only_what_was_thrown_away_comes_back(
    come: Callable[[Played], Coming], go: Callable[[Played], object]
) -> None:
    """The one that was there goes, another comes and is thrown away: one came to nothing, or two did."""
    played = Played(replace(bag(item("bread", 3)), coins=100))
    coming = come(played)
    next(coming)
    made_before(played)
    number = len(played.ledger)
    go(played)
    assert sum(kept(played, number).values()) == (go is dropped)
    next(coming, None)
    dropped(played)

    assert kept(played, number) <= thrown_away(played, number)


def made_before(played: Played) -> None:
    played.do(AddItem(**played.stamp, base_id=POTION.base_id, quantity=1, new_ids=new_ids(1)))


def kept(played: Played, number: int) -> Counter[Kind]:
    """As `brought_back`, where it may be nothing."""
    with suppress(NothingToRestoreError):
        return brought_back(played, number)
    return Counter()


def brought_back(played: Played, number: int) -> Counter[Kind]:
    """Pieces that a restore brings back, to when `number` entries had been made; there is room for all."""
    entries = played.ledger[number:]
    found = stood(played.session, entries)
    assert by_id(found) == by_id(placed.item for placed in played.states[number].placed())
    stacks = lost(played.session, without(found, used_up(entries)))
    roomy = replace(played.session, limits=Limits(max_slots=1_000))
    _, result = apply(
        roomy, Restore(**played.stamp, to=NOW, stood=stacks, new_ids=new_ids(len(stacks))), rules()
    )
    return counted(result.returned)


def thrown_away(played: Played, number: int) -> Counter[Kind]:
    """Since then, less what was taken out of nothing again; all else only changed hands, or did its work."""
    pieces: Counter[Kind] = Counter()
    for entry, before, after in tuple(played.steps())[number:]:
        if entry.kind in {"drop_item", "drop_many", "undo", "restore"}:
            pieces.update(owned(before))
            pieces.subtract(owned(after))
    return +pieces


def something(played: Played, move: Move) -> None:
    """The first of any kind that may be; now and then a restore, or what takes back the last."""
    which, first, second, *_ = move
    if which == 0:
        played.restore(played.states[len(played.states) * second // 10])
    elif which < 5 and played.ledger:
        take_back(played)
    else:
        operations = operations_for(played.session, move, len(played.ledger) + 1)
        at = (which + first) % len(operations)
        for operation in (*operations[at:], *operations[:at]):
            with suppress(OperationRefusedError):
                played.do(operation)
                return


def take_back(played: Played) -> None:
    last = played.ledger[-1]
    result = decode_stored(last.kind, last.result)
    if dropped_by(result):
        played.undo(played.last, result)
    else:
        played.do(reverting(last, played.stamp["at"]))


@settings(max_examples=40)
@given(
    quantities=st.lists(st.integers(1, 9), min_size=5, max_size=10),
    plan=st.lists(moves, min_size=8, max_size=24),
    to=st.integers(0, 9),
)
def test_after_any_history_no_more_comes_back_than_was_thrown_away(
    quantities: list[int], plan: list[Move], to: int
) -> None:
    """And the ledger tells exactly what there was."""
    kinds = zip(LIVELY * 2, quantities, strict=False)
    played = Played(starting_bag(list(kinds), max_slots=30))
    for move in plan:
        with suppress(OperationRefusedError):
            something(played, move)
    number = len(played.ledger) * to // 10

    assert kept(played, number) <= thrown_away(played, number)

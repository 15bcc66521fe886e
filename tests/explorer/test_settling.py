"""What the model says of a gift that comes is what the game decides: in every phase, for every table."""

from itertools import product
from typing import Final

import pytest

from apps.game_core.modules.trade.settling import Trade, TradeGift, TradeState, arrived
from tools.explorer.trading.settling import Settler
from tools.explorer.trading.states import DELETED, Database, Phase
from tools.explorer.trading.states import Trade as Modelled
from tools.explorer.trading.world import Book, Kind, Rules, World

WORLD: Final = World(offers=((1, 2, 3), (4, 5, 6)))
BOOK: Final = Book(WORLD)
MARKS: Final = range(3)
TABLES: Final = tuple(product(MARKS, MARKS))
STATES: Final = {Phase.OPEN: TradeState.OPEN, Phase.SETTLED: TradeState.SETTLED, Phase.OFF: TradeState.OFF}
BEFORE: Final = (
    Modelled(Phase.NONE),
    Modelled(Phase.SETTLED),
    Modelled(Phase.OFF),
    *(Modelled(Phase.OPEN, giver, own, theirs) for giver in (0, 1) for own, theirs in TABLES),
)


def mark(character: int, number: int) -> int:
    """No mark is both players'."""
    return 100 * (character + 1) + number


def gift(character: int, own: int, theirs: int) -> TradeGift:
    return TradeGift(character, mark(character, own), mark(1 - character, theirs), (), 0)


Outcome = tuple[TradeState, set[object]]
"""The state after it, and what is posted: to whom, what lay on which half, and whether it comes back."""


def modelled(before: Modelled, character: int, table: tuple[int, int], *, alone: bool) -> Outcome:
    rows = tuple(DELETED if alone and each != character else 0 for each in (0, 1))
    bit = BOOK.bit(character, Kind.GIVE, 0, *table)
    [(_, op)] = BOOK.of(character, bit)
    after, broken = Settler(BOOK, Rules()).arrived(Database(rows, (before,), (0, 0)), character, op)
    assert broken is None
    posted = set[object]()
    for who in (0, 1):
        for _, each in BOOK.of(who, after.posted[who]):
            whose, number = (who, each.own) if each.kind is Kind.BACK else (1 - who, each.theirs)
            posted.add((who, mark(whose, number), each.kind is Kind.BACK))
    return STATES[after.trades[0].phase], posted


def decided(before: Modelled, character: int, table: tuple[int, int], *, alone: bool) -> Outcome:
    """Who is deleted leaves an empty chair, and has called off what was open."""
    first, second = (None if alone and each != character else each for each in (0, 1))
    waiting = gift(before.giver, before.own, before.theirs)
    gifts = {before.giver: waiting} if before.phase is Phase.OPEN else {}
    state = STATES.get(before.phase, TradeState.OFF if alone else TradeState.OPEN)
    arrival = arrived(Trade(7, first, second, state, gifts), gift(character, *table), 1 - character)
    return arrival.trade.state, {(each.to, each.gift.own_mark, each.returned) for each in arrival.postings}


def named(before: Modelled) -> str:
    return f"{before.phase.name} {before.giver} {before.own} {before.theirs}"


@pytest.mark.parametrize("before", BEFORE, ids=named)
def test_the_game_decides_as_the_model_does(before: Modelled) -> None:
    ends = set()
    for character, alone, table in product((0, 1), (False, True), TABLES):
        if alone and before.phase is Phase.OPEN:
            continue  # a deletion ends it: nobody finds it open
        done = decided(before, character, table, alone=alone)
        assert modelled(before, character, table, alone=alone) == done, (character, table, alone)
        ends.add(done[0])
    if before.phase is Phase.OPEN:
        assert ends == {TradeState.OPEN, TradeState.SETTLED, TradeState.OFF}


def test_whoever_is_no_party_of_it_changes_nothing() -> None:
    trade = Trade(7, 0, 1, TradeState.OPEN, {0: gift(0, 0, 0)})
    thief = TradeGift(2, 5, mark(0, 0), (), 0)

    arrival = arrived(trade, thief, 0)

    assert arrival.trade == trade
    assert [(each.to, each.returned) for each in arrival.postings] == [(2, True)]

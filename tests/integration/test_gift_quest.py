"""A quest that another module could bring: give things to a friend. It knows contracts alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from apps.game_core.modules.inventory.contracts import Event, Give, Parcel, Performed, Receive, Subscriber
from tests.integration.test_trade_audit import called_off, opened
from tests.support.seats import receive, seated, write
from tests.support.world import World

Half = tuple[int, int]
"""A trade and a mark."""


@dataclass
class Quest:
    """`gives` and `receipts` wait for each other, in whatever order they are heard."""

    gives: dict[Half, tuple[int, Counter[str]]] = field(default_factory=dict)
    receipts: dict[Half, tuple[int, bool]] = field(default_factory=dict)
    given: dict[tuple[int, int], Counter[str]] = field(default_factory=dict)

    async def hear(self, events: Sequence[Event], _: Any) -> None:
        for event in events:
            match event:
                case Performed(operation=Give(trade=trade, own_mark=mark, items=items)):
                    self.gives[trade, mark] = (event.char_id, Counter(each.base_id for each in items))
                case Performed(operation=Receive(parcel=Parcel(trade=trade, mark=mark, returned=returned))):
                    self.receipts[trade, mark] = (event.char_id, returned)
        for half in self.gives.keys() & self.receipts.keys():
            (giver, things), (friend, returned) = self.gives.pop(half), self.receipts.pop(half)
            if not returned:
                self.given[giver, friend] = things


def at_work(world: World, name: str = "quest") -> Quest:
    quest = Quest()
    world.core.events.subscribe(Subscriber(name, quest.hear, kinds=(Give, Receive)))
    return quest


async def test_who_gave_what_to_whom_is_heard(world: World) -> None:
    quest, seats = at_work(world), await seated(world)
    await seats.exchange()
    await write(world, *seats.both)
    assert await world.core.events.round()
    assert (len(quest.gives), quest.given) == (2, {}), "given is not exchanged: it may come back"

    await receive(world, *seats.both)
    await write(world, *seats.both)
    assert await world.core.events.round()

    exchanged = {seats.both: Counter(bread=1), seats.both[::-1]: Counter(iron_ore=1)}
    assert quest.given == exchanged
    # As after a restore from a dump: then only a character's own events are in order.
    await world.execute("UPDATE inventory_operations SET written_in = '0'")
    again = at_work(world, "once more")
    assert await world.core.events.round()
    assert (again.given, again.gives, again.receipts) == (exchanged, {}, {})


@pytest.mark.parametrize("also_waits", [False, True])
async def test_what_came_back_or_waits_was_given_to_nobody(world: World, also_waits: bool) -> None:
    quest = at_work(world)
    await called_off(world)
    waiting = [(await opened(world)).trade] if also_waits else []

    assert await world.core.events.round()

    assert quest.given == quest.receipts == {}
    assert [trade for trade, _ in quest.gives] == waiting

"""What somebody has sold, by the inventory's own past: nothing else keeps it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from apps.game_core.modules.inventory.contracts import (
    BatchResult,
    CoinsResult,
    Done,
    Item,
    LookAtDone,
    TakeResult,
)
from apps.game_core.modules.merchant import prices
from apps.game_core.system.core_router import CoreRouter

SOLD = "merchant:sell:"
_BACK = "merchant:back:"
REMEMBERED = 10
"""So many things can be bought back."""
# Of what can be bought back now, and of what could be when any of it was sold.
_MOST_BACK = 2 * REMEMBERED


@dataclass(frozen=True, slots=True)
class Lot:
    """So many pieces of `item`, as it was, for which `price` was paid; part `number` of operation `sale`.

    `version` is the inventory's after it.
    """

    sale: str
    number: int
    version: int
    at: int
    item: Item
    quantity: int
    price: int

    @property
    def back_id(self) -> str:
        """Of the operation that brings it back: there is one, for ever."""
        return f"{_BACK}{self.sale.removeprefix(SOLD)}:{self.number}"

    @property
    def key(self) -> int:
        return prices.key(self.back_id)


@dataclass(frozen=True, slots=True)
class Sales:
    router: CoreRouter

    async def last(self, char_id: int) -> Sequence[tuple[Lot, Done | None]]:
        """The last things that were sold, the newest first, each with what brought it back."""
        done = await self.router.ask(LookAtDone(char_id, SOLD, REMEMBERED))
        lots = [lot for each in done for lot in lots_of(each)][:REMEMBERED]
        if not lots:
            return []
        brought = await self.router.ask(LookAtDone(char_id, _BACK, _MOST_BACK))
        back = {each.op_id: each for each in brought}
        return [(lot, back.get(lot.back_id)) for lot in lots]


def lots_of(done: Done) -> Iterator[Lot]:
    """Each thing that a deal sold is followed by what was paid for it."""
    results = done.result.results if isinstance(done.result, BatchResult) else ()
    sold = [pair for pair in pairwise(results) if isinstance(pair[0], TakeResult)]
    for number, (taken, paid) in enumerate(sold):
        for spent in taken.spent:
            if isinstance(paid, CoinsResult):
                yield Lot(done.op_id, number, done.version, done.at, spent.item, spent.quantity, paid.amount)

"""What all deals have in common: each is done once, with what was seen of the inventory, or not at all."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from apps.game_core.modules.inventory.contracts import (
    AddItemResult,
    Answered,
    Batch,
    BatchResult,
    CoinsResult,
    FindDone,
    LookAtBelongings,
    PerformOnce,
    RepairResult,
    TakeResult,
)
from apps.game_core.modules.inventory.errors import OperationRefusedError
from apps.game_core.modules.inventory.keeping_errors import OtherVersionError
from apps.game_core.modules.items.contracts import Catalog
from apps.game_core.modules.merchant.contracts import Bargain, Goods
from apps.game_core.modules.merchant.errors import MerchantError
from apps.game_core.modules.merchant.ports import CatalogProvider
from apps.game_core.modules.merchant.reckoning import Reckoning, described, new_pieces
from apps.game_core.system.core_router import CoreRouter

Refusal: TypeAlias = MerchantError | OperationRefusedError
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Till:
    router: CoreRouter
    catalog: CatalogProvider

    async def seen(self, char_id: int) -> Reckoning:
        return Reckoning(self.catalog.current, await self.router.ask(LookAtBelongings(char_id)))

    async def done(self, char_id: int, op_id: str, batch: Batch, since: int) -> Bargain:
        return self.told(await self.router.ask(PerformOnce(char_id, batch, op_id, since)))

    async def done_before(self, char_id: int, op_id: str, refusal: Refusal) -> Bargain:
        """What was done is answered as it was then, whatever would be said to it now; else raises that."""
        found = await self.router.ask(FindDone(char_id, op_id))
        if found is None or not isinstance(found.result, BatchResult):
            raise refusal
        return self.told(Answered(found.result, repeated=True))

    def told(self, answered: Answered[BatchResult]) -> Bargain:
        results = answered.result.results
        paid = [each for each in results if isinstance(each, CoinsResult)]
        price, coins = sum(each.amount for each in paid), paid[-1].left
        pieces = tuple(_pieces(results, self.catalog.current))
        return Bargain(pieces, price, coins, frozenset(_gone(results)), answered.repeated)


async def as_seen(attempt: Callable[[], Awaitable[Bargain]]) -> Bargain:
    """Another device, or a gift, may come in between: then it is looked at again."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return await attempt()
        except OtherVersionError:
            continue
    return await attempt()


def _pieces(results: Sequence[object], catalog: Catalog) -> Iterator[Goods]:
    for result in results:
        match result:
            case TakeResult(spent=spent):
                yield from (described(each.item, each.quantity, catalog) for each in spent)
            case RepairResult(item=item):
                yield described(item, item.quantity, catalog)
            case AddItemResult(quantity=quantity, stacks=(first, *_)):
                yield described(first, quantity, catalog)
            case AddItemResult(base_id=base_id, quantity=quantity):
                yield new_pieces(base_id, quantity, catalog)


def _gone(results: Sequence[object]) -> Iterator[int]:
    taken = (each for each in results if isinstance(each, TakeResult))
    return (spent.item.id for each in taken for spent in each.spent if not spent.remaining_quantity)

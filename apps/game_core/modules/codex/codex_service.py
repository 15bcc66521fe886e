"""Which kinds of items a character has ever had: heard from the ledger, and seen in the inventory."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from apps.game_core.modules.codex.contracts import Chapter, Codex, CodexEntry, ViewCodex
from apps.game_core.modules.codex.ports import CatalogProvider, CodexUnit, CodexUnitFactory
from apps.game_core.modules.inventory.contracts import (
    AddItem,
    AddItemResult,
    Born,
    CountPieces,
    Event,
    Performed,
    Receive,
    ReceiveResult,
    Restore,
    RestoreResult,
    Subscriber,
)
from apps.game_core.modules.items.contracts import Catalog, ItemType
from apps.game_core.system.core_router import CoreRouter

BRINGING = (Born, AddItem, Receive, Restore)
"""All by which a kind can come that was not there before."""
_LATEST = 3
_NUMBER_BYTES = 6


@dataclass(frozen=True, slots=True)
class CodexService:
    router: CoreRouter
    unit_of_work: CodexUnitFactory
    catalog: CatalogProvider

    def register(self) -> None:
        self.router.register(ViewCodex, self.view)

    def subscriber(self) -> Subscriber[CodexUnit]:
        return Subscriber("codex", self.hear, BRINGING)

    async def hear(self, events: Sequence[Event], unit: CodexUnit) -> None:
        found: dict[tuple[int, str], int] = {}
        for event in events:
            for base_id in _brought_by(event):
                found.setdefault((event.char_id, base_id), event.at)
        await unit.codex.add(found)

    async def view(self, context: ViewCodex) -> Codex:
        """With what the inventory holds and no ledger yet."""
        owned = await self.router.ask(CountPieces(context.char_id))
        async with self.unit_of_work() as unit:
            told = await unit.codex.found(context.char_id)
        return codex_of(self.catalog.current, told, owned)


def codex_of(catalog: Catalog, found: Mapping[str, int], owned: Iterable[str] = ()) -> Codex:
    """`found`: when, by base_id; what is `owned` and is not among it came last of all."""
    untold = [each for each in owned if each not in found]
    newest_first = [*reversed(untold), *sorted(found, key=lambda each: (-found[each], each))]
    chapters = (_chapter(catalog, each, {*newest_first}) for each in ItemType)
    known = [entry for each in newest_first if (entry := catalog.get(each))]
    return Codex(tuple(each for each in chapters if each.entries), tuple(known[:_LATEST]))


def _chapter(catalog: Catalog, of: ItemType, found: set[str]) -> Chapter:
    kinds = (kind for kind in catalog if kind.type is of)
    return Chapter(
        of, tuple(CodexEntry(kind, number_of(kind.base_id), kind.base_id in found) for kind in kinds)
    )


def number_of(base_id: str) -> int:
    """A short name for the kind, whatever item files come and go."""
    return int.from_bytes(blake2b(base_id.encode(), digest_size=_NUMBER_BYTES).digest(), "big")


def _brought_by(event: Event) -> Iterator[str]:
    match event:
        case Born(items=items):
            yield from (placed.item.base_id for placed in items)
        case Performed(result=AddItemResult(base_id=base_id)):
            yield base_id
        case Performed(result=RestoreResult(returned=items) | ReceiveResult(items=items)):
            yield from (item.base_id for item in items)

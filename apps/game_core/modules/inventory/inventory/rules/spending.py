"""Pieces that go out of stacks, wherever these are."""

from collections.abc import Iterable, Iterator, Mapping

from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.told import Pieces
from apps.game_core.value import Value, replace


class Spent(Value):
    """Of the stack `item`, as it was, `quantity` pieces went."""

    item: Item
    quantity: int
    remaining_quantity: int


def spending(stacks: Iterable[Item], needed: int) -> Iterator[Spent]:
    """From the first stacks as much as is needed, or all there is."""
    for stack in stacks:
        if needed:
            spent = min(needed, stack.quantity)
            needed -= spent
            yield Spent(stack, spent, stack.quantity - spent)


def less(session: InventorySession, spent: Iterable[Spent]) -> InventorySession:
    left = {each.item.id: each.remaining_quantity for each in spent}
    backpack = (each for item in session.backpack if (each := _less(item, left)) is not None)
    return replace(
        session,
        equipped={slot: _less(item, left) for slot, item in session.equipped.items()},
        backpack=tuple(backpack),
        quick_slots=tuple(_less(item, left) for item in session.quick_slots),
    )


def _less(item: Item | None, left: Mapping[int, int]) -> Item | None:
    if item is None or item.id not in left:
        return item
    return replace(item, quantity=left[item.id]) if left[item.id] else None


def spent_deed(deed: Deed, spent: Iterable[Spent], *places: str) -> None:
    for each in spent:
        deed.claim(
            each.quantity > 0 and each.quantity + each.remaining_quantity == each.item.quantity,
            f"of {each.item.quantity} pieces {each.quantity} were used and others stayed",
        )
        position = deed.met(each.item, *places)
        if stood := deed.before.get(each.item.id):
            deed.shrink(each.item, stood.place, position, each.remaining_quantity)


def spent_pieces(spent: Iterable[Spent]) -> tuple[Pieces, ...]:
    return tuple(Pieces(each.item.base_id, each.quantity) for each in spent)

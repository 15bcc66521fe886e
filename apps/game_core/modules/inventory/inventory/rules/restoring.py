"""Bringing back what was lost since a time. Nothing is taken, and what is there is not made again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from apps.game_core.modules.inventory.errors import NothingToRestoreError
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.operations import Restore, Undo
from apps.game_core.modules.inventory.inventory.results import RestoreResult
from apps.game_core.modules.inventory.inventory.rules.returning import found, put_back
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room

Kind = tuple[object, ...]


def restore(
    session: InventorySession, operation: Restore, rules: Rules
) -> tuple[InventorySession, RestoreResult]:
    """Of each kind come back the pieces that `stood` has and the session has not.

    Weight is no obstacle, as it is none to an undo: the pieces were carried before.
    """
    missing = counted(operation.stood) - owned(session)
    changed, returned, items = session, [], []
    for stack, new_id in zip(operation.stood, operation.new_ids, strict=True):
        here = found(changed, stack.id)
        quantity = min(missing[kind(stack)], stack.quantity - (here.quantity if here else 0))
        if quantity > 0:
            missing[kind(stack)] -= quantity
            back = replace(stack, quantity=quantity, junk=False)
            changed, item = put_back(changed, back, new_id, rules)
            returned.append(back)
            items.append(item)
    if not returned:
        raise NothingToRestoreError(operation.to)
    return require_room(session, changed), RestoreResult(tuple(returned), tuple(items))


def lost(session: InventorySession, stood: Iterable[Item]) -> tuple[Item, ...]:
    """The stacks of kinds that the session has fewer pieces of, in the order of their places."""
    earlier = sorted(stood, key=lambda item: (item.position, item.id))
    missing = counted(earlier) - owned(session)
    return tuple(item for item in earlier if missing[kind(item)])


def covers(restored: RestoreResult, undo: Undo) -> bool:
    """Whether a restore that came after the drop has brought back pieces of a kind that was dropped.

    It has counted the dropped pieces among what was lost, so that taking the drop back as well would
    double them.
    """
    dropped = {kind(each.item) for each in undo.dropped}
    return any(kind(item) in dropped for item in restored.returned)


def owned(session: InventorySession) -> Counter[Kind]:
    return counted(placed.item for placed in session.placed())


def counted(items: Iterable[Item]) -> Counter[Kind]:
    """Pieces by kind."""
    pieces: Counter[Kind] = Counter()
    for item in items:
        pieces[kind(item)] += item.quantity
    return pieces


def kind(item: Item) -> Kind:
    """What makes two pieces worth the same to a player who lost one. Wear does not: the worn one is here."""
    return (item.base_id, item.rarity, frozenset(item.affixes.items()), item.bound)

"""Stacks in the backpack: adding, dropping, splitting, merging, marking as favourite."""

from dataclasses import replace

from apps.game_core.modules.inventory.errors import (
    CannotDropEquippedError,
    CannotMergeError,
    InvalidQuantityError,
    InventoryFullError,
    ItemLockedError,
    ItemNotFoundError,
    NothingToDropError,
    QuestItemError,
    TooHeavyError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.inventory.model import (
    Durability,
    Gift,
    InventorySession,
    Item,
    adding,
    with_item,
    without,
)
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_row, is_inbox
from apps.game_core.modules.inventory.inventory.operations import (
    AddItem,
    DropItem,
    DropMany,
    LockItem,
    MergeStacks,
    SplitStack,
)
from apps.game_core.modules.inventory.inventory.results import (
    AddItemResult,
    DropManyResult,
    DropResult,
    LockResult,
    MergeResult,
    SplitResult,
)
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room
from apps.game_core.modules.inventory.keeping_errors import ItemIsJunkError
from apps.game_core.modules.items.contracts import CatalogEntry

MAX_ADD = 10_000


def add(
    session: InventorySession, operation: AddItem, rules: Rules
) -> tuple[InventorySession, AddItemResult]:
    entry = rules.catalog.get(operation.base_id)
    if entry is None:
        raise UnknownItemError(operation.base_id)
    if not 1 <= operation.quantity <= MAX_ADD:
        raise InvalidQuantityError(operation.quantity, MAX_ADD)
    _require_light(session, entry, operation.quantity, rules)
    piece = _piece(operation, entry)
    filled, left = _fill_stacks(session, piece, operation.quantity, entry.max_stack)
    changed = _new_stacks(filled, piece, left, entry.max_stack, operation.new_ids)
    old = {item.id: item for item in session.backpack}
    stacks = tuple(item for item in changed.backpack if old.get(item.id) is not item)
    result = AddItemResult(operation.base_id, operation.quantity, stacks)
    return _told(require_room(session, changed), operation), result


def most_that_fit(session: InventorySession, base_id: str, rules: Rules) -> int:
    """How many pieces of a kind could be added if backpack and quick slots were empty.

    Raises UnknownItemError.
    """
    entry = rules.catalog.get(base_id)
    if entry is None:
        raise UnknownItemError(base_id)
    slots = session.limits.max_slots * entry.max_stack
    if not entry.weight:
        return min(MAX_ADD, slots)
    worn = replace(session, backpack=(), quick_slots=())
    free = max(0, rules.max_weight(worn) - rules.weight(worn))
    return min(MAX_ADD, slots, free // entry.weight)


def drop(session: InventorySession, operation: DropItem, rules: Rules) -> tuple[InventorySession, DropResult]:
    result = _dropped(session, operation.item_id, operation.quantity, rules)
    left = replace(result.item, quantity=result.remaining_quantity)
    changed = with_item(session, left) if left.quantity else without(session, left.id)
    return changed, result


def drop_many(
    session: InventorySession, operation: DropMany, rules: Rules
) -> tuple[InventorySession, DropManyResult]:
    if not operation.item_ids:
        raise NothingToDropError
    quantities = operation.quantities or (None,) * len(operation.item_ids)
    wanted = zip(operation.item_ids, quantities, strict=True)
    drops = {item_id: _dropped(session, item_id, quantity, rules) for item_id, quantity in wanted}
    left = {item_id: each.remaining_quantity for item_id, each in drops.items()}
    kept = (
        replace(item, quantity=left[item.id]) if item.id in left else item
        for item in session.backpack
        if left.get(item.id) != 0
    )
    return replace(session, backpack=tuple(kept)), DropManyResult(tuple(drops.values()))


def split(session: InventorySession, operation: SplitStack, _: Rules) -> tuple[InventorySession, SplitResult]:
    item = _in_backpack(session, operation.item_id)
    if not 1 <= operation.quantity < item.quantity:
        raise InvalidQuantityError(operation.quantity, item.quantity - 1)
    left = replace(item, quantity=item.quantity - operation.quantity)
    new = replace(item, id=operation.new_id, quantity=operation.quantity, locked=False, junk=False)
    changed = adding(with_item(session, left), new)
    return require_room(session, changed), SplitResult(left, changed.backpack[-1])


def merge(
    session: InventorySession, operation: MergeStacks, rules: Rules
) -> tuple[InventorySession, MergeResult]:
    source = _in_backpack(session, operation.item_id)
    into = _in_backpack(session, operation.into_id)
    if source.id == into.id or not source.stacks_with(into):
        raise CannotMergeError(source.id, into.id)
    moved = min(source.quantity, rules.entry(into).max_stack - into.quantity)
    if moved <= 0:
        raise CannotMergeError(source.id, into.id)
    locked = into.locked or (source.locked and moved == source.quantity)
    junk = into.junk and source.junk and not locked
    grown = replace(into, quantity=into.quantity + moved, locked=locked, junk=junk)
    left = replace(source, quantity=source.quantity - moved)
    changed = with_item(session, grown)
    changed = with_item(changed, left) if left.quantity else without(changed, source.id)
    return changed, MergeResult(grown, left.quantity)


def lock(session: InventorySession, operation: LockItem, _: Rules) -> tuple[InventorySession, LockResult]:
    item = _in_backpack(session, operation.item_id)
    if item.junk and operation.locked and not item.locked:
        raise ItemIsJunkError(item.id)
    item = replace(item, locked=operation.locked)
    return with_item(session, item), LockResult(item)


def _in_backpack(session: InventorySession, item_id: int) -> Item:
    item = session.in_backpack(item_id)
    if item is None:
        raise ItemNotFoundError(item_id)
    return item


def _dropped(session: InventorySession, item_id: int, quantity: int | None, rules: Rules) -> DropResult:
    item = _droppable(session, item_id, rules)
    most = item.quantity
    wanted = most if quantity is None else quantity
    if not 1 <= wanted <= most:
        raise InvalidQuantityError(wanted, most)
    return DropResult(item, wanted, most - wanted)


def _droppable(session: InventorySession, item_id: int, rules: Rules) -> Item:
    if any(item is not None and item.id == item_id for item in session.equipped.values()):
        raise CannotDropEquippedError(item_id)
    item = _in_backpack(session, item_id)
    if item.locked:
        raise ItemLockedError(item_id)
    entry = rules.catalog.get(item.base_id)
    if entry is not None and entry.quest:
        raise QuestItemError(item_id)
    return item


def _require_light(session: InventorySession, entry: CatalogEntry, quantity: int, rules: Rules) -> None:
    weight, limit = rules.weight(session) + entry.weight * quantity, rules.max_weight(session)
    if entry.weight and weight > limit:
        raise TooHeavyError(weight, limit)


def _told(session: InventorySession, operation: AddItem) -> InventorySession:
    """Say that a gift has come, and let it wait no more."""
    if not is_inbox(operation.op_id):
        return session
    row = inbox_row(operation.op_id)
    waiting = tuple(each for each in session.waiting if each != row)
    gifts = (*session.gifts, Gift(operation.base_id, operation.quantity))
    return replace(session, waiting=waiting, gifts=gifts)


def _piece(operation: AddItem, entry: CatalogEntry) -> Item:
    durability = Durability(entry.max_durability, entry.max_durability) if entry.max_durability else None
    return Item(
        id=0,
        base_id=entry.base_id,
        rarity=operation.rarity or entry.rarity,
        affixes=operation.affixes,
        durability=durability,
        bound=operation.bound,
        acquired_at=operation.at,
    )


def _fill_stacks(
    session: InventorySession, piece: Item, quantity: int, max_stack: int
) -> tuple[InventorySession, int]:
    for item in session.backpack:
        room = max_stack - item.quantity
        # What comes new is nobody's junk yet.
        if quantity and room > 0 and not item.junk and item.stacks_with(piece):
            moved = min(room, quantity)
            session = with_item(session, replace(item, quantity=item.quantity + moved))
            quantity -= moved
    return session, quantity


def _new_stacks(
    session: InventorySession, piece: Item, quantity: int, max_stack: int, new_ids: tuple[int, ...]
) -> InventorySession:
    sizes = [min(max_stack, quantity - start) for start in range(0, quantity, max_stack)]
    if len(session.backpack) + len(sizes) > session.limits.max_slots:
        raise InventoryFullError(session.limits.max_slots)
    if len(sizes) > len(new_ids):
        raise InvalidQuantityError(quantity, len(new_ids) * max_stack)
    for new_id, size in zip(new_ids, sizes, strict=False):
        session = adding(session, replace(piece, id=new_id, quantity=size))
    return session

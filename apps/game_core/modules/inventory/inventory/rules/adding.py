"""What comes into the backpack: onto stacks first, then into free slots."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.errors import (
    InvalidQuantityError,
    InventoryFullError,
    TooHeavyError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.inventory.gift import Gift, Roll
from apps.game_core.modules.inventory.inventory.limits import Affixes, Name, PointsLeft, Quantity
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    Durability,
    InventorySession,
    Item,
    PlacedItem,
    adding,
    with_item,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_row, is_inbox
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.laying import laid
from apps.game_core.modules.inventory.inventory.rules.told import Pieces, Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room
from apps.game_core.modules.items.contracts import CatalogEntry, Rarity
from apps.game_core.value import field, replace

MAX_ADD = 10_000


class AddItemResult(Result):
    """`stacks` are the backpack items that grew or came into being."""

    base_id: str
    quantity: int
    stacks: tuple[Item, ...]


class AddItem(Operation[AddItemResult], kw_only=True):
    """`new_ids` must suffice for a full stack each; ids that are not needed stay unused.

    Pieces may be rolled: of another `rarity` than their kind, with `affixes`, `bound` to the character, or
    worn already (`durability`); `Roll` says how.
    `announced`: whoever gives it tells the player of it, so that it is no news.
    """

    kind: ClassVar[str] = "add_item"

    base_id: Name
    quantity: Quantity
    new_ids: tuple[int, ...] = ()
    rarity: Rarity | None = None
    affixes: Affixes = field(default_factory=dict)
    bound: bool = False
    announced: bool = False
    durability: PointsLeft | None = None

    @property
    def roll(self) -> Roll:
        return Roll(self.rarity, self.affixes, self.bound, self.durability)


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
    filled, left = _fill_stacks(session, piece, operation.quantity, entry.max_stack, operation.at)
    changed = _new_stacks(filled, piece, left, entry.max_stack, operation.new_ids)
    old = {item.id: item for item in session.backpack}
    stacks = tuple(item for item in changed.backpack if old.get(item.id) is not item)
    result = AddItemResult(operation.base_id, operation.quantity, stacks)
    return _with_news(require_room(session, changed), operation), result


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


def room(session: InventorySession, base_id: str, rules: Rules, at: int) -> int:
    """How many pieces of a kind, as they are made, could be added now. Raises UnknownItemError."""
    entry = rules.catalog.get(base_id)
    if entry is None:
        raise UnknownItemError(base_id)
    piece = _piece(AddItem(base_id=base_id, quantity=1), entry)
    grown, _ = _fill_stacks(session, piece, MAX_ADD, entry.max_stack, at)
    onto = _pieces(grown) - _pieces(session)
    slots = max(0, session.limits.max_slots - len(session.backpack))
    most = min(MAX_ADD, onto + slots * entry.max_stack)
    if not entry.weight:
        return most
    return min(most, max(0, rules.max_weight(session) - rules.weight(session)) // entry.weight)


def _pieces(session: InventorySession) -> int:
    return sum(item.quantity for item in session.backpack)


def _require_light(session: InventorySession, entry: CatalogEntry, quantity: int, rules: Rules) -> None:
    weight, limit = rules.weight(session) + entry.weight * quantity, rules.max_weight(session)
    if entry.weight and weight > limit:
        raise TooHeavyError(weight, limit)


def _with_news(session: InventorySession, operation: AddItem) -> InventorySession:
    """Say that a gift has come, and let it wait no more."""
    if not is_inbox(operation.op_id):
        return session
    row = inbox_row(operation.op_id)
    waiting = tuple(each for each in session.waiting if each != row)
    news = () if operation.announced else (Gift(operation.base_id, operation.quantity, operation.roll),)
    return replace(session, waiting=waiting, gifts=(*session.gifts, *news))


def _piece(operation: AddItem, entry: CatalogEntry) -> Item:
    return Item(
        id=0,
        base_id=entry.base_id,
        rarity=operation.rarity or entry.rarity,
        affixes=operation.affixes,
        durability=_left(operation, entry.max_durability),
        bound=operation.bound,
        acquired_at=operation.at,
    )


def is_as_made(item: Item, entry: CatalogEntry) -> bool:
    """Whether nobody could tell by its durability that it is not a new one."""
    most = entry.max_durability
    return item.durability == (Durability(most, most) if most else None)


def _left(operation: AddItem, most: int | None) -> Durability | None:
    """None for what never wears out."""
    return None if most is None else Durability(operation.roll.points_of(most), most)


def _fill_stacks(
    session: InventorySession, piece: Item, quantity: int, max_stack: int, at: int
) -> tuple[InventorySession, int]:
    on_the_table = laid(session, at)
    for item in session.backpack:
        room = max_stack - item.quantity
        # What comes new is nobody's junk yet.
        is_open = not item.junk and item.id not in on_the_table
        if quantity and room > 0 and is_open and item.stacks_with(piece):
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


def _deed(deed: Deed, operation: AddItem, result: AddItemResult) -> None:
    asked = (operation.base_id, operation.quantity)
    deed.claim(asked == (result.base_id, result.quantity), "it added something else than was asked for")
    won = 0
    for stack in result.stacks:
        old = deed.before.get(stack.id)
        won += stack.quantity - (old.item.quantity if old else 0)
        _of_the_kind(deed, operation, stack)
        if old is None:
            _new(deed, operation, stack)
            deed.make(stack, stack.position)
        else:
            deed.claim(stack.quantity > old.item.quantity, f"item {stack.id} did not grow")
            deed.met(replace(stack, quantity=old.item.quantity), BACKPACK, at=stack.position)
            deed.put(stack, BACKPACK, stack.position)
    deed.claim(won == operation.quantity, f"{operation.quantity} pieces were added, {won} arrived")


def _new(deed: Deed, operation: AddItem, stack: Item) -> None:
    new = stack.acquired_at == operation.at and not (stack.locked or stack.junk)
    deed.claim(new and stack.id in operation.new_ids, f"item {stack.id} is not a new one")


def _of_the_kind(deed: Deed, operation: AddItem, stack: Item) -> None:
    wear = _left(operation, stack.durability.max if stack.durability else None)
    asked = (operation.base_id, operation.affixes, operation.bound, operation.rarity or stack.rarity, wear)
    found = (stack.base_id, stack.affixes, stack.bound, stack.rarity, stack.durability)
    deed.claim(asked == found, f"item {stack.id} is not of the kind that was added")


def _told(result: AddItemResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=(Pieces(result.base_id, result.quantity),))


ADD = Definition(operation=AddItem, rule=add, deed=_deed, told=_told)

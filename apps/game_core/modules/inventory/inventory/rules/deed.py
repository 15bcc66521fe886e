"""One ledger entry at work on the rows that it says it met."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apps.game_core.modules.inventory.inventory.model import BACKPACK, QUICK_SLOT, Item, PlacedItem
from apps.game_core.value import replace

if TYPE_CHECKING:
    from apps.game_core.modules.inventory.inventory.rules.dropping import DropResult

Rows = Mapping[int, PlacedItem]


def numbered(placed: PlacedItem) -> PlacedItem:
    """A row as it is stored: only the backpack numbers its items themselves."""
    position = placed.position if placed.place == BACKPACK else 0
    item = placed.item
    return placed if item.position == position else replace(placed, item=replace(item, position=position))


def same(one: Item, other: Item) -> bool:
    """Whether both are one stack in one state, wherever they are."""
    return one == other or replace(one, position=0) == replace(other, position=0)


@dataclass(slots=True)
class Deed:
    """One entry at work. `rows` are all rows, `before` those of them that the entry says it touched.

    `changes` are the touched rows as they are afterwards, None for those that are gone. `hp_before` and `hp`
    are hit points where the entry tells them; `sinks`: they may have sunk without its telling. `coins_before`
    and `coins` are in the purse, likewise.
    """

    rows: Rows
    before: Rows
    drops: Mapping[str, tuple["DropResult", ...]] = field(default_factory=dict)
    changes: dict[int, PlacedItem | None] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    hp_before: int | None = None
    hp: int | None = None
    sinks: bool = False
    coins_before: int | None = None
    coins: int | None = None

    def claim(self, true: bool, otherwise: str) -> None:
        if not true:
            self.wrong.append(otherwise)

    def met(self, item: Item, *places: str, at: int | None = None) -> int:
        """The position in which the entry found an item that its answer shows."""
        found = self.before.get(item.id)
        if found is None:
            self.wrong.append(f"item {item.id} is not among the rows before")
            return item.position
        self.claim(same(found.item, item), f"item {item.id} was another before than in the answer")
        self.claim(
            found.place in places and at in (None, found.position),
            f"item {item.id} was in {found.place} at {found.position}",
        )
        return found.position

    def put(self, item: Item, place: str, position: int) -> None:
        self.changes[item.id] = numbered(PlacedItem(item, place, position))

    def make(self, item: Item, position: int) -> None:
        """The item comes into the backpack from nowhere in the rows."""
        self.claim(item.id not in self.rows, f"item {item.id} was there already")
        self.put(item, BACKPACK, position)

    def append(self, item: Item) -> None:
        self.put(item, BACKPACK, self.next_position())

    def next_position(self) -> int:
        return max(self._positions(), default=-1) + 1

    def shrink(self, item: Item, place: str, position: int, left: int) -> None:
        """The stack has `left` pieces afterwards."""
        if left:
            self.put(replace(item, quantity=left), place, position)
        else:
            self.changes[item.id] = None

    def follow(self, part: "Deed") -> None:
        """Take over what a part of it did, after what came before."""
        self.changes.update(part.changes)
        self.wrong += part.wrong
        self.sinks = self.sinks or part.sinks
        if part.hp_before is not None:
            told = self.hp_before is not None
            self.claim(not told or self.hp == part.hp_before, "health was another than the part before left")
            self.hp_before, self.hp = self.hp_before if told else part.hp_before, part.hp
        if part.coins_before is not None:
            told = self.coins_before is not None
            self.claim(not told or self.coins == part.coins_before, "other coins than the part before left")
            self.coins_before, self.coins = self.coins_before if told else part.coins_before, part.coins

    def taken(self, position: int) -> bool:
        return position in self._positions()

    def out_of_quick_slots(self) -> tuple[Item, ...]:
        """What had to leave quick slots that a belt no longer makes, in their order."""
        met = (each for item_id, each in self.before.items() if item_id not in self.changes)
        quick = [each for each in met if each.place == QUICK_SLOT]
        items = tuple(each.item for each in sorted(quick, key=lambda each: each.position))
        for item in items:
            self.append(item)
        return items

    def _positions(self) -> Iterable[int]:
        changed = self.changes
        for each in changed.values():
            if each is not None and each.place == BACKPACK:
                yield each.position
        for item_id, each in self.rows.items():
            if each.place == BACKPACK and item_id not in changed:
                yield each.position

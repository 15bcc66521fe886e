"""Buttons under an admin's look at an inventory: each thing in it leads to its life."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from apps.game_core.modules.characters.contracts import Character
from apps.game_core.modules.inventory.contracts import (
    InventoryView,
    ItemLife,
    ItemView,
    LedgerItem,
    PastInventory,
)
from bot.keyboards.orders import orders
from bot.views.screen import Row
from bot.views.ui import Ui

_BESIDE = 2
_A_PAGE = 16
_MOST_RELATIVES = 4

Thing = ItemView | LedgerItem


def things_of(view: InventoryView) -> Sequence[Thing]:
    """In the order of the screen."""
    worn = (slot.item for slot in view.equipped)
    return [row for row in chain(worn, view.quick_slots, view.backpack) if row]


def things_then(past: PastInventory) -> Sequence[Thing]:
    return [*past.worn.values(), *past.ready.values(), *past.backpack]


def lives(
    ui: Ui, owner: int, things: Sequence[Thing], *, whose: Character, line: str, page: int
) -> Iterator[Row]:
    """One page of them, the last one for a number beyond it; `line` and a number ask for another.

    The life says whose they are: what is not written yet no database finds.
    """
    pages = max(1, -(-len(things) // _A_PAGE))
    page = min(page, pages)
    shown = things[(page - 1) * _A_PAGE : page * _A_PAGE]
    yield from _in_rows([(_label(ui, each), f"life {each.id} #{whose.id}") for each in shown], owner)
    before = [(ui.label("previous"), f"{line} {page - 1}")] if page > 1 else []
    after = [(ui.label("next"), f"{line} {page + 1}")] if page < pages else []
    if others := orders([*before, *after], owner):
        yield others


def relatives(ui: Ui, owner: int, life: ItemLife) -> Iterable[Row]:
    """Stacks that it gave pieces to, or got some from, the last ones first."""
    whose = {each: event.char_id for event in life.events for each in (*event.out_of, *event.into)}
    near = [(each, char_id) for each, char_id in whose.items() if each != life.item_id][-_MOST_RELATIVES:]
    lines = [(ui.label("life", 1, str(each)), f"life {each} #{char_id}") for each, char_id in near]
    return [[each] for each in orders(lines[::-1], owner)]


def _in_rows(lines: Sequence[tuple[str, str]], owner: int) -> Iterator[Row]:
    for start in range(0, len(lines), _BESIDE):
        yield orders(lines[start : start + _BESIDE], owner)


def _label(ui: Ui, thing: Thing) -> str:
    return ui.fitted("life", ui.item_name(thing), thing.quantity, beside=_BESIDE)

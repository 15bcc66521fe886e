"""The screens that a button may lead to, and which of them, however it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from apps.game_core.modules.inventory.contracts import InventoryReader
from bot.callbacks.buttons import Act
from bot.views.screen import Screen
from bot.views.screens import Screens

Follow: TypeAlias = Callable[[Screens, InventoryReader, Act], Screen]


def main(screens: Screens, inventory: InventoryReader, _: Act) -> Screen:
    return screens.main(inventory)


def main_with_undo(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.main(inventory, done.undoing())


def slot(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    """The slot that was chosen first: the next one is a tap away."""
    return screens.slot(inventory, done.slot_number)


def best_set(screens: Screens, inventory: InventoryReader, _: Act) -> Screen:
    return screens.best_set(inventory)


def quick_slots(screens: Screens, inventory: InventoryReader, _: Act) -> Screen:
    return screens.quick_slots(inventory)


def page(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.backpack(inventory, done.page)


def page_with_undo(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.backpack(inventory, done.page, done.undoing())


def marking(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.marking(inventory, done.page)


def card(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.item_or_backpack(inventory, done.item, done.page)


def card_with_undo(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.item_or_backpack(inventory, done.item, done.page, done.undoing())


def grown_stack_with_undo(screens: Screens, inventory: InventoryReader, done: Act) -> Screen:
    return screens.item_or_backpack(inventory, done.into, done.page, done.undoing())


def junk(screens: Screens, inventory: InventoryReader, _: Act) -> Screen:
    return screens.junk(inventory)


def bench(screens: Screens, inventory: InventoryReader, _: Act) -> Screen:
    return screens.bench(inventory)


def loadouts(screens: Screens, inventory: InventoryReader, _: Act) -> Screen:
    return screens.loadouts(inventory)


def undoable(follow: Follow) -> Follow:
    """With a button below all others that takes back what was done."""
    return lambda screens, inventory, done: screens.undoable(follow(screens, inventory, done), done.undoing())


@dataclass(frozen=True, slots=True)
class Following:
    """The screen after a button: once it has taken effect, was refused, and once it was taken back.

    `not_undone`: when taking it back was refused; None: the same.
    """

    done: Follow
    refused: Follow = card
    undone: Follow = main
    not_undone: Follow | None = None

    def of_undo(self) -> "Following":
        """The screens after the button that takes it back."""
        return Following(self.undone, self.not_undone or self.undone)

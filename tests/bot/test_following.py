"""The screen after a tap: once it was done, refused, taken back, and not taken back."""

from unittest.mock import create_autospec

import pytest

from apps.game_core.modules.inventory.contracts import InventoryReader
from bot.callbacks.buttons import Act, Do, Open, ScreenName
from bot.callbacks.makers import Acts
from bot.views.meanings import FOLLOWING, refused
from bot.views.screens import Screens

OWNER, ITEM, NUMBER, PAGE = 2**52, 2**62, 3, 7
CARD: tuple[object, ...] = ("item_or_backpack", ITEM, PAGE)
MAIN: tuple[object, ...] = ("main",)


def act(do: Do) -> Act:
    return Acts(OWNER, "f" * 8, PAGE).quantity(do, ITEM, NUMBER)


class Asked:
    """Which screen was asked for last, and of what."""

    def __init__(self) -> None:
        self.screens = create_autospec(Screens, instance=True)
        self.inventory = create_autospec(InventoryReader, instance=True)

    @property
    def last(self) -> tuple[object, ...]:
        name, (_, *of), _ = self.screens.method_calls[-1]
        return (name, *of)


@pytest.fixture(scope="module")
def asked() -> Asked:
    """Of all that were asked the last counts: what looks like them is made once."""
    return Asked()


@pytest.mark.parametrize(
    ("do", "screen"),
    [
        (Do.EQUIP, CARD),
        (Do.EQUIP_CHOSEN, ("slot", NUMBER)),
        (Do.UNDO_EQUIP_CHOSEN, ("slot", NUMBER)),
        (Do.UNDO_EQUIP, MAIN),
        (Do.WEAR_BEST, ("best_set",)),
        (Do.UNEQUIP, MAIN),
        (Do.FROM_QUICK, MAIN),
        (Do.UNDO_FROM_QUICK, ("quick_slots",)),
        (Do.TO_QUICK, CARD),
        (Do.DROP_MARKED, ("marking", PAGE)),
        (Do.UNDO, CARD),
        (Do.UNDO_MARKED, CARD),
        (Do.UNDO_SPLIT, CARD),
        (Do.UNDO_SORT, ("backpack", PAGE)),
        (Do.CLEAR_JUNK, ("junk",)),
        (Do.UNDO_CLEAR_JUNK, ("junk",)),
        (Do.UNDO_MARK_SPARE, ("junk",)),
        (Do.SAVE_LOADOUT, ("loadouts",)),
        (Do.LOOK_BACK, CARD),
    ],
)
def test_a_refused_tap_leads_to_where_it_was_meant(do: Do, screen: tuple[object, ...], asked: Asked) -> None:
    refused(asked.screens, asked.inventory, act(do))
    assert asked.last == screen


@pytest.mark.parametrize(
    ("do", "screen"),
    [
        (Do.UNDO, ("backpack", PAGE)),
        (Do.UNDO_MARKED, ("backpack", PAGE)),
        (Do.UNDO_USE, CARD),
        (Do.UNDO_WEAR_LOADOUT, MAIN),
        (Do.MERGE, ("item_or_backpack", NUMBER, PAGE, act(Do.UNDO_MERGE))),
        (Do.WEAR_BEST, ("main", act(Do.UNDO_WEAR_BEST))),
        (Do.LOCK, CARD),
        (Do.SAVE_LOADOUT, ("loadouts",)),
    ],
)
def test_a_tap_that_took_effect_leads_on(do: Do, screen: tuple[object, ...], asked: Asked) -> None:
    FOLLOWING[do].done(asked.screens, asked.inventory, act(do))
    assert asked.last == screen


@pytest.mark.parametrize(
    ("screen", "there"),
    [(ScreenName.LOADOUT, ("loadouts",)), (ScreenName.ITEM, CARD), (ScreenName.SLOT, MAIN)],
)
def test_a_screen_of_what_is_gone_leads_to_where_the_rest_is(
    screen: ScreenName, there: tuple[object, ...], asked: Asked
) -> None:
    tapped = Open(screen=screen, owner=OWNER, item=ITEM, page=PAGE)
    refused(asked.screens, asked.inventory, tapped)
    assert asked.last == there

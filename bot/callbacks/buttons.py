"""What a button says when it is tapped: an intent, never a state.

`owner` is the Telegram user the menu was drawn for; whose inventory changes follows from who taps.
"""

from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from apps.game_core.modules.items.contracts import Slot
from bot.callbacks.codes import Base36

_SLOTS = tuple(Slot)


class Screen(StrEnum):
    LOBBY = "lo"
    LANGUAGE = "la"
    LOGOUT = "ex"
    MAIN = "ma"
    BACKPACK = "bp"
    ITEM = "it"
    QUICK_SLOTS = "qs"
    PICK_SLOT = "ps"
    PICK_QUICK_SLOT = "pq"
    PICK_SPLIT = "pt"
    PICK_DROP = "pd"
    CONFIRM_DROP = "cd"


class Do(StrEnum):
    EQUIP = "eq"
    UNEQUIP = "un"
    USE = "us"
    USE_QUICK = "uq"
    TO_QUICK = "tq"
    FROM_QUICK = "fq"
    DROP = "dr"
    SPLIT = "sp"
    LOCK = "lk"
    UNLOCK = "ul"


class Open(CallbackData, prefix="o"):
    """Show a screen: `page` of the backpack, `item`'s card, a question about `amount` pieces of it."""

    screen: Screen
    owner: Base36
    item: Base36 = 0
    page: Base36 = 0
    amount: Base36 = 0


class Close(CallbackData, prefix="x"):
    """Close the inventory, or `leave` the game."""

    owner: Base36
    leave: bool = False


class Speak(CallbackData, prefix="l"):
    """Choose a language."""

    owner: Base36
    language: Annotated[str, Field(pattern=r"^[A-Za-z_]{2,8}$")]


class Act(CallbackData, prefix="a"):
    """Change something.

    `item` is an item id; `arg` a quick-slot index, a quantity, or a slot's number counted from 1 (0 leaves
    the slot to the rules); `page` the backpack page to come back to; `stamp` names the inventory state that
    the button was drawn for. Stamp, action and arguments are the operation's idempotency key: a double tap
    and an update that is delivered twice are one operation.
    """

    do: Do
    owner: Base36
    item: Base36
    stamp: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    arg: Base36 = 0
    page: Base36 = 0

    @property
    def slot(self) -> str | None:
        """The slot that `arg` numbers; a number that no slot has is a name that no slot has."""
        if self.arg == 0:
            return None
        return _SLOTS[self.arg - 1] if self.arg <= len(_SLOTS) else str(self.arg)

    @property
    def op_id(self) -> str:
        return f"{self.stamp}:{self.do.value}:{self.item}:{self.arg}"


def slot_number(slot: Slot) -> int:
    return _SLOTS.index(slot) + 1

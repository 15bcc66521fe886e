"""What a button says when it is tapped: an intent, never a state.

`owner` is the Telegram user the menu was drawn for; whose inventory changes follows from who taps.
"""

from collections.abc import Mapping
from typing import Annotated, Self

from aiogram.filters.callback_data import CallbackData
from pydantic import Field, model_validator

from apps.game_core.modules.inventory.contracts import GroupBy, SortBy, stamped
from apps.game_core.modules.inventory.errors import InvalidInputError
from apps.game_core.modules.items.contracts import ItemType, Rarity, Slot
from apps.game_core.modules.training.contracts import Move
from bot.callbacks.codes import OLD_STAMP, Base36, Stamp
from bot.callbacks.deeds import UNDOING, UNDONE, Do
from bot.callbacks.names import Facet, Marking, ScreenName, Train

__all__ = [
    "UNDOING",
    "Act",
    "Choose",
    "Close",
    "Do",
    "Erase",
    "Facet",
    "Fight",
    "Mark",
    "Marking",
    "Open",
    "Order",
    "ScreenName",
    "Speak",
    "Train",
    "chapter_number",
    "numbered_chapter",
    "numbered_slot",
    "slot_number",
    "view_code",
    "view_sides",
]

_SLOTS = tuple(Slot)
_CHAPTERS = tuple(ItemType)


class Open(CallbackData, prefix="o"):
    """Show a screen: `page` of the backpack, of a chapter or of wares, or `item`'s card.

    What `item` and `arg` stand for is the screen's to say: they are written by `Opens`, and read by the names
    below.
    """

    screen: ScreenName
    owner: Base36
    item: Base36 = 0
    page: Base36 = 0
    arg: Base36 = 0

    @property
    def quantity(self) -> int:
        """Of how many pieces `ScreenName.CONFIRM_DROP` asks."""
        return self.arg

    @property
    def slot_number(self) -> int:
        """The slot of `ScreenName.SLOT`, or the one that an item was chosen for, counted from 1; 0: none."""
        return self.arg

    @property
    def quick_slot(self) -> int:
        """The index for `ScreenName.FILL_QUICK_SLOT` and `ScreenName.CONFIRM_USE_QUICK`."""
        return self.arg

    @property
    def loadout(self) -> int:
        """The id for `ScreenName.LOADOUT` and `ScreenName.FORGET_LOADOUT`."""
        return self.item

    @property
    def chapter(self) -> int:
        """The chapter of `ScreenName.CHAPTER`, counted from 1."""
        return self.arg

    @property
    def ware(self) -> int:
        """The key of the ware of `ScreenName.WARE`."""
        return self.item

    @property
    def kind(self) -> int:
        """The kind of `ScreenName.KIND`, by its number in the codex."""
        return self.item


class Close(CallbackData, prefix="x"):
    """Close the inventory, or `leave` the game."""

    owner: Base36
    leave: bool = False


class Erase(CallbackData, prefix="d"):
    """Delete this very character, and none that came after it."""

    owner: Base36
    character: Base36


class Order(CallbackData, prefix="k"):
    """An admin's command with its arguments, as it could be typed but for the slash."""

    owner: Base36
    line: str

    @property
    def command(self) -> str:
        return self.line.split(" ", 1)[0]

    @property
    def arguments(self) -> str:
        return self.line.partition(" ")[2]


class Speak(CallbackData, prefix="l"):
    """Choose a language."""

    owner: Base36
    language: Annotated[str, Field(pattern=r"^[A-Za-z0-9_@]{2,35}$")]


class Fight(CallbackData, prefix="t"):
    """Start, leave, or make a move in a turn of a fight: strike, or use `item` from a quick slot.

    Or finish it, striking turn by turn.
    """

    do: Train
    owner: Base36
    fight: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,12}$")] = ""
    turn: Base36 = 0
    item: Base36 = 0
    quick_slot: Base36 = 0

    @property
    def move(self) -> Move:
        return Move(self.item or None, self.quick_slot, to_end=self.do is Train.FINISH)


_VALUES: Mapping[Facet, frozenset[str]] = {
    Facet.SORT: frozenset(SortBy),
    Facet.GROUP: frozenset(GroupBy),
    Facet.TYPE: frozenset(ItemType),
    Facet.RARITY: frozenset(Rarity),
    Facet.WEARABLE: frozenset({"1"}),
    Facet.KEEP: frozenset({"1"}),
}
_SIDES = (Facet.TYPE, Facet.RARITY, Facet.WEARABLE, Facet.SORT, Facet.GROUP)


def view_code(sides: Mapping[Facet, str]) -> str:
    """All sides of a choice in one word, empty for none."""
    return "-".join(sides.get(side, "") for side in _SIDES) if any(sides.values()) else ""


def view_sides(code: str) -> Mapping[Facet, str]:
    """What `view_code` has made one word of. Raises ValueError."""
    sides = dict(zip(_SIDES, code.split("-"), strict=True))
    if not all(value in ("", *_VALUES[side]) for side, value in sides.items()):
        raise ValueError(code)
    return sides


class Choose(CallbackData, prefix="c"):
    """Choose what to see of the backpack; an empty value takes a choice back."""

    facet: Facet
    owner: Base36
    value: str = ""

    @model_validator(mode="after")
    def _is_one_of_ours(self) -> Self:
        if self.facet is Facet.VIEW:
            view_sides(self.value)
        elif self.value and self.value not in _VALUES.get(self.facet, ()):
            raise ValueError(self.value)
        return self


class Mark(CallbackData, prefix="m"):
    """Mark `item`, all that the filters show, or nothing; `page` is the page to come back to."""

    how: Marking
    owner: Base36
    item: Base36 = 0
    page: Base36 = 0


class Act(CallbackData, prefix="a"):
    """Change something.

    `page` is the backpack page to come back to; `stamp` names the inventory state that the button was drawn
    for. What `item` and `arg` stand for is the action's to say: they are written by `Acts`, and read by the
    names below.
    Stamp, action and arguments are the operation's idempotency key: a double tap and an update that is
    delivered twice are one operation.
    """

    do: Do
    owner: Base36
    item: Base36
    stamp: Stamp
    arg: Base36 = 0
    page: Base36 = 0

    @property
    def shown(self) -> int:
        """The fingerprint of what was shown, or marked and asked about, where several things change."""
        return self.item

    @property
    def loadout(self) -> int:
        """A loadout's id; 0: a new one."""
        return self.item

    @property
    def quantity(self) -> int:
        return self.arg

    @property
    def quick_slot(self) -> int:
        """An index."""
        return self.arg

    @property
    def into(self) -> int:
        """The id of the stack that another is put onto."""
        return self.arg

    @property
    def proposed(self) -> int:
        """The number of the name that the game proposes for a loadout."""
        return self.arg

    @property
    def slot_number(self) -> int:
        """Counted from 1; 0: the rules choose."""
        return self.arg

    @property
    def slot(self) -> Slot | None:
        """None: the rules choose. Raises InvalidInputError."""
        return self.this_slot if self.slot_number else None

    @property
    def this_slot(self) -> Slot:
        """Raises InvalidInputError: none has that number."""
        slot = numbered_slot(self.slot_number)
        if slot is None:
            raise InvalidInputError("slot", self.slot_number)
        return slot

    @property
    def op_id(self) -> str:
        return self._key(self.do)

    @property
    def undone(self) -> str:
        """The operation id of what an undo takes back: all but the action is that operation's own."""
        return self._key(UNDONE[self.do])

    def undoing(self) -> "Act":
        """The button that takes this back."""
        return self.model_copy(update={"do": UNDOING[self.do]})

    @property
    def undoes(self) -> bool:
        return self.do in UNDONE

    def _key(self, do: Do) -> str:
        what = f"{do.value}:{self.item}:{self.arg}"
        return f"{self.stamp}:{what}" if len(self.stamp) == OLD_STAMP else stamped(self.stamp, what)


def slot_number(slot: Slot) -> int:
    return _SLOTS.index(slot) + 1


def numbered_slot(number: int) -> Slot | None:
    return _SLOTS[number - 1] if 1 <= number <= len(_SLOTS) else None


def chapter_number(of: ItemType) -> int:
    """The chapter of the codex, counted from 1."""
    return _CHAPTERS.index(of) + 1


def numbered_chapter(number: int) -> ItemType | None:
    return _CHAPTERS[number - 1] if 1 <= number <= len(_CHAPTERS) else None

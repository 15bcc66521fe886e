"""Being told what happened: nothing changes by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.model import InventorySession, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Pieces, Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules


@dataclass(frozen=True, slots=True)
class TakeNoteResult(Result):
    """Pieces by kind: what came and went without the player, and what waits until there is room."""

    came: tuple[Gift, ...]
    went: tuple[Gift, ...]
    waiting: tuple[Gift, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeNote(Operation[TakeNoteResult]):
    """The player was told this; it is not told again."""

    kind: ClassVar[str] = "take_note"

    came: tuple[Gift, ...] = ()
    went: tuple[Gift, ...] = ()
    waiting: tuple[Gift, ...] = ()


def take_note(
    session: InventorySession, operation: TakeNote, _: Rules
) -> tuple[InventorySession, TakeNoteResult]:
    return session, TakeNoteResult(operation.came, operation.went, operation.waiting)


def _deed(deed: Deed, operation: TakeNote, result: TakeNoteResult) -> None:
    asked = (operation.came, operation.went, operation.waiting)
    deed.claim(asked == (result.came, result.went, result.waiting), "it told something else")


def _told(result: TakeNoteResult, _: Sequence[PlacedItem]) -> Told:
    gifts = (*result.came, *result.went)
    return Told(items=tuple(Pieces(gift.base_id, gift.quantity) for gift in gifts))


TAKE_NOTE = Definition(operation=TakeNote, rule=take_note, deed=_deed, told=_told)

"""Being told what happened: nothing changes by it."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.model import InventorySession, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Pieces, Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules


class TakeNoteResult(Result):
    """What came and went without the player, and what waits for room: pieces by kind, and coins."""

    came: tuple[Gift, ...]
    went: tuple[Gift, ...]
    waiting: tuple[Gift, ...]
    earned: int = 0
    paid: int = 0


class TakeNote(Operation[TakeNoteResult], kw_only=True):
    """The player was told this; it is not told again."""

    kind: ClassVar[str] = "take_note"

    came: tuple[Gift, ...] = ()
    went: tuple[Gift, ...] = ()
    waiting: tuple[Gift, ...] = ()
    earned: int = 0
    paid: int = 0


def take_note(
    session: InventorySession, operation: TakeNote, _: Rules
) -> tuple[InventorySession, TakeNoteResult]:
    told = (operation.came, operation.went, operation.waiting, operation.earned, operation.paid)
    return session, TakeNoteResult(*told)


def _deed(deed: Deed, operation: TakeNote, result: TakeNoteResult) -> None:
    asked = (operation.came, operation.went, operation.waiting, operation.earned, operation.paid)
    said = (result.came, result.went, result.waiting, result.earned, result.paid)
    deed.claim(asked == said, "it told something else")


def _told(result: TakeNoteResult, _: Sequence[PlacedItem]) -> Told:
    gifts = (*result.came, *result.went)
    items = tuple(Pieces(gift.base_id, gift.quantity) for gift in gifts)
    return Told(items=items, coins=result.earned - result.paid)


TAKE_NOTE = Definition(operation=TakeNote, rule=take_note, deed=_deed, told=_told)

"""Making sure that something is never done: nothing changes, but the id is used."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.inventory.model import InventorySession, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules


class ForgoResult(Result):
    """Nothing else has been done under the id, and nothing else will be."""


class Forgo(Operation[ForgoResult], kw_only=True):
    """For who has asked for something and does not know what became of it.

    Refused (OperationIdTakenError) where it was done. Otherwise whoever asks for it from now on is refused.
    """

    kind: ClassVar[str] = "forgo"


def forgo(session: InventorySession, _: Forgo, __: Rules) -> tuple[InventorySession, ForgoResult]:
    return session, ForgoResult()


def _deed(_: Deed, __: Forgo, ___: ForgoResult) -> None:
    """It touches no row."""


def _told(_: ForgoResult, __: Sequence[PlacedItem]) -> Told:
    return Told()


FORGO = Definition(operation=Forgo, rule=forgo, deed=_deed, told=_told)

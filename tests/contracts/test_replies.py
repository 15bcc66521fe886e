"""Every way in which the core can refuse has words for the player, in every language."""

import ast
from functools import cache
from inspect import getsource
from typing import Any

import pytest

from apps.game_core.modules.inventory import errors
from apps.game_core.modules.inventory.errors import InventoryError, Shortfall, UndoObstacle
from apps.game_core.modules.items.contracts import Attribute, Slot
from bot.i18n import LOCALES, Translations
from bot.views.refusals import refusal
from bot.views.ui import Uis

VALUES: dict[str, Any] = {
    "slot": Slot.HEAD,
    "valid_slots": (Slot.HEAD,),
    "missing": {Attribute.LEVEL: Shortfall(5, 1)},
    "obstacle": UndoObstacle.TOO_LATE,
    "reason": "x",
    "op_id": "x",
    "base_id": "x",
    "field": "x",
}
NAMES = [
    node.name
    for node in ast.parse(getsource(errors)).body
    if isinstance(node, ast.ClassDef) and issubclass(getattr(errors, node.name), InventoryError)
]


@cache
def uis() -> Uis:
    return Uis(Translations.load(LOCALES))


def made(kind: type[InventoryError]) -> InventoryError:
    names: list[str] = list(getattr(kind, "__dataclass_fields__", ()))
    return kind(*(VALUES.get(name, 7) for name in names))


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    "name", [name for name in NAMES if name not in {"InventoryError", "OperationRefusedError"}]
)
def test_every_error_has_a_reply(name: str, language: str) -> None:
    notice = refusal(uis().of(language), made(getattr(errors, name)))
    assert notice.alert
    assert 3 < len(notice.text) <= 200


@pytest.mark.parametrize("obstacle", UndoObstacle)
def test_every_obstacle_to_an_undo_has_a_reply(obstacle: UndoObstacle) -> None:
    notice = refusal(uis().of("en"), errors.CannotUndoError("x", obstacle))
    assert notice.text

"""A new kind of operation is known wherever kinds are told apart; this names the place that forgot it."""

import ast
import pkgutil
from dataclasses import fields
from importlib import import_module
from typing import Any, get_args, get_type_hints
from unittest.mock import MagicMock

import pytest

from apps.game_core.modules.inventory.inventory import operations, rules
from apps.game_core.modules.inventory.inventory.logic.doing.resolving import Resolving
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operations import DEFINITIONS, OPERATIONS
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem, DropMany
from apps.game_core.modules.inventory.inventory.wishes import Ask, TakeBackDrop
from apps.game_core.modules.items.contracts import Slot
from bot.callbacks.buttons import UNDOING
from bot.callbacks.deeds import UNDONE, Do
from bot.callbacks.makers import Acts
from bot.i18n import SOURCE_LANGUAGE, Translations
from bot.views.meanings import FOLLOWING, MEANINGS, OnScreen
from bot.views.notices import Toast
from bot.views.ui import Ui
from tests.architecture.imports import ROOT
from tests.unit.inventory.test_conservation import operations_for
from tools.statemachine import orders
from tools.statemachine.actions import DRIVEN, NOT_DRIVEN, Tap
from tools.statemachine.world import Row
from tools.support.bags import bag, item

KINDS = set(OPERATIONS)
UI = Ui(Translations({}).get(SOURCE_LANGUAGE))
TAKES_BACK = {"undo", "revert", "restore"}
# Classes with slots are made twice, and both are somebody's subclasses.
WISHES = {
    each.__name__: getattr(import_module(each.__module__), each.__name__) for each in Ask.__subclasses__()
}


def test_each_that_is_defined_is_known() -> None:
    rooms = [import_module(f"{rules.__name__}.{each.name}") for each in pkgutil.iter_modules(rules.__path__)]
    defined = [
        value
        for room in (*rooms, operations)
        for value in vars(room).values()
        if isinstance(value, Definition)
    ]
    assert {each.operation.kind for each in defined} == KINDS
    assert {each.kind for each in Operation.__subclasses__()} == KINDS


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.operation.kind)
def test_each_rule_answers_what_its_operation_is_said_to(definition: Definition[Any, Any]) -> None:
    _, answer = get_args(get_type_hints(definition.rule)["return"])
    assert answer is definition.operation.result_type


def test_each_has_words_for_admins() -> None:
    words = {kind: UI.told(kind, "bread", 1, "a name") for kind in KINDS}
    assert [kind for kind, said in words.items() if said == f"{kind}: bread"] == []


def test_each_is_driven_by_the_state_machine_or_left_out_for_a_reason() -> None:
    owned = {each: Row("bread", 2, "backpack", each, locked=False, junk=False) for each in (1, 2)}
    made = {kind: orders.made(1, Tap(kind, 0, 1, 1), owned, ()) for kind in DRIVEN if kind not in TAKES_BACK}
    assert all(made.values())
    assert NOT_DRIVEN.keys() < KINDS


def test_each_is_in_the_test_of_conservation() -> None:
    made = operations_for(bag(item("bread")), (0, 0, 0, 1, "bread", Slot.HEAD), 0)
    assert {each.kind for each in made} == KINDS - TAKES_BACK


@pytest.mark.parametrize("name", WISHES)
def test_each_wish_becomes_an_operation(name: str) -> None:
    kind: type[Ask[Any]] = WISHES[name]
    resolving = Resolving(*(MagicMock() for _ in fields(Resolving)))

    wish = kind(**dict.fromkeys(kind.__struct_fields__, "op"))

    assert resolving.of(wish, "op").kind is kind.becomes


def test_each_button_means_something() -> None:
    elsewhere = {Do.WEAR_LOADOUT, Do.SAVE_LOADOUT, Do.LOOK_BACK}
    assert MEANINGS.keys() | elsewhere == set(Do)


def asked_by(do: Do) -> Any:
    """The kind of operation, as far as the button alone says."""
    wish = MEANINGS[do].wish
    if isinstance(wish, OnScreen):
        return get_type_hints(wish.wish)["return"]
    made = wish(Acts(1, "f" * 8).quantity(do, 1, 1))
    return made.becomes if isinstance(made, Ask) else type(made)


@pytest.mark.parametrize("do", [do for do in UNDOING if do in MEANINGS])
def test_what_takes_a_drop_back_stands_below_drops_alone(do: Do) -> None:
    drops = asked_by(do) in {DropItem, DropMany}

    assert (asked_by(UNDOING[do]) is TakeBackDrop.becomes) is drops


@pytest.mark.parametrize("do", [do for do, each in MEANINGS.items() if isinstance(each.notice, Toast)])
def test_there_are_words_for_what_each_button_did(do: Do) -> None:
    notice = MEANINGS[do].notice
    assert isinstance(notice, Toast)
    assert notice.macro in UI._deeds


def test_each_button_stands_somewhere() -> None:
    placed = {
        node.attr
        for path in (ROOT / "bot" / "keyboards").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Do"
    }
    assert {do.name for do in Do if do not in UNDONE} - placed == set()


def test_after_each_button_a_screen_follows() -> None:
    assert FOLLOWING.keys() | {Do.LOOK_BACK} == set(Do)

"""A new kind of operation is known wherever kinds are told apart; this names the place that forgot it."""

import ast
import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from apps.game_core.modules.inventory.inventory import rules
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operations import DEFINITIONS, OPERATIONS
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from bot.callbacks.buttons import Do
from bot.i18n import SOURCE_LANGUAGE, Translations
from bot.views.meanings import FOLLOWING, MEANINGS
from bot.views.notices import Toast
from bot.views.ui import Ui
from tools.statemachine.actions import Kind

KINDS = set(OPERATIONS)
# What the state machine leaves to others, and why.
NOT_DRIVEN = {
    "move_from_quick_slot": "the way back of what it drives",
    "drop_many": "several drops",
    "take_note": "changes nothing",
    "change_health": "no rows: its own test sums hit points up",
}
UI = Ui(Translations({}).get(SOURCE_LANGUAGE))
CONSERVATION = Path(__file__).with_name("test_conservation.py")
TAKES_BACK = {"undo", "revert", "restore"}


def test_each_that_is_defined_is_known() -> None:
    rooms = [import_module(f"{rules.__name__}.{each.name}") for each in pkgutil.iter_modules(rules.__path__)]
    defined = [value for room in rooms for value in vars(room).values() if isinstance(value, Definition)]
    assert {each.operation.kind for each in defined} == KINDS
    assert {each.kind for each in Operation.__subclasses__()} == KINDS


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.operation.kind)
def test_each_rule_answers_what_its_operation_is_said_to(definition: Definition[Any, Any]) -> None:
    _, answer = get_args(get_type_hints(definition.rule)["return"])
    assert answer is definition.operation.result_type


def test_each_has_words_for_admins() -> None:
    words = {kind: UI.told(kind, "bread", 1, "a name") for kind in KINDS}
    assert [kind for kind, said in words.items() if said == f"{kind}: bread"] == []


def test_each_is_driven_by_the_state_machine() -> None:
    assert {kind.value for kind in Kind} | NOT_DRIVEN.keys() == KINDS


def test_each_is_in_the_test_of_conservation() -> None:
    called = {
        node.func.id
        for node in ast.walk(ast.parse(CONSERVATION.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert {kind for kind, each in OPERATIONS.items() if each.__name__ not in called} == TAKES_BACK


def test_each_button_means_something() -> None:
    elsewhere = {Do.WEAR_LOADOUT, Do.SAVE_LOADOUT, Do.LOOK_BACK}
    assert MEANINGS.keys() | elsewhere == set(Do)


@pytest.mark.parametrize("do", [do for do, each in MEANINGS.items() if isinstance(each.notice, Toast)])
def test_there_are_words_for_what_each_button_did(do: Do) -> None:
    notice = MEANINGS[do].notice
    assert isinstance(notice, Toast)
    assert notice.macro in UI._deeds


def test_after_each_button_a_screen_follows() -> None:
    assert FOLLOWING.keys() | {Do.LOOK_BACK} == set(Do)

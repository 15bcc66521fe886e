"""A new kind of operation is known wherever kinds are told apart; this names the place that forgot it."""

import ast
import pkgutil
import re
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from apps.game_core.modules.inventory.inventory import rules
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operations import DEFINITIONS, OPERATIONS
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from bot.callbacks.buttons import Do
from bot.cli import admin_lines
from bot.views.meanings import FOLLOWING, MEANINGS
from tests.architecture.imports import ROOT
from tools.statemachine.actions import Kind

KINDS = set(OPERATIONS)
# What the state machine leaves to others, and why.
NOT_DRIVEN = {
    "move_from_quick_slot": "the way back of what it drives",
    "drop_many": "several drops",
    "take_note": "changes nothing",
    "change_health": "no rows: its own test sums hit points up",
}
TEMPLATES = ROOT / "bot" / "templates"
NOTICES = ROOT / "bot" / "views" / "notices.py"
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


def test_each_answer_has_words_for_players_or_is_told_otherwise() -> None:
    told = {
        node.id
        for node in ast.walk(ast.parse(NOTICES.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name)
    }
    assert {each.result_type.__name__ for each in OPERATIONS.values()} - told == set()


def test_each_has_words_for_admins() -> None:
    assert KINDS - admin_lines._DEEDS.keys() == set()


def test_each_has_words_for_admins_in_the_chat() -> None:
    told = set(re.findall(r'"(\w+)"', (TEMPLATES / "_admin.html.j2").read_text(encoding="utf-8")))
    assert KINDS - told == set()


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
    elsewhere = {Do.DROP_MARKED, Do.SORT, Do.WEAR_LOADOUT, Do.SAVE_LOADOUT, Do.LOOK_BACK}
    assert MEANINGS.keys() | elsewhere == set(Do)


def test_after_each_button_a_screen_follows() -> None:
    assert FOLLOWING.keys() | {Do.LOOK_BACK} == set(Do)

"""A new kind of operation is known wherever kinds are told apart; this names the place that forgot it."""

import ast
import re
from pathlib import Path

from apps.game_core.modules.inventory.inventory.logic.history import deeds
from apps.game_core.modules.inventory.inventory.operations import OPERATIONS
from apps.game_core.modules.inventory.inventory.rules import dispatch
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
    "settle_fight": "no button asks for it: tests/integration/test_training.py",
}
TEMPLATES = ROOT / "bot" / "templates"
CONSERVATION = Path(__file__).with_name("test_conservation.py")
TAKES_BACK = {"undo", "revert", "restore"}


def test_each_has_a_rule() -> None:
    assert {kind.kind for kind in dispatch._RULES} == KINDS


def test_each_has_a_deed_that_the_audit_counts_by() -> None:
    assert {kind.kind for kind in deeds._DEEDS} == KINDS


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

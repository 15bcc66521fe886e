"""A new kind of operation is known wherever kinds are told apart; this names the place that forgot it."""

import pkgutil
from importlib import import_module
from typing import Any, get_args, get_type_hints

import pytest

from apps.game_core.modules.inventory.inventory import rules
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operations import DEFINITIONS, OPERATIONS
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.items.contracts import Slot
from bot.callbacks.buttons import Do
from bot.i18n import SOURCE_LANGUAGE, Translations
from bot.views.meanings import FOLLOWING, MEANINGS
from bot.views.notices import Toast
from bot.views.ui import Ui
from tests.unit.inventory.test_conservation import operations_for
from tools.statemachine import orders
from tools.statemachine.actions import DRIVEN, NOT_DRIVEN, Tap
from tools.statemachine.world import Row
from tools.support.bags import bag, item

KINDS = set(OPERATIONS)
UI = Ui(Translations({}).get(SOURCE_LANGUAGE))
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


def test_each_is_driven_by_the_state_machine_or_left_out_for_a_reason() -> None:
    owned = {each: Row("bread", 2, "backpack", each, locked=False, junk=False) for each in (1, 2)}
    made = {kind: orders.made(1, Tap(kind, 0, 1, 1), owned, ()) for kind in DRIVEN if kind not in TAKES_BACK}
    assert all(made.values())
    assert NOT_DRIVEN.keys() < KINDS


def test_each_is_in_the_test_of_conservation() -> None:
    made = operations_for(bag(item("bread")), (0, 0, 0, 1, "bread", Slot.HEAD), 0)
    assert {each.kind for each in made} == KINDS - TAKES_BACK


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

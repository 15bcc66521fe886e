"""Telegram's types are completed when they are used, and come to the same then."""

import json
import re
import subprocess
import sys

import pytest

ROUGHLY_ALL = 400
LATER = "from bot.telegram_models import completed_when_used\nwith completed_when_used():\n    "
AT_ONCE = ""
_ADDRESS = re.compile(" at 0x[0-9a-f]+")
TELL = """
import json
from pydantic import BaseModel

models = {
    f"{module.__name__}.{name}": model
    for module in (aiogram.types, aiogram.methods)
    for name, model in vars(module).items()
    if isinstance(model, type) and issubclass(model, BaseModel)
}
complete = sum(model.__pydantic_complete__ for model in models.values())
for model in models.values():
    model.model_rebuild()
print(json.dumps([complete, {name: repr(model.model_fields) for name, model in models.items()}]))
"""


def told(how: str) -> tuple[int, dict[str, str]]:
    code = f"{how}import aiogram.types, aiogram.methods\n{TELL}"
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    complete, fields = json.loads(_ADDRESS.sub("", result.stdout))
    return complete, fields


@pytest.fixture(scope="module")
def later() -> tuple[int, dict[str, str]]:
    return told(LATER)


def test_nothing_is_completed_before_it_is_used(later: tuple[int, dict[str, str]]) -> None:
    complete, fields = later

    assert len(fields) > ROUGHLY_ALL
    assert complete < len(fields) / 2


def test_all_of_them_come_to_what_they_are_without(later: tuple[int, dict[str, str]]) -> None:
    assert later[1] == told(AT_ONCE)[1]

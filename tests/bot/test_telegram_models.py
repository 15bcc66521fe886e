"""Telegram's types are completed when they are used, and come to the same then."""

import json
import re
import subprocess
import sys

import pytest

ROUGHLY_ALL = 400
LATER = "from bot.telegram_models import completed_when_used\nwith completed_when_used():\n    "
_ADDRESS = re.compile(" at 0x[0-9a-f]+")
# Names become types, and no more: what validates them is made of these types, and takes four times as long.
FIELDS_ONLY = """
from types import SimpleNamespace
from pydantic._internal import _model_construction as making

nothing = lambda *_, **__: None
making.GenerateSchema = lambda *_: SimpleNamespace(generate_schema=nothing, clean_schema=nothing)
making.create_schema_validator = making.SchemaSerializer = nothing
"""
IMPORTED = "import aiogram.types, aiogram.methods\n"
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
models["aiogram.types.Update"].model_rebuild()
"""
ALL = """
for model in models.values():
    model.model_rebuild()
print(json.dumps([complete, {name: repr(model.model_fields) for name, model in models.items()}]))
"""


def told(code: str) -> tuple[int, dict[str, str]]:
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    complete, fields = json.loads(_ADDRESS.sub("", result.stdout))
    return complete, fields


@pytest.fixture(scope="module")
def later() -> tuple[int, dict[str, str]]:
    return told(LATER + IMPORTED + TELL + FIELDS_ONLY + ALL)


def test_nothing_is_completed_before_it_is_used(later: tuple[int, dict[str, str]]) -> None:
    complete, fields = later

    assert len(fields) > ROUGHLY_ALL
    assert complete == 0


def test_all_of_them_come_to_what_they_are_without(later: tuple[int, dict[str, str]]) -> None:
    assert later[1] == told(FIELDS_ONLY + IMPORTED + TELL + ALL)[1]

"""What is made without validation is what aiogram makes of the same values."""

from typing import Any

import pytest
from aiogram.methods import AnswerCallbackQuery, EditMessageText
from aiogram.types import InlineKeyboardButton
from pydantic import BaseModel

from bot.unchecked import made

SAID: list[tuple[type[BaseModel], dict[str, Any]]] = [
    (AnswerCallbackQuery, {"callback_query_id": "1"}),
    (AnswerCallbackQuery, {"callback_query_id": "1", "text": "Done", "show_alert": True}),
    (EditMessageText, {"chat_id": 7, "message_id": 5, "text": "x"}),
    (InlineKeyboardButton, {"text": "Back", "callback_data": "o:bp:1"}),
]


@pytest.mark.parametrize(("kind", "values"), SAID)
def test_it_is_the_same_and_goes_out_the_same(kind: type[BaseModel], values: dict[str, Any]) -> None:
    ours, checked = made(kind, **values), kind(**values)

    assert ours == checked
    assert ours.model_dump(warnings=False) == checked.model_dump(warnings=False)

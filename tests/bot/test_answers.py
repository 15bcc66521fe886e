"""Reading the messenger's answers costs no more than it must."""

import gc
from weakref import ref

import pytest
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, EditMessageText, GetUpdates, SendMessage
from aiogram.methods.base import Response, TelegramMethod

import bot.process.factory  # noqa: F401 - it builds them


@pytest.mark.parametrize(
    "method", [AnswerCallbackQuery, DeleteMessage, EditMessageText, GetUpdates, SendMessage]
)
def test_the_model_of_an_answer_is_not_built_again_for_each_answer(
    method: type[TelegramMethod[object]],
) -> None:
    built = ref(Response[method.__returning__])  # type: ignore[name-defined]  # read at run time
    gc.collect()

    assert built() is not None

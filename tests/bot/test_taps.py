"""A tap reaches the handler that aiogram's own way would reach, and asks no other kind's."""

from typing import Any

import pytest
from aiogram import Bot, Dispatcher, F, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StorageKey
from aiogram.types import ErrorEvent, TelegramObject, Update

from bot.incoming.taps import TapDispatcher, Taps
from tools.bench.post import Post, tapped


class Red(CallbackData, prefix="r"):
    number: int


class Blue(CallbackData, prefix="b"):
    number: int


def dispatcher(taken: list[str], *, index: bool) -> Dispatcher:
    def noting(name: str) -> Any:
        async def handler(_: TelegramObject, seen: list[str]) -> None:
            taken.extend([*seen, name])

        return handler

    first, second = Router(), Router()
    first.callback_query.register(noting("blue 1"), Blue.filter(F.number == 1))
    first.callback_query.register(noting("big"), Red.filter(), F.data.len() > len("r:10"))
    second.callback_query.register(noting("red"), Red.filter())
    second.callback_query.register(noting("plain"), F.data == "plain")
    second.callback_query.register(noting("anything"))
    made = (TapDispatcher if index else Dispatcher)(seen=[])
    made.include_routers(first, second)
    if index:
        Taps(made, made.sub_routers)
    made.callback_query.middleware(middleware)
    return made


def noting_middleware(taken: list[str], name: str) -> Any:
    async def noted(handler: Any, event: TelegramObject, data: dict[str, Any]) -> Any:
        taken.append(name)
        return await handler(event, data)

    return noted


async def middleware(handler: Any, event: TelegramObject, data: dict[str, Any]) -> Any:
    return await handler(event, {**data, "seen": ["seen"]})


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (Blue(number=1).pack(), "blue 1"),
        (Blue(number=2).pack(), "anything"),
        (Red(number=10).pack(), "red"),
        (Red(number=100).pack(), "big"),
        ("plain", "plain"),
        ("r:many", "anything"),
        ("b:1:2", "anything"),
        ("", "anything"),
        (":", "anything"),
        ("rr:1", "anything"),
        ("x" * 64, "anything"),
    ],
)
async def test_the_same_handler_as_ever(data: str, name: str) -> None:
    for index in (False, True):
        taken: list[str] = []
        bot = Bot("1:x", session=Post())
        await dispatcher(taken, index=index).feed_raw_update(bot, tapped(1, 2, data))

        assert taken == ["seen", name]


async def test_a_tap_goes_through_its_middlewares_in_their_order() -> None:
    for index in (False, True):
        taken: list[str] = []
        made = dispatcher(taken, index=index)
        for name in ("first", "second"):
            made.callback_query.outer_middleware(noting_middleware(taken, name))
        for _ in range(2):
            await made.feed_raw_update(Bot("1:x", session=Post()), tapped(1, 2, "plain"))

        assert taken == ["first", "second", "seen", "plain"] * 2


@pytest.mark.parametrize("message", ["private", "topic", "business", "too old", "none"])
async def test_the_same_state_as_ever(message: str) -> None:
    found: list[tuple[StorageKey, str | None, int]] = []
    for kind in (Dispatcher, TapDispatcher):
        made = kind()

        async def note(_: TelegramObject, state: FSMContext, raw_state: str | None, bot: Bot) -> None:
            found.append((state.key, raw_state, bot.id))
            await state.set_state("tapped")

        if kind is TapDispatcher:
            Taps(made, [])
        made.callback_query.register(note)
        for _ in range(2):
            await made.feed_raw_update(Bot("1:x", session=Post()), _tapped_in(message))

    assert found[:2] == found[2:]
    assert [state for _, state, _ in found] == [None, "tapped"] * 2


def _tapped_in(message: str) -> dict[str, Any]:
    update = tapped(1, 2, "plain")
    query = update["callback_query"]
    chat = {"id": -5, "type": "supergroup", "title": "Arena", "is_forum": True}
    match message:
        case "topic":
            query["message"] |= {"chat": chat, "message_thread_id": 7, "is_topic_message": True}
        case "business":
            query["message"]["business_connection_id"] = "shop"
        case "too old":
            query["message"] = {"chat": chat, "message_id": 2, "date": 0}
        case "none":
            del query["message"]
    return update


async def test_what_fails_is_told_to_whoever_listens_to_failures() -> None:
    for index in (False, True):
        failures: list[str] = []
        made = (TapDispatcher if index else Dispatcher)()

        @made.errors()
        async def failed(event: ErrorEvent, failures: list[str] = failures) -> bool:
            failures.append(str(event.exception))
            return True

        @made.callback_query()
        async def fail(_: TelegramObject) -> None:
            raise ValueError("broken")

        if index:
            Taps(made, [])
            made.callback_query.register(fail)
        await made.feed_raw_update(Bot("1:x", session=Post()), tapped(1, 2, "plain"))

        assert failures == ["broken"]


async def test_a_tap_without_data_is_somebody_s() -> None:
    taken: list[str] = []
    update = tapped(1, 2, "x")
    del update["callback_query"]["data"]

    await dispatcher(taken, index=True).feed_update(Bot("1:x", session=Post()), Update(**update))

    assert taken == ["seen", "anything"]


async def test_no_other_kind_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Blue, "unpack", lambda _: pytest.fail("asked"))
    taken: list[str] = []

    await dispatcher(taken, index=True).feed_raw_update(
        Bot("1:x", session=Post()), tapped(1, 2, Red(number=1).pack())
    )

    assert taken == ["seen", "red"]

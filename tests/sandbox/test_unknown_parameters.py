"""What nobody simulates or knows: methods, parameters, fields of objects, files."""

from typing import Any

import pytest
from aiohttp import ClientSession, FormData

from telegram_sandbox.botapi.method_parsing import _BY_NAME
from telegram_sandbox.client import SandboxClient
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.methods import SIMULATED
from telegram_sandbox.server import SandboxServer

from .conftest import RawBot, keyboard

NOT_SIMULATED = "is known but not simulated by the sandbox"
HELLO = {"chat_id": 1, "text": "x"}
UNKNOWN = 'unknown parameter "{}" of {} (the sandbox\'s own rule: Telegram would pass it over)'


@pytest.mark.parametrize(
    ("method", "parameters", "name"),
    [
        ("sendMessage", {"chat_id": 1, "txet": "a misspelling"}, "txet"),
        ("sendMessage", {**HELLO, "from_the_future": {"a": 1}}, "from_the_future"),
        (
            "sendMessage",
            {**HELLO, "reply_markup": keyboard(callback_data="a", stlye="danger")},
            "reply_markup.inline_keyboard.0.0.stlye",
        ),
        ("sendMessage", {**HELLO, "reply_markup": {"force_reply": True, "hint": "x"}}, "reply_markup.hint"),
        (
            "sendMessage",
            {**HELLO, "entities": [{"type": "bold", "offset": 0, "length": 1, "x": 1}]},
            "entities.0.x",
        ),
        (
            "sendMessage",
            {**HELLO, "link_preview_options": {"disabled": True}},
            "link_preview_options.disabled",
        ),
        ("editMessageText", {**HELLO, "message_id": 1, "show_alert": True}, "show_alert"),
        ("getMe", {"text": "x"}, "text"),
    ],
)
async def test_unknown_parameters_are_refused_by_name(
    bot: RawBot, method: str, parameters: dict[str, Any], name: str
) -> None:
    reply = await bot(method, **parameters)
    assert (reply.status, reply.refusal) == (400, f"Bad Request: {UNKNOWN.format(name, method)}")


@pytest.mark.parametrize("way", ["data", "params"])
async def test_unknown_fields_of_a_form_are_refused_too(bot: RawBot, way: str) -> None:
    form: dict[str, Any] = {way: {"chat_id": "1", "text": "x", "mode": "HTML"}}
    reply = await bot.request("sendMessage", **form)
    assert reply.refusal == f"Bad Request: {UNKNOWN.format('mode', 'sendMessage')}"


async def test_a_file_that_no_parameter_speaks_of_is_refused(bot: RawBot) -> None:
    for name, photo in (("phto", "x"), ("file0", "attach://file1")):
        form = FormData({"chat_id": "1", "photo": photo})
        form.add_field(name, b"...", filename="p.png")
        assert (await bot.request("sendPhoto", data=form)).refusal == (
            f"Bad Request: {UNKNOWN.format(name, 'sendPhoto')}"
        )


async def test_a_lenient_sandbox_passes_unknown_parameters_over_and_says_so(
    http: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with (
        SandboxServer(SandboxConfig(port=0, lenient=True)) as server,
        SandboxClient(server.url) as chat,
    ):
        bot = RawBot(http, server.url)
        await chat.send(1, "/start")
        markup = keyboard(callback_data="a", glow=True)
        sent = (await bot("sendMessage", chat_id=1, text="x", reply_markup=markup, from_the_future=1)).result
        assert sent["reply_markup"] == keyboard(callback_data="a")
        assert (await chat.calls())[-1]["arguments"]["from_the_future"] == 1
    assert [line for line in caplog.messages if "passed over" in line] == [
        "passed over what sendMessage does not know: from_the_future, reply_markup.inline_keyboard.0.0.glow"
    ]


async def test_every_other_method_is_known_and_not_simulated(bot: RawBot) -> None:
    others = {cls.__api_method__ for cls in set(_BY_NAME.values()) - set(SIMULATED)}
    assert len(others) > 100
    answers = {method: await bot(method) for method in others}
    assert {method: (reply.status, reply.refusal) for method, reply in answers.items()} == {
        method: (400, f"Bad Request: method {method} {NOT_SIMULATED}") for method in others
    }

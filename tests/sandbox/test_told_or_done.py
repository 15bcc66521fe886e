"""Nothing is dropped in silence: it is done, or refused by name; what other clients send is understood."""

from typing import Any

import pytest

from telegram_sandbox.client import SandboxClient
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.server import SandboxServer

from .conftest import RawBot, keyboard, settled

NOT_SIMULATED = {
    "protect_content": True,
    "direct_messages_topic_id": 7,
    "message_effect_id": "5104841245755180586",
    "business_connection_id": "b",
    "allow_paid_broadcast": True,
    "receiver_user_id": 1,
    "callback_query_id": "1",
    "reply_parameters.checklist_task_id": {"message_id": 1, "checklist_task_id": 2},
    "reply_parameters.poll_option_id": {"message_id": 1, "poll_option_id": "2"},
    "link_preview_options.prefer_large_media": {"prefer_large_media": True},
    "link_preview_options.url": {"url": "https://example.org"},
}


@pytest.mark.parametrize("path", NOT_SIMULATED)
async def test_what_is_not_simulated_is_refused_by_name(bot: RawBot, path: str) -> None:
    given = {path.partition(".")[0]: NOT_SIMULATED[path]}

    refused = await bot("sendMessage", chat_id=1, text="x", **given)

    assert refused.refusal == f"Bad Request: parameter {path} is known but not simulated by the sandbox"


@pytest.mark.parametrize(
    "given",
    [
        {"protect_content": False},
        {"link_preview_options": {"is_disabled": True}},
        {"link_preview_options": {}},
        {"disable_notification": True},
        {"reply_parameters": {"message_id": 1, "chat_id": 1, "allow_sending_without_reply": True}},
    ],
)
async def test_what_only_says_how_things_are_is_taken(bot: RawBot, given: dict[str, Any]) -> None:
    assert (await bot("sendMessage", chat_id=1, text="x", **given)).result["text"] == "x"


OF_OTHER_METHODS: dict[str, dict[str, Any]] = {
    "editMessageText": {"chat_id": 1, "message_id": 1, "text": "x", "business_connection_id": "b"},
    "sendChatAction": {"chat_id": 1, "action": "typing", "business_connection_id": "b"},
    "answerCallbackQuery": {"callback_query_id": "1", "cache_time": 60},
    "setWebhook": {"url": "http://127.0.0.1:9/", "ip_address": "127.0.0.1"},
    "getChatAdministrators": {"chat_id": 1, "return_bots": True},
    "createForumTopic": {"chat_id": 1, "name": "x", "icon_custom_emoji_id": "5"},
    "editForumTopic": {"chat_id": 1, "message_thread_id": 5, "icon_custom_emoji_id": "5"},
}


@pytest.mark.parametrize("method", OF_OTHER_METHODS)
async def test_other_methods_name_it_too(bot: RawBot, method: str) -> None:
    given = OF_OTHER_METHODS[method]
    name = list(given)[-1]

    assert f"parameter {name} is known but not simulated" in (await bot(method, **given)).refusal


async def test_a_lenient_sandbox_passes_it_over(http: Any) -> None:
    async with (
        SandboxServer(SandboxConfig(port=0, lenient=True)) as sandbox,
        SandboxClient(sandbox.url) as chat,
    ):
        bot = RawBot(http, sandbox.url)
        await bot("getMe")
        await chat.send(1, "/start")
        assert (await bot("sendMessage", chat_id=1, text="x", protect_content=True)).result["text"] == "x"


async def test_buttons_as_telegraf_sends_them(bot: RawBot) -> None:
    inline = {"inline_keyboard": [[{"text": "a", "callback_data": "a", "hide": False}]]}
    reply = {"keyboard": [["yes", {"text": "no", "hide": False}]]}

    assert (await bot("sendMessage", chat_id=1, text="x", reply_markup=inline)).result["reply_markup"] == {
        "inline_keyboard": [[{"text": "a", "callback_data": "a"}]]
    }
    assert (await bot("sendMessage", chat_id=1, text="x", reply_markup=reply)).result["text"] == "x"


@pytest.mark.parametrize("name", ["sendMessage", "sendmessage"])
async def test_a_form_may_name_its_method_once_more(bot: RawBot, name: str) -> None:
    """As Telegraf's uploads do; one that names another method is a bug."""
    form = {"method": name, "chat_id": "1", "text": "x"}

    assert (await bot.request("sendMessage", data=form)).result["text"] == "x"
    assert (await bot.request("sendMessage", json=form)).result["text"] == "x"
    refused = await bot.request("sendMessage", json=form | {"method": "sendPhoto"})
    assert 'unknown parameter "method" of sendMessage' in refused.refusal


@pytest.mark.parametrize(
    ("in_a_row", "rows", "taken"), [(12, 1, True), (13, 1, False), (12, 25, True), (12, 26, False)]
)
async def test_reply_keyboards_are_wider_than_inline_ones(
    bot: RawBot, in_a_row: int, rows: int, taken: bool
) -> None:
    markup = {"keyboard": [["x"] * in_a_row] * rows}

    reply = await bot("sendMessage", chat_id=1, text="x", reply_markup=markup)

    assert (reply.status == 200) is taken


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(bot: RawBot) -> None:
    markup = {"keyboard": [["x"]]}
    sent = (await bot("sendMessage", chat_id=1, text="x", reply_markup=markup)).result

    refused = await bot("editMessageText", chat_id=1, message_id=sent["message_id"], text="y")

    assert refused.refusal == "Bad Request: message can't be edited"
    plain = (await bot("sendMessage", chat_id=1, text="x")).result
    added = await bot(
        "editMessageText",
        chat_id=1,
        message_id=plain["message_id"],
        text="y",
        reply_markup=keyboard(url="https://e.org"),
    )
    assert added.result["text"] == "y"


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("/start", True),
        ("/start@sandbox_4242_bot now", True),
        ("/start@SANDBOX_4242_BOT", True),
        ("/start@other_bot", False),
        ("/start@other_bot and @sandbox_4242_bot", True),
        ("/", True),
    ],
)
async def test_a_command_for_another_bot_is_not_delivered_in_a_group(
    bot: RawBot, chat: SandboxClient, text: str, heard: bool
) -> None:
    await chat.add_chat(-5, "G", [1])
    await settled(bot)

    await chat.send(1, text, chat_id=-5)

    assert [each["message"]["text"] for each in await bot.updates(timeout=0)] == [text] * heard


LINKED = [
    ("see https://example.org/a", {}, True),
    ("see example.org", {}, True),
    ('<a href="https://example.org">here</a>', {"parse_mode": "HTML"}, True),
    ("no link", {}, False),
]


@pytest.mark.parametrize(("text", "given", "told"), LINKED)
@pytest.mark.parametrize(
    "way", [{"link_preview_options": {"is_disabled": True}}, {"disable_web_page_preview": True}]
)
async def test_a_preview_that_is_not_wanted_is_told_where_there_is_a_link(
    bot: RawBot, way: dict[str, Any], text: str, given: dict[str, Any], *, told: bool
) -> None:
    sent = (await bot("sendMessage", chat_id=1, text=text, **given, **way)).result

    assert sent.get("link_preview_options") == ({"is_disabled": True} if told else None)
    assert "link_preview_options" not in (await bot("sendMessage", chat_id=1, text=text, **given)).result


async def test_an_edit_says_anew_whether_it_wants_a_preview(bot: RawBot) -> None:
    off = {"link_preview_options": {"is_disabled": True}}
    sent = (await bot("sendMessage", chat_id=1, text="https://example.org", **off)).result
    same = {"chat_id": 1, "message_id": sent["message_id"], "text": sent["text"]}

    assert "message is not modified" in (await bot("editMessageText", **same, **off)).refusal
    assert "link_preview_options" not in (await bot("editMessageText", **same)).result
    marked = {"chat_id": 1, "message_id": sent["message_id"], "reply_markup": keyboard(callback_data="a")}
    assert (await bot("editMessageText", **same, **off)).result["link_preview_options"] == {
        "is_disabled": True
    }
    assert "link_preview_options" in (await bot("editMessageReplyMarkup", **marked)).result


@pytest.mark.parametrize(
    "given",
    [
        {"reply_to_message_id": 0},
        {"reply_to_message_id": "0"},
        {"reply_to_message_id": -5},
        {"reply_parameters": {}},
        {"reply_parameters": {"message_id": 0}},
        {"reply_parameters": '{"message_id": -1, "allow_sending_without_reply": false}'},
    ],
)
async def test_an_answer_to_no_message_is_none(bot: RawBot, given: dict[str, Any]) -> None:
    sent = (await bot("sendMessage", chat_id=1, text="x", **given)).result
    assert "reply_to_message" not in sent


@pytest.mark.parametrize("given", [{"reply_to_message_id": 99}, {"reply_parameters": {"message_id": 99}}])
async def test_an_answer_to_a_message_that_is_not_there_is_refused(
    bot: RawBot, given: dict[str, Any]
) -> None:
    refused = await bot("sendMessage", chat_id=1, text="x", **given)
    assert refused.refusal == "Bad Request: message to be replied not found"


@pytest.mark.parametrize("way", ["json", "data", "params"])
async def test_a_method_may_be_named_in_the_call_alone(bot: RawBot, chat: SandboxClient, way: str) -> None:
    """As scripts in spreadsheets do, which post everything to one address."""
    call: dict[str, Any] = {way: {"method": "sendmessage", "chat_id": "1", "text": "x"}}

    assert (await bot.request("", **call)).result["text"] == "x"
    assert (await chat.calls())[-1]["method"] == "sendMessage"
    for unnamed in ({"method": "sendMesage"}, {"text": "x"}):
        wrong: dict[str, Any] = {way: unnamed}
        assert (await bot.request("", **wrong)).status == 404
    assert (await bot.with_token("1:x").request("", **call)).status == 401

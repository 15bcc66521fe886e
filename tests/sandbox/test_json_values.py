"""JSON whose types are not quite right: read as Telegram's server reads it, neither stricter nor laxer."""

from typing import Any

import pytest

from telegram_sandbox.client import SandboxClient

from .conftest import RawBot, Reply, keyboard

HELLO = {"chat_id": 1, "text": "x"}
BUTTON = "can't parse inline keyboard button: "


async def said(bot: RawBot, **given: Any) -> Reply:
    """The answer to a greeting, nulls and all."""
    return await bot.request("sendMessage", json=HELLO | given)


@pytest.mark.parametrize(
    ("given", "text"), [(5, "5"), (-2.5, "-2.5"), (10**17, "100000000000000000"), (True, "true")]
)
async def test_what_is_no_string_is_sent_as_it_is_written(bot: RawBot, given: Any, text: str) -> None:
    assert (await bot("sendMessage", chat_id=1, text=given)).result["text"] == text


async def test_numbers_serve_as_strings_in_all_that_is_nested(bot: RawBot, chat: SandboxClient) -> None:
    inline = {
        "inline_keyboard": [[{"text": 7, "callback_data": 42}, {"text": "c", "copy_text": {"text": 1}}]]
    }
    sent = (await said(bot, reply_markup=inline)).result
    assert sent["reply_markup"]["inline_keyboard"] == [
        [{"text": "7", "callback_data": "42"}, {"text": "c", "copy_text": {"text": "1"}}]
    ]
    await said(bot, reply_markup={"keyboard": [[{"text": 8}, "nine"]]})
    shown = (await chat.messages(1))[-1].reply_markup
    assert shown is not None
    assert [button["text"] for button in shown["keyboard"][0]] == ["8", "nine"]
    assert (await bot("setMyCommands", commands=[{"command": 1, "description": 2}])).result is True
    assert (await bot("getMyCommands")).result == [{"command": "1", "description": "2"}]


async def test_numbers_are_no_buttons(bot: RawBot) -> None:
    refused = await said(bot, reply_markup={"keyboard": [[5]]})
    assert (
        refused.refusal
        == "Bad Request: can't parse keyboard button: KeyboardButton must be a String or an Object"
    )


@pytest.mark.parametrize(
    ("given", "text"),
    [({"text": None}, "null"), ({"entities": None}, "x"), ({"disable_notification": None}, "x")],
)
async def test_null_is_the_word_null_where_a_text_is_wanted(
    bot: RawBot, given: dict[str, Any], text: str
) -> None:
    assert (await said(bot, **given)).result["text"] == text


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"reply_markup": None}, "object expected as reply markup"),
        ({"reply_parameters": None}, "object expected as reply parameters"),
        ({"link_preview_options": None}, "object expected as link preview options"),
        ({"parse_mode": None}, "unsupported parse_mode"),
        ({"chat_id": None}, "chat not found"),
    ],
)
async def test_null_is_refused_elsewhere(bot: RawBot, given: dict[str, Any], refusal: str) -> None:
    assert (await said(bot, **given)).refusal == f"Bad Request: {refusal}"


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ({"callback_data": "a", "url": None}, 'Field "url" must be of type String'),
        ({"callback_data": None, "web_app": None}, 'Field "callback_data" must be of type String'),
        ({"callback_data": "a", "style": None}, 'Field "style" must be of type String'),
        (
            {"callback_data": "a", "icon_custom_emoji_id": None},
            'Field "icon_custom_emoji_id" must be a Number',
        ),
        ({"callback_data": "a", "text": None}, 'Field "text" must be of type String'),
    ],
)
async def test_a_button_has_no_null_that_is_read(bot: RawBot, button: dict[str, Any], refusal: str) -> None:
    refused = await said(bot, reply_markup=keyboard(**button))
    assert refused.refusal == f"Bad Request: {BUTTON}{refusal}"


@pytest.mark.parametrize(
    "button",
    [
        {"callback_data": "a", "web_app": None},
        {"url": "https://example.org/", "callback_data": None},
        {"copy_text": {"text": "a"}, "url": "", "login_url": None},
    ],
)
async def test_a_button_may_have_nulls_that_nobody_reads(bot: RawBot, button: dict[str, Any]) -> None:
    sent = (await said(bot, reply_markup=keyboard(**button))).result
    filled = {name: value for name, value in button.items() if value}
    assert sent["reply_markup"] == keyboard(**filled)


@pytest.mark.parametrize("value", ["true", 1, None])
@pytest.mark.parametrize(
    ("name", "markup"),
    [
        ("resize_keyboard", {"keyboard": [["a"]]}),
        ("selective", {"force_reply": True}),
        ("remove_keyboard", {}),
    ],
)
async def test_flags_of_a_keyboard_are_true_or_false(
    bot: RawBot, name: str, markup: dict[str, Any], value: Any
) -> None:
    refused = await said(bot, reply_markup=markup | {name: value})
    assert refused.refusal == f'Bad Request: field "{name}" must be of type Boolean'


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("is_disabled", {"link_preview_options": {"is_disabled": 1}}),
        (
            "allow_sending_without_reply",
            {"reply_parameters": {"message_id": 1, "allow_sending_without_reply": "true"}},
        ),
    ],
)
async def test_flags_within_other_objects_are_true_or_false(
    bot: RawBot, name: str, given: dict[str, Any]
) -> None:
    assert (await said(bot, **given)).refusal == f'Bad Request: field "{name}" must be of type Boolean'


@pytest.mark.parametrize(("style", "shown"), [("default", None), ("", None), ("Primary", "primary")])
async def test_a_style_may_be_the_default(bot: RawBot, style: str, shown: str | None) -> None:
    sent = (await said(bot, reply_markup=keyboard(callback_data="a", style=style))).result
    assert sent["reply_markup"]["inline_keyboard"][0][0].get("style") == shown


@pytest.mark.parametrize("way", ["json", "data", "params"])
@pytest.mark.parametrize(
    "name",
    [
        "reply_markup",
        "entities",
        "parse_mode",
        "disable_notification",
        "reply_to_message_id",
        "reply_parameters",
        "link_preview_options",
        "message_thread_id",
    ],
)
async def test_what_is_empty_is_left_out(bot: RawBot, name: str, way: str) -> None:
    call: dict[str, Any] = {way: {"chat_id": "1", "text": "x", name: ""}}
    assert (await bot.request("sendMessage", **call)).result["text"] == "x"


@pytest.mark.parametrize(
    "markup",
    [
        {},
        {"keyboard": []},
        {"keyboard": [[], []], "resize_keyboard": True},
        {"inline_keyboard": []},
        {"inline_keyboard": [[]]},
        {"remove_keyboard": False},
        {"force_reply": False, "selective": True},
        {"selective": True},
        {"keyboard": [], "inline_keyboard": [], "remove_keyboard": False},
    ],
)
async def test_a_keyboard_that_asks_for_nothing_is_none(
    bot: RawBot, chat: SandboxClient, markup: dict[str, Any]
) -> None:
    sent = (await said(bot, reply_markup=markup)).result
    assert (await chat.messages(1))[-1].reply_markup is None
    place = {"chat_id": 1, "message_id": sent["message_id"]}
    assert (await bot("editMessageText", **place, text="y", reply_markup=markup)).result["text"] == "y"


async def test_of_several_keyboards_the_one_that_asks_counts(bot: RawBot) -> None:
    inline = keyboard(callback_data="a")
    both = (await said(bot, reply_markup={"keyboard": [], "force_reply": False, **inline})).result
    assert both["reply_markup"] == inline
    refused = await said(bot, reply_markup={"keyboard": [["a"]], **inline})
    assert 'unknown parameter "reply_markup.inline_keyboard"' in refused.refusal


@pytest.mark.parametrize("markup", [{"keyboard": [["a"]]}, {"remove_keyboard": True}, {"force_reply": True}])
@pytest.mark.parametrize("method", ["editMessageText", "editMessageReplyMarkup"])
async def test_edits_take_inline_keyboards_alone(bot: RawBot, method: str, markup: dict[str, Any]) -> None:
    sent = (await said(bot)).result
    given = {"text": "y"} if method == "editMessageText" else {}
    place = {"chat_id": 1, "message_id": sent["message_id"]}
    refused = await bot(method, **place, **given, reply_markup=markup)
    assert refused.refusal == "Bad Request: inline keyboard expected"


async def test_buttons_of_reply_keyboards_have_styles_too(bot: RawBot, chat: SandboxClient) -> None:
    row = [{"text": "a", "style": "Danger"}, {"text": "b", "style": "default"}]
    assert (await said(bot, reply_markup={"keyboard": [row]})).status == 200
    shown = (await chat.messages(1))[-1].reply_markup
    assert shown is not None
    assert [button.get("style") for button in shown["keyboard"][0]] == ["danger", None]
    for button, refusal in (
        ({"style": "gold"}, "can't parse keyboard button: invalid button style specified"),
        (
            {"icon_custom_emoji_id": "5"},
            "keyboard button icon_custom_emoji_id is known but not simulated by the sandbox",
        ),
    ):
        refused = await said(bot, reply_markup={"keyboard": [[{"text": "a", **button}]]})
        assert refused.refusal == f"Bad Request: {refusal}"


@pytest.mark.parametrize("name", ["keyboard", "inline_keyboard"])
async def test_the_texts_of_buttons_are_cleaned(bot: RawBot, chat: SandboxClient, name: str) -> None:
    button = {"text": "a\r\tb\u202e"} | ({"callback_data": "x"} if name == "inline_keyboard" else {})
    await said(bot, reply_markup={name: [[button]]})
    shown = (await chat.messages(1))[-1].reply_markup
    assert shown is not None
    assert shown[name][0][0]["text"] == "a b"

import io
import json
from typing import Any

import pytest
from aiohttp import ClientSession, FormData

from telegram_sandbox.client import SandboxClient

from .conftest import RawBot, keyboard, settled

NOT_SIMULATED = "is known but not simulated by the sandbox"


async def test_a_sent_message_is_the_message_that_stands_in_the_chat(
    bot: RawBot, chat: SandboxClient
) -> None:
    sent = (
        await bot(
            "sendMessage",
            chat_id=1,
            text="<b>Hi</b> 🎒 <i>you</i>",
            parse_mode="HTML",
            reply_markup=keyboard(callback_data="x"),
        )
    ).result
    assert sent["text"] == "Hi 🎒 you"
    assert sent["entities"] == [
        {"type": "bold", "offset": 0, "length": 2},
        {"type": "italic", "offset": 6, "length": 3},
    ]
    assert sent["chat"] == {"id": 1, "type": "private", "first_name": "Alice"}
    assert (sent["from"]["id"], sent["from"]["is_bot"]) == (4242, True)
    assert sent["reply_markup"] == keyboard(callback_data="x")
    last = (await chat.messages(1))[-1]
    assert (last.message_id, last.html) == (sent["message_id"], "<b>Hi</b> 🎒 <i>you</i>")


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({}, "chat_id is empty"),
        ({"chat_id": 1}, "message text is empty"),
        ({"chat_id": "", "text": "x"}, "chat_id is empty"),
        ({"chat_id": 1, "text": " \n\t "}, "message text is empty"),
        ({"chat_id": 1, "text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"chat_id": 1, "text": "x" * 4097}, "message is too long"),
        ({"chat_id": 1, "text": "😀" * 2049}, "message is too long"),
        ({"chat_id": 1, "text": "😀" * 8193}, "text is too long"),
        ({"chat_id": 999, "text": "x"}, "chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ({"chat_id": 1, "text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"chat_id": 1, "text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        (
            {"chat_id": 1, "text": "x", "reply_markup": keyboard()},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_markup": keyboard(callback_data="")},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_markup": keyboard(callback_data="я" * 33)},
            "BUTTON_DATA_INVALID",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_markup": keyboard(callback_data="a", url="https://e.org")},
            "inline keyboard button has several actions: callback_data, url",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_markup": keyboard(callback_data="a", style="gold")},
            "can't parse inline keyboard button: invalid button style specified",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_markup": keyboard(url="javascript:x")},
            "inline keyboard button URL 'javascript:x' is invalid: Wrong port number specified in the URL",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_markup": keyboard(copy_text={"text": "x" * 257})},
            "BUTTON_COPY_TEXT_INVALID",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_markup": keyboard(web_app={"url": "https://e.org"})},
            f"inline keyboard button web_app {NOT_SIMULATED}",
        ),
        (
            {
                "chat_id": 1,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]},
            },
            "inline keyboard button text must be non-empty",
        ),
        (
            {
                "chat_id": 1,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "a"}] * 9]},
            },
            "reply markup is too long",
        ),
        (
            {
                "chat_id": 1,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "a"}] * 8] * 13},
            },
            "reply markup is too long",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_markup": {"keyboard": [[{"text": ""}]]}},
            "keyboard button text must be non-empty",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_parameters": {"message_id": 9999}},
            "message to be replied not found",
        ),
        (
            {"chat_id": 1, "text": "x", "entities": [{"type": "bold", "offset": 0, "length": 9}]},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 9",
        ),
        (
            {"chat_id": 1, "text": "x", "entities": [{"type": "bold", "offset": -1, "length": 1}]},
            "receive an entity with incorrect offset -1",
        ),
    ],
)
async def test_refuses_in_telegrams_words(bot: RawBot, parameters: dict[str, Any], refusal: str) -> None:
    reply = await bot("sendMessage", **parameters)
    assert (reply.status, reply.refusal) == (400, f"Bad Request: {refusal}")


@pytest.mark.parametrize(
    ("method", "parameters", "refusal"),
    [
        ("sendMessage", {"chat_id": [1]}, "chat not found"),
        ("sendMessage", {"text": ["x"]}, "can't parse text: Input should be a valid string"),
        ("sendMessage", {"reply_markup": 5}, "object expected as reply markup"),
        ("sendMessage", {"reply_markup": "[]"}, "object expected as reply markup"),
        (
            "sendMessage",
            {"reply_markup": {"inline_keyboard": [{"text": "x"}]}},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            "sendMessage",
            {"reply_markup": {"keyboard": {}}},
            'field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays',
        ),
        (
            "sendMessage",
            {"reply_markup": {"inline_keyboard": [[{"callback_data": "x"}]]}},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        ("editMessageText", {"message_id": "abc"}, "message identifier is not specified"),
        ("deleteMessages", {"text": None, "message_ids": "x"}, "can't parse message_ids JSON object"),
        (
            "answerCallbackQuery",
            {"chat_id": None, "callback_query_id": [1]},
            "query is too old and response timeout expired or query ID is invalid",
        ),
    ],
)
async def test_wrong_types_are_refused(
    bot: RawBot, method: str, parameters: dict[str, Any], refusal: str
) -> None:
    reply = await bot(method, **({"chat_id": 1, "text": "x"} | parameters))
    assert (reply.status, reply.refusal) == (400, f"Bad Request: {refusal}")


async def test_limits_hold_after_parsing_and_in_bytes(bot: RawBot) -> None:
    wide = f"<b>{'x' * 4096}</b>"
    assert len((await bot("sendMessage", chat_id=1, text=wide, parse_mode="HTML")).result["text"]) == 4096
    markup = keyboard(callback_data="я" * 32)
    assert (await bot("sendMessage", chat_id=1, text="x", reply_markup=markup)).result[
        "reply_markup"
    ] == markup


async def test_text_is_cleaned_and_trimmed_as_telegram_does(bot: RawBot) -> None:
    sent = (
        await bot("sendMessage", chat_id=1, text="  \x00a\tb\r\n\u202ec  <b> d </b>\n ", parse_mode="HTML")
    ).result
    assert sent["text"] == "a b\nc   d"
    assert sent["entities"] == [{"type": "bold", "offset": 7, "length": 2}]


async def test_entities_may_be_given_instead_and_are_found_in_plain_text(bot: RawBot) -> None:
    given = [
        {"type": "text_link", "offset": 0, "length": 1, "url": "e.org"},
        {"type": "url", "offset": 0, "length": 1},
    ]
    sent = (
        await bot("sendMessage", chat_id=1, text="x /help @someone #tag https://a.b/c.", entities=given)
    ).result
    assert [(e["type"], e["offset"], e["length"]) for e in sent["entities"]] == [
        ("text_link", 0, 1),
        ("bot_command", 2, 5),
        ("mention", 8, 8),
        ("hashtag", 17, 4),
        ("url", 22, 13),
    ]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, 'Can\'t find field "unix_time"'),
        ({"unix_time": 2**31}, 'Field "unix_time" must be a valid Number'),
        ({"unix_time": 7, "date_time_format": "x"}, "Invalid date-time format specified"),
    ],
)
async def test_dates_given_as_entities(bot: RawBot, given: dict[str, Any], refusal: str) -> None:
    date = {"type": "date_time", "offset": 0, "length": 4}
    refused = await bot("sendMessage", chat_id=1, text="noon", entities=[date | given])
    assert refused.refusal == f"Bad Request: can't parse MessageEntity: {refusal}"
    right = date | {"unix_time": 7, "date_time_format": "TD"}
    sent = (await bot("sendMessage", chat_id=1, text="noon", entities=[right])).result
    assert sent["entities"] == [date | {"unix_time": 7, "date_time_format": "DT"}]


async def test_nothing_nests_in_code(bot: RawBot) -> None:
    sent = (
        await bot("sendMessage", chat_id=1, text="<b>a<code>b<i>c</i></code>d</b>", parse_mode="HTML")
    ).result
    assert [(e["type"], e["offset"], e["length"]) for e in sent["entities"]] == [
        ("bold", 0, 1),
        ("code", 1, 2),
        ("bold", 3, 1),
    ]


async def test_mentions_by_id_need_a_known_user(bot: RawBot) -> None:
    text = '<a href="tg://user?id=2">he</a> <a href="tg://user?id=77">who</a>'
    (mention,) = (await bot("sendMessage", chat_id=1, text=text, parse_mode="HTML")).result["entities"]
    assert mention["user"] == {"id": 2, "is_bot": False, "first_name": "Борис"}


async def test_replies_carry_what_they_answer(bot: RawBot) -> None:
    first = (await bot("sendMessage", chat_id=1, text="a")).result
    reply = (await bot("sendMessage", chat_id=1, text="b", reply_to_message_id=first["message_id"])).result
    assert reply["reply_to_message"]["text"] == "a"
    lenient = {"message_id": 9999, "allow_sending_without_reply": True}
    assert (
        "reply_to_message"
        not in (await bot("sendMessage", chat_id=1, text="c", reply_parameters=lenient)).result
    )


async def test_a_bot_cannot_write_first_nor_to_one_who_blocked_it(bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_user(7, "Stranger")
    assert (await bot("sendMessage", chat_id=7, text="x")).refusal == "Bad Request: chat not found"
    await chat.block(1)
    blocked = await bot("sendMessage", chat_id=1, text="x")
    assert (blocked.status, blocked.refusal) == (403, "Forbidden: bot was blocked by the user")
    await chat.block(1, blocked=False)
    assert (await bot("sendMessage", chat_id=1, text="x")).status == 200


async def test_a_group_that_became_a_supergroup_says_where_it_went(bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_chat(-50, "Tavern", [1, 2])
    assert (await bot("sendMessage", chat_id=-50, text="x")).result["chat"]["type"] == "group"
    await settled(bot)
    await chat.upgrade_chat(-50, -10050)
    moved = await bot("sendMessage", chat_id=-50, text="x")
    assert moved.refusal == "Bad Request: group chat was upgraded to a supergroup chat"
    assert moved.body["parameters"] == {"migrate_to_chat_id": -10050}
    assert (await bot("getChat", chat_id=-50)).result["title"] == "Tavern"
    assert (await bot("sendMessage", chat_id=-10050, text="x")).result["chat"]["type"] == "supergroup"
    services = [update["message"] for update in await bot.updates()]
    assert services[0]["migrate_to_chat_id"] == -10050
    assert services[1]["migrate_from_chat_id"] == -50


@pytest.mark.parametrize("way", ["json", "form", "multipart", "query"])
async def test_requests_arrive_in_any_form(bot: RawBot, way: str) -> None:
    markup = keyboard(callback_data="x")
    fields = {"chat_id": "1", "text": "привет & 100%", "reply_markup": json.dumps(markup)}
    options: dict[str, Any] = {"data": fields}
    if way == "json":
        options = {"json": {"chat_id": 1, "text": "привет & 100%", "reply_markup": markup}}
    elif way == "multipart":
        form = FormData(fields, default_to_multipart=True)
        options = {"data": form}
    elif way == "query":
        options = {"params": fields, "verb": "GET"}
    sent = (await bot.request("SENDmessage", **options)).result
    assert (sent["text"], sent["reply_markup"]) == ("привет & 100%", markup)


@pytest.mark.parametrize(
    ("data", "content_type", "refusal"),
    [
        (b"[1]", "application/json", "can't parse the request body: object expected"),
        (b"{", "application/json", "can't parse the request body"),
        (b"[" * 100_000, "application/json", "can't parse the request body"),
        (b'{"chat_id": 1, "text": "\xff"}', "application/json", "strings must be encoded in UTF-8"),
        (b"text=%FF&chat_id=1", "application/x-www-form-urlencoded", "strings must be encoded in UTF-8"),
        (b"nonsense", "multipart/form-data; boundary=x", "can't parse the request body"),
        (b"nonsense", "multipart/form-data", "can't parse the request body"),
        (
            b"--x\r\n\r\nvalue\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
            "can't parse the request body: a form field has no name",
        ),
    ],
)
async def test_broken_bodies_are_refused(bot: RawBot, data: bytes, content_type: str, refusal: str) -> None:
    reply = await bot.request("sendMessage", data=data, headers={"Content-Type": content_type})
    assert reply.refusal == f"Bad Request: {refusal}"


async def test_bodies_have_a_largest_size(bot: RawBot) -> None:
    reply = await bot.request(
        "sendMessage",
        data=io.BytesIO(b"x" * (12 * 1024 * 1024)),
        headers={"Content-Type": "application/json"},
    )
    assert (reply.status, reply.refusal) == (413, "Request Entity Too Large")


@pytest.mark.parametrize(
    "token", ["1", "x:AAAAAAAAAAAAAAAAAAAAAAAA", "0:AAAAAAAAAAAAAAAAAAAAAAAA", "42:short"]
)
async def test_badly_formed_tokens_are_unauthorized(bot: RawBot, token: str) -> None:
    reply = await bot.with_token(token)("getMe")
    assert (reply.status, reply.refusal) == (401, "Unauthorized: invalid token specified")


async def test_unknown_and_unsimulated_methods_are_told_apart(bot: RawBot, http: ClientSession) -> None:
    unknown = await bot("makeCoffee")
    assert (unknown.status, unknown.refusal) == (404, "Not Found: method not found")
    assert (await bot("getFile", file_id="x")).refusal == f"Bad Request: method getFile {NOT_SIMULATED}"
    async with http.get(f"{bot.url}/bot") as nothing:
        assert (await nothing.json())["description"] == "Not Found"


async def test_each_token_is_a_bot_of_its_own(bot: RawBot) -> None:
    other = bot.with_token("77:BBBBBBBBBBBBBBBBBBBBBBBBBBBB")
    me = (await other("getMe")).result
    assert (me["id"], me["is_bot"], me["can_read_all_group_messages"]) == (77, True, False)
    assert (await other("sendMessage", chat_id=1, text="x")).refusal == "Bad Request: chat not found"


async def test_chat_facts_and_actions(bot: RawBot) -> None:
    assert (await bot("getChat", chat_id=1)).result["first_name"] == "Alice"
    for action in ("typing", "cancel", "pick_up_location"):
        assert (await bot("sendChatAction", chat_id=1, action=action)).result is True
    wrong = await bot("sendChatAction", chat_id=1, action="dancing")
    assert wrong.refusal == "Bad Request: wrong parameter action in request"


async def test_command_lists_are_kept_by_scope_and_language(bot: RawBot, http: ClientSession) -> None:
    def command(text: str) -> list[dict[str, str]]:
        return [{"command": "help", "description": text}]

    private = {"type": "all_private_chats"}
    await bot("setMyCommands", commands=command("default"))
    await bot("setMyCommands", commands=command("private"), scope=private)
    await bot("setMyCommands", commands=command("по-русски"), scope=private, language_code="ru")
    assert (await bot("getMyCommands")).result == command("default")
    assert (await bot("getMyCommands", scope=private, language_code="de")).result == []
    for user_id, shown in ((1, "private"), (2, "по-русски")):
        async with http.get(f"{bot.url}/sandbox/commands?user_id={user_id}") as suggested:
            assert await suggested.json() == command(shown)
    await bot("deleteMyCommands", scope=private)
    await bot("deleteMyCommands", scope=private, language_code="ru")
    async with http.get(f"{bot.url}/sandbox/commands?user_id=2") as suggested:
        assert await suggested.json() == command("default")


async def test_a_bot_cannot_write_into_a_group_it_never_joined(bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_chat(-50, "Tavern", [1])
    assert (await bot("sendMessage", chat_id=-50, text="x")).result
    stranger = bot.with_token("4243:" + "B" * 34)
    for method in ("sendMessage", "getChat"):
        refused = await stranger(method, chat_id=-50, **({"text": "x"} if method == "sendMessage" else {}))
        assert refused.refusal == "Bad Request: chat not found"

import io
from typing import Any

import pytest
from aiohttp import FormData

from telegram_sandbox.client import SandboxClient

from .conftest import RawBot, keyboard

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly"
    " the same as a current content and reply markup of the message"
)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (40).to_bytes(4) + (30).to_bytes(4) + b"\x08\x02\x00\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + (20).to_bytes(2) + (10).to_bytes(2) + b"\x03"


@pytest.fixture
async def place(bot: RawBot) -> dict[str, int]:
    sent = (await bot("sendMessage", chat_id=1, text="one", reply_markup=keyboard(callback_data="x"))).result
    return {"chat_id": 1, "message_id": sent["message_id"]}


async def test_an_edit_changes_text_and_keyboard_in_place(
    bot: RawBot, chat: SandboxClient, place: dict[str, int]
) -> None:
    edited = (await bot("editMessageText", **place, text="two")).result
    assert (edited["text"], "edit_date" in edited, "reply_markup" in edited) == ("two", True, False)
    last = (await chat.messages(1))[-1]
    assert (last.message_id, last.text, last.edits, last.rows) == (place["message_id"], "two", 1, ())


async def test_an_edit_without_change_is_refused(bot: RawBot, place: dict[str, int]) -> None:
    same = keyboard(callback_data="x")
    assert (await bot("editMessageText", **place, text=" one ", reply_markup=same)).refusal == NOT_MODIFIED
    assert (await bot("editMessageReplyMarkup", **place, reply_markup=same)).refusal == NOT_MODIFIED
    assert (await bot("editMessageReplyMarkup", **place)).status == 200
    assert (await bot("editMessageReplyMarkup", **place)).refusal == NOT_MODIFIED


@pytest.mark.parametrize(
    ("method", "parameters", "refusal"),
    [
        ("editMessageText", {"text": "x", "message_id": 9999}, "message to edit not found"),
        ("editMessageText", {"text": "x", "message_id": 1}, "message can't be edited"),
        ("editMessageText", {"text": "x", "message_id": None}, "message identifier is not specified"),
        (
            "editMessageText",
            {"text": "x", "message_id": "abc"},
            "message identifier is not specified",
        ),
        ("editMessageText", {"text": "x", "chat_id": None}, "chat_id is empty"),
        ("editMessageText", {"text": None}, "message text is empty"),
        (
            "editMessageText",
            {"text": "x", "inline_message_id": "i"},
            "inline messages are known but not simulated by the sandbox",
        ),
        (
            "editMessageText",
            {"text": "x", "reply_markup": {"inline_keyboard": 1}},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        ("editMessageCaption", {"caption": "x"}, "there is no caption in the message to edit"),
        ("deleteMessage", {"message_id": 9999}, "message to delete not found"),
        ("deleteMessage", {"message_id": None}, "message identifier is not specified"),
        ("deleteMessages", {"message_id": None, "message_ids": []}, "message identifiers are not specified"),
        (
            "deleteMessages",
            {"message_id": None, "message_ids": list(range(1, 102))},
            "too many message identifiers specified",
        ),
    ],
)
async def test_refuses_in_telegrams_words(
    bot: RawBot, place: dict[str, int], method: str, parameters: dict[str, Any], refusal: str
) -> None:
    assert (await bot(method, **(place | parameters))).refusal == f"Bad Request: {refusal}"


async def test_deleting(bot: RawBot, chat: SandboxClient, place: dict[str, int]) -> None:
    assert (await bot("deleteMessage", **place)).result is True
    assert (
        await bot("editMessageText", **place, text="x")
    ).refusal == "Bad Request: message to edit not found"
    assert (await bot("deleteMessages", chat_id=1, message_ids=[1, 9999])).result is True
    assert await chat.messages(1) == []


async def test_in_groups_a_bot_deletes_only_its_own_until_it_is_an_administrator(
    bot: RawBot, chat: SandboxClient
) -> None:
    await chat.add_chat(-50, "Tavern", [1])
    theirs = await chat.send(1, "/x", -50)
    refused = await bot("deleteMessage", chat_id=-50, message_id=theirs)
    assert refused.refusal == "Bad Request: message can't be deleted for everyone"
    await bot("deleteMessages", chat_id=-50, message_ids=[theirs])
    assert [message.message_id for message in await chat.messages(-50)][1:] == [theirs]
    await chat.set_member(-50, "administrator")
    assert (await bot("deleteMessage", chat_id=-50, message_id=theirs)).result is True


def upload(field: str, data: bytes, **fields: str) -> FormData:
    form = FormData(fields)
    form.add_field(field, io.BytesIO(data), filename="picture")
    return form


async def send_photo(bot: RawBot, data: bytes = PNG, **fields: str) -> dict[str, Any]:
    reply = await bot.request("sendPhoto", data=upload("photo", data, chat_id="1", **fields))
    sent: dict[str, Any] = reply.result
    return sent


async def test_photos_are_sent_shown_and_sent_again(bot: RawBot, http: Any) -> None:
    sent = await send_photo(bot, caption="<b>c</b>", parse_mode="HTML")
    *_, size = sent["photo"]
    assert (size["width"], size["height"], sent["caption"]) == (40, 30, "c")
    assert sent["caption_entities"][0]["type"] == "bold"
    again = (await bot("sendPhoto", chat_id=2, photo=size["file_id"])).result
    assert again["photo"] == sent["photo"]
    async with http.get(f"{bot.url}/sandbox/photos/{size['file_id']}") as shown:
        assert (shown.content_type, await shown.read()) == ("image/png", PNG)
    async with http.get(f"{bot.url}/sandbox/photos/none") as missing:
        assert missing.status == 404


def jpeg(width: int, height: int) -> bytes:
    return b"\xff\xd8\xff\xc0\x00\x0b\x08" + height.to_bytes(2) + width.to_bytes(2) + b"\x01\x01\x11\x00"


@pytest.mark.parametrize(
    ("width", "height", "sizes"),
    [
        (40, 30, [(40, 30), (40, 30)]),
        (200, 400, [(45, 90), (160, 320), (200, 400)]),
        (1280, 720, [(90, 51), (320, 180), (800, 450), (1280, 720)]),
        (1920, 1080, [(90, 51), (320, 180), (800, 450), (1280, 720)]),
        (100, 2000, [(4, 90), (16, 320), (40, 800), (64, 1280)]),
    ],
)
async def test_a_photo_has_sizes_and_each_can_be_sent_again(
    bot: RawBot, width: int, height: int, sizes: list[tuple[int, int]]
) -> None:
    photo = (await send_photo(bot, jpeg(width, height)))["photo"]
    assert [(size["width"], size["height"]) for size in photo] == sizes
    assert len({size["file_unique_id"] for size in photo}) == len(sizes)
    for size in photo:
        assert (await bot("sendPhoto", chat_id=1, photo=size["file_id"])).result["photo"] == photo
    weights = [size["file_size"] for size in photo]
    assert weights == sorted(weights)
    assert weights[0] > 0
    wrong = await bot("sendPhoto", chat_id=1, photo=photo[-1]["file_id"] + "q")
    assert wrong.refusal == "Bad Request: wrong file identifier/HTTP URL specified"


async def test_photo_messages_have_captions_and_media_not_text(bot: RawBot) -> None:
    sent = await send_photo(bot, caption="a")
    place = {"chat_id": 1, "message_id": sent["message_id"]}
    assert (
        await bot("editMessageText", **place, text="x")
    ).refusal == "Bad Request: there is no text in the message to edit"
    assert (await bot("editMessageCaption", **place, caption="b")).result["caption"] == "b"
    form = upload(
        "new",
        JPEG,
        chat_id="1",
        message_id=str(place["message_id"]),
        media='{"type":"photo","media":"attach://new","caption":"c"}',
    )
    edited = (await bot.request("editMessageMedia", data=form)).result
    assert (edited["photo"][-1]["width"], edited["photo"][-1]["height"], edited["caption"]) == (10, 20, "c")


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"GIF89a", "IMAGE_PROCESS_FAILED"),
        (b"\xff\xd8\xff\xe0\x00\x04ab", "IMAGE_PROCESS_FAILED"),
        (PNG.replace((40).to_bytes(4), (9000).to_bytes(4)), "PHOTO_INVALID_DIMENSIONS"),
        (PNG + b"x" * (10 * 1024 * 1024), "file is too big"),
    ],
)
async def test_files_that_are_no_proper_photos_are_refused(bot: RawBot, data: bytes, refusal: str) -> None:
    reply = await bot.request("sendPhoto", data=upload("photo", data, chat_id="1"))
    assert reply.refusal == f"Bad Request: {refusal}"


@pytest.mark.parametrize(
    ("method", "parameters", "refusal"),
    [
        ("sendPhoto", {"message_id": None}, "there is no photo in the request"),
        ("sendPhoto", {"message_id": None, "photo": "unknown"}, "wrong file identifier/HTTP URL specified"),
        (
            "sendPhoto",
            {"message_id": None, "photo": "https://e.org/x.png"},
            "photos by URL are known but not simulated by the sandbox",
        ),
        (
            "sendPhoto",
            {"message_id": None, "photo": "x", "caption": "x" * 1025},
            "message caption is too long",
        ),
        (
            "editMessageMedia",
            {"media": {"type": "video", "media": "x"}},
            "media of type video is known but not simulated by the sandbox",
        ),
    ],
)
async def test_refuses_wrong_media(
    bot: RawBot, place: dict[str, int], method: str, parameters: dict[str, Any], refusal: str
) -> None:
    assert (await bot(method, **(place | parameters))).refusal == f"Bad Request: {refusal}"

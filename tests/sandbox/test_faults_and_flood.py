import time
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession

from telegram_sandbox.client import SandboxClient
from telegram_sandbox.config import FloodModel, SandboxConfig
from telegram_sandbox.errors import TooManyRequestsError
from telegram_sandbox.server import SandboxServer
from telegram_sandbox.trouble.faults import Fault
from telegram_sandbox.trouble.flood import BotBucket, flood, spend
from telegram_sandbox.world.model import ChatLog

from .conftest import RawBot


@pytest.mark.parametrize(
    ("kind", "status", "refusal"),
    [
        ("400", 400, "Bad Request: a fault was asked for"),
        ("401", 401, "Unauthorized"),
        ("403", 403, "Forbidden: bot was blocked by the user"),
        ("409", 409, "Conflict: terminated by other getUpdates request"),
        ("429", 429, "Too Many Requests: retry after 3"),
        ("500", 500, "Internal Server Error"),
        ("502", 502, "Bad Gateway"),
        ("599", 599, "Server error 599"),
    ],
)
async def test_calls_fail_as_often_as_asked(
    bot: RawBot, chat: SandboxClient, kind: str, status: int, refusal: str
) -> None:
    await chat.fault("SendMessage", kind, count=2, seconds=3)
    for _ in range(2):
        failed = await bot("sendMessage", chat_id=1, text="x")
        assert (failed.status, failed.refusal) == (status, refusal)
    assert (await bot("sendMessage", chat_id=1, text="x")).status == 200


async def test_a_429_says_when_to_come_back(bot: RawBot, chat: SandboxClient, http: ClientSession) -> None:
    for seconds in (7, 3600):
        await chat.fault("*", "429", seconds=seconds)
        async with http.post(f"{bot.url}/bot{bot.token}/getMe") as response:
            assert (await response.json())["parameters"] == {"retry_after": seconds}
            assert response.headers["Retry-After"] == str(seconds)


@pytest.mark.parametrize("kind", ["400", "401", "403", "409", "429", "500"])
def test_a_planned_error_is_made_anew_each_time(kind: str) -> None:
    fault = Fault("sendMessage", kind, count=2)
    assert fault.error() is not fault.error()


@pytest.mark.parametrize(("kind", "arrived"), [("drop", 0), ("drop_reply", 1)])
async def test_lost_calls_break_the_connection(
    bot: RawBot, chat: SandboxClient, kind: str, arrived: int
) -> None:
    await chat.fault("sendMessage", kind)
    with pytest.raises(ClientError):
        await bot("sendMessage", chat_id=1, text="x")
    assert len([m for m in await chat.messages(1) if m.from_bot]) == arrived


async def test_doubled_calls_happen_twice(bot: RawBot, chat: SandboxClient) -> None:
    await chat.fault("sendMessage", "duplicate")
    sent = (await bot("sendMessage", chat_id=1, text="x")).result
    assert len([m for m in await chat.messages(1) if m.from_bot]) == 2
    await chat.fault("editMessageText", "duplicate")
    edited = await bot("editMessageText", chat_id=1, message_id=sent["message_id"], text="y")
    assert edited.result["text"] == "y"


async def test_doubled_updates_come_twice(bot: RawBot, chat: SandboxClient) -> None:
    await chat.fault("getUpdates", "duplicate")
    await chat.send(1, "x")
    first, second = await bot.updates()
    assert first == second


async def test_delayed_calls_are_late(bot: RawBot, chat: SandboxClient) -> None:
    await chat.fault("getMe", "delay", seconds=0.1)
    began = time.perf_counter()
    assert (await bot("getMe")).status == 200
    assert time.perf_counter() - began >= 0.1


async def test_faults_are_listed_and_cleared(bot: RawBot, chat: SandboxClient, http: ClientSession) -> None:
    await chat.fault("sendMessage", "500", count=3)
    await chat.fault("sendMessage", "drop", count=1)
    await chat.fault("sendMessage", "500", count=5)
    async with http.get(f"{bot.url}/sandbox/faults") as response:
        planned = (await response.json())["faults"]
    assert [(fault["kind"], fault["count"]) for fault in planned] == [("drop", 1), ("500", 5)]
    await chat.clear_faults()
    assert (await bot("sendMessage", chat_id=1, text="x")).status == 200


async def test_faults_for_others_do_not_touch_a_call(bot: RawBot, chat: SandboxClient) -> None:
    await chat.fault("webhook", "500")
    assert (await bot("getMe")).status == 200


def spent(model: FloodModel, chat: ChatLog, now: float, *, is_group: bool = False) -> int:
    """How many sends the chat bears at this moment, and then the seconds to wait."""
    count = 0
    while True:
        try:
            spend(model, chat, is_group=is_group, now=now)
        except TooManyRequestsError as refusal:
            return count or -refusal.retry_after
        count += 1


def test_private_chats_bear_a_burst_and_one_a_second() -> None:
    chat = ChatLog()
    assert spent(FloodModel(), chat, 100) == 20
    assert spent(FloodModel(), chat, 100) == -1
    assert spent(FloodModel(), chat, 103) == 3
    assert spent(FloodModel(), chat, 1000) == 20
    assert spent(FloodModel(), chat, 5) == -1


def test_groups_refill_twenty_a_minute() -> None:
    chat = ChatLog()
    assert spent(FloodModel(), chat, 100, is_group=True) == 20
    assert spent(FloodModel(), chat, 100, is_group=True) == -3
    assert spent(FloodModel(), chat, 106, is_group=True) == 2


async def test_sends_and_edits_share_a_chats_bucket_and_answers_have_none(http: ClientSession) -> None:
    config = SandboxConfig(port=0, flood=FloodModel(burst=2, private_per_second=0.01))
    async with SandboxServer(config) as server, SandboxClient(server.url) as chat:
        bot = RawBot(http, server.url)
        await bot("getMe")
        for user_id in (1, 2):
            await chat.send(user_id, "/start")
        sent = (await bot("sendMessage", chat_id=1, text="x")).result
        place: dict[str, Any] = {"chat_id": 1, "message_id": sent["message_id"]}
        assert (await bot("editMessageText", **place, text="y")).status == 200
        flooded = await bot("editMessageText", **place, text="z")
        assert (flooded.status, flooded.refusal) == (429, "Too Many Requests: retry after 100")
        assert (await bot("sendMessage", chat_id=2, text="x")).status == 200
        assert (await bot("deleteMessage", **place)).status == 200


@pytest.mark.parametrize("seconds", [1, 60, 300, 3600, 86_400])
def test_a_flood_wait_is_as_long_as_asked_and_of_one_chat_alone(seconds: int) -> None:
    flooded, other = ChatLog(), ChatLog()
    flood(flooded, seconds, now=100)

    assert spent(FloodModel(), flooded, 100) == -seconds
    assert spent(FloodModel(), flooded, 99.5 + seconds) == -1
    assert spent(FloodModel(enabled=False), flooded, 99.5 + seconds) == -1
    assert spent(FloodModel(), other, 100) == 20
    assert spent(FloodModel(), flooded, 100 + seconds) == 20


def test_a_wait_is_as_long_as_it_was_asked_for_whenever_that_was() -> None:
    chat = ChatLog()
    for number in range(1_000):
        now = 32_000 + number / 7
        flood(chat, 3_600, now)
        with pytest.raises(TooManyRequestsError) as refused:
            spend(FloodModel(), chat, is_group=False, now=now)
        assert refused.value.retry_after == 3_600


async def test_a_flood_wait_on_demand_refuses_sends_and_edits_and_can_be_ended(
    bot: RawBot, chat: SandboxClient, http: ClientSession
) -> None:
    sent = (await bot("sendMessage", chat_id=1, text="x")).result
    await chat.flood(1, 3600)

    edit: dict[str, Any] = {"chat_id": 1, "message_id": sent["message_id"], "text": "y"}
    for refused in (await bot("sendMessage", chat_id=1, text="x"), await bot("editMessageText", **edit)):
        assert (refused.status, refused.body["parameters"]) == (429, {"retry_after": 3600})
    assert (await bot("sendMessage", chat_id=2, text="x")).status == 200
    async with http.get(f"{bot.url}/sandbox/floods") as listed:
        [only] = (await listed.json())["floods"]
        assert only["chat_id"] == 1
    await (await http.delete(f"{bot.url}/sandbox/floods")).release()
    assert (await bot("editMessageText", **edit)).status == 200


def test_all_chats_of_a_bot_may_share_a_bucket() -> None:
    model, everybody = FloodModel(bot_per_second=30), BotBucket()
    chats = [ChatLog() for _ in range(31)]
    for chat in chats[:30]:
        spend(model, chat, is_group=False, now=100, everybody=everybody)

    with pytest.raises(TooManyRequestsError):
        spend(model, chats[30], is_group=False, now=100, everybody=everybody)
    spend(model, chats[30], is_group=False, now=100.1, everybody=everybody)


def test_the_model_can_be_switched_off() -> None:
    chat, model = ChatLog(), FloodModel(enabled=False)
    for _ in range(100):
        spend(model, chat, is_group=False, now=0)
    assert chat.tokens is None


async def test_a_fault_may_meet_one_call_in_some(bot: RawBot, chat: SandboxClient) -> None:
    await chat.fault("sendMessage", "500", count=2, every=3)
    statuses = [(await bot("sendMessage", chat_id=1, text=f"{number}")).status for number in range(8)]
    assert statuses == [200, 200, 500, 200, 200, 500, 200, 200]

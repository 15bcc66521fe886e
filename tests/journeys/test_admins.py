"""Admins help players over real HTTP; to players their commands do not exist."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiogram.types import BotCommandScopeChat, Chat, Message, Update, User
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from apps.game_core.modules.admins.contracts import ReadActions
from apps.game_core.settings import CoreSettings
from bot.handlers.admins import COMMANDS
from bot.process.command_menu import describe_commands
from bot.running import Process, open_process
from telegram_sandbox.client import Player, SandboxClient
from telegram_sandbox.server import SandboxServer
from tests.journeys.conftest import TOKEN, polled
from tests.support.thumb import Thumb, new_thumb
from tools.support.patience import PATIENCE

ADMIN = 12


@pytest.fixture
async def process(
    sandbox: SandboxServer, settings: CoreSettings, database: AsyncEngine, redis: Redis
) -> AsyncIterator[Process]:
    """A running bot that knows an admin."""
    async with open_process(settings, TOKEN, sandbox.url, admin_ids={ADMIN}) as opened, polled(opened):
        yield opened


@pytest.fixture
async def admin(client: SandboxClient, process: Process) -> Player:
    return await begun(client, process, "Root")


async def begun(client: SandboxClient, process: Process, name: str, language: str = "en") -> Player:
    """The admin, with a character of their own."""
    admin = await client.add_user(ADMIN, name, language)
    await Thumb(admin, process).send("/start")
    return admin


async def answers(player: Player, text: str) -> str:
    """What the bot says to a text, in a message of its own."""
    sent = await player.send(text)
    answer = await player._until(lambda message: message.message_id > sent, f"an answer to {text}", PATIENCE)
    return answer.text


@pytest.mark.parametrize("text", [f"/{name} 11 bread" for name in COMMANDS])
async def test_fault_31_an_admins_command_from_a_player_is_like_any_unknown_one(
    client: SandboxClient, process: Process, text: str
) -> None:
    thumb = await new_thumb(client, process)
    unknown = await answers(thumb.player, "/nonsense")

    with capture_logs() as logged:
        answer = await answers(thumb.player, text)

    assert answer == unknown
    [attempt] = [line for line in logged if line["log_level"] == "warning"]
    command = text.split(maxsplit=1)[0].removeprefix("/")
    assert attempt["event"] == "admin command from a player"
    assert (attempt["user_id"], attempt["command"]) == (11, command)
    assert await process.core.router.route("admins", "log", ReadActions()) == ()


async def test_fault_31_groups_hear_nothing_not_even_from_an_admin(
    client: SandboxClient, process: Process, admin: Player
) -> None:
    player = (await new_thumb(client, process)).player
    await client.add_chat(-1000, "Tavern", [11, ADMIN])
    for member in (player, admin):
        await member.within(-1000).send("/metrics")
    await player.within(-1000).send("/inventory")
    await player.within(-1000).sees("· level 1")

    _, *written = await client.messages(-1000)  # after that of the bot's arrival
    assert [message.from_bot for message in written] == [False] * 3 + [True]


async def test_fault_31_only_admins_find_the_commands_in_their_menu(
    client: SandboxClient, process: Process, admin: Player
) -> None:
    await answers(admin, "/help")

    await describe_commands(process.bot, process.uis, {ADMIN, 404})

    everybodys = {each.command for each in await process.bot.get_my_commands()}
    scope = BotCommandScopeChat(chat_id=ADMIN)
    admins = {each.command for each in await process.bot.get_my_commands(scope=scope)}
    assert everybodys.isdisjoint(COMMANDS)
    assert admins == everybodys | set(COMMANDS)


async def test_fault_31_only_admins_find_the_commands_in_their_help(
    client: SandboxClient, process: Process, admin: Player
) -> None:
    thumb = await new_thumb(client, process)
    await client.add_chat(-1000, "Tavern", [11, ADMIN])
    group = admin.within(-1000)
    await group.send("/help")

    everybodys = [await answers(thumb.player, "/help"), (await group.sees("/inventory")).text]
    admins = await answers(admin, "/help")

    for name in COMMANDS:
        assert f"/{name} " in admins
        assert not any(f"/{name} " in text for text in everybodys)


async def test_a_page_of_the_ledger_that_is_not_there_is_said_to_be_missing(
    client: SandboxClient, process: Process, admin: Player
) -> None:
    await new_thumb(client, process)

    assert "There is no page 99: this is the last one." in await answers(admin, "/history 11 99")
    assert "There is no page" not in await answers(admin, "/history 11 1")


async def test_an_admin_gives_looks_reads_and_writes(
    client: SandboxClient, process: Process, admin: Player
) -> None:
    thumb = await new_thumb(client, process)
    await thumb.send("/inventory")

    assert "arrives within seconds" in await answers(admin, "/give Alice copper_ring 2")
    for chore in process.core.worker.chores:
        await chore.round()
    await thumb.tap("Refresh")
    await thumb.player.sees("🎁 New in the backpack: Copper Ring ×2")
    await thumb.tap("Backpack")
    assert ["Copper Ring ×3" in label for label in await thumb.labels() if "Copper Ring" in label] == [True]

    assert "1 change waits to be written." in await answers(admin, "/inspect 11")
    assert "📬 Received: Copper Ring ×2" in await answers(admin, f"/history #{await thumb.char_id()}")
    assert "Written now: 2 item rows." in await answers(admin, "/sync Alice")
    assert "all written" in await answers(admin, "/inspect Alice")


async def test_fault_28_a_gift_that_is_delivered_twice_is_given_once(
    client: SandboxClient, process: Process, admin: Player
) -> None:
    thumb = await new_thumb(client, process)
    await answers(admin, "/help")
    message = Message(
        message_id=900,
        date=datetime(2026, 1, 1, tzinfo=UTC),
        chat=Chat(id=ADMIN, type="private"),
        from_user=User(id=ADMIN, is_bot=False, first_name="Root"),
        text="/give Alice copper_ring",
    )

    for _ in range(2):
        await process.dispatcher.feed_update(process.bot, Update(update_id=7_000, message=message))

    await admin.sees("That is done already.")
    assert await thumb.world.pieces(await thumb.char_id(), "copper_ring") == 2


async def tapped(player: Player, label: str) -> str:
    """What the bot says to a tap, in a message of its own."""
    menu = await player.menu()
    await player.tap(label)
    answer = await player._until(lambda message: message.message_id > menu.message_id, "an answer", PATIENCE)
    return answer.text


async def test_an_emptied_bag_is_given_back_after_a_look(
    client: SandboxClient, process: Process, admin: Player
) -> None:
    thumb = await new_thumb(client, process)
    char_id = await thumb.char_id()
    await thumb.send("/inventory")
    bag = await process.core.gateway.view(char_id)
    loose = [item.id for item in bag.backpack if item.droppable]
    await process.core.gateway.drop_many(char_id, loose)

    planned = await answers(admin, "/restore Alice 2h")
    await process.core.gateway.add_item(char_id, "copper_ring", 1)
    outdated = await tapped(admin, "Bring it back")
    done = await tapped(admin, "Bring it back")

    assert "• Loaf of Bread ×3" in planned
    assert "• Copper Ring" in planned
    assert "Nothing was restored." in outdated
    assert "• Copper Ring" not in outdated
    assert "Came back:" in done
    after = await process.core.gateway.view(char_id)
    assert {item.id for item in after.backpack} >= set(loose) - {
        item.id for item in bag.backpack if item.base_id == "copper_ring"
    }
    assert await thumb.world.pieces(char_id, "copper_ring") == 1
    assert "Restored: " in await answers(admin, "/history Alice")
    assert "• Loaf of Bread ×3" in await answers(admin, "/at Alice 0s")
    assert "Nothing came, and nothing went." in await tapped(admin, "What changed since")
    life = await answers(admin, f"/life {next(item.id for item in bag.backpack if item.base_id == 'bread')}")
    assert [word for word in ("Born with: ", "Dropped: ", "Restored: ") if word not in life] == []


async def test_fault_29_hostile_names_and_long_bags_make_no_broken_message(
    client: SandboxClient, process: Process, admin: Player
) -> None:
    thumb = await new_thumb(client, process)
    world = thumb.world
    char_id = await thumb.char_id()
    await world.execute("UPDATE characters SET name = '<b>&' || repeat('😀', 60)")
    await world.execute("UPDATE inventories SET max_slots = 400")
    await world.execute(
        "INSERT INTO inventory_items (id, char_id, base_id, quantity, rarity, acquired_at, place, position)"
        " SELECT 5000 + n, :id, '<i>&' || repeat('x', 90), 1, 'rare', 0, 'backpack', 500 + n"
        " FROM generate_series(1, 300) AS n",
        id=char_id,
    )

    inspected = await answers(admin, "/inspect 11")
    read = await answers(admin, "/history 11")

    assert inspected.startswith("🔎 <b>&😀")
    assert inspected.endswith(" more: a terminal shows all.")
    assert len(inspected) > 2000
    assert read.startswith("📖 <b>&😀")


async def test_an_admin_is_answered_in_the_own_language(client: SandboxClient, process: Process) -> None:
    await new_thumb(client, process)
    admin = await begun(client, process, "Рут", "ru")

    assert "Положено в почту: Медное кольцо ×2" in await answers(admin, "/give Alice copper_ring 2")
    assert "Начальный набор: Железный меч" in await answers(admin, "/history Alice")
    assert "Как было " in await answers(admin, "/at Alice 0s")
    assert "Игрока «Боб» нет." in await answers(admin, "/inspect Боб")
    assert "Всё это и так на месте." in await answers(admin, "/restore Alice 1h")

"""Row 53: whoever deletes themselves is nowhere any more, and nobody acts for whom was deleted."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest
from aiogram import Bot
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from aiogram.types import CallbackQuery, Chat, InaccessibleMessage, Update, User
from redis.asyncio import Redis

from apps.game_core.modules.admins.contracts import Inspect, messenger_actor
from apps.game_core.modules.admins.errors import PlayerNotFoundError
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.settings import CoreSettings
from bot.callbacks.buttons import (
    Act,
    Choose,
    Close,
    Do,
    Erase,
    Facet,
    Fight,
    Mark,
    Marking,
    Open,
    ScreenName,
    Speak,
    Train,
)
from bot.lately import Lately
from bot.running import Process, open_process
from telegram_sandbox.client import SandboxClient
from telegram_sandbox.server import SandboxServer
from tests.journeys.conftest import TOKEN
from tests.support.redis_answers import answered
from tests.support.thumb import Thumb
from tests.support.world import World
from tools.walk.stage import Hasty

ZED, NAME = 4_242_424_242, "Zebulon"
_SOON = 3_600  # seconds, within which the count of a chat's messages goes by itself
TAVERN, MARKET = -1000, -1001
NO_CHARACTER = "You have no character. Send /start to begin."


@pytest.fixture
async def second(process: Process, sandbox: SandboxServer, settings: CoreSettings) -> AsyncIterator[Process]:
    async with another(sandbox, settings) as opened:
        yield opened


def another(sandbox: SandboxServer, settings: CoreSettings) -> AbstractAsyncContextManager[Process]:
    """Another process of the same bot; it takes in what a test gives it."""
    return open_process(settings, TOKEN, sandbox.url, clock=Hasty())


@pytest.fixture
async def zed(client: SandboxClient, process: Process) -> Thumb:
    """In the bag in private, in a fight in one group and looking for something in another."""
    user = await client.add_user(ZED, NAME)
    await client.add_chat(TAVERN, "Tavern", [ZED])
    await client.add_chat(MARKET, "Market", [ZED])
    thumb, tavern, market = (
        Thumb(each, process) for each in (user, user.within(TAVERN), user.within(MARKET))
    )
    for each in (thumb, tavern, market):
        await each.send("/start")
    await tavern.tap("Training")
    await market.send("/inventory")
    await market.tap("Backpack")
    await market.tap_data(Open(screen=ScreenName.SEARCH, owner=ZED).pack())
    await thumb.send("/inventory")
    await thumb.tap("Backpack")
    await thumb.tap("Filter")
    await thumb.tap("Weapons")
    await thumb.tap_data(Mark(how=Marking.ALL, owner=ZED).pack())
    return thumb


async def delete(thumb: Thumb) -> str | None:
    await thumb.send("/delete_me")
    await thumb.tap("Delete…")
    said = (await thumb.tap("Yes, delete everything")).text
    await thumb.process.settled(30)
    return said


async def in_redis(redis: Redis) -> list[bytes]:
    """Keys that name the user, or in which the user is named; but how much was said in a chat just now."""
    found = [key async for key in redis.scan_iter("*") if _names(key) or _names(await _content(redis, key))]
    return [key for key in found if not (key.startswith(b"bot:chat:") and 0 < await redis.ttl(key) <= _SOON)]


async def _content(redis: Redis, key: bytes) -> bytes:
    """As Redis would write it to a disk."""
    match await redis.type(key):
        case b"hash":
            return repr(await answered(redis.hgetall(key.decode()))).encode()
        case b"zset":
            return repr(await redis.zrange(key, 0, -1)).encode()
        case b"set":
            return repr(await answered(redis.smembers(key))).encode()
        case b"list":
            return repr(await answered(redis.lrange(key, 0, -1))).encode()
        case _:
            return await redis.get(key) or b""


def _names(text: bytes) -> bool:
    return str(ZED).encode() in text or NAME.encode() in text


async def in_postgres(world: World) -> list[str]:
    """Rows in which the user is named."""
    tables = await world.query(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    found = []
    for table in tables:
        rows = await world.query(f"SELECT row_to_json(t)::text AS row FROM {table.table_name} t")
        found += [f"{table.table_name}: {each.row}" for each in rows if _names(each.row.encode())]
    return found


async def inspect(process: Process, player: str, actor: str = "cli:root") -> None:
    context = Inspect(actor=actor, request_id=str(uuid4()), player=player)
    await process.core.router.route("admins", "inspect", context)


@pytest.mark.parametrize("place", [ZED, TAVERN, MARKET])
async def test_fault_53_nothing_names_who_was_deleted(process: Process, zed: Thumb, place: int) -> None:
    assert len(await in_redis(process.core.redis)) >= 1
    assert len(await in_postgres(zed.world)) >= 1
    if place == TAVERN:
        await Thumb(zed.player.within(TAVERN), process).tap_data(Fight(do=Train.LEAVE, owner=ZED).pack())

    assert await delete(Thumb(zed.player.within(place), process)) == "Everything is deleted."

    assert await in_redis(process.core.redis) == []
    assert await in_postgres(zed.world) == []


@pytest.mark.parametrize("sought", [str(ZED), NAME, f'"{NAME}"', "#999999"])
async def test_fault_53_who_an_operator_looked_for_in_vain_is_not_kept(
    client: SandboxClient, process: Process, sought: str
) -> None:
    with pytest.raises(PlayerNotFoundError):
        await inspect(process, sought)

    assert await in_postgres(World(process.core)) == []


async def test_fault_53_the_log_names_no_user_before_between_and_after(process: Process, zed: Thumb) -> None:
    # As the last version wrote it: what was typed where nobody was found.
    await zed.world.execute(
        "INSERT INTO admin_actions (request_id, actor, command, arguments, outcome) VALUES"
        f""" ('a', 'cli:root', 'inspect', '{{"player"\\: "{ZED}"}}', 'PlayerNotFoundError'),"""
        f""" ('b', 'cli:root', 'give', '{{"player"\\: "{NAME}", "quantity"\\: 2}}', 'PlayerNotFoundError')"""
    )
    await inspect(process, str(ZED))
    await inspect(process, NAME)
    char_id = await zed.char_id()
    await inspect(process, f"#{char_id}", messenger_actor(ZED))
    await inspect(process, NAME, messenger_actor(ZED))

    await delete(zed)
    with pytest.raises(PlayerNotFoundError):
        await inspect(process, str(ZED))

    assert await in_postgres(zed.world) == []
    rows = await zed.world.query("SELECT actor, char_id, arguments FROM admin_actions ORDER BY id")
    assert [row.char_id for row in rows] == [None, None, *[char_id] * 4, None]
    assert rows[1].arguments == {"player": "?", "quantity": 2}
    # Nobody knows any more who that was; that it was one and the same is still to be seen.
    actors = {row.actor for row in rows if row.actor != "cli:root"}
    assert len(actors) == 1
    assert actors.pop().startswith("erased:")


@pytest.mark.parametrize("again", ["/delete_me", "/inventory", "/help", "tap", "tap elsewhere", "/start"])
async def test_fault_53_a_deletion_that_stopped_half_way_is_finished(
    process: Process, zed: Thumb, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    async def die(_: int) -> None:
        raise ConnectionError("killed")

    with monkeypatch.context() as killed:
        killed.setattr(process.players._homes, "forget", die)
        await delete(zed)
    process.players._known = Lately()  # it starts again
    assert await in_redis(process.core.redis) != []

    if again.startswith("/"):
        await zed.send(again)
    else:
        place = TAVERN if again == "tap elsewhere" else ZED
        tapping = Thumb(zed.player.within(place), process)
        assert (await tapping.tap_data(Open(screen=ScreenName.MAIN, owner=ZED).pack())).alert == NO_CHARACTER

    if again == "/start":
        assert set(await _kept(process.core.redis)) == {"character", *fields(ZED)}
        assert "Welcome, adventurer!" in await zed.text()
    else:
        assert await in_redis(process.core.redis) == []


def fields(chat_id: int) -> list[str]:
    return [f"fsm:{chat_id}:{ZED}:{part}" for part in ("default:state", "menu:data")]


async def _kept(redis: Redis) -> dict[str, str]:
    kept = await answered(redis.hgetall(f"states:{ZED}"))
    return {name.decode(): value.decode() for name, value in kept.items()}


OLD_BUTTONS: dict[str, CallbackData | str] = {
    "lobby": Open(screen=ScreenName.LOBBY, owner=ZED),
    "inventory": Open(screen=ScreenName.MAIN, owner=ZED),
    "languages": Open(screen=ScreenName.LANGUAGE, owner=ZED),
    "deletion": Open(screen=ScreenName.ERASE, owner=ZED),
    "deleting": Erase(owner=ZED, character=1),
    "speak": Speak(owner=ZED, language="ru"),
    "leave": Close(owner=ZED, leave=True),
    "close": Close(owner=ZED),
    "mark": Mark(how=Marking.ALL, owner=ZED),
    "choose": Choose(facet=Facet.WEARABLE, owner=ZED, value="1"),
    "fight": Fight(do=Train.START, owner=ZED),
    "drop marked": Act(do=Do.DROP_MARKED, owner=ZED, item=0, stamp="00000000"),
    "nonsense": "nonsense",
}


async def test_fault_53_another_process_does_nothing_for_the_dead(
    process: Process,
    sandbox: SandboxServer,
    settings: CoreSettings,
    zed: Thumb,
) -> None:
    """One process for each button: whoever answered once knows."""
    async with AsyncExitStack() as stack:
        others, said = dict[str, Process](), dict[str, list[AnswerCallbackQuery]]()
        for name in OLD_BUTTONS:
            others[name] = await stack.enter_async_context(another(sandbox, settings))
            said[name] = heard(others[name])
            await tapped(others[name], Open(screen=ScreenName.MAIN, owner=ZED).pack(), TAVERN)
            assert others[name].players._recall(ZED) is not None
        await delete(zed)

        found = {}
        for name, data in OLD_BUTTONS.items():
            said[name].clear()
            await tapped(others[name], data if isinstance(data, str) else data.pack(), TAVERN)
            left = (await in_redis(process.core.redis), await in_postgres(zed.world))
            found[name] = ([each.text for each in said[name]], *left)

        assert found == dict.fromkeys(OLD_BUTTONS, ([NO_CHARACTER], [], []))


async def test_fault_53_another_process_serves_who_was_born_again(
    process: Process, second: Process, zed: Thumb
) -> None:
    heard(second)
    await tapped(second, Open(screen=ScreenName.MAIN, owner=ZED).pack(), ZED)
    await delete(zed)
    await zed.send("/start")
    new = await zed.char_id()

    await tapped(second, Open(screen=ScreenName.MAIN, owner=ZED).pack(), ZED)

    known = second.players._recall(ZED)
    assert known is not None
    assert known.id == new
    assert (await _kept(process.core.redis))["character"] == str(new)


async def test_fault_53_what_was_under_way_leaves_no_trace(
    process: Process, second: Process, zed: Thumb
) -> None:
    """Another process read the user's states before the deletion and writes them after it."""
    places = [second.dispatcher.fsm.get_context(second.bot, chat_id, ZED) for chat_id in (ZED, TAVERN)]
    before = [await place.get_data() for place in places]

    await delete(zed)
    for place, data in zip(places, before, strict=True):
        await place.set_data(data | {"more": 1})
        await place.set_state("Inventory:browsing")

    assert await in_redis(process.core.redis) == []


async def test_fault_53_a_deletion_between_asking_and_remembering(
    process: Process, second: Process, zed: Thumb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process finds the character, which is then deleted, and only then keeps its home."""
    await process.core.redis.flushall()
    admit = second.players._homes.admit
    deleted: list[int] = []

    async def late(user_id: int, char_id: int) -> None:
        if not deleted:
            deleted.append(char_id)
            await process.core.router.route("characters", "delete", DeleteCharacter(char_id))
            await process.players._homes.forget(user_id)
        await admit(user_id, char_id)

    monkeypatch.setattr(second.players._homes, "admit", late)

    assert await second.players.visiting(ZED, None) is None
    assert await in_redis(process.core.redis) == []


async def test_fault_53_everything_kept_of_a_user_has_an_end(process: Process, zed: Thumb) -> None:
    redis = process.core.redis
    named = [key async for key in redis.scan_iter(f"*{ZED}*")]
    home = f"states:{ZED}"

    assert named
    for key in named:
        assert 0 < await redis.ttl(key) <= 30 * 86_400
    await redis.expire(home, 50)
    await zed.tap_data(Open(screen=ScreenName.BACKPACK, owner=ZED).pack())
    assert await redis.ttl(home) > 86_400


async def test_fault_53_forged_taps_do_not_make_it_grow(process: Process, zed: Thumb) -> None:
    state = process.dispatcher.fsm.get_context(process.bot, ZED, ZED)
    before = await process.core.redis.memory_usage(f"states:{ZED}")

    for number in range(100):
        mark = Mark(how=Marking.ADD, owner=ZED, item=2**62 + number, page=number).pack()
        await tapped(process, mark, ZED)
    await tapped(process, "c:q:1y5v8ne:" + "x" * 40, ZED)

    [view] = [await process.core.gateway.view(await zed.char_id())]
    marked = (await state.get_data())["backpack"]["marked"]
    assert set(marked) <= {item.id for item in view.backpack}
    assert await process.core.redis.memory_usage(f"states:{ZED}") < before + 1_000


def heard(process: Process) -> list[AnswerCallbackQuery]:
    """The answers to taps that a process is given by hand: the sandbox knows nothing of these."""
    said: list[AnswerCallbackQuery] = []

    async def note(make_request: Any, bot: Bot, method: TelegramMethod[Any]) -> Any:
        if isinstance(method, AnswerCallbackQuery):
            said.append(method)
            return True
        return await make_request(bot, method)

    process.bot.session.middleware(note)
    return said


async def tapped(process: Process, data: str, chat_id: int) -> None:
    query = CallbackQuery(
        id="1",
        from_user=User(id=ZED, is_bot=False, first_name=NAME, language_code="en"),
        chat_instance="1",
        data=data,
        message=InaccessibleMessage(
            chat=Chat(id=chat_id, type="private" if chat_id > 0 else "group"), message_id=1, date=0
        ),
    )
    await process.dispatcher.feed_update(process.bot, Update(update_id=1, callback_query=query))
    await process.settled(30)

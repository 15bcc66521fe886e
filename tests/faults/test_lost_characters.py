"""A restored database lacks a character: its player is told with the next one, whoever dies in between."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from aiogram.fsm.storage.base import StorageKey
from aiogram.types import User
from redis.exceptions import ConnectionError as NotConnectedError

from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.container import Core, open_core
from apps.game_core.modules.inventory.errors import CharacterNotFoundError
from apps.game_core.settings import CoreSettings
from bot.players.characters import Player, Players
from bot.players.user_states import CHARACTER, UserStates
from tests.support.dying import Stop, killed_there
from tests.support.invariants import check
from tests.support.losses import conflicts
from tests.support.world import World

ZED = User(id=4_242, is_bot=False, first_name="Zebulon")
_HOME = StorageKey(1, ZED.id, ZED.id)
_STEPS: Mapping[str, tuple[type, str]] = {
    "before the birth": (PostgresUnitOfWork, "commit"),
    "after the birth": (UserStates, "admit"),
    "before what is kept is forgotten": (UserStates, "forget"),
}


@dataclass
class Bot:
    """Who taps, as a bot's process learns it: each update asks what is kept of the user."""

    core: Core
    states: UserStates = field(init=False)
    players: Players = field(init=False)

    def __post_init__(self) -> None:
        self.states = UserStates(self.core.redis)
        self.players = Players(self.core.router, self.states)

    async def starts(self) -> Player:
        return await self.players.ensure(ZED, "en", await self._believed())

    async def taps(self) -> Player | None:
        return await self.players.visiting(ZED.id, await self._believed())

    async def _believed(self) -> int | None:
        return (await self.states.get_data(_HOME)).get(CHARACTER)


@pytest.fixture
def bot(core: Core) -> Bot:
    return Bot(core)


@pytest.fixture
async def lost(world: World, bot: Bot) -> int:
    """A character with a change that nobody has written, and that the database does not know any more."""
    char_id = (await bot.starts()).char_id
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.execute("DELETE FROM characters")
    return char_id


async def started(stop: Stop, settings: CoreSettings, step: str) -> None:
    """Stops there."""
    _stop_at(stop, step)
    async with open_core(settings) as core:
        await Bot(core).starts()


async def erased(stop: Stop, settings: CoreSettings) -> None:
    """Stops when the character is deleted, and what is kept of its player is not."""
    _stop_at(stop, "before what is kept is forgotten")
    async with open_core(settings) as core:
        bot = Bot(core)
        await bot.players.erase(await bot.starts())


def _stop_at(stop: Stop, step: str) -> None:
    async def stopped(*_: object) -> None:
        await stop()

    setattr(*_STEPS[step], stopped)


async def is_told(world: World, bot: Bot, lost: int) -> None:
    """Once, with the new character."""
    born = await bot.starts()
    assert born.char_id != lost
    assert (await world.gateway.open(born.char_id)).conflicts == ("lost",)
    assert await conflicts(world) == [(f"lost:character:{lost}", "lost", "CharacterLost")]
    bread = await world.item(born.char_id, "bread")
    outcome = await world.gateway.drop_item(born.char_id, bread.id, 1)
    assert outcome.inventory.conflicts == ("lost",)
    await world.core.worker.drain()
    assert (await world.gateway.open(born.char_id)).conflicts == ()
    assert (await bot.starts()).char_id == born.char_id
    await check(world, born.char_id)


async def test_who_begins_anew_is_told(world: World, bot: Bot, lost: int) -> None:
    await is_told(world, bot, lost)


async def test_who_taps_first_is_told_when_they_begin_anew(
    world: World, settings: CoreSettings, lost: int
) -> None:
    async with open_core(settings) as late:
        assert await Bot(late).taps() is None
    await is_told(world, Bot(world.core), lost)


async def test_nothing_is_told_as_done_once_a_write_has_noticed(world: World, bot: Bot, lost: int) -> None:
    await world.core.worker.drain()

    with pytest.raises(CharacterNotFoundError):
        await world.gateway.drop_item(lost, 1, 1, op_id="another")

    assert await world.core.redis.keys(f"*inventory*{lost}*") == []
    await is_told(world, bot, lost)


@pytest.mark.parametrize("step", ["before the birth", "after the birth"])
async def test_it_is_told_once_whoever_dies_while_they_begin_anew(
    world: World, settings: CoreSettings, bot: Bot, lost: int, step: str
) -> None:
    await asyncio.to_thread(killed_there, started, settings, step)

    await is_told(world, bot, lost)


async def test_who_deleted_themselves_has_lost_nothing_though_something_is_kept_of_them(
    world: World, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = await bot.starts()

    async def away(*_: object) -> None:
        raise NotConnectedError

    monkeypatch.setattr(UserStates, "forget", away)
    with pytest.raises(NotConnectedError):
        await bot.players.erase(gone)
    monkeypatch.undo()

    born = await bot.starts()

    assert born.char_id != gone.char_id
    assert (await world.gateway.open(born.char_id)).conflicts == ()
    assert await conflicts(world) == []


async def test_who_deletes_themselves_and_begins_anew_at_once_has_lost_nothing(
    world: World, bot: Bot
) -> None:
    gone = await bot.starts()
    await bot.players.erase(gone)

    born = await bot.players.ensure(ZED, "en", believed=gone.char_id)

    assert (await world.gateway.open(born.char_id)).conflicts == ()


async def test_nothing_is_kept_of_who_deleted_themselves_though_somebody_died_over_it(
    world: World, settings: CoreSettings
) -> None:
    await Bot(world.core).starts()
    await asyncio.to_thread(killed_there, erased, settings)

    assert await Bot(world.core).taps() is None

    assert await world.core.redis.keys(f"*{ZED.id}*") == []

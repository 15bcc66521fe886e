"""P3, P4 and P10: what whole taps take."""

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from statistics import median

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties

from apps.game_core.adapters.redis import keys
from apps.game_core.settings import CoreSettings
from bot.callbacks.buttons import Open, ScreenName
from bot.running import Process, open_process
from tools.bench import dialog_figure, figures
from tools.bench.baselines import NaiveInventory, bare_dispatcher, naive_dispatcher
from tools.bench.equips import Equips
from tools.bench.figures import Finding
from tools.bench.measuring import cpu, in_turns, spread
from tools.bench.post import Post
from tools.bench.stage import Made, make_players, two_swords
from tools.bench.store_figures import as_naive
from tools.bench.taps import Foreign, Player, changes, pages
from tools.support.round_trips import counting_round_trips

_TOKEN = "1000:bench-token-bench-token-bench-token"  # noqa: S105 - of no bot
_SMALL = 50
_LARGE_EACH = 4
"""So many times fewer operations with large bags: they take long, and the ratio is of one operation."""


@dataclass(frozen=True, slots=True)
class Size:
    players: int
    each: int
    repetitions: int
    large: int


async def measure(settings: CoreSettings, size: Size) -> AsyncIterator[Finding]:
    post = Post()
    async with open_process(
        settings, _TOKEN, "http://127.0.0.1:1", session=post, clock=post.clock, everybody=None
    ) as process:
        made = await make_players(process.core, size.players)
        async for finding in _against_others(process, post, made, size):
            yield finding
        async for finding in _round_trips(process, post, made[0]):
            yield finding
        async for finding in _grown(process, post, size):
            yield finding
        async for finding in dialog_figure.measure(process, post, _TOKEN, size.each, size.repetitions):
            yield finding


async def _against_others(
    process: Process, post: Post, made: list[Made], size: Size
) -> AsyncIterator[Finding]:
    players = [await _at_the_card(process, post, each) for each in made]
    naive, thing = NaiveInventory(process.core.redis), {}
    for each in made:
        await naive.save(each.char_id, await as_naive(process.core, each.char_id))
        item = (await process.core.gateway.view(each.char_id)).backpack[0]
        thing[each.user_id] = f"lock:{each.char_id}:{item.id}"
    users = list(thing)
    others = (
        _foreign(naive_dispatcher(process.core.redis, naive), thing.__getitem__, users),
        _foreign(bare_dispatcher(), lambda _: "bare:1", users),
    )
    blocks = (changes(players, size.each), *(each.block(size.each) for each in others))
    ours, assembled, bare = map(cpu, await in_turns(blocks, size.repetitions))
    yield Finding(figures.TAP_NAIVE, median(assembled) / median(ours), spread(assembled), (ours, assembled))
    yield Finding(figures.TAP_SHARE, median(bare) / median(ours), spread(bare), (ours, bare))


def _foreign(dispatcher: Dispatcher, data: object, users: list[int]) -> Foreign:
    post = Post()
    bot = Bot(_TOKEN, session=post, default=DefaultBotProperties(parse_mode="HTML"))
    return Foreign(dispatcher, bot, post, data, users)  # type: ignore[arg-type]


async def _round_trips(process: Process, post: Post, made: Made) -> AsyncIterator[Finding]:
    player = await _at_the_card(process, post, made)
    pages = [Open(screen=ScreenName.BACKPACK, owner=made.user_id, page=page).pack() for page in (1, 2)]
    block = changes([player], 1)
    await block.run()
    yield Finding(figures.TRIPS_CHANGE, await _before_the_answer(post, block.run()))
    await player.taps(pages[0])
    yield Finding(figures.TRIPS_VIEW, await _before_the_answer(post, player.taps(pages[1])))
    await process.core.worker.drain()
    await process.core.redis.delete(keys.session(made.char_id), keys.control(made.char_id))
    yield Finding(figures.TRIPS_COLD, await _before_the_answer(post, player.taps(pages[0])))


async def _before_the_answer(post: Post, tap: Awaitable[object]) -> int:
    """Round trips until the tap is answered; the menu is drawn after that, by itself."""
    trips: list[int] = []
    with counting_round_trips() as counted:
        post.on_answer = lambda: trips.append(counted.trips)
        await tap
    [found] = trips
    post.on_answer = lambda: None
    return found


async def _grown(process: Process, post: Post, size: Size) -> AsyncIterator[Finding]:
    bags = [(await make_players(process.core, 1, items))[0] for items in (_SMALL, size.large)]
    each = (size.each, max(2, size.each // _LARGE_EACH))
    players = [await _at_the_card(process, post, made) for made in bags]
    for figure, block in ((figures.GROWN_CHANGE, changes), (figures.GROWN_PAGE, pages)):
        blocks = [block([player], number) for player, number in zip(players, each, strict=True)]
        small, large = map(cpu, await in_turns(blocks, size.repetitions))
        yield Finding(figure, median(large) / median(small), spread(small), (large, small))
    core = process.core
    swords = [{made.char_id: two_swords(await core.gateway.view(made.char_id))} for made in bags]
    equips = [Equips(core, of, 2 * (number // 2)) for of, number in zip(swords, each, strict=True)]
    small, large = map(cpu, await in_turns(equips, size.repetitions))
    yield Finding(figures.GROWN_EQUIP, median(large) / median(small), spread(small), (large, small))


async def _at_the_card(process: Process, post: Post, made: Made) -> Player:
    player = Player(made.user_id, process, post)
    await player.to_the_card(await process.core.gateway.view(made.char_id))
    return player

"""Several bot processes and one menu: the latest screen is drawn last, whatever dies, sleeps or jumps."""

import asyncio
from itertools import count

import pytest
from redis.asyncio import Redis

from apps.game_core.adapters.redis.client import connect
from bot.outgoing.pacing import PRIVATE
from bot.players.partners import OUT_OF_TURN
from bot.turns import keys
from bot.turns.contracts import Claim, Draw, Parked, Past, Wait
from bot.turns.shared import SharedTimes, SharedTurns
from tools.support.clocks import ScaledClock

BOT, PLAYER, TAVERN = 42, 7, -7
HOUR = 3600.0
TICKETS = count()
TIMES = SharedTimes()


@pytest.fixture
def clock() -> ScaledClock:
    made = ScaledClock()
    made.advance(100 * HOUR)
    return made


@pytest.fixture
def one(redis: Redis, clock: ScaledClock) -> SharedTurns:
    return SharedTurns(redis, BOT, clock)


@pytest.fixture
def other(redis: Redis, clock: ScaledClock) -> SharedTurns:
    return SharedTurns(redis, BOT, clock)


def claim(update_id: int = 0, version: int = 0, **more: object) -> Claim:
    ticket = f"t{next(TICKETS)}"
    given = {"chat_id": PLAYER, "user_id": PLAYER, **more}
    return Claim(ticket=ticket, update_id=update_id, version=version, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (claim(10, 5), claim(11, 6)),
        (claim(11, 5), claim(10, 6)),
        (claim(10, 5), claim(11, 5)),
        (claim(10), claim(11)),
        (claim(10, 5), claim(11)),
        (claim(10), claim(11, 5)),
    ],
    ids=["both", "version", "update", "no versions", "then none", "then one"],
)
async def test_fault_51_the_later_screen_counts_in_whatever_order_they_come(
    one: SharedTurns, other: SharedTurns, earlier: Claim, later: Claim
) -> None:
    assert await one.ask(later) == Draw()
    assert await other.ask(earlier) == Past()
    await one.done(later, "later")
    assert await other.ask(earlier) == Past()


async def test_what_nobody_has_tapped_for_is_later_than_any_tap_before_and_earlier_than_any_after(
    one: SharedTurns, other: SharedTurns
) -> None:
    for screen in (claim(901, 6), claim(OUT_OF_TURN), claim(OUT_OF_TURN), claim(902, 6), claim(OUT_OF_TURN)):
        assert await one.ask(screen) == Draw()
        await one.done(screen, "")
    assert await other.ask(claim(903, 5)) == Past()


async def test_fault_51_a_version_is_not_forgotten_over_a_screen_that_shows_none(
    one: SharedTurns, other: SharedTurns
) -> None:
    await one.ask(claim(10, 6))
    await one.ask(claim(11))

    assert await other.ask(claim(12, 5)) == Past()
    assert await other.ask(claim(12, 6)) != Past()


async def test_fault_51_one_draws_and_the_other_waits_for_the_end(
    one: SharedTurns, other: SharedTurns
) -> None:
    older, newer = claim(1), claim(2)
    assert await one.ask(older) == Draw()

    assert isinstance(await other.ask(newer), Wait)
    assert await one.ask(older) == Past()
    await one.done(older, "older")

    assert await other.ask(newer) == Draw()


async def test_fault_51_a_budget_is_one_for_all_processes(one: SharedTurns, other: SharedTurns) -> None:
    drawn = 0
    for number in range(PRIVATE.burst + 4):
        process, wish = (one, other)[number % 2], claim(number)
        drawn += await process.ask(wish) == Draw()
        await process.done(wish, "")

    assert drawn == PRIVATE.burst


async def test_fault_51_a_new_message_that_one_was_asked_for_is_sent_by_the_other(
    one: SharedTurns, other: SharedTurns
) -> None:
    before, wanted, after = claim(1), claim(2, anew=True), claim(3)
    assert await one.ask(before) == Draw()
    assert isinstance(await one.ask(wanted), Wait)
    await one.done(before, "before")

    assert await other.ask(after) == Draw(anew=True)
    await other.done(after, "after")
    assert await one.ask(claim(4)) == Draw()


async def test_a_process_that_died_drawing_holds_nobody_up_for_long(
    one: SharedTurns, other: SharedTurns, clock: ScaledClock
) -> None:
    await one.ask(claim(1))
    newer = claim(2)
    clock.advance(TIMES.lease - 0.1)
    assert isinstance(await other.ask(newer), Wait)

    clock.advance(0.2)

    assert await other.ask(newer) == Draw(unsure=True)


async def test_whoever_draws_for_long_keeps_the_pen(
    one: SharedTurns, other: SharedTurns, clock: ScaledClock
) -> None:
    slow, newer = claim(1), claim(2)
    await one.ask(slow)
    for _ in range(20):
        clock.advance(1)
        await one.keep(slow)
        assert isinstance(await other.ask(newer), Wait)

    await one.done(slow, "slow")
    assert await other.ask(newer) == Draw()


async def test_fault_51_what_a_sleeper_draws_too_late_is_drawn_over(
    one: SharedTurns, other: SharedTurns, clock: ScaledClock
) -> None:
    old, new, newer = claim(1), claim(2), claim(3)
    await one.ask(old)
    clock.advance(100)
    for wish in (new, newer):
        assert await other.ask(wish) == Draw(unsure=True)
        await other.park(wish, wish.ticket.encode(), 30)
        await other.done(wish, wish.ticket)
    assert await other.due() == []

    await one.done(old, "old")

    assert await one.due() == [Parked(PLAYER, PLAYER, newer.ticket.encode())]
    again = claim(3, parked=True)
    again = Claim(**{name: getattr(again, name) for name in Claim.__slots__} | {"ticket": newer.ticket})
    assert await one.ask(again) == Draw(unsure=True)
    await one.done(again, newer.ticket)
    clock.advance(60)
    assert await one.due() == []


@pytest.mark.parametrize(
    ("told", "true"),
    [(claim(10, 300), claim(11, 20)), (claim(10**6, 5), claim(3, 5))],
    ids=["version", "update"],
)
async def test_an_order_that_starts_again_is_believed_after_a_while(
    one: SharedTurns, clock: ScaledClock, told: Claim, true: Claim
) -> None:
    """The database was restored, or the messenger's ids started again: both go back."""
    await one.ask(told)
    await one.done(told, "told")

    clock.advance(TIMES.window + 1)

    assert await one.ask(true) == Draw()


async def test_ids_that_are_far_behind_have_started_again(one: SharedTurns) -> None:
    before = claim(900_000_000)
    await one.ask(before)
    await one.done(before, "")

    assert await one.ask(claim(5)) == Draw()


class Jumping(ScaledClock):
    def jump(self, seconds: float) -> None:
        self._now += seconds


@pytest.mark.parametrize("jump", [-6 * HOUR, 6 * HOUR])
async def test_fault_47_a_clock_that_jumps_keeps_nobody_waiting(redis: Redis, jump: float) -> None:
    clock = Jumping()
    clock.jump(100 * HOUR)
    turns = SharedTurns(redis, BOT, clock)
    for number in range(PRIVATE.burst):
        wish = claim(number)
        assert await turns.ask(wish) == Draw()
        await turns.done(wish, "")
    held = claim(100)
    assert isinstance(await turns.ask(held), Wait)

    clock.jump(jump)

    wait = await turns.ask(held)
    assert wait == Draw() if jump > 0 else isinstance(wait, Wait) and wait.seconds < 2
    clock.advance(2)
    await turns.done(held, "")
    assert await turns.ask(claim(101)) == Draw()


async def test_fault_47_a_clock_that_goes_back_makes_no_wait_longer(redis: Redis) -> None:
    clock = Jumping()
    clock.jump(100 * HOUR)
    turns, newer, parked = SharedTurns(redis, BOT, clock), claim(2), claim(3, user_id=8)
    await turns.ask(claim(1))
    await turns.flooded(TAVERN, 60)
    await turns.ask(parked)
    await turns.park(parked, b"content", 60)
    await turns.due()
    assert isinstance(await turns.ask(newer), Wait)

    clock.jump(-6 * HOUR)

    assert isinstance(await turns.ask(newer), Wait)
    assert await turns.ask(claim(1, chat_id=TAVERN)) == Wait(60)
    await turns.due()
    clock.advance(60)
    assert await turns.ask(newer) == Draw(unsure=True)
    assert await turns.ask(claim(2, chat_id=TAVERN)) == Draw()
    assert await turns.due() == [Parked(PLAYER, 8, b"content")]


async def test_fault_47_what_is_said_waits_no_longer_for_a_clock_that_goes_back(redis: Redis) -> None:
    clock = Jumping()
    clock.jump(100 * HOUR)
    one, other = SharedTurns(redis, BOT, clock), SharedTurns(redis, BOT, clock)
    await one.flooded(TAVERN, 60)

    clock.jump(-6 * HOUR)
    await other.spend(TAVERN)
    clock.advance(59)
    assert await other.spend(TAVERN) == 0
    assert 0 < other.wait_of(TAVERN) <= 1
    clock.advance(1)
    await other.spend(TAVERN)

    assert other.wait_of(TAVERN) == 0


async def test_a_turn_that_nobody_used_is_not_one_more_later(one: SharedTurns, clock: ScaledClock) -> None:
    drawn = 0
    for number in range(2 * PRIVATE.burst):
        if number == PRIVATE.burst:
            assert isinstance(await one.ask(claim(100 + number)), Wait)
            clock.advance(60)
        wish = claim(100 + number)
        drawn += await one.ask(wish) == Draw()
        await one.done(wish, "")
    assert drawn == 2 * PRIVATE.burst

    assert isinstance(await one.ask(claim(999)), Wait)


async def test_nobody_knows_what_is_shown_after_somebody_drew_much_too_late(
    one: SharedTurns, other: SharedTurns, clock: ScaledClock
) -> None:
    old, new = claim(1), claim(2)
    await one.ask(old)
    clock.advance(TIMES.lease)
    await other.ask(new)
    await other.done(new, "new")
    clock.advance(TIMES.doubt + 1)

    await one.done(old, "old")

    assert await other.ask(claim(3, seen="new")) == Draw()


async def test_by_the_server_s_own_clock(redis: Redis) -> None:
    one, other, older, newer = SharedTurns(redis, BOT), SharedTurns(redis, BOT), claim(1), claim(2)
    assert await one.ask(newer) == Draw()
    assert await other.ask(older) == Past()
    await one.done(newer, "")
    for number in range(3, PRIVATE.burst + 2):
        await one.ask(wish := claim(number))
        await one.done(wish, "")

    wait = await other.ask(claim(100))

    assert isinstance(wait, Wait)
    assert 0.5 < wait.seconds <= 1.2
    await one.flooded(PLAYER, HOUR)
    wait = await other.ask(claim(101))
    assert isinstance(wait, Wait)
    assert HOUR - 10 < wait.seconds <= HOUR


async def test_fault_50_a_bot_that_starts_knows_the_wait(
    one: SharedTurns, other: SharedTurns, redis: Redis, clock: ScaledClock
) -> None:
    await one.flooded(PLAYER, HOUR)
    clock.advance(HOUR / 2)

    assert await other.spend(PLAYER) == 0
    assert other.wait_of(PLAYER) == HOUR / 2
    another = SharedTurns(redis, BOT, clock)
    assert await another.ask(claim(1)) == Wait(HOUR / 2)
    assert another.wait_of(PLAYER) == HOUR / 2


async def test_a_parked_screen_is_handed_out_until_it_is_drawn(
    one: SharedTurns, other: SharedTurns, clock: ScaledClock
) -> None:
    await one.flooded(PLAYER, HOUR)
    wish = claim(1)
    await one.ask(wish)
    assert await one.park(wish, b"content", HOUR)
    clock.advance(HOUR - 1)
    assert await other.due() == []

    clock.advance(1)
    for _ in range(3):
        assert await other.due() == [Parked(PLAYER, PLAYER, b"content")]
        assert await one.due() == []
        clock.advance(TIMES.handed_out)

    assert await other.ask(wish) == Draw()
    await other.done(wish, "look")
    clock.advance(HOUR)
    assert await other.due() == []


async def test_a_parked_screen_gives_way_to_a_later_one(
    one: SharedTurns, other: SharedTurns, clock: ScaledClock
) -> None:
    parked = claim(1, parked=True)
    await one.flooded(PLAYER, 10)
    await one.ask(Claim(PLAYER, PLAYER, parked.ticket, update_id=1))
    await one.park(parked, b"old", 10)
    clock.advance(20)
    later = claim(2)
    assert await other.ask(later) == Draw()
    assert await one.due() == [Parked(PLAYER, PLAYER, b"old")]

    assert await one.ask(parked) == Past()
    clock.advance(TIMES.handed_out)
    assert await one.due() == []
    await other.done(later, "")
    await other.park(later, b"new", 10)
    await one.park(parked, b"old", 10)
    clock.advance(10)
    assert await one.due() == [Parked(PLAYER, PLAYER, b"new")]


@pytest.mark.parametrize("place", [PLAYER, TAVERN])
async def test_fault_53_nothing_that_names_the_user_is_left(
    one: SharedTurns, redis: Redis, place: int
) -> None:
    mine, neighbour = claim(1, chat_id=place), claim(2, chat_id=TAVERN, user_id=8)
    for wish in (mine, neighbour):
        await one.ask(wish)
        await one.park(wish, b"text", HOUR)

    await one.forget(PLAYER)

    left = await redis.keys("bot:*")
    parked = await redis.zrange(keys.parked(BOT), 0, -1)
    assert not [name for name in left if str(PLAYER) in name.decode().split(":")]
    assert keys.menu(BOT, TAVERN, 8).encode() in left
    assert parked == [keys.member(TAVERN, 8).encode()]


async def test_every_key_expires_and_a_menu_is_small_however_often_it_is_drawn(
    one: SharedTurns, redis: Redis, clock: ScaledClock
) -> None:
    wish = claim(0, 0)
    for number in range(200):
        wish = claim(number, number)
        if await one.ask(wish) == Draw():
            await one.done(wish, "look" * 6)
        await one.spend(TAVERN)
        clock.advance(1)
    await one.flooded(TAVERN, 60)
    await one.ask(wish)
    await one.park(wish, b"x" * 4000, 60)
    await one.due()

    names = await redis.keys("*")

    assert len(names) == 6, names
    assert all([await redis.pttl(name) > 0 for name in names])
    sizes = {name: await redis.memory_usage(name, samples=0) for name in names}
    assert sum(sizes.values()) < 7000, sizes


async def test_with_redis_away_each_process_keeps_to_its_own(clock: ScaledClock) -> None:
    gone = connect("redis://127.0.0.1:1", timeout=0.2)
    one, other = SharedTurns(gone, BOT, clock), SharedTurns(gone, BOT, clock)
    for turns in (one, other):
        for number in range(PRIVATE.burst):
            wish = claim(number)
            assert await turns.ask(wish) == Draw()
            await turns.keep(wish)
            await turns.done(wish, "look")
        assert isinstance(await turns.ask(claim(100)), Wait)
        assert await turns.ask(claim(101, seen="look")) == Past()
    await one.flooded(TAVERN, 60)

    assert await one.spend(TAVERN) == 0
    assert one.wait_of(TAVERN) == 60
    assert await one.ask(claim(1, chat_id=TAVERN)) == Wait(60)
    assert not await one.park(claim(1), b"", 60)
    assert await one.due() == []
    await one.forget(PLAYER)
    await gone.aclose()


async def test_redis_that_is_away_is_not_asked_again_and_again(clock: ScaledClock) -> None:
    asked = 0

    async def count_it(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.close()

    server = await asyncio.start_server(count_it, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    gone = connect(f"redis://127.0.0.1:{port}", timeout=0.2)
    turns = SharedTurns(gone, BOT, clock)
    await turns.ask(claim(1))
    once = asked
    for number in range(10):
        await turns.ask(claim(number))
    assert asked == once

    clock.advance(TIMES.away)
    await turns.ask(claim(20))

    assert asked > once
    server.close()
    await gone.aclose()


async def test_budgets_that_were_spent_together_are_not_whole_when_redis_goes(
    one: SharedTurns, clock: ScaledClock
) -> None:
    for number in range(PRIVATE.burst):
        await one.ask(wish := claim(number))
        await one.done(wish, "look")

    one._away_until = clock.now() + HOUR

    assert isinstance(await one.ask(claim(100)), Wait)

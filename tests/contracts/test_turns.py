"""What every `Turns` promises, whether it is shared or one process's own."""

import pytest
from redis.asyncio import Redis

from bot.outgoing.pacing import GROUP, PRIVATE, WHOLE_BOT, Allowance, allowance_of
from bot.turns.contracts import Claim, Draw, Past, Turns, Wait
from bot.turns.local import LocalTurns
from bot.turns.shared import SharedTurns
from tools.support.clocks import ScaledClock

BOT, PLAYER, TAVERN = 42, 7, -7


@pytest.fixture
def clock() -> ScaledClock:
    return ScaledClock()


@pytest.fixture(params=["local", "shared"])
def turns(request: pytest.FixtureRequest, redis: Redis, clock: ScaledClock) -> Turns:
    return LocalTurns(clock) if request.param == "local" else SharedTurns(redis, BOT, clock)


def claim(number: int, chat_id: int = PLAYER, user_id: int = PLAYER, **more: object) -> Claim:
    return Claim(chat_id, user_id, f"ticket {number}", update_id=number, **more)  # type: ignore[arg-type]


async def drawn(turns: Turns, wish: Claim, look: str = "look") -> bool:
    if await turns.ask(wish) != Draw():
        return False
    await turns.done(wish, look)
    return True


@pytest.mark.parametrize("chat_id", [PLAYER, TAVERN])
async def test_after_a_burst_one_turn_comes_after_the_other(
    turns: Turns, clock: ScaledClock, chat_id: int
) -> None:
    allowance: Allowance = allowance_of(chat_id)
    assert allowance in {PRIVATE, GROUP}
    for number in range(allowance.burst):
        assert await drawn(turns, claim(number, chat_id))
    for number in range(100, 103):
        wait = await turns.ask(claim(number, chat_id))
        assert isinstance(wait, Wait)
        assert wait.seconds == pytest.approx(1 / allowance.per_second, abs=0.01)
        clock.advance(wait.seconds)
        assert await drawn(turns, claim(number, chat_id))
    clock.advance(allowance.burst / allowance.per_second + 1)
    for number in range(200, 200 + allowance.burst):
        assert await drawn(turns, claim(number, chat_id))


async def test_the_latest_screen_takes_the_turn_that_another_waited_for(
    turns: Turns, clock: ScaledClock
) -> None:
    for number in range(PRIVATE.burst):
        assert await drawn(turns, claim(number))
    for number in range(100, 110):
        assert isinstance(await turns.ask(claim(number)), Wait)

    clock.advance(1 / PRIVATE.per_second + 0.01)

    assert await drawn(turns, claim(111))


async def test_all_chats_share_a_budget_and_get_their_turns_in_order(
    turns: Turns, clock: ScaledClock
) -> None:
    assert WHOLE_BOT is not None
    for user in range(1, WHOLE_BOT.burst + 1):
        assert await drawn(turns, claim(user, user, user))
    waits = [await turns.ask(claim(user, user, user)) for user in range(101, 104)]

    assert [wait.seconds for wait in waits if isinstance(wait, Wait)] == [
        pytest.approx(number / WHOLE_BOT.per_second, abs=0.01) for number in (1, 2, 3)
    ]
    clock.advance(2 / WHOLE_BOT.per_second + 0.01)
    assert [await drawn(turns, claim(user, user, user)) for user in (103, 102, 101)] == [False, True, True]


async def test_what_is_said_is_taken_from_the_same_budgets(turns: Turns) -> None:
    assert [await turns.spend(PLAYER) for _ in range(PRIVATE.burst)] == [0] * PRIVATE.burst

    assert isinstance(await turns.ask(claim(1)), Wait)
    assert await turns.spend(PLAYER) > 1


@pytest.mark.parametrize("seconds", [1, 60, 300, 3600])
async def test_fault_50_a_flood_wait_is_the_chat_s_alone(
    turns: Turns, clock: ScaledClock, seconds: int
) -> None:
    await turns.flooded(TAVERN, seconds)

    assert await turns.ask(claim(1, TAVERN)) == Wait(seconds)
    assert await turns.ask(claim(1, TAVERN, 8)) == Wait(seconds)
    assert await turns.spend(TAVERN) == 0
    assert turns.wait_of(TAVERN) == seconds
    assert await drawn(turns, claim(1))
    clock.advance(seconds - 0.1)
    waiting = await turns.ask(claim(2, TAVERN))
    assert isinstance(waiting, Wait)
    assert waiting.seconds == pytest.approx(0.1, abs=0.01)
    clock.advance(0.1)
    assert turns.wait_of(TAVERN) == 0
    assert await drawn(turns, claim(2, TAVERN))


async def test_a_shorter_flood_wait_does_not_end_a_longer_one(turns: Turns, clock: ScaledClock) -> None:
    await turns.flooded(PLAYER, 60)
    await turns.flooded(PLAYER, 1)

    clock.advance(30)

    assert turns.wait_of(PLAYER) == 30
    assert await turns.ask(claim(1)) == Wait(30)


async def test_what_is_seen_and_drawn_needs_no_turn(turns: Turns) -> None:
    assert await drawn(turns, claim(1), "same")

    assert await turns.ask(claim(2, seen="same")) == Past()
    assert await turns.ask(claim(3, seen="other")) == Draw()


async def test_while_nobody_knows_what_is_shown_all_is_drawn(turns: Turns) -> None:
    assert await drawn(turns, claim(1), "same")
    assert await drawn(turns, claim(2), "")

    assert await turns.ask(claim(3, seen="same")) == Draw()

"""Turns at writing to a chat, against the sandbox's own model of what is too much."""

import random

import pytest

from bot.outgoing.pacing import GROUP, PRIVATE, WHOLE_BOT, Pacer, whole_bot
from telegram_sandbox.config import FloodModel
from telegram_sandbox.trouble.flood import spend
from telegram_sandbox.world.model import ChatLog
from tools.support.clocks import ScaledClock

PLAYER, TAVERN = 7, -7


@pytest.fixture
def clock() -> ScaledClock:
    return ScaledClock()


@pytest.fixture
def pacer(clock: ScaledClock) -> Pacer:
    return Pacer(clock)


@pytest.mark.parametrize("chat_id", [PLAYER, TAVERN])
@pytest.mark.parametrize("seed", range(20))
def test_whoever_waits_for_their_turns_meets_no_429(
    clock: ScaledClock, pacer: Pacer, chat_id: int, seed: int
) -> None:
    dice, log, turns = random.Random(seed), ChatLog(), list[float]()
    for _ in range(500):
        clock.advance(30 if dice.random() < 0.01 else dice.choice([0, 0.1, 0.5, 1]))
        turns.append(clock.now() + pacer.spend(chat_id))

    assert turns == sorted(turns)
    for turn in turns:
        spend(FloodModel(), log, is_group=chat_id < 0, now=turn)


def test_a_burst_is_not_held_up_and_comes_again_after_a_rest(clock: ScaledClock, pacer: Pacer) -> None:
    for _ in range(2):
        waits = [pacer.spend(PLAYER) for _ in range(PRIVATE.burst + 1)]
        assert waits[:-1] == [0] * PRIVATE.burst
        assert waits[-1] == pytest.approx(1 / PRIVATE.per_second)
        clock.advance(60)


def test_chats_do_not_wait_for_each_other(pacer: Pacer) -> None:
    for _ in range(50):
        pacer.chat(TAVERN)

    assert pacer.chat(PLAYER) == 0
    assert pacer.chat(TAVERN) > 30


def test_all_chats_share_a_budget(clock: ScaledClock, pacer: Pacer) -> None:
    assert WHOLE_BOT is not None
    waits = [pacer.spend(PLAYER + number) for number in range(WHOLE_BOT.burst + 1)]

    assert waits == [0] * WHOLE_BOT.burst + [pytest.approx(1 / WHOLE_BOT.per_second)]
    clock.advance(60)
    assert pacer.spend(PLAYER) == 0


def test_a_bot_may_be_without_a_limit(clock: ScaledClock) -> None:
    pacer = Pacer(clock, whole_bot(0))

    assert [pacer.spend(PLAYER + number) for number in range(1000)] == [0] * 1000


def test_a_group_is_written_to_less_often(pacer: Pacer) -> None:
    for _ in range(GROUP.burst):
        pacer.spend(TAVERN)

    assert pacer.spend(TAVERN) == pytest.approx(60 / 18)

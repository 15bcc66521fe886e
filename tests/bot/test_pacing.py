"""Turns at writing to a chat, against the sandbox's own model of what is too much."""

import random

import pytest

from apps.sandbox.config import FloodModel
from apps.sandbox.flood import spend
from apps.sandbox.model import ChatLog
from bot.pacing import GROUP, PRIVATE, Pacer
from tests.support.clocks import ScaledClock

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
        pacer.spend(TAVERN)

    assert pacer.spend(PLAYER) == 0
    assert pacer.spend(TAVERN) > 30


def test_a_group_is_written_to_less_often(pacer: Pacer) -> None:
    for _ in range(GROUP.burst):
        pacer.spend(TAVERN)

    assert pacer.spend(TAVERN) == pytest.approx(60 / 18)

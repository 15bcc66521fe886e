"""Players who tap at random moments, and what may disturb them: slow answers, and a stranger without end."""

import asyncio
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, cycle, takewhile

from apps.game_core.system.nursery import Nursery
from telegram_sandbox.bots.calls import CallRecord
from telegram_sandbox.chats import people
from telegram_sandbox.chats.people import Place
from telegram_sandbox.trouble.faults import MAX_COUNT, Fault
from tools.neighbours.scene import STRANGER, Table

RATE = 25.0
ONE_IN = 50
SLOW = 3.0
_A_STRANGERS_PAUSE = 0.1
_PATIENCE = 15.0
_BUTTON = "ock"  # Lock and Unlock
_ANSWERS = "answerCallbackQuery"


@dataclass(slots=True)
class Sample:
    """One block's taps. `latencies` in milliseconds, of those whose answer the messenger did not delay."""

    taps: int = 0
    latencies: list[float] = field(default_factory=list)
    delayed: int = 0
    written: int = 0
    """Messages of the stranger."""
    told: set[tuple[int, str]] = field(default_factory=set)
    """Changes that players were told of, by player and button."""

    @property
    def unanswered(self) -> int:
        return self.taps - len(self.latencies) - self.delayed


@dataclass(slots=True)
class Load:
    """Each player taps the button that stands there, so that every tap is a change and an edit."""

    table: Table

    async def block(self, seconds: float, seed: int, *, disturbed: bool) -> Sample:
        """So many seconds of taps; equal seeds tap at equal moments."""
        sample, nursery = Sample(), Nursery()
        world = self.table.world
        if disturbed:
            world.faults.add(Fault(_ANSWERS, "delay", MAX_COUNT, SLOW, ONE_IN))
            nursery.start("stranger", self._write(sample))
        try:
            await self._tap_along(sample, seconds, seed)
        finally:
            await nursery.close()
            world.faults.clear()
        return sample

    async def _tap_along(self, sample: Sample, seconds: float, seed: int) -> None:
        calls, loop = self.table.world.calls.next_seq, asyncio.get_running_loop()
        began, tapping = loop.time(), list[asyncio.Task[tuple[str, float | None]]]()
        for moment, user_id in zip(_moments(seconds, seed), cycle(self.table.players), strict=False):
            await asyncio.sleep(max(0.0, began + moment - loop.time()))
            tapping.append(asyncio.create_task(self._tap(sample, user_id)))
        outcomes = await asyncio.gather(*tapping)
        delayed = kept_waiting(self.table.world.calls.since(calls))
        sample.taps = len(outcomes)
        sample.delayed = sum(tap_id in delayed for tap_id, _ in outcomes)
        sample.latencies = [
            seconds * 1000 for tap_id, seconds in outcomes if seconds is not None and tap_id not in delayed
        ]

    async def _tap(self, sample: Sample, user_id: int) -> tuple[str, float | None]:
        """The tap's id, and the seconds until it was answered; None when it was not."""
        message_id, data = self._button(user_id)
        tap = people.tap(self.table.world, self._place(user_id), message_id, data)
        began = time.perf_counter()  # finer than the loop's own time
        outcome = await people.outcome(tap, _PATIENCE)
        took = time.perf_counter() - began
        if outcome.answer is None:
            return tap.id, None
        if outcome.answer.text:
            sample.told.add((user_id, data))
        return tap.id, took

    def _button(self, user_id: int) -> tuple[int, str]:
        messages = reversed(self.table.bot.chat(user_id).messages.values())
        return next(
            (message.message_id, str(button["callback_data"]))
            for message in messages
            if message.inline_keyboard
            for row in message.inline_keyboard["inline_keyboard"]
            for button in row
            if _BUTTON in button["text"] and "callback_data" in button
        )

    async def _write(self, sample: Sample) -> None:
        while True:
            people.write(self.table.world, self._place(STRANGER), "hello?")
            sample.written += 1
            await asyncio.sleep(_A_STRANGERS_PAUSE)

    def _place(self, user_id: int) -> Place:
        user = self.table.world.users[user_id]
        return Place(self.table.bot, user, user)


def kept_waiting(calls: Iterable[CallRecord]) -> set[str]:
    """The taps whose answers the messenger did not take at once.

    It takes milliseconds otherwise. A wait may end early: uvloop counts it from when the loop last looked at
    the clock, which on a busy machine is long ago.
    """
    return {
        str(call.arguments.get("callback_query_id"))
        for call in calls
        if call.method == _ANSWERS and call.milliseconds > SLOW * 1000 / 2
    }


def _moments(seconds: float, seed: int) -> Iterator[float]:
    """When somebody taps: independent of each other, `RATE` a second."""
    dice = random.Random(seed)  # noqa: S311 - moments, not secrets
    return takewhile(lambda moment: moment < seconds, accumulate(iter(lambda: dice.expovariate(RATE), None)))

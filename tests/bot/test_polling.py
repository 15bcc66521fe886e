"""Rows 48 and 49 against a messenger that answers `getUpdates` as the real one does."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from aiogram.types import Update

from bot.incoming.intake import Intake
from bot.incoming.polling import Polling
from bot.incoming.shelf import NoShelf
from tests.support.messenger import BATCH, Handlers, Messenger, message, tap

SLOW, OTHER = 1, 2


class Board(NoShelf):
    """A shelf that outlives its bot."""

    def __init__(self) -> None:
        self.kept: dict[int, Update] = {}

    async def keep(self, updates: Sequence[Update]) -> bool:
        self.kept |= {each.update_id: each for each in updates}
        return True

    async def forget(self, update: Update) -> None:
        self.kept.pop(update.update_id, None)

    async def content(self) -> list[Update]:
        return list(self.kept.values())


@pytest.fixture
def messenger() -> Messenger:
    return Messenger()


@asynccontextmanager
async def polled(
    messenger: Messenger, handlers: Handlers, shelf: NoShelf | None = None, patience: float = 5
) -> AsyncIterator[Polling]:
    polling = Polling(messenger.as_bot(), handlers.as_dispatcher(), patience, shelf=shelf or NoShelf())
    running = asyncio.create_task(polling.run())
    yield polling
    polling.stop()
    await running


@asynccontextmanager
async def killed(
    messenger: Messenger, handlers: Handlers, shelf: NoShelf | None = None
) -> AsyncIterator[None]:
    polling = Polling(messenger.as_bot(), handlers.as_dispatcher(), shelf=shelf or NoShelf())
    running = asyncio.create_task(polling.run())
    yield
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_fault_48_nobody_waits_for_a_slow_handler(messenger: Messenger) -> None:
    handlers = Handlers(SLOW)
    async with polled(messenger, handlers):
        slow, others = message(10, SLOW), [tap(11 + number, OTHER) for number in range(5)]
        messenger.send(slow)
        for other in others:
            messenger.send(other)
            await handlers.until_finished(other)

        assert handlers.finished == others
        assert slow in messenger.unconfirmed
        handlers.let_go.set()
        await messenger.until_all_is_confirmed()

    assert handlers.finished == [*others, slow]


async def test_what_is_unfinished_is_asked_after_without_haste(messenger: Messenger) -> None:
    handlers = Handlers(SLOW)
    async with polled(messenger, handlers):
        messenger.send(message(10, SLOW))
        await asyncio.sleep(0.5)
        assert messenger.polls <= 12
        handlers.let_go.set()


async def test_what_a_killed_bot_had_not_finished_comes_again(messenger: Messenger) -> None:
    handlers, slow, other = Handlers(SLOW), message(10, SLOW), message(11, OTHER)
    async with killed(messenger, handlers):
        messenger.send(slow, other)
        await handlers.until_finished(other)

    again = Handlers()
    async with polled(messenger, again):
        await again.until_finished(slow)


async def test_fault_48_more_than_a_batch_waits_behind_a_slow_handler(messenger: Messenger) -> None:
    handlers, shelf = Handlers(SLOW), Board()
    slow, others = message(10, SLOW), [message(11 + number, 100 + number) for number in range(3 * BATCH)]
    async with killed(messenger, handlers, shelf):
        messenger.send(slow, *others)
        await handlers.until_finished(*others)
        await messenger.until_all_is_confirmed()
        assert list(shelf.kept.values()) == [slow]

    again = Handlers()
    async with polled(messenger, again, shelf):
        await again.until_finished(slow)

    assert again.finished == [slow]
    assert shelf.kept == {}


async def test_without_a_place_to_keep_it_nothing_unfinished_is_confirmed(messenger: Messenger) -> None:
    handlers = Handlers(SLOW)
    slow, others = message(10, SLOW), [message(11 + number, 100 + number) for number in range(2 * BATCH)]
    async with polled(messenger, handlers):
        messenger.send(slow, *others)
        await handlers.until_finished(*others[: BATCH - 1])
        assert slow in messenger.unconfirmed

        handlers.let_go.set()
        await handlers.until_finished(*others)
        await messenger.until_all_is_confirmed()


@pytest.mark.parametrize(
    "batches",
    [
        pytest.param([[500, 501], [10, 11], [12]], id="they start again lower"),
        pytest.param([[500, 501], [501, 502], [1]], id="they start again where they were"),
        pytest.param([[500, 501], [9_000], [9_001, 2_000_000_000]], id="they jump"),
        pytest.param([[500, 10]], id="they start again within a batch"),
        pytest.param([[502, 500, 501]], id="they come in any order"),
        pytest.param([[2**31 - 1], [1]], id="they run over"),
    ],
)
@pytest.mark.parametrize("slow_first", [False, True])
async def test_fault_49_ids_may_be_any(
    messenger: Messenger, batches: list[list[int]], slow_first: bool
) -> None:
    handlers = Handlers(*[SLOW][:slow_first])
    sent: list[Update] = []
    async with polled(messenger, handlers):
        for ids in batches:
            batch = [message(each, OTHER if sent or number else SLOW) for number, each in enumerate(ids)]
            sent += batch
            messenger.send(*batch)
            await handlers.until_finished(*(each for each in batch if not (slow_first and each is sent[0])))
            if not slow_first:
                await messenger.until_all_is_confirmed()
        handlers.let_go.set()
        await messenger.until_all_is_confirmed()

    assert sorted(map(id, handlers.begun)) == sorted(map(id, sent))


async def test_fault_49_in_no_order_nothing_unfinished_is_confirmed(messenger: Messenger) -> None:
    handlers, first = Handlers(SLOW, SLOW + 10), message(500, OTHER)
    slow = [message(9_000, SLOW), message(10, SLOW + 10)]
    async with polled(messenger, handlers):
        messenger.send(first, *slow)
        await handlers.until_finished(first)
        last = message(9_001, OTHER)
        messenger.send(last)
        await handlers.until_finished(last)
        assert all(each in messenger.unconfirmed for each in slow)

        handlers.let_go.set()
        await messenger.until_all_is_confirmed()


async def test_fault_49_an_update_that_comes_twice_is_handled_once(messenger: Messenger) -> None:
    handlers, first, second = Handlers(), message(10), message(11)
    async with polled(messenger, handlers):
        messenger.send(first, first, second)
        await messenger.until_all_is_confirmed()
        messenger.send(first)
        await messenger.until_all_is_confirmed()

    assert handlers.begun == [first, second]


async def test_a_stopped_bot_begins_nothing_more_when_its_time_is_over(messenger: Messenger) -> None:
    handlers = Handlers(SLOW)
    first, second = message(10, SLOW), message(11, SLOW)
    async with polled(messenger, handlers, patience=0):
        messenger.send(first, second)
        await handlers.until_begun(first)

    handlers.let_go.set()
    await asyncio.sleep(0)
    assert handlers.begun == [first]
    assert messenger.unconfirmed == [first, second]


async def test_the_intake_that_is_given_is_the_one_that_takes_in(messenger: Messenger) -> None:
    """Though it is empty, as at every start: it has the bounds, and the words for who writes too much."""
    handlers = Handlers(SLOW)
    intake = Intake(messenger.as_bot(), handlers.as_dispatcher(), places=1)
    polling = Polling(messenger.as_bot(), handlers.as_dispatcher(), intake=intake)
    running = asyncio.create_task(polling.run())
    slow, other = message(10, SLOW), message(11, OTHER)
    messenger.send(slow, other)
    await handlers.until_begun(slow)
    assert len(intake) == 2

    handlers.let_go.set()
    await handlers.until_finished(slow, other)
    polling.stop()
    await running
    assert handlers.most_at_once == 1

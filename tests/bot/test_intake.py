"""A player's updates one by one, a bounded number at once, and nobody in the others' way."""

import asyncio
from collections.abc import Callable

import pytest
from aiogram.types import Chat, Message, Update, User

from bot.incoming.intake import Intake, identity_of
from tests.support.messenger import Handlers, Messenger, message, tap
from tools.support.patience import PATIENCE

SLOW, OTHER = 1, 2


def intake(handlers: Handlers, places: int = 10, turn_away: Callable[[Update], None] = print) -> Intake:
    return Intake(Messenger().as_bot(), handlers.as_dispatcher(), places, turn_away)


async def test_a_player_is_served_one_update_after_the_other() -> None:
    handlers = Handlers(SLOW)
    taken, updates = intake(handlers), [message(10, SLOW), tap(11, SLOW), message(12, SLOW)]
    for each in updates:
        assert taken.take(each)
    await asyncio.sleep(0.01)
    assert handlers.begun == updates[:1]

    handlers.let_go.set()
    await handlers.until_finished(*updates)
    assert handlers.finished == updates
    assert handlers.most_at_once == 1


async def test_fault_48_a_bounded_number_runs_at_once() -> None:
    handlers = Handlers(*range(100))
    taken, updates = intake(handlers, places=10), [message(number, number) for number in range(100)]
    for each in updates:
        taken.take(each)
    await asyncio.sleep(0.01)
    assert handlers.at_once == 10

    handlers.let_go.set()
    await handlers.until_finished(*updates)
    assert handlers.most_at_once == 10


async def test_fault_48_who_writes_without_end_takes_one_place() -> None:
    handlers, excess = Handlers(SLOW), list[Update]()
    taken = intake(handlers, places=2, turn_away=excess.append)
    flood = [message(number, SLOW) for number in range(1_000)]
    others = [tap(2_000 + number, OTHER + number) for number in range(50)]
    for each in flood + others:
        taken.take(each)

    await handlers.until_finished(*others)

    assert handlers.begun == [flood[0], *others]
    assert len(taken) <= 100
    assert excess == flood[-len(excess) :]
    await taken.close()


async def test_what_was_turned_away_is_finished() -> None:
    handlers = Handlers(SLOW)
    taken, last = intake(handlers), message(200, SLOW)
    for number in range(200):
        taken.take(message(number, SLOW))

    assert await asyncio.wait_for(taken.handled(last), PATIENCE)
    assert not taken.take(last)
    assert taken.unfinished(identity_of(last)) is None
    assert last not in handlers.begun
    await taken.close()


@pytest.mark.parametrize("is_bot", [True, False])
async def test_groups_write_under_one_name_and_do_not_wait_for_each_other(is_bot: bool) -> None:
    anonymous = User(id=1_087_968_824 if is_bot else 7, is_bot=is_bot, first_name="Group")

    def from_group(number: int) -> Update:
        chat = Chat(id=-number, type="supergroup", title="G")
        sent = message(number).message
        assert sent is not None
        values = sent.model_dump() | {"chat": chat, "from_user": anonymous}
        return Update(update_id=number, message=Message(**values))

    handlers = Handlers(anonymous.id)
    taken = intake(handlers)
    for number in (1, 2):
        taken.take(from_group(number))
    await asyncio.sleep(0.01)
    assert len(handlers.begun) == (2 if is_bot else 1)
    await taken.close()


async def test_the_same_update_is_waited_for_together() -> None:
    handlers, update = Handlers(SLOW), message(10, SLOW)
    taken = intake(handlers)
    both = [asyncio.create_task(taken.handled(update)) for _ in range(2)]
    await asyncio.sleep(0.01)
    assert not any(each.done() for each in both)

    handlers.let_go.set()
    assert await asyncio.gather(*both) == [True, True]
    assert await taken.handled(update)
    assert handlers.begun == [update]


async def test_what_is_given_up_is_not_handled() -> None:
    handlers, update = Handlers(SLOW), message(10, SLOW)
    taken = intake(handlers)
    waiting = asyncio.create_task(taken.handled(update))
    await asyncio.sleep(0.01)

    await taken.close()

    assert not await waiting


async def test_an_update_that_fails_is_finished() -> None:
    class Broken(Handlers):
        async def feed_update(self, *_: object) -> None:
            raise ValueError("on purpose")

    taken, update = intake(Broken()), message(10)
    assert await taken.handled(update)

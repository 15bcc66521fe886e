"""A tap is followed through the log, from its update to the commit in whichever process."""

import logging
from collections.abc import Awaitable, Callable, Iterator

import pytest
import structlog
from aiogram.types import Update
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.testing import capture_logs

from bot.incoming.intake import Intake
from tests.support.messenger import Handlers, Messenger, message
from tests.support.world import World

WRITERS: list[Callable[[World, int], Awaitable[object]]] = [
    lambda world, _: world.core.worker.drain(),
    lambda world, char_id: world.gateway.sync_inventory(char_id),
]


@pytest.fixture
def debugging() -> Iterator[None]:
    before = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    yield
    structlog.configure(wrapper_class=before)


@pytest.mark.usefixtures("debugging")
@pytest.mark.parametrize("write", WRITERS, ids=["a worker", "at once"])
async def test_an_operations_id_leads_from_its_update_to_the_commit(
    world: World, write: Callable[[World, int], Awaitable[object]]
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    with capture_logs(processors=[merge_contextvars]) as lines:
        with bound_contextvars(update_id=7):
            await world.gateway.drop_item(char_id, bread.id, 1, op_id="tap")
        await write(world, char_id)

    done, written = (
        next(line for line in lines if line["event"] == event)
        for event in ("operation done", "session written")
    )
    assert (done["update_id"], done["op_id"], done["version"]) == (7, "tap", 1)
    assert (written["char_id"], written["op_ids"]) == (char_id, ["tap"])
    assert "update_id" not in written


class Talking(Handlers):
    async def feed_update(self, _: object, update: Update) -> None:
        await super().feed_update(_, update)
        structlog.get_logger().info("handled", text=update.message.text if update.message else "")


async def test_every_line_of_an_update_has_its_id_and_no_other_has() -> None:
    handlers = Talking()
    taken = Intake(Messenger().as_bot(), handlers.as_dispatcher())
    with capture_logs(processors=[merge_contextvars]) as lines:
        for update_id, user_id in ((10, 1), (11, 2), (12, 1)):
            taken.take(message(update_id, user_id, text=f"{update_id}"))
        assert await taken.settled(60)
        structlog.get_logger().info("afterwards")

    *handled, afterwards = lines
    assert sorted((line["text"], line["update_id"]) for line in handled) == [
        ("10", 10),
        ("11", 11),
        ("12", 12),
    ]
    assert "update_id" not in afterwards

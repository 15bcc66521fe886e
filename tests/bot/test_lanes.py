"""Work in lanes: in order within one, side by side across them, a bounded number, and in turn."""

import asyncio
from contextvars import ContextVar
from functools import partial

import pytest

from bot.lanes import Lanes
from tools.support.patience import PATIENCE

giver: ContextVar[str] = ContextVar("giver", default="nobody")


class Works:
    """Pieces of work that run until they are let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.let_go: dict[str, asyncio.Event] = {}

    async def __call__(self, name: str) -> None:
        self.begun.append(name)
        await self.let_go.setdefault(name, asyncio.Event()).wait()
        self.ended.append(name)

    async def end(self, *names: str) -> None:
        for name in names:
            self.let_go.setdefault(name, asyncio.Event()).set()
        async with asyncio.timeout(PATIENCE):
            while not set(names) <= set(self.ended):  # noqa: ASYNC110 - turns of the loop, not time
                await asyncio.sleep(0)
        await turns()


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def works() -> Works:
    return Works()


async def begin(lanes: Lanes, works: Works, *names: str) -> None:
    """The lane is the name's first letter."""
    for name in names:
        lanes.put(name[0], partial(works, name))
    await turns()


async def test_one_lane_goes_step_by_step(works: Works) -> None:
    lanes = Lanes(places=10)
    await begin(lanes, works, "a1", "a2", "a3")
    assert works.begun == ["a1"]

    await works.end("a1", "a2", "a3")
    assert works.ended == ["a1", "a2", "a3"]


async def test_lanes_do_not_wait_for_each_other(works: Works) -> None:
    lanes = Lanes(places=10)
    await begin(lanes, works, "a1", "a2", "b1")
    await works.end("b1")
    assert works.begun == ["a1", "b1"]
    await lanes.close()


async def test_a_lane_may_be_wider(works: Works) -> None:
    lanes = Lanes(places=10, width=2)
    await begin(lanes, works, "a1", "a2", "a3", "a4")
    assert works.begun == ["a1", "a2"]

    await works.end("a2")
    assert works.begun == ["a1", "a2", "a3"]
    await works.end("a1", "a3", "a4")
    assert await lanes.settled(1)
    assert len(lanes) == 0


async def test_so_many_at_once_and_no_more(works: Works) -> None:
    lanes = Lanes(places=2)
    await begin(lanes, works, "a1", "b1", "c1", "d1")
    assert works.begun == ["a1", "b1"]

    await works.end("b1")
    assert works.begun == ["a1", "b1", "c1"]
    await lanes.close()


@pytest.mark.parametrize("width", [1, 2])
async def test_a_full_lane_takes_its_turn_like_any_other(works: Works, width: int) -> None:
    lanes = Lanes(places=1, width=width)
    await begin(lanes, works, *(f"a{number}" for number in range(100)), "b1", "c1")

    await works.end("a0", "b1", "c1", "a1", "a2")

    assert works.begun[:4] in (["a0", "b1", "c1", "a1"], ["a0", "a1", "b1", "c1"])
    await lanes.close()


async def test_the_future_ends_with_the_work(works: Works) -> None:
    lanes = Lanes(places=1)
    done = lanes.put("a", partial(works, "a1"))
    await turns()
    assert not done.done()
    await works.end("a1")
    assert done.done()
    assert not done.cancelled()


async def test_work_that_fails_makes_room(works: Works) -> None:
    async def fail() -> None:
        raise ValueError("on purpose")

    lanes = Lanes(places=1)
    failed = lanes.put("a", fail)
    await begin(lanes, works, "a1")

    assert failed.done()
    assert works.begun == ["a1"]
    await lanes.close()


async def test_closing_cancels_what_runs_and_begins_nothing(works: Works) -> None:
    lanes = Lanes(places=1)
    futures = [lanes.put(lane, partial(works, lane)) for lane in "aab"]
    await turns()

    await lanes.close()

    assert works.begun == ["a"]
    assert all(each.cancelled() for each in futures)
    assert await lanes.settled(1)


async def test_waiting_ends_in_any_case(works: Works) -> None:
    lanes = Lanes(places=1)
    assert await lanes.settled(0)
    await begin(lanes, works, "a1")
    assert not await lanes.settled(0)
    await lanes.close()


async def test_work_runs_in_its_givers_context() -> None:
    lanes, seen = Lanes(places=1), []

    async def look() -> None:
        seen.append(giver.get())

    for name in ("first", "second"):
        giver.set(name)
        lanes.put(name, look)
    giver.set("somebody else")
    assert await lanes.settled(1)

    assert seen == ["first", "second"]


@pytest.mark.parametrize("pause", range(8))
async def test_what_follows_a_piece_has_followed_once_all_is_settled(pause: int) -> None:
    """However little time lies between its end and the question."""
    lanes, followed = Lanes(places=1), list[str]()

    async def nothing() -> None:
        pass

    lanes.put("lane", nothing).add_done_callback(lambda _: followed.append("closed"))
    for _ in range(pause):
        await asyncio.sleep(0)
    assert await lanes.settled(1)
    assert followed == ["closed"]

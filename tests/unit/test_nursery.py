import asyncio

from apps.game_core.system.nursery import Nursery
from tools.support.patience import PATIENCE


async def hard_of_hearing() -> None:
    """Loses the first cancellation, as `asyncio.wait_for` may do, and works on."""
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await asyncio.sleep(60)


async def test_a_task_that_lost_its_cancellation_is_cancelled_again() -> None:
    nursery = Nursery()
    task = nursery.start("deaf", hard_of_hearing())
    await asyncio.sleep(0)

    async with asyncio.timeout(PATIENCE):
        await nursery.close(0.01)

    assert task.cancelled()

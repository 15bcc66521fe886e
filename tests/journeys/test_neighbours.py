"""Row 48: slow answers and endless writers are nobody else's business, whatever brings the updates."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.settings import CoreSettings
from bot.callbacks.buttons import Open, ScreenName
from bot.incoming.webhook import WebhookAddress, serve_webhook
from bot.running import Process, open_process
from telegram_sandbox.client import SandboxClient, TapResult
from telegram_sandbox.server import SandboxServer
from tests.journeys.conftest import TOKEN, polled
from tests.journeys.test_webhook import SECRET
from tests.support.thumb import Thumb, new_thumb
from tools.support.patience import PATIENCE
from tools.support.ports import free_port
from tools.walk.stage import Hasty

STRANGER = 99


@pytest.fixture(params=["polling", "webhook"])
async def process(
    sandbox: SandboxServer,
    settings: CoreSettings,
    database: AsyncEngine,
    redis: Redis,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Process]:
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(open_process(settings, TOKEN, sandbox.url, clock=Hasty()))
        if request.param == "polling":
            await stack.enter_async_context(polled(opened))
        else:
            port = free_port()
            address = WebhookAddress(f"http://127.0.0.1:{port}/hook", SECRET, port=port)
            await stack.enter_async_context(serve_webhook(opened.bot, opened.dispatcher, address, 5))
        yield opened


async def in_backpack(client: SandboxClient, process: Process, user_id: int) -> Thumb:
    thumb = await new_thumb(client, process, user_id=user_id)
    await thumb.send("/inventory")
    await thumb.tap("Backpack")
    return thumb


async def look(thumb: Thumb) -> TapResult:
    data = Open(screen=ScreenName.MAIN, owner=thumb.player.id).pack()
    message_id = (await thumb.menu()).message_id
    return await thumb.player.client.tap(thumb.player.id, thumb.player.id, message_id, data, wait=25)


async def until_met(sandbox: SandboxServer) -> None:
    """All faults that were planned have happened, or begun to."""
    async with asyncio.timeout(PATIENCE):
        while sandbox.state.faults.listed():  # noqa: ASYNC110 - the sandbox has no event for it
            await asyncio.sleep(0.01)


async def until_confirmed(sandbox: SandboxServer) -> None:
    """Everything that was sent to the bot is handled, or turned away."""
    queue = sandbox.state.bot_of(TOKEN).queue
    async with asyncio.timeout(PATIENCE):
        while len(queue):  # noqa: ASYNC110 - the sandbox has no event for it
            await asyncio.sleep(0.01)


async def test_fault_48_a_slow_answer_holds_up_nobody(
    client: SandboxClient, process: Process, sandbox: SandboxServer
) -> None:
    slow, other = [await in_backpack(client, process, user_id) for user_id in (11, 12)]
    await client.fault("answerCallbackQuery", "delay", seconds=30)
    waiting = asyncio.create_task(look(slow))
    await until_met(sandbox)

    for thumb in (other, other, slow):
        assert (await look(thumb)).answer
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_fault_48_a_stranger_who_writes_without_end_is_told_once(
    client: SandboxClient, process: Process, sandbox: SandboxServer
) -> None:
    player = await in_backpack(client, process, 11)
    stranger = await client.add_user(STRANGER, "Stranger")
    for _ in range(100):
        await client.send(STRANGER, "hello?")

    assert (await look(player)).answer
    await stranger.sees("You have no character")
    await until_confirmed(sandbox)
    await stranger.send("/start")
    await stranger.sees("Stranger", within=PATIENCE)

    said = [each for each in await client.messages(STRANGER) if "no character" in each.text]
    assert len(said) == 1


async def test_fault_49_update_ids_start_again_under_a_running_bot(
    client: SandboxClient, process: Process, sandbox: SandboxServer
) -> None:
    player = await in_backpack(client, process, 11)
    bot = sandbox.state.bot_of(TOKEN)
    for first in (5, 2_000_000_000, 7):
        await until_confirmed(sandbox)  # a messenger counts anew only when nothing waits
        bot.record.next_update_id = first
        for _ in range(3):
            assert (await look(player)).answer
    await until_confirmed(sandbox)

"""The metrics say where the time of a tap goes, and how taps and calls end."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from apps.game_core.modules.inventory.errors import DatabaseDownError, SlotEmptyError
from apps.game_core.modules.inventory.inventory_gateway import InventoryGateway
from bot.running import Process
from telegram_sandbox.client import SandboxClient
from tests.support.thumb import new_thumb

PLAYER = 1


def value(process: Process, name: str, **labels: str) -> float:
    return process.core.metrics.registry.get_sample_value(name, labels) or 0


async def test_a_tap_is_measured_in_all_its_phases(client: SandboxClient, process: Process) -> None:
    player = await client.add_user(PLAYER, "Player")
    await player.send("/start")
    await player.tap("Inventory")
    await player.tap("Backpack")
    await player.tap("Health Potion")
    await player.tap("Lock")

    def measured(phase: str) -> float:
        return value(process, "inventory_tap_seconds_count", phase=phase)

    assert measured("queue") == measured("parse") == 5
    assert measured("rules") == 1
    assert min(map(measured, ("redis", "render", "telegram"))) >= 4
    assert value(process, "bot_update_seconds_count", kind="tap") == 4
    assert value(process, "bot_update_seconds_count", kind="message") == 1
    assert value(process, "bot_update_lag_seconds_count") == 1
    asked = ("command", "open_main", "open_backpack", "open_item", "do_lock")
    assert [value(process, "bot_updates_total", asked=each, ending="done") for each in asked] == [1] * 5
    assert value(process, "bot_calls_total", method="answerCallbackQuery", status="ok") == 4
    assert value(process, "inventory_cache_reads_total", result="hit") > 0


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (None, "done"),
        (SlotEmptyError(1), "refused"),
        (DatabaseDownError(), "unavailable"),
        (ValueError("on purpose"), "failed"),
    ],
)
async def test_how_a_tap_ended_is_counted(
    client: SandboxClient,
    process: Process,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception | None,
    ending: str,
) -> None:
    thumb = await new_thumb(client, process)
    if error is not None:
        monkeypatch.setattr(InventoryGateway, "open", raising(error))

    await thumb.tap("Inventory")

    assert value(process, "bot_updates_total", asked="open_main", ending=ending) == 1
    assert value(process, "bot_handler_errors_total") == (ending == "failed")


def raising(error: Exception) -> Callable[..., Awaitable[None]]:
    """Once: a refusal is shown with how things stand."""
    once = [error]
    opened = InventoryGateway.open

    async def fail(self: InventoryGateway, char_id: int) -> Any:
        if once:
            raise once.pop()
        return await opened(self, char_id)

    return fail

"""The metrics say where the time of a tap goes."""

from bot.running import Process
from telegram_sandbox.client import SandboxClient


async def test_a_tap_is_measured_in_all_its_phases(client: SandboxClient, process: Process) -> None:
    player = await client.add_user(1, "Player")
    await player.send("/start")
    await player.tap("Inventory")
    await player.tap("Backpack")
    await player.tap("Health Potion")
    await player.tap("Lock")

    def measured(phase: str) -> float:
        found = process.core.metrics.registry.get_sample_value(
            "inventory_tap_seconds_count", {"phase": phase}
        )
        return found or 0

    assert measured("parse") == 5
    assert measured("rules") == 1
    assert min(map(measured, ("redis", "render", "telegram"))) >= 4

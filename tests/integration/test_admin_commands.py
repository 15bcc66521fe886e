"""What operators see and do about sessions that are parked or put aside, through the command line."""

import asyncio
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.redis import keys
from apps.game_core.container import open_core
from apps.game_core.settings import CoreSettings
from bot.cli.main import cli
from tests.support.world import World


@pytest.fixture(autouse=True)
def addresses(servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", servers.redis_url)
    monkeypatch.setenv("DATABASE_URL", servers.database_url)
    # Logs set up here would keep the runner's streams, which are closed after each command.
    monkeypatch.setattr("bot.cli.admin.set_up_logs", lambda _: None)


@dataclass(frozen=True)
class Said:
    """A command's own lines, and the message it ended with."""

    lines: list[str]
    error: str


async def run(*arguments: str) -> Said:
    result = await asyncio.to_thread(CliRunner().invoke, cli, ["admin", *arguments])
    lines = [line for line in result.output.splitlines() if "[warning" not in line]
    return Said(lines, str(result.exception))


async def test_a_parked_session_is_listed_and_released(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    assert (await run("parked")).lines == ["0 parked."]
    for _ in range(5):
        await world.core.store.fail(char_id)

    assert (await run("parked")).lines == [f"character {char_id}", "1 parked."]
    assert (await run("release", str(char_id))).lines == [f"Character {char_id} is released."]

    assert (await run("parked")).lines == ["0 parked."]
    assert "not parked" in (await run("release", str(char_id))).error
    await world.core.worker.round()
    assert await world.pieces_in_rows(char_id, "bread") == 2


async def test_a_document_put_aside_is_listed_shown_and_discarded(
    world: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    await world.core.redis.set(keys.session(char_id), "{broken")
    async with open_core(settings) as fresh:
        await fresh.gateway.view(char_id)

    assert (await run("quarantined")).lines == [f"character {char_id}: 1", "1 in quarantine."]
    assert (await run("quarantined", str(char_id))).lines == ["{broken"]
    assert "are gone" in (await run("discard", str(char_id))).lines[0]

    assert (await run("quarantined")).lines == ["0 in quarantine."]
    assert "nothing in quarantine" in (await run("discard", str(char_id))).error

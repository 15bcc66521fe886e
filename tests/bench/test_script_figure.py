"""P2 is held against a script that does what ours does, as often as Redis can."""

import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from apps.embedded import EmbeddedServers
from apps.game_core.container import Core
from apps.game_core.modules.inventory.inventory_gateway import InventoryGateway
from tools.bench import figures, report, script_figure
from tools.bench.figures import Finding, Grade
from tools.bench.measuring import NoEffectError
from tools.bench.report import Report, Surroundings
from tools.bench.script_figure import benchmark_program
from tools.bench.stage import make_players, two_swords

there = pytest.mark.skipif(benchmark_program() is None, reason="there is no redis-benchmark on the path")
SLOW = 0.03
TIMES_SLOWER = 10


async def measured(core: Core, servers: EmbeddedServers, each: int = 2) -> list[Finding]:
    [made] = await make_players(core, 1)
    swords = {made.char_id: two_swords(await core.gateway.view(made.char_id))}
    found = script_figure.measure(core, servers.redis.socket, swords, each, 1)
    return [finding async for finding in found]


@there
async def test_a_slow_change_is_held_against_the_bare_script(core: Core, servers: EmbeddedServers) -> None:
    equip = InventoryGateway.equip_item

    async def slowed(*args: Any, **kwargs: Any) -> Any:
        time.sleep(slow)  # noqa: ASYNC251 - as slow code would
        return await equip(*args, **kwargs)

    [as_it_is] = await measured(core, servers)
    rates, _ = as_it_is.raw
    slow = max(SLOW, TIMES_SLOWER / min(rates))  # on a busy machine a change takes long as it is
    with patch.object(InventoryGateway, "equip_item", slowed):
        [as_slowed] = await measured(core, servers)

    assert as_slowed.figure is figures.EQUIP_SCRIPT
    assert as_slowed.value < as_it_is.value / 2
    assert as_slowed.verdict in {Grade.MISSED, Grade.UNSURE}


@there
async def test_a_script_that_changes_nothing_is_no_figure(
    core: Core, servers: EmbeddedServers, tmp_path: Path
) -> None:
    idle = tmp_path / "idle.lua"
    idle.write_text("return 'saved'", "utf-8")

    with (
        patch.object(script_figure, "_SCRIPT", idle),
        pytest.raises(NoEffectError, match="0 of 20 changes of the bare script"),
    ):
        await measured(core, servers)


async def test_without_a_program_the_table_says_so(
    core: Core, servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script_figure, "benchmark_program", lambda: None)
    monkeypatch.setattr(report, "benchmark_version", lambda: "")

    assert await measured(core, servers) == []
    lines = list(Report(Surroundings("Redis", "PostgreSQL", {}, 0.0), []).lines())
    assert "P2   left out: there is no redis-benchmark and no valkey-benchmark on the path" in lines
    assert any(line.startswith("P11") and "run.py neighbours" in line for line in lines)

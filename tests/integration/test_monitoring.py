"""Numbers over HTTP."""

import socket

from aiohttp import ClientSession

from apps.game_core.adapters.monitoring import serve_monitoring
from apps.game_core.modules.inventory.errors import DatabaseDownError
from tests.support.world import World


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_metrics_tell_what_happened(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    for chore in world.core.worker.chores:
        await chore.round()
    await world.gateway.sync_inventory(char_id)
    port = free_port()

    async with (
        serve_monitoring(world.core.metrics, world.core.probes, "127.0.0.1", port),
        ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        text = await (await client.get("/metrics")).text()
        live, ready = await client.get("/livez"), await client.get("/readyz")
        assert (live.status, ready.status) == (200, 200)
        assert await ready.json() == {"redis": True, "postgres": True}

    numbers = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert numbers["inventory_sessions_active"] == "1.0"
    assert numbers["inventory_sessions_dirty"] == "1.0"
    assert numbers["inventory_syncs_total"] == "1.0"
    assert numbers["inventory_rows_written_total"] == "1.0"
    assert numbers['inventory_loads_total{reason="cold"}'] == "1.0"


async def test_loads_are_counted_by_reason(world: World) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    await world.core.redis.flushall()
    await world.gateway.view(char_id)
    text = world.core.metrics.render().decode()
    assert 'inventory_loads_total{reason="cold"} 1.0' in text
    assert 'inventory_loads_total{reason="expired"} 1.0' in text


async def test_not_ready_while_a_server_is_away(world: World) -> None:
    async def away() -> None:
        raise DatabaseDownError

    port = free_port()
    probes = {**world.core.probes, "postgres": away}
    async with (
        serve_monitoring(world.core.metrics, probes, "127.0.0.1", port),
        ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        ready, live = await client.get("/readyz"), await client.get("/livez")
        assert (ready.status, live.status) == (503, 200)
        assert await ready.json() == {"redis": True, "postgres": False}

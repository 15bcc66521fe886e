"""Connections to Redis that the other side has closed, on the loop that a bot has."""

import uvloop

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.redis.client import connect
from apps.redis_connections import KEPT, Connections


def test_one_that_was_closed_while_nobody_looked_is_made_anew(servers: EmbeddedServers) -> None:
    async def ask() -> object:
        redis = connect(servers.redis_url)
        connections = Connections(redis, KEPT)
        await connections.call("PING")
        [(connection, _)] = connections._idle
        assert connection._writer is not None
        connection._writer.transport.abort()
        await connection._writer.wait_closed()
        try:
            return await connections.call("PING")
        finally:
            await redis.aclose()

    assert uvloop.run(ask()) in {b"PONG", "PONG"}

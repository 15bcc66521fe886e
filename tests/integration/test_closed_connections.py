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
        [taken] = connections._idle
        connection = taken.connection
        assert connection._writer is not None
        connection._writer.transport.abort()
        await connection._writer.wait_closed()
        try:
            return await connections.call("PING")
        finally:
            await redis.aclose()

    assert uvloop.run(ask()) in {b"PONG", "PONG"}


def test_one_of_the_pool_that_was_closed_a_moment_ago_is_made_anew(servers: EmbeddedServers) -> None:
    async def ask() -> object:
        redis = connect(servers.redis_url)
        await redis.set("closed", "while nobody looked")
        [connection] = redis.connection_pool._available_connections
        assert connection._writer is not None
        connection._writer.transport.abort()
        try:
            return await redis.getdel("closed")
        finally:
            await redis.aclose()

    assert uvloop.run(ask()) == b"while nobody looked"

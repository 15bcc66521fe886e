"""Pools of connections to one server by its address."""

from collections.abc import Mapping
from typing import Any

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import (
    AbstractConnection,
    Connection,
    RedisSSLContext,
    SSLConnection,
    UnixDomainSocketConnection,
)
from redis.exceptions import ConnectionError as NotConnectedError


class Closable(AbstractConnection):
    """One that the other side has closed may be made anew, whatever the loop calls that."""

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        try:
            await super().send_packed_command(command, check_health)
        except RuntimeError as error:  # so does uvloop
            raise NotConnectedError(str(error)) from error


class OverTCP(Closable, Connection):
    pass


class OverSocket(Closable, UnixDomainSocketConnection):
    pass


class SharedTLS(Closable, SSLConnection):
    """Connections that share what TLS needs: to read all authorities for each one would hold up everybody."""

    def __init__(self, *, tls: RedisSSLContext, **options: Any) -> None:
        super().__init__(**options)
        self.ssl_context = tls


_OURS: Mapping[type[AbstractConnection], type[AbstractConnection]] = {
    Connection: OverTCP,
    UnixDomainSocketConnection: OverSocket,
    SSLConnection: SharedTLS,
}


def pool_at(url: str, **options: Any) -> BlockingConnectionPool:
    """The address' own parameters win."""
    pool = BlockingConnectionPool.from_url(url, **options)
    if pool.connection_class is SSLConnection:
        tls = SSLConnection(**pool.connection_kwargs).ssl_context
        pool.connection_kwargs["tls"] = tls
    pool.connection_class = _OURS[pool.connection_class]
    return pool

"""Pools of connections to one server by its address."""

from collections.abc import Iterable, Mapping
from itertools import chain
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
from redis.exceptions import RedisError


class PoolClosedError(RedisError):
    """No connection is made for it any more."""

    def __init__(self) -> None:
        super().__init__("the client is closed")


class Closable(AbstractConnection):
    """One that the other side has closed may be made anew, whatever the loop calls that.

    Not one whose pool is closed: who waits for its answer would connect anew, and nobody would ever hang up.
    """

    is_retired = False

    def retire(self) -> None:
        """Hang up for good, even if nobody waits until that is done."""
        self.is_retired = True
        if self._writer is not None:
            self._writer.close()

    async def connect_check_health(self, *args: Any, **options: Any) -> None:
        if self.is_retired:
            raise PoolClosedError
        await super().connect_check_health(*args, **options)
        if self.is_retired:
            await self.disconnect(nowait=True)
            raise PoolClosedError

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


class Pool(BlockingConnectionPool):
    """Closed once all its connections are: redis-py's own would make others for whoever still asks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._is_closed = False

    def make_connection(self) -> Any:
        if self._is_closed:
            raise PoolClosedError
        return super().make_connection()  # type: ignore[no-untyped-call]  # so in redis-py

    async def disconnect(self, inuse_connections: bool = True) -> None:
        if inuse_connections:
            self._is_closed = True
            made: Iterable[Any] = chain(self._available_connections, self._in_use_connections)
            for connection in made:
                connection.retire()
        await super().disconnect(inuse_connections)


def pool_at(url: str, **options: Any) -> Pool:
    """The address' own parameters win."""
    pool = Pool.from_url(url, **options)
    if pool.connection_class is SSLConnection:
        tls = SSLConnection(**pool.connection_kwargs).ssl_context
        pool.connection_kwargs["tls"] = tls
    pool.connection_class = _OURS[pool.connection_class]
    return pool

"""Pools of connections to one server by its address."""

from typing import Any

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import RedisSSLContext, SSLConnection


class SharedTLS(SSLConnection):
    """Connections that share what TLS needs: to read all authorities for each one would hold up everybody."""

    def __init__(self, *, tls: RedisSSLContext, **options: Any) -> None:
        super().__init__(**options)
        self.ssl_context = tls


def pool_at(url: str, **options: Any) -> BlockingConnectionPool:
    """The address' own parameters win."""
    pool = BlockingConnectionPool.from_url(url, **options)
    if pool.connection_class is SSLConnection:
        tls = SSLConnection(**pool.connection_kwargs).ssl_context
        pool.connection_class = SharedTLS
        pool.connection_kwargs["tls"] = tls
    return pool

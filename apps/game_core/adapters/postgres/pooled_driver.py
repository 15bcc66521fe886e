"""asyncpg behind SQLAlchemy, whatever stands between it and the server."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg


class PooledAsyncpg(PGDialect_asyncpg):
    """Where a pooler may give each transaction another server, nothing is kept from one to the next."""

    driver = "pooled_asyncpg"
    supports_statement_cache = True

    def on_connect(self) -> Callable[[Any], None]:
        greet = super().on_connect()  # type: ignore[no-untyped-call] # so in SQLAlchemy

        def connect(connection: Any) -> None:
            if _is_pooled(connection):
                connection._prepared_statement_cache = None  # noqa: SLF001 - there is no other way after connecting
            elif greet is not None:
                greet(connection)

        return connect

    def set_isolation_level(self, dbapi_connection: Any, level: str) -> None:
        """Without a transaction a statement's two steps, told and asked, could meet two servers."""
        if level != "AUTOCOMMIT" or _is_remembered_by_its_server(dbapi_connection):
            super().set_isolation_level(dbapi_connection, level)  # type: ignore[no-untyped-call] # so in SQLAlchemy


def _is_remembered_by_its_server(connection: Any) -> bool:
    return connection._prepared_statement_cache is not None  # noqa: SLF001 - as above


def _is_pooled(connection: Any) -> bool:
    """A pooler answers for the server with a process number of its own."""
    cursor = connection.cursor()
    try:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    finally:
        cursor.close()
        connection.rollback()
    return bool(pid != connection.driver_connection.get_server_pid())

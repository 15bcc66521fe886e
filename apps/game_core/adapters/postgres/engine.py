"""The connection pool."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from ssl import create_default_context
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from apps.game_core.addresses import database_address
from apps.game_core.errors import said
from apps.game_core.modules.inventory.errors import (
    AlreadyInLedgerError,
    DatabaseBusyError,
    DatabaseDownError,
    DatabaseRefusedError,
    InventoryUnavailableError,
)

# SQLSTATE classes: https://www.postgresql.org/docs/current/errcodes-appendix.html
_BUSY = {"40001", "40P01", "55P03"}
_UNIQUE = "23505"
# What one session's values can break. Syntax, names and rights (42) are never a session's fault.
_REFUSED = ("22", "23")
_LEDGER_KEY = "pk_inventory_operations"
_ENGINES_REMEMBERED = 8
DRIVER = "pooled_asyncpg"
registry.register(f"postgresql.{DRIVER}", "apps.game_core.adapters.postgres.pooled_driver", "PooledAsyncpg")


@contextmanager
def database_errors() -> Iterator[None]:
    """The driver's errors as the core's."""
    try:
        yield
    except DBAPIError as error:
        raise _translated(error) from error
    except (SQLAlchemyError, OSError) as error:
        raise DatabaseDownError(said(error)) from error


def _translated(error: DBAPIError) -> InventoryUnavailableError:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state in _BUSY:
        return DatabaseBusyError(state)
    if state == _UNIQUE and _LEDGER_KEY in str(error.orig):
        return AlreadyInLedgerError(str(error.orig))
    if state.startswith(_REFUSED):
        return DatabaseRefusedError(str(error.orig))
    return DatabaseDownError(said(error.orig or error))


def make_engine(url: str, *, pool_size: int = 8, timeout: float = 10.0, patient: bool = False) -> AsyncEngine:
    """A pool of asyncpg connections to an address as `psql` takes it.

    `timeout` in seconds bounds connecting, waiting for a free connection, and each statement, unless it is
    `patient`: then statements may take as long as they take.
    """
    address = database_address(url)
    tls = {"ssl": create_default_context()} if address.system_roots else {}
    engine = create_async_engine(
        f"postgresql+{DRIVER}://",
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=timeout,
        # What players wrote has no place in error messages.
        hide_parameters=True,
        connect_args={
            "dsn": address.dsn,
            "timeout": min(timeout, address.connect_timeout or timeout),
            "command_timeout": None if patient else timeout,
            # Behind a pooler other clients' statements have names, too.
            "prepared_statement_name_func": lambda: f"game_{uuid4().hex}",
            # What the driver asks for itself is asked of another server next time.
            "statement_cache_size": 0,
            **tls,
        },
    )
    event.listen(engine.sync_engine, "checkout", _require_open)
    return engine


def isolated(engine: AsyncEngine, level: str) -> AsyncEngine:
    """The same pool, with transactions of this isolation level."""
    return AsyncEngine(_isolated(engine.sync_engine, level))


@lru_cache(_ENGINES_REMEMBERED)
def _isolated(engine: Engine, level: str) -> Engine:
    """One for all who ask: SQLAlchemy takes longer for it than for a statement."""
    return engine.execution_options(isolation_level=level)


def _require_open(connection: Any, *_: object) -> None:
    """A connection that its server has closed is not handed out; asking each one would cost a round trip."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError

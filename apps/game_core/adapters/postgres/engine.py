"""The connection pool."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

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
_REFUSED = ("22", "23", "42")
_LEDGER_KEY = "pk_inventory_operations"


@contextmanager
def database_errors() -> Iterator[None]:
    """The driver's errors as the core's."""
    try:
        yield
    except DBAPIError as error:
        raise _translated(error) from error
    except (SQLAlchemyError, OSError) as error:
        raise DatabaseDownError(repr(error)) from error


def _translated(error: DBAPIError) -> InventoryUnavailableError:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state in _BUSY:
        return DatabaseBusyError(state)
    if state == _UNIQUE and _LEDGER_KEY in str(error.orig):
        return AlreadyInLedgerError(str(error.orig))
    if state.startswith(_REFUSED):
        return DatabaseRefusedError(str(error.orig))
    return DatabaseDownError(repr(error.orig))


def make_engine(url: str, *, pool_size: int = 8, timeout: float = 10.0) -> AsyncEngine:
    """A pool of asyncpg connections; `url` as `postgresql+asyncpg://…` or plain `postgresql://…`.

    `timeout` in seconds bounds connecting, waiting for a free connection, and each statement.
    """
    scheme, _, rest = url.partition("://")
    driver = "postgresql+asyncpg" if scheme in {"postgres", "postgresql"} else scheme
    return create_async_engine(
        f"{driver}://{rest}",
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=timeout,
        # What players wrote has no place in error messages.
        hide_parameters=True,
        connect_args={"timeout": timeout, "command_timeout": timeout},
    )

"""The connection pool."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from apps.game_core.modules.inventory.errors import DatabaseDownError


@contextmanager
def database_errors() -> Iterator[None]:
    """The driver's errors as the core's."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise DatabaseDownError(repr(error)) from error


def make_engine(url: str, *, pool_size: int = 8) -> AsyncEngine:
    """A pool of asyncpg connections; `url` as `postgresql+asyncpg://…` or plain `postgresql://…`."""
    scheme, _, rest = url.partition("://")
    driver = "postgresql+asyncpg" if scheme in {"postgres", "postgresql"} else scheme
    return create_async_engine(f"{driver}://{rest}", pool_size=pool_size, max_overflow=0, pool_pre_ping=True)

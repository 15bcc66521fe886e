"""Connections to PostgreSQL that one test leaves idle serve the next.

A new one costs both sides more than most of what a test asks of it, and all its statements are prepared anew.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import QueuePool
from sqlalchemy.engine.events import ConnectionEvents
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.engine import make_engine

_MOST = 3
"""So many engines alike are kept; a test with more processes than that has the others made anew."""

_EVENTS = [name for name in vars(ConnectionEvents) if name != "dispatch" and name[0] != "_"]

_Idle = dict[object, list[AsyncEngine]]


class _Lent(AsyncEngine):
    """Whose connections are handed back when it is done with."""

    __slots__ = ("_idle",)

    def __init__(self, engine: AsyncEngine, idle: list[AsyncEngine]) -> None:
        super().__init__(engine.sync_engine)
        self._idle = idle

    async def dispose(self, close: bool = True) -> None:
        if close and len(self._idle) < _MOST and _as_new(self):
            self._idle.append(self)
        else:
            await super().dispose(close)


def _as_new(engine: AsyncEngine) -> bool:
    """Nobody has a connection of it, or listens to it."""
    pool, dispatch = engine.pool, engine.sync_engine.dispatch
    assert isinstance(pool, QueuePool)
    heard = any(len(list(getattr(dispatch, name))) for name in _EVENTS)
    return pool.checkedout() == 0 and len(list(pool.dispatch.checkout)) == 1 and not heard


@contextmanager
def kept_engines(url: str) -> Iterator[_Idle]:
    """While the block runs, cores on this loop and this server take over each other's connections."""
    loop = asyncio.get_running_loop()
    idle: _Idle = {}

    def make(of: str, **options: Any) -> AsyncEngine:
        if of != url or asyncio.get_running_loop() is not loop:
            return make_engine(of, **options)
        alike = idle.setdefault(frozenset(options.items()), [])
        return _Lent(alike.pop() if alike else make_engine(url, **options), alike)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("apps.game_core.container.make_engine", make)
        patch.setattr("apps.game_core.adapters.postgres.migrate.make_engine", make)
        yield idle

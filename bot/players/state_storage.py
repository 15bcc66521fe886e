"""FSM storage that notices a player leaving what is written then, and that may be away for a while."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from redis.exceptions import RedisError

from bot.players.states import leaves

log = structlog.get_logger(__name__)

OnLeave = Callable[[int], Awaitable[None]]


class LeaveWatchingStorage(BaseStorage):
    """Any storage, with `on_leave(user_id)` called after a state leaves a group that is written then.

    The state changes even when the call fails: the session stays dirty and the worker writes it. While Redis
    is away nobody has a state, so that players are answered and not left waiting.
    """

    def __init__(self, inner: BaseStorage, on_leave: OnLeave) -> None:
        self._inner = inner
        self._on_leave = on_leave

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        before = await self.get_state(key)
        with _forgiving("set state"):
            await self._inner.set_state(key, state)
        after = state.state if isinstance(state, State) else state
        if leaves(before, after):
            await self._leave(key.user_id)

    async def get_state(self, key: StorageKey) -> str | None:
        with _forgiving("get state"):
            return await self._inner.get_state(key)
        return None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        with _forgiving("set data"):
            await self._inner.set_data(key, data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        with _forgiving("get data"):
            return await self._inner.get_data(key)
        return {}

    async def close(self) -> None:
        await self._inner.close()

    async def _leave(self, user_id: int) -> None:
        try:
            await self._on_leave(user_id)
        except Exception:
            log.exception("inventory not written on leaving", user_id=user_id)


@contextmanager
def _forgiving(what: str) -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        log.warning("state storage is away", what=what, error=repr(error))

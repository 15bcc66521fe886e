"""Faults at the points where a process talks to a server: one plan for one action."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Any, Self, TypeVar
from unittest.mock import patch

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.snapshots import InventorySnapshotReader
from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.modules.inventory.errors import DatabaseDownError
from apps.redis_connections import Command, Connections, Reading, as_it_is

R = TypeVar("R")


class Fault(Enum):
    DIES_BEFORE = auto()
    DIES_AFTER = auto()
    UNREACHED = auto()
    UNANSWERED = auto()
    SENT_TWICE = auto()
    MEANWHILE = auto()


class DiedError(BaseException):
    """The process was killed here: nothing of it may handle this."""


@dataclass(frozen=True)
class Plan:
    """At which call the fault strikes, counted from 1; `meanwhile`: what somebody else does just then."""

    at: int
    fault: Fault
    meanwhile: Callable[[], Awaitable[None]]


class Wire:
    """Every call of one process to a server passes here."""

    def __init__(self) -> None:
        self.plan: Plan | None = None
        self.dead = False
        self._calls = 0

    def expect(self, plan: Plan | None) -> None:
        self.plan, self._calls = plan, 0

    async def call(
        self, send: Callable[[], Awaitable[R]], lost: Callable[[], Exception], *, commits: bool = False
    ) -> R:
        if self.dead:
            raise DiedError
        self._calls += 1
        plan = self.plan
        if plan is None or self._calls != plan.at:
            return await send()
        self.plan = None
        return await self._strike(plan, send, lost, commits=commits)

    async def _strike(
        self,
        plan: Plan,
        send: Callable[[], Awaitable[R]],
        lost: Callable[[], Exception],
        *,
        commits: bool,
    ) -> R:
        if plan.fault in (Fault.DIES_BEFORE, Fault.DIES_AFTER):
            if plan.fault is Fault.DIES_AFTER:
                await send()
            self.dead = True
            raise DiedError
        if plan.fault is Fault.UNREACHED:
            raise lost()
        if plan.fault is Fault.MEANWHILE and not commits:
            await plan.meanwhile()
        answer = await send()
        if plan.fault is Fault.MEANWHILE and commits:
            await plan.meanwhile()  # not before: it would wait for the locks of this very transaction
        if plan.fault is Fault.UNANSWERED:
            raise lost()
        if plan.fault is Fault.SENT_TWICE and not commits:
            return await send()
        return answer


def _redis_lost() -> Exception:
    return RedisConnectionError("planned")


def _database_lost() -> Exception:
    return DatabaseDownError("planned")


async def _nothing() -> None:
    """A point where a process may die or others be faster, before its transaction begins."""


@contextmanager
def wired_scripts() -> Iterator[None]:
    """What scripts send past a client's commands goes by its wire, too."""
    send, ask = Connections.pipelined, Connections.shared

    async def shared(self: Connections, *command: Any) -> Any:
        if isinstance(self.redis, WiredRedis):
            return await self.redis.wire.call(partial(ask, self, *command), _redis_lost)
        return await ask(self, *command)

    async def pipelined(
        self: Connections, commands: Sequence[Command], read: Reading = as_it_is
    ) -> list[Any]:
        if isinstance(self.redis, WiredRedis):
            return await self.redis.wire.call(partial(send, self, commands, read), _redis_lost)
        return await send(self, commands, read)

    with patch.object(Connections, "pipelined", pipelined), patch.object(Connections, "shared", shared):
        yield


class WiredRedis(Redis):
    """A client whose commands and pipelines each are one call."""

    wire: Wire

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        send = super().execute_command
        return await self.wire.call(partial(send, *args, **options), _redis_lost)

    def pipeline(self, transaction: bool = True, shard_hint: Any = None) -> Pipeline:
        shape = (self.connection_pool, self.response_callbacks, transaction, shard_hint)
        made = _WiredPipeline(*shape)
        made.wire = self.wire
        return made


class _WiredPipeline(Pipeline):
    wire: Wire

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        commands, execute = list(self.command_stack), super().execute

        async def send() -> list[Any]:
            self.command_stack = list(commands)
            return list(await execute(raise_on_error=raise_on_error))

        return await self.wire.call(send, _redis_lost)


def wired_unit_of_work(wire: Wire) -> type[PostgresUnitOfWork]:
    class WiredUnitOfWork(PostgresUnitOfWork):
        async def __aenter__(self) -> Self:
            await wire.call(_nothing, _database_lost)
            return await super().__aenter__()

        async def commit(self) -> None:
            await wire.call(super().commit, _database_lost, commits=True)

    return WiredUnitOfWork


def wired_snapshot_reader(wire: Wire) -> type[InventorySnapshotReader]:
    class WiredSnapshotReader(InventorySnapshotReader):
        def __init__(self, engine: AsyncEngine) -> None:
            super().__init__(engine)

        async def read(self, char_id: int, op_ids: tuple[str, ...] = ()) -> bytes | None:
            read = super().read
            return await wire.call(lambda: read(char_id, op_ids), _database_lost)

    return WiredSnapshotReader

"""Breaks things as planned, and mends them."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

import sqlalchemy as sa
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers
from apps.embedded.server import Server
from telegram_sandbox.trouble.faults import Fault, FaultPlan
from tools.chaos.clocks import RedisClock
from tools.chaos.fleet import Fleet, Member
from tools.chaos.journal import Journal
from tools.chaos.plan import Kind, Step
from tools.chaos.restores import AFTERMATH, Backups
from tools.chaos.rollbacks import Rollbacks
from tools.chaos.thief import Thief

_METHODS = ("answercallbackquery", "editmessagetext", "getupdates", "sendmessage", "webhook")
_FAULTS = ("drop", "drop_reply", "duplicate", "delay", "429", "500", "502")
_HOURS = (-6, 0, 6)
# Changes nothing, yet the inventories become others than those that sessions grew from.
_TOUCH = sa.text("UPDATE inventory_items SET locked = locked WHERE char_id % 3 = :draw % 3")
_CUT = sa.text("""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
""")


@dataclass(slots=True)
class Nemesis:
    """`gate` holds the players back while it is closed. `now`: seconds since the start."""

    servers: EmbeddedServers
    fleet: Fleet
    faults: FaultPlan
    redis: Redis
    engine: AsyncEngine
    journal: Journal
    gate: asyncio.Event
    now: Callable[[], float]
    clock: RedisClock
    backups: Backups
    rollbacks: Rollbacks
    thief: Thief
    pooler: Server | None = None
    _locks: dict[object, asyncio.Lock] = field(default_factory=dict, init=False)

    async def run(self, steps: tuple[Step, ...]) -> None:
        """All steps at their times; those that have different targets overlap."""
        async with asyncio.TaskGroup() as group:
            for step in steps:
                await asyncio.sleep(max(0.0, step.at - self.now()))
                group.create_task(self._perform(step))

    async def _perform(self, step: Step) -> None:
        await self._verbs()[step.kind](step)

    def _verbs(self) -> Mapping[Kind, Callable[[Step], Awaitable[None]]]:
        return {
            Kind.KILL_BOT: lambda step: self._kill(step, self.fleet.bots),
            Kind.KILL_WORKER: lambda step: self._kill(step, self.fleet.workers),
            Kind.STOP_BOT: lambda step: self._stop(step, self.fleet.bots),
            Kind.STOP_WORKER: lambda step: self._stop(step, self.fleet.workers),
            Kind.KILL_REDIS: self._kill_redis,
            Kind.KILL_POSTGRES: lambda step: self._kill_server(step, self.servers.postgres),
            Kind.STOP_REDIS: lambda step: self._stop_server(step, self.servers.redis),
            Kind.STOP_POSTGRES: lambda step: self._stop_server(step, self.servers.postgres),
            Kind.CUT_REDIS: self._cut_redis,
            Kind.CUT_POSTGRES: self._cut_postgres,
            Kind.ROLL_BACK_REDIS: self._roll_back_redis,
            Kind.TOUCH_ROWS: self._touch_rows,
            Kind.TELEGRAM: self._telegram,
            Kind.STEP_CLOCK: self._step_clock,
            Kind.LOSE_KEY: self._lose_key,
            Kind.BACK_UP: self._back_up,
            Kind.RESTORE: self._restore,
            **self._verbs_of_the_pooler(),
        }

    def _verbs_of_the_pooler(self) -> Mapping[Kind, Callable[[Step], Awaitable[None]]]:
        if (pooler := self.pooler) is None:
            return {}
        return {
            Kind.KILL_POOLER: lambda step: self._kill_server(step, pooler),
            Kind.STOP_POOLER: lambda step: self._stop_server(step, pooler),
        }

    async def _kill(self, step: Step, members: tuple[Member, ...]) -> None:
        member = members[step.draw % len(members)]
        async with self._lock(member.name):
            if step.kind is Kind.KILL_WORKER:
                self.journal.worker_deaths.append(self.now())
            self._note(step, member.name)
            await asyncio.to_thread(member.kill)
            await asyncio.sleep(step.lasts)
            member.held = False

    async def _stop(self, step: Step, members: tuple[Member, ...]) -> None:
        member = members[step.draw % len(members)]
        async with self._lock(member.name):
            self._note(step, member.name)
            member.signal(signal.SIGSTOP)
            await asyncio.sleep(step.lasts)
            member.signal(signal.SIGCONT)

    async def _kill_redis(self, step: Step) -> None:
        async with self._lock("redis"):
            self._note(step, "redis")
            await asyncio.to_thread(self.servers.redis.kill)
            self.journal.redis_kills.append(self.now())
            await asyncio.sleep(step.lasts)
            await asyncio.to_thread(self.servers.redis.start)

    async def _kill_server(self, step: Step, server: Server) -> None:
        async with self._lock(server.name):
            self._note(step, server.name)
            await asyncio.to_thread(server.kill)
            await asyncio.sleep(step.lasts)
            await asyncio.to_thread(server.start)

    async def _stop_server(self, step: Step, server: Server) -> None:
        async with self._lock(server.name):
            self._note(step, server.name)
            await asyncio.to_thread(server.pause)
            await asyncio.sleep(step.lasts)
            await asyncio.to_thread(server.resume)

    async def _cut_redis(self, step: Step) -> None:
        """Break every connection. Whether a server is there to do so is another step's business."""
        self._note(step, "redis")
        async with self._lock("redis"):
            with suppress(RedisError, OSError):
                await self.redis.client_kill_filter(_type="normal", skipme=True)

    async def _cut_postgres(self, step: Step) -> None:
        self._note(step, "postgres")
        async with self._lock("postgres"):
            with suppress(SQLAlchemyError, OSError):
                async with self.engine.connect() as connection:
                    await connection.execute(_CUT)

    async def _roll_back_redis(self, step: Step) -> None:
        """Bring Redis back from older files, when everything acknowledged has reached PostgreSQL.

        Before that an older file may lack what players were told: no one promises anything else.
        """
        async with self._lock("redis"):
            self.gate.clear()
            try:
                if await self.rollbacks.drained():
                    self._note(step, "redis")
                    await asyncio.to_thread(self.rollbacks.roll_back)
            finally:
                self.gate.set()

    async def _touch_rows(self, step: Step) -> None:
        """Somebody edits a third of the inventories by SQL."""
        # Not between a restore and the looks at it: an edit more could make up for a version less.
        async with self._lock("postgres"):
            self._note(step, "postgres")
            with suppress(SQLAlchemyError, OSError):
                async with self.engine.begin() as connection:
                    await connection.execute(_TOUCH, {"draw": step.draw})

    async def _step_clock(self, step: Step) -> None:
        """Redis' clock jumps, and stays where it is until it jumps again."""
        async with self._lock("redis"):
            hours = random.Random(step.draw).choice(_HOURS)  # noqa: S311 - a schedule, not a secret
            self.journal.broke(step.kind, self.now(), f"{step.kind}: redis, {hours:+d} h")
            with suppress(RedisError, OSError):
                await self.clock.set(hours)

    async def _lose_key(self, step: Step) -> None:
        async with self._lock("redis"):
            with suppress(RedisError, SQLAlchemyError, OSError):
                gone = await self.thief.steal(random.Random(step.draw))  # noqa: S311 - a schedule
                self.journal.broke(step.kind, self.now(), f"{step.kind}: {gone}")
                await asyncio.sleep(AFTERMATH)

    async def _back_up(self, step: Step) -> None:
        async with self._lock("postgres"):
            self._note(step, "postgres")
            await self.backups.make()

    async def _restore(self, step: Step) -> None:
        async with self._everything():
            if self.backups.exists:
                self._note(step, "postgres")
                await self.backups.restore()
        async with self._lock("redis"), self._lock("postgres"):
            await asyncio.sleep(AFTERMATH)

    @asynccontextmanager
    async def _everything(self) -> AsyncIterator[None]:
        """No other fault meanwhile."""
        async with AsyncExitStack() as locks:
            for name in ("redis", "postgres", "pooler", *(member.name for member in self.fleet)):
                await locks.enter_async_context(self._lock(name))
            yield

    async def _telegram(self, step: Step) -> None:
        dice = random.Random(step.draw)  # noqa: S311 - a schedule, not a secret
        fault = Fault(dice.choice(_METHODS), dice.choice(_FAULTS), dice.randint(1, 5), min(step.lasts, 0.5))
        self._note(step, f"{fault.count} times {fault.kind} for {fault.method}")
        self.faults.add(fault)
        await asyncio.sleep(step.lasts)

    def _note(self, step: Step, target: str) -> None:
        self.journal.broke(step.kind, self.now(), f"{step.kind}: {target}, {step.lasts:.2f} s")

    def _lock(self, name: str) -> asyncio.Lock:
        """One fault a target at a time."""
        return self._locks.setdefault(name, asyncio.Lock())

"""A Redis of one server dies, stands still, hangs up, forgets, and its clock jumps."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from apps.embedded.server import Server
from tools.chaos.clocks import RedisClock
from tools.chaos.faults.targets import Targets, Verbs
from tools.chaos.plan import Kind, Step
from tools.chaos.restores import AFTERMATH
from tools.chaos.rollbacks import Rollbacks
from tools.chaos.thief import Thief

_HOURS = (-6, 0, 6)


@dataclass(frozen=True, slots=True)
class OneRedis:
    """`gate` holds the players back while it is closed."""

    targets: Targets
    server: Server
    redis: Redis
    clock: RedisClock
    rollbacks: Rollbacks
    thief: Thief
    gate: asyncio.Event

    def verbs(self) -> Verbs:
        return {
            Kind.KILL_REDIS: self._kill,
            Kind.STOP_REDIS: lambda step: self.targets.stop(step, self.server),
            Kind.CUT_REDIS: self._cut,
            Kind.ROLL_BACK_REDIS: self._roll_back,
            Kind.STEP_CLOCK: self._step_clock,
            Kind.LOSE_KEY: self._lose_key,
        }

    async def _kill(self, step: Step) -> None:
        async with self.targets.lock("redis"):
            self.targets.note(step, "redis")
            await asyncio.to_thread(self.server.kill)
            self.targets.journal.redis_kills.append(self.targets.now())
            await asyncio.sleep(step.lasts)
            await asyncio.to_thread(self.server.start)

    async def _cut(self, step: Step) -> None:
        """Break every connection. Whether a server is there to do so is another step's business."""
        self.targets.note(step, "redis")
        async with self.targets.lock("redis"):
            with suppress(RedisError, OSError):
                await self.redis.client_kill_filter(_type="normal", skipme=True)

    async def _roll_back(self, step: Step) -> None:
        """Bring Redis back from older files, when everything acknowledged has reached PostgreSQL.

        Before that an older file may lack what players were told: no one promises anything else.
        """
        async with self.targets.lock("redis"):
            self.gate.clear()
            try:
                if await self.rollbacks.drained():
                    self.targets.note(step, "redis")
                    await asyncio.to_thread(self.rollbacks.roll_back)
            finally:
                self.gate.set()

    async def _step_clock(self, step: Step) -> None:
        """Redis' clock jumps, and stays where it is until it jumps again."""
        async with self.targets.lock("redis"):
            hours = random.Random(step.draw).choice(_HOURS)  # noqa: S311 - a schedule, not a secret
            self._broke(step, f"redis, {hours:+d} h")
            with suppress(RedisError, OSError):
                await self.clock.set(hours)

    async def _lose_key(self, step: Step) -> None:
        async with self.targets.lock("redis"):
            with suppress(RedisError, SQLAlchemyError, OSError):
                gone = await self.thief.steal(random.Random(step.draw))  # noqa: S311 - a schedule
                self._broke(step, gone)
                await asyncio.sleep(AFTERMATH)

    def _broke(self, step: Step, what: str) -> None:
        self.targets.journal.broke(step.kind, self.targets.now(), f"{step.kind}: {what}")

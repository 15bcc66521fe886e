"""PostgreSQL comes back from a backup."""

import asyncio
from dataclasses import dataclass

from tools.chaos.faults.targets import Targets, Verbs
from tools.chaos.fleet import Fleet
from tools.chaos.plan import Kind, Step
from tools.chaos.restores import AFTERMATH, Backups


@dataclass(frozen=True, slots=True)
class Restoring:
    targets: Targets
    backups: Backups
    fleet: Fleet

    def verbs(self) -> Verbs:
        return {Kind.BACK_UP: self._back_up, Kind.RESTORE: self._restore}

    async def _back_up(self, step: Step) -> None:
        async with self.targets.lock("postgres"):
            self.targets.note(step, "postgres")
            await self.backups.make()

    async def _restore(self, step: Step) -> None:
        everything = ("redis", "postgres", "pooler", *(member.name for member in self.fleet))
        async with self.targets.alone(everything):
            if self.backups.exists:
                self.targets.note(step, "postgres")
                await self.backups.restore()
        async with self.targets.alone(("redis", "postgres")):
            await asyncio.sleep(AFTERMATH)

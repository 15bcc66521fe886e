"""Bots and workers die and stand still."""

import asyncio
import signal
from dataclasses import dataclass

from tools.chaos.faults.targets import Targets, Verbs
from tools.chaos.fleet import Fleet, Member
from tools.chaos.plan import Kind, Step


@dataclass(frozen=True, slots=True)
class Processes:
    targets: Targets
    fleet: Fleet

    def verbs(self) -> Verbs:
        return {
            Kind.KILL_BOT: lambda step: self._kill(step, self.fleet.bots),
            Kind.KILL_WORKER: lambda step: self._kill(step, self.fleet.workers),
            Kind.STOP_BOT: lambda step: self._stop(step, self.fleet.bots),
            Kind.STOP_WORKER: lambda step: self._stop(step, self.fleet.workers),
        }

    async def _kill(self, step: Step, members: tuple[Member, ...]) -> None:
        member, journal = members[step.draw % len(members)], self.targets.journal
        async with self.targets.lock(member.name):
            deaths = journal.worker_deaths if step.kind is Kind.KILL_WORKER else journal.bot_deaths
            deaths.append(self.targets.now())
            self.targets.note(step, member.name)
            await asyncio.to_thread(member.kill)
            await asyncio.sleep(step.lasts)
            member.held = False

    async def _stop(self, step: Step, members: tuple[Member, ...]) -> None:
        member = members[step.draw % len(members)]
        async with self.targets.lock(member.name):
            self.targets.note(step, member.name)
            member.signal(signal.SIGSTOP)
            await asyncio.sleep(step.lasts)
            member.signal(signal.SIGCONT)

"""What stands between the processes and the world dies, or behaves badly."""

import asyncio
import random
from dataclasses import dataclass

from apps.embedded.server import Server
from telegram_sandbox.trouble.faults import Fault, FaultPlan
from tools.chaos.faults.targets import Targets, Verbs
from tools.chaos.plan import Kind, Step

_METHODS = ("answercallbackquery", "editmessagetext", "getupdates", "sendmessage", "webhook")
_FAULTS = ("drop", "drop_reply", "duplicate", "delay", "429", "500", "502")


@dataclass(frozen=True, slots=True)
class Telegram:
    targets: Targets
    faults: FaultPlan

    def verbs(self) -> Verbs:
        return {Kind.TELEGRAM: self._misbehave}

    async def _misbehave(self, step: Step) -> None:
        dice = random.Random(step.draw)  # noqa: S311 - a schedule, not a secret
        fault = Fault(dice.choice(_METHODS), dice.choice(_FAULTS), dice.randint(1, 5), min(step.lasts, 0.5))
        self.targets.note(step, f"{fault.count} times {fault.kind} for {fault.method}")
        self.faults.add(fault)
        await asyncio.sleep(step.lasts)


@dataclass(frozen=True, slots=True)
class Between:
    """A `pooler` before PostgreSQL, a `proxy` before the bots."""

    targets: Targets
    pooler: Server | None
    proxy: Server | None

    def verbs(self) -> Verbs:
        found = {}
        if (pooler := self.pooler) is not None:
            found[Kind.KILL_POOLER] = lambda step: self.targets.kill(step, pooler)
            found[Kind.STOP_POOLER] = lambda step: self.targets.stop(step, pooler)
        if (proxy := self.proxy) is not None:
            found[Kind.KILL_PROXY] = lambda step: self.targets.kill(step, proxy)
        return found

"""Every process is ended and started again, one after another, while players tap."""

import asyncio
import time
from dataclasses import dataclass, field

from apps.game_core.adapters.postgres.migrate import upgrade
from telegram_sandbox.bots.callbacks import Tap
from tools.chaos.fleet import Member
from tools.chaos.hearing import Hearing
from tools.chaos.journal import Journal
from tools.chaos.scene import Scene
from tools.support.patience import PATIENCE
from tools.support.standing import Standing

_GLANCE, _SAID = 0.05, 5


class DidNotStartError(Exception):
    def __init__(self, member: Member) -> None:
        said = member.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_SAID:]
        super().__init__("\n".join([f"{member.name} ended when it should begin; its log ends with", *said]))


@dataclass(frozen=True, slots=True)
class Listening(Hearing):
    """Keeps every tap, whether or not anybody waits for its answer, and the seconds that answers took."""

    taps: list[Tap] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def tapped(self, tap: Tap, data: str, habit: str) -> None:
        sent = self.now()
        self.taps.append(tap)
        tap.answer.add_done_callback(lambda _: self.waits.append(self.now() - sent))
        Hearing.tapped(self, tap, data, habit)


async def unanswered(taps: list[Tap], within: float) -> int:
    """Of these, once each had the time that the messenger gives, in seconds."""
    if taps:
        await asyncio.wait([tap.answer for tap in taps], timeout=within)
    return sum(not tap.answer.done() for tap in taps)


async def listens(scene: Scene) -> None:
    """Wait until all bots take updates in. Raises DidNotStartError."""
    async with asyncio.timeout(PATIENCE):
        while not await scene.listening():
            for member in scene.fleet:
                if not member.alive:
                    raise DidNotStartError(member)
            await asyncio.sleep(_GLANCE)


@dataclass(slots=True)
class Rolled:
    """Workers first, then bots, as an operator is told to. `migrates`: from earlier code.

    `pause`: seconds of play before, between and after. `replaced` by how many seconds each took to end.
    """

    scene: Scene
    journal: Journal
    standing: Standing
    pause: float
    migrates: bool
    replaced: dict[str, float] = field(default_factory=dict)
    killed: list[str] = field(default_factory=list)

    async def run(self) -> None:
        await self._tapped()
        if self.migrates:
            self.standing.phase = "migrating"
            await upgrade(self.scene.engine)
        for member in (*self.scene.fleet.workers, *self.scene.fleet.bots):
            self.standing.phase = f"replacing {member.name}"
            await self._replace(member)
            await self._tapped()

    async def ends(self, member: Member) -> bool:
        return await asyncio.to_thread(member.end)

    async def _tapped(self) -> None:
        """Wait for as long as planned, and until something more was acknowledged."""
        known = len(self.journal.words)
        await asyncio.sleep(self.pause)
        async with asyncio.timeout(PATIENCE):
            while len(self.journal.words) == known:  # noqa: ASYNC110 - players have no event for it
                await asyncio.sleep(_GLANCE)

    async def _replace(self, member: Member) -> None:
        began = time.monotonic()
        if not await self.ends(member):
            self.killed.append(member.name)
        self.replaced[member.name] = time.monotonic() - began
        member.code = None
        await asyncio.to_thread(member.start)
        await listens(self.scene)

"""Turns of one process alone: what is left when Redis is away, and what a single bot needs."""

from typing import Final

from bot.lately import Lately
from bot.outgoing.pacing import WHOLE_BOT, Allowance, LoopClock, Pacer, SteadyClock
from bot.turns.contracts import Claim, Draw, Parked, Past, Turn, Wait

_SLACK: Final = 0.002
_NEVER: Final = 3600.0


class LocalTurns:
    """Implements `Turns`. Claims of a menu come one after the other: each is the latest."""

    def __init__(self, clock: SteadyClock | None = None, everybody: Allowance | None = WHOLE_BOT) -> None:
        self.clock = clock or LoopClock()
        self._pacer = Pacer(self.clock, everybody)
        self._waits: Lately[float] = Lately()
        self._turns: Lately[tuple[bool, float]] = Lately()
        self._drawn: Lately[str] = Lately()

    @property
    def keep_every(self) -> float:
        return _NEVER

    async def ask(self, claim: Claim) -> Turn:
        key = claim.chat_id, claim.user_id
        if claim.seen and self._drawn.get(key) == claim.seen:
            return Past()
        if wait := self.wait_of(claim.chat_id):
            return Wait(wait)
        now = self.clock.now()
        for_all, turn = self._turns.pop(key) or (False, now + self._pacer.chat(claim.chat_id))
        if not for_all and turn <= now + _SLACK:
            for_all, turn = True, now + self._pacer.all()
        if turn > now + _SLACK:
            self._turns.set(key, (for_all, turn))
            return Wait(turn - now)
        self._drawn.pop(key)  # what is shown is not known until the messenger has answered
        return Draw()

    async def keep(self, claim: Claim) -> None:
        """Nobody else draws here."""

    async def done(self, claim: Claim, drawn: str) -> None:
        if drawn:
            self._drawn.set((claim.chat_id, claim.user_id), drawn)

    async def spend(self, chat_id: int) -> float:
        return 0.0 if self.wait_of(chat_id) else self._pacer.spend(chat_id)

    async def flooded(self, chat_id: int, seconds: float) -> None:
        self.leave_alone(chat_id, seconds)

    def wait_of(self, chat_id: int) -> float:
        until = self._waits.get(chat_id)
        return 0.0 if until is None else max(0.0, until - self.clock.now())

    async def park(self, claim: Claim, content: bytes, seconds: float) -> bool:  # noqa: ARG002 - the port's
        return False

    async def due(self) -> list[Parked]:
        return []

    async def forget(self, user_id: int) -> None:
        """What a process remembers goes with it."""

    def leave_alone(self, chat_id: int, seconds: float) -> None:
        self._waits.set(chat_id, max(self.clock.now() + seconds, self._waits.get(chat_id) or 0.0))

    def granted(self, claim: Claim) -> None:
        """The turn was given elsewhere: the budgets are less by it, and what is shown is known there."""
        self._pacer.spend(claim.chat_id)
        self._drawn.pop((claim.chat_id, claim.user_id))

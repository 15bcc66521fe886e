"""What a fault has to do with others: one at a time a target, and each is written down."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from apps.embedded.server import Server
from tools.chaos.journal import Journal
from tools.chaos.plan import Kind, Step

Verb = Callable[[Step], Awaitable[None]]
Verbs = Mapping[Kind, Verb]


@dataclass(slots=True)
class Targets:
    """`now`: seconds since the start."""

    journal: Journal
    now: Callable[[], float]
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict, init=False)

    def lock(self, name: str) -> asyncio.Lock:
        """One fault a target at a time."""
        return self._locks.setdefault(name, asyncio.Lock())

    @asynccontextmanager
    async def alone(self, names: Iterable[str]) -> AsyncIterator[None]:
        """No other fault of these meanwhile."""
        async with AsyncExitStack() as locks:
            for name in names:
                await locks.enter_async_context(self.lock(name))
            yield

    def note(self, step: Step, target: str) -> None:
        self.journal.broke(step.kind, self.now(), f"{step.kind}: {target}, {step.lasts:.2f} s")

    async def kill(self, step: Step, server: Server) -> None:
        async with self.lock(server.name):
            self.note(step, server.name)
            await asyncio.to_thread(server.kill)
            await asyncio.sleep(step.lasts)
            await asyncio.to_thread(server.start)

    async def stop(self, step: Step, server: Server) -> None:
        async with self.lock(server.name):
            self.note(step, server.name)
            await asyncio.to_thread(server.pause)
            await asyncio.sleep(step.lasts)
            await asyncio.to_thread(server.resume)

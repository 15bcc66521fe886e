"""A subscriber that remembers what it has heard, and does as a test tells it."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.container import Core
from apps.game_core.modules.inventory.contracts import Born, Event, Performed, Subscriber

Deed = Callable[[Sequence[Event], PostgresUnitOfWork], Awaitable[None]]


@dataclass
class Listener:
    """`portions` are those that it took without raising; `does` comes before, and may raise."""

    name: str = "listener"
    kinds: Collection[Any] = ()
    does: Deed | None = None
    portions: list[Sequence[Event]] = field(default_factory=list)

    def at(self, core: Core) -> "Listener":
        """Subscribed there."""
        core.events.subscribe(Subscriber(self.name, self.hear, self.kinds))
        return self

    async def hear(self, events: Sequence[Event], unit: PostgresUnitOfWork) -> None:
        if self.does:
            await self.does(events, unit)
        self.portions.append(events)

    @property
    def heard(self) -> list[Event]:
        return [event for portion in self.portions for event in portion]

    @property
    def op_ids(self) -> list[str]:
        """What was done, births aside."""
        return [event.op_id for event in self.heard if not isinstance(event, Born)]

    def counted(self, core: Core, metric: str) -> float | None:
        return core.metrics.registry.get_sample_value(f"inventory_{metric}", {"subscriber": self.name})

    def results(self) -> list[Any]:
        return [event.result for event in self.heard if isinstance(event, Performed)]

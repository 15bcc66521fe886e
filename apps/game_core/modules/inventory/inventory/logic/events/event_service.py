"""Who subscribes to events, and how far each has heard."""

import asyncio
from dataclasses import dataclass, field
from typing import Generic

from apps.game_core.modules.inventory.event_ports import EventUnitFactory, EventWatch
from apps.game_core.modules.inventory.events import (
    ListSubscribers,
    Subscriber,
    SubscriberState,
    TellAgain,
)
from apps.game_core.modules.inventory.inventory.logic.events.event_delivery import EventDelivery, U
from apps.game_core.modules.inventory.metrics import EventMetrics
from apps.game_core.system.core_router import CoreRouter
from apps.game_core.system.protocols import Clock


@dataclass(frozen=True, slots=True)
class EventService(Generic[U]):
    """Any number of processes may tell: one at a time has its turn for a subscriber.

    `period` is the pause between looks in seconds.
    """

    watch: EventWatch
    unit_of_work: EventUnitFactory[U]
    clock: Clock
    metrics: EventMetrics
    period: float = 1.0
    deliveries: dict[str, EventDelivery[U]] = field(default_factory=dict)

    def register(self, router: CoreRouter) -> None:
        router.register(ListSubscribers, self._on_list)
        router.register(TellAgain, self._on_again)

    def subscribe(self, subscriber: Subscriber[U]) -> None:
        """Before `run`. Raises ValueError: somebody has that name."""
        if subscriber.name in self.deliveries:
            raise ValueError(subscriber.name)
        self.metrics.subscribed(subscriber.name)
        self.deliveries[subscriber.name] = EventDelivery(
            subscriber, self.watch, self.unit_of_work, self.clock, self.metrics, self.period
        )

    async def run(self) -> None:
        """Tell each subscriber on and on; none waits for another."""
        await asyncio.gather(*(each.run() for each in self.deliveries.values()))

    async def round(self) -> bool:
        """Tell all that there is now. False: some subscriber could not be told."""
        return all([await each.round() for each in self.deliveries.values()])

    async def _on_list(self, _: ListSubscribers) -> tuple[SubscriberState, ...]:
        return tuple(await self.watch.states())

    async def _on_again(self, context: TellAgain) -> bool:
        return await self.watch.send_back(context.subscriber)

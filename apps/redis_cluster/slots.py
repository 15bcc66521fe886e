"""Which server of a cluster has which slot, as the newest view of its nodes has it."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import structlog
from redis.cluster import parse_cluster_slots
from redis.exceptions import ClusterDownError, RedisError
from redis.exceptions import ConnectionError as NotConnectedError

from apps.redis_cluster.nodes import Node, Nodes, Place

log = structlog.get_logger(__name__)

View: TypeAlias = list[tuple[int, int, Place]]
"""First and last slot, and who has them."""
_PATIENCE = 1.0


class NoClusterError(NotConnectedError):
    """Where the address leads to no cluster: as it is, nobody can be served, and waiting may not help."""


class Slots:
    """Asked for when somebody needs it, and when a server says that it has changed.

    `seeds`: where the cluster is asked for first. `parted` is told of servers whose part in the cluster has
    changed: what was known of them is no more.
    """

    def __init__(self, seeds: Sequence[Place], nodes: Nodes, parted: Callable[[Place], None]) -> None:
        self._seeds = seeds
        self._nodes = nodes
        self._parted = parted
        self._owners: dict[int, Node] = {}
        self._view: View = []
        self._masters: set[Place] = set()
        self._epoch = -1
        self._asking: asyncio.Task[NoClusterError | None] | None = None

    def owner(self, slot: int) -> Node | None:
        """As far as is known."""
        return self._owners.get(slot)

    async def found(self, slot: int) -> Node:
        """Raises NoClusterError, ClusterDownError."""
        if slot not in self._owners:
            await self.refresh()
        if slot not in self._owners:
            raise ClusterDownError(f"slot {slot} is nobody's")
        return self._owners[slot]

    async def masters(self) -> list[Node]:
        """Raises NoClusterError."""
        if not self._masters:
            await self.refresh()
        return [self._nodes[place] for place in sorted(self._masters)]

    async def moved(self, slot: int, to: Place) -> None:
        """A server has said so. Raises NoClusterError."""
        await self.refresh(to)
        if to not in self._masters:
            self._masters.add(to)
            self._part(to)
        if self._owners.get(slot) is not self._nodes[to]:
            self._owners[slot] = self._nodes[to]
            self._view = []  # not all of it is true

    async def refresh(self, first: Place | None = None) -> None:
        """Ask, `first` before the others. Who asks at the same time shares the answer.

        Raises NoClusterError.
        """
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_around(first))
        if (error := await asyncio.shield(self._asking)) is not None:
            raise error

    async def aclose(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})

    async def _ask_around(self, first: Place | None) -> NoClusterError | None:
        """Who is cut off believes in what was: an older view counts only where nobody has a newer one."""
        views: list[tuple[int, View]] = []
        reasons = []
        for place in self._whom_to_ask(first):
            try:
                async with asyncio.timeout(_PATIENCE):
                    views.append(await self._view_of(place))
            except (RedisError, OSError) as error:
                reasons.append(f"{place[0]}:{place[1]} ({str(error) or type(error).__name__})")
                continue
            if views[-1][0] >= self._epoch and views[-1][1]:
                break
        if not views:
            return NoClusterError(f"no node tells of a cluster: {', '.join(reasons)}")
        self._learn(*max(views, key=lambda each: each[0]))
        return None if self._owners else NoClusterError("no node of the cluster has any slots")

    def _whom_to_ask(self, first: Place | None) -> Iterable[Place]:
        """Another one each time, so that nobody's word counts alone for long."""
        known = list(self._nodes)
        if known:
            self._nodes[known[0]] = self._nodes.pop(known[0])
        return dict.fromkeys([*([first] if first else ()), *known, *self._seeds])

    async def _view_of(self, place: Place) -> tuple[int, View]:
        ask: Any = self._nodes[place].redis.execute_command
        state = await ask("CLUSTER INFO")
        slots = parse_cluster_slots(await ask("CLUSTER SLOTS"), current_host=place[0])
        view = [(begin, end, told["primary"]) for (begin, end), told in slots.items()]
        return int(state["cluster_current_epoch"]), sorted(view)

    def _learn(self, epoch: int, view: View) -> None:
        self._epoch = epoch
        if view == self._view:
            return
        self._view = view
        self._owners = {
            slot: self._nodes[place] for begin, end, place in view for slot in range(begin, end + 1)
        }
        before, self._masters = self._masters, {place for _, _, place in view}
        if before and before != self._masters:
            log.warning("redis cluster has other masters", now=sorted(self._masters), before=sorted(before))
        for place in before ^ self._masters if before else ():
            self._part(place)

    def _part(self, place: Place) -> None:
        """What it is now it says to new connections only."""
        self._parted(place)
        self._nodes[place].hang_up()

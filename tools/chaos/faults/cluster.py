"""A cluster's nodes die and stand still, and masters change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from redis.exceptions import RedisError

from apps.embedded.redis import RedisServer
from tools.chaos.faults.targets import Targets, Verbs
from tools.chaos.masters import MasterChange
from tools.chaos.plan import Kind, Step
from tools.failover.clustered import SLOTS, Clustered
from tools.failover.watched import at


@dataclass(frozen=True, slots=True)
class ClusterFaults:
    """After each all nodes are well: a master and its only replica that both die lose what they have."""

    targets: Targets
    cluster: Clustered

    def verbs(self) -> Verbs:
        return {
            Kind.KILL_NODE: self._kill_node,
            Kind.STOP_NODE: self._stop_node,
            Kind.KILL_MASTER: self._kill_master,
            Kind.FAIL_OVER: self._fail_over,
            Kind.CUT_REDIS: self._cut,
        }

    async def _kill_node(self, step: Step) -> None:
        """Whoever supervises it starts it again, often before another one is promoted."""
        async with self._master_may_change():
            node = self._node(step)
            await asyncio.to_thread(node.kill)
            await asyncio.sleep(step.lasts)
            await asyncio.to_thread(node.start)

    async def _stop_node(self, step: Step) -> None:
        async with self._master_may_change():
            node = self._node(step)
            node.pause()
            await asyncio.sleep(step.lasts)
            node.resume()

    async def _kill_master(self, step: Step) -> None:
        """It comes back when its replica has been promoted, and follows it."""
        slot = step.draw % SLOTS
        async with self._master_may_change():
            port = await asyncio.to_thread(self.cluster.agreed_owner, slot)
            self.targets.note(step, f"the master at {port}")
            await asyncio.to_thread(self.cluster.servers[port].kill)
            await asyncio.to_thread(self.cluster.until_moved, slot, port)
            await asyncio.sleep(step.lasts)
            await asyncio.to_thread(self.cluster.servers[port].start)

    async def _fail_over(self, step: Step) -> None:
        """As before a machine is looked after: the master hands over what it has."""
        slot = step.draw % SLOTS
        async with self.targets.lock("redis"):
            port = await asyncio.to_thread(self.cluster.agreed_owner, slot)
            self.targets.note(step, f"the master at {port} hands over")
            await asyncio.to_thread(self.cluster.hand_over, slot)
            await self.cluster.until_settled()

    async def _cut(self, step: Step) -> None:
        """Break every connection of players' processes."""
        self.targets.note(step, "every node")
        async with self.targets.lock("redis"):
            for port in self.cluster.servers:
                with suppress(RedisError), at(port) as client:
                    client.client_kill_filter(_type="normal", skipme=True)

    def _node(self, step: Step) -> RedisServer:
        ports = sorted(self.cluster.servers)
        port = ports[step.draw % len(ports)]
        self.targets.note(step, f"the node at {port}")
        return self.cluster.servers[port]

    @asynccontextmanager
    async def _master_may_change(self) -> AsyncIterator[None]:
        """Without handing over what it has."""
        async with self.targets.lock("redis"):
            began = self.targets.now()
            yield
            await self.cluster.until_settled()
            self.targets.journal.master_changes.append(MasterChange(began, self.targets.now()))

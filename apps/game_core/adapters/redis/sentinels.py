"""The master that Sentinels watch over, found anew whenever a connection is made."""

import asyncio
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import (
    MasterNotFoundError,
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
)
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NotConnectedError

from apps.game_core.adapters.redis.server_pool import Closable, Pool, SharedTLS, pool_at
from apps.game_core.errors import said
from apps.game_core.redis_addresses import SentinelAddress

log = structlog.get_logger(__name__)

_ASKED_AT_ONCE = 2
Place = tuple[str, int]
"""Host and port."""


class NoMasterError(MasterNotFoundError):
    """Where the sentinels lead nowhere: as it is, nobody can be served, and waiting may not help."""


class Sentinels(Sentinel):
    """All are asked at once, and whoever knows the newest configuration is believed.

    redis-py asks one after another and believes the first: one that has not heard of a failover yet would
    lead back to the old master.
    """

    def __init__(self, addresses: tuple[str, ...], patience: float) -> None:
        super().__init__([])  # type: ignore[no-untyped-call]  # so in redis-py
        retry = Retry(NoBackoff(), 1, (NotConnectedError,))  # it may have been started anew meanwhile
        options = {"socket_timeout": patience, "socket_connect_timeout": patience, "timeout": patience}
        pools = (pool_at(each, max_connections=_ASKED_AT_ONCE, retry=retry, **options) for each in addresses)
        self.sentinels = [Redis.from_pool(pool) for pool in pools]
        self._asking: asyncio.Task[Place | MasterNotFoundError] | None = None

    async def discover_master(self, service_name: str) -> Place:
        """Who asks at the same time shares the answer: none comes later with an older one."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(service_name))
        found = await asyncio.shield(self._asking)
        if isinstance(found, MasterNotFoundError):
            raise found
        return found

    async def aclose(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})
        for each in self.sentinels:
            await each.aclose()

    async def _ask(self, service: str) -> Place | MasterNotFoundError:
        asked = (each.sentinel_masters() for each in self.sentinels)  # type: ignore[no-untyped-call]  # so in redis-py
        answers = await asyncio.gather(*asked, return_exceptions=True)
        found = [each for each in answers if not isinstance(each, BaseException)]
        if not found:
            return NoMasterError(f"no sentinel answers: {self._reasons(answers)}")
        states = [each[service] for each in found if service in each]
        if not states:
            known = ", ".join(sorted({name for each in found for name in each})) or "none"
            return NoMasterError(f"the sentinels know no service {service!r}; they know: {known}")
        newest = max(state["config-epoch"] for state in states)
        for state in states:
            if state["config-epoch"] == newest and self.check_master_state(state, service):
                return state["ip"], state["port"]
        return MasterNotFoundError(f"the master of {service!r} is down, say the sentinels")

    def _reasons(self, answers: list[Any]) -> str:
        places = (each.connection_pool.connection_kwargs for each in self.sentinels)
        told = zip(places, answers, strict=True)
        return ", ".join(f"{place['host']}:{place['port']} ({said(error)})" for place, error in told)


class MasterConnection(Closable, SentinelManagedConnection):
    """To whom the sentinels call the master, and to nobody else.

    redis-py's own goes back to where it was when it sends on what was closed, and stays with a master that
    another one has taken the place of, until that one closes it.
    """

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        if not self.is_connected:
            await self._connect_to_master()
        await self._require_master()
        await super().send_packed_command(command, check_health)

    async def read_response(self, *args: Any, **options: Any) -> Any:
        """What a master says after another one was named is lost: nobody may be told of it."""
        response = await super().read_response(*args, **options)
        await self._require_master()
        return response

    async def _connect_to_master(self) -> None:
        place = await self.connection_pool.get_master_address()
        await self.connect_to(place)  # type: ignore[no-untyped-call]  # so in redis-py

    def is_current(self) -> bool:
        return bool((self.host, self.port) == self.connection_pool.master_address)

    async def _require_master(self) -> None:
        if not self.is_current():
            await self.disconnect(nowait=True)
            raise NotConnectedError(f"{self.host}:{self.port} is not the master any more")


class MasterConnectionByTLS(MasterConnection, SharedTLS):
    pass


class MasterPool(SentinelConnectionPool, Pool):
    """Waits for a connection when all are taken, as pools to other addresses do."""

    def __init__(self, service: str, sentinels: Sentinels, **options: Any) -> None:
        super().__init__(service, sentinels, **options)  # type: ignore[no-untyped-call]  # so in redis-py
        self._named: Place | None = None

    async def get_master_address(self) -> Place:
        """Connections to another one are not used any more."""
        place: Place = await super().get_master_address()  # type: ignore[no-untyped-call]  # so in redis-py
        before, self._named = self._named, place
        if before not in (None, place):
            log.warning("redis has another master", now=place, before=before)
        return place

    async def disconnect(self, inuse_connections: bool = True) -> None:
        await super().disconnect(inuse_connections)
        if inuse_connections:  # it is closed
            await self.sentinel_manager.aclose()


def master_pool(address: SentinelAddress, **options: Any) -> MasterPool:
    """Options as pools of one server take them; the address' own parameters win."""
    like = pool_at(address.master, **options)
    by_tls = like.connection_class is SharedTLS
    return MasterPool(
        address.service,
        Sentinels(address.sentinels, options["socket_timeout"]),
        connection_class=MasterConnectionByTLS if by_tls else MasterConnection,
        max_connections=like.max_connections,
        timeout=like.timeout,
        **like.connection_kwargs,
    )

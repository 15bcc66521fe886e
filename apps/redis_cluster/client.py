"""Redis Cluster: each command goes to the server that has its key, and follows the key when it moves.

What redis-py has for it gives up a connection for each that it could not make, until it may make none any
more; and it chooses the server itself, where ours must be known first: each has the scripts by other hashes.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar, cast

from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import (
    AskError,
    ClusterDownError,
    MovedError,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as NotConnectedError

from apps.redis_cluster.nodes import Node, Nodes, Place
from apps.redis_cluster.slots import Slots
from apps.redis_connections import Command, Connections, Reading, as_it_is

Key: TypeAlias = str | bytes
T = TypeVar("T")
Ask: TypeAlias = Callable[[Node, Sequence[int]], Awaitable[Sequence[Any]]]

# MOVED is an AskError, too.
PASSING = (AskError, TryAgainError, ClusterDownError, NotConnectedError)
"""What is asked once more, perhaps of another server, may be answered."""
_PAUSES = (0.0, 0.05, 0.2, 0.4)
_WITHOUT_KEY = "SCRIPT"
_KEY_AT = {"EVALSHA": 3} | dict.fromkeys(
    (
        *("DEL", "EXISTS", "EXPIRE", "PEXPIRE", "PTTL", "TTL", "UNLINK"),
        *("GET", "GETDEL", "SET"),
        *("HDEL", "HGET", "HGETALL", "HMGET", "HSET", "HVALS"),
        *("LLEN", "LRANGE", "RPUSH", "SMEMBERS"),
        *("ZADD", "ZCARD", "ZMSCORE", "ZRANGE", "ZREM", "ZSCORE"),
    ),
    1,
)


class Cluster(Redis):
    """Takes single commands as a client of one server does; what is many goes through `connections`.

    `seeds`, `dial` and `parted` as in `Slots` and `Nodes`.
    """

    def __init__(
        self, seeds: Sequence[Place], dial: Callable[[Place], Redis], parted: Callable[[Place], None]
    ) -> None:
        self.nodes = Nodes(dial)
        self.slots = Slots(seeds, self.nodes, parted)
        super().__init__(connection_pool=self.nodes[seeds[0]].redis.connection_pool)
        self.connections = ClusterConnections(self)

    def place_of(self, key: Key) -> Place | None:
        """Who has it, as far as is known."""
        node = self.slots.owner(_slot(key))
        return None if node is None else node.place

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        reply = await self.connections.call(*args)
        options.pop("keys", None)
        parsed = self.response_callbacks.get(args[0])
        return reply if parsed is None else parsed(reply, **options)

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Any:
        raise NotImplementedError("its commands may belong to several servers")

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        await self.slots.aclose()
        for node in self.nodes.values():
            await node.redis.aclose(close_connection_pool)

    async def one(self, key: Key, ask: Callable[[Node], Awaitable[T]]) -> T:
        """What the server that has the key answers.

        Raises RedisError and OSError.
        """
        node = self.slots.owner(_slot(key))
        if node is not None:
            with suppress(*PASSING):
                return await ask(node)

        async def alone(node: Node, _: Sequence[int]) -> list[T]:
            return [await ask(node)]

        [reply] = await self.each([key], alone)
        if isinstance(reply, Exception):
            raise reply
        return cast("T", reply)

    async def each(self, keys: Sequence[Key], ask: Ask) -> list[Any]:
        """What the servers that have the keys answer, asked at once, and again while the cluster changes.

        `ask` is given keys by number. An answer may be an exception; `is_lost` says whether it is none.

        Raises NoClusterError.
        """
        replies: dict[int, Any] = {}
        left: list[int] = list(range(len(keys)))
        for pause in (*_PAUSES, None):
            shares = await self._shares(keys, left)
            answers = await asyncio.gather(*(_answered(ask, *each) for each in shares))
            for (_, numbers), answer in zip(shares, answers, strict=True):
                replies |= zip(numbers, answer, strict=True)
            left = [number for number in left if isinstance(replies[number], PASSING)]
            if not left or pause is None:
                break
            replies |= await self._after({number: replies[number] for number in left}, ask, pause)
            left = [number for number in left if isinstance(replies[number], PASSING)]
        return [replies[number] for number in range(len(keys))]

    async def _after(self, errors: Mapping[int, Exception], ask: Ask, pause: float) -> dict[int, Any]:
        """Find out what they mean for the next time; what could be answered by it already."""
        arrived: dict[int, Any] = {}
        waits = False
        for number, error in errors.items():
            if isinstance(error, MovedError):
                await self.slots.moved(error.slot_id, error.node_addr)
            elif isinstance(error, AskError):
                [arrived[number]] = await _answered(ask, self.nodes[error.node_addr].arriving, [number])
            else:
                waits = True
        if waits:
            await asyncio.sleep(pause)
            await self.slots.refresh()
        return arrived

    async def _shares(self, keys: Sequence[Key], numbers: Sequence[int]) -> list[tuple[Node, list[int]]]:
        shares: defaultdict[Node, list[int]] = defaultdict(list)
        for number in numbers:
            slot = _slot(keys[number])
            shares[self.slots.owner(slot) or await self.slots.found(slot)].append(number)
        return list(shares.items())


class ClusterConnections(Connections):
    """Commands by their keys; one without goes where the next one goes."""

    def __init__(self, cluster: Cluster) -> None:
        self.redis = cluster
        self._cluster = cluster

    async def call(self, *command: Any) -> Any:
        return await self._cluster.one(_key(command), lambda node: node.connections.call(*command))

    async def shared(self, *command: Any) -> Any:
        return await self._cluster.one(_key(command), lambda node: node.connections.shared(*command))

    async def pipelined(self, commands: Sequence[Command], read: Reading = as_it_is) -> list[Any]:
        keys: list[Key] = []
        for command in reversed(commands):
            keys.append(keys[-1] if keys and command[0] == _WITHOUT_KEY else _key(command))
        keys.reverse()

        async def ask(node: Node, numbers: Sequence[int]) -> list[Any]:
            return await node.connections.pipelined([commands[number] for number in numbers], read)

        replies = await self._cluster.each(keys, ask)
        for reply in replies:
            if is_lost(reply):
                raise reply
        return replies


def connections_to(redis: Redis, kept: int = 0) -> Connections:
    return redis.connections if isinstance(redis, Cluster) else Connections(redis, kept)


def pools_of(redis: Redis) -> list[Any]:
    """Of all servers that are known."""
    clients = [node.redis for node in redis.nodes.values()] if isinstance(redis, Cluster) else [redis]
    return [client.connection_pool for client in clients]


async def servers_of(redis: Redis) -> list[Redis]:
    """Those that have keys, each for itself. Raises RedisError and OSError."""
    return [node.redis for node in await redis.slots.masters()] if isinstance(redis, Cluster) else [redis]


async def _answered(ask: Ask, node: Node, numbers: Sequence[int]) -> Sequence[Any]:
    try:
        return await ask(node, numbers)
    except (RedisError, OSError) as error:
        return [error] * len(numbers)


def is_lost(reply: object) -> bool:
    """It says that nobody could be asked, and not what somebody has answered."""
    refused = isinstance(reply, ResponseError) and not isinstance(reply, PASSING)
    return isinstance(reply, Exception) and not refused


def _key(command: Command) -> Key:
    at = _KEY_AT.get(str(command[0]))
    key = None if at is None else command[at]
    if not isinstance(key, (str, bytes)):
        raise TypeError(f"which server is {command[0]!r} for?")
    return key


def _slot(key: Key) -> int:
    return key_slot(key.encode() if isinstance(key, str) else key)

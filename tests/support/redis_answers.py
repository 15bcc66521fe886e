"""What a client of Redis is asked and says, with the types that redis-py does not tell."""

from collections.abc import Awaitable
from typing import TypeVar

from redis.asyncio import Redis

R = TypeVar("R")


async def answered(reply: Awaitable[R] | R) -> R:
    """The answer to a command: its annotation is that of the blocking client and of this one at once."""
    return await reply if isinstance(reply, Awaitable) else reply


async def command(redis: Redis, *words: str) -> None:
    """Any command, spelled out."""
    await redis.execute_command(*words)  # type: ignore[no-untyped-call]  # so in redis-py

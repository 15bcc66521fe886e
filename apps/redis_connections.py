"""Connections that stay ours.

What redis-py's pool does around each call takes four times as long as the call: it looks whether a connection
still lives, makes a task to bound the write in time, and sees to it that the call may be made again.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from hiredis import pack_command
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as NotConnectedError
from redis.exceptions import ResponseError

from apps.redis_line import Line

KEPT = 8
_SHARE = 8
"""Only one in so many of a pool's connections may be kept here: others need some, too."""
Command: TypeAlias = tuple[str | int | bytes, ...]
Reading: TypeAlias = Callable[[Any], Any]
"""What an answer means. It may be asked twice, and raises nothing."""


def as_it_is(reply: Any) -> Any:
    return reply


class Connections:
    """Taken from the client's pool when they are needed, and a few of them `kept` for what comes next.

    The client closes them all when it is closed itself.
    """

    def __init__(self, redis: Redis, kept: int = 0) -> None:
        self.redis = redis
        self._pool: Any = redis.connection_pool
        self._kept = min(kept, self._pool.max_connections // _SHARE)
        self._idle: list[Taken] = []
        self._line: Line | None = None
        self._dialling: asyncio.Task[Line] | None = None

    async def call(self, *command: Any) -> Any:
        """One round trip, of a command that may be called twice.

        Raises RedisError and OSError.
        """
        [reply] = await self.pipelined([command])
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def shared(self, *command: Any) -> Any:
        """As `call`, on one connection with what others ask meanwhile, where any is kept.

        Nothing that makes the server wait.
        """
        if not self._kept:
            return await self.call(*command)
        line = await self._open_line()
        try:
            return await line.ask(command)
        except NotConnectedError:
            # As patient as the client is.
            return await line.connection.retry.call_with_retry(lambda: self._ask_again(command), _as_ever)

    async def _ask_again(self, command: Command) -> Any:
        return await (await self._open_line()).ask(command)

    async def _open_line(self) -> Line:
        if self._line is not None and self._line.is_open:
            return self._line
        # Whoever is called off meanwhile leaves the others theirs.
        if self._dialling is None or self._dialling.done():
            self._dialling = asyncio.create_task(self._dial())
            self._dialling.add_done_callback(_heard)
        return await asyncio.shield(self._dialling)

    async def _dial(self) -> Line:
        if (line := self._line) is not None:
            self._line = None
            line.hang_up()
            await line.connection.disconnect(nowait=True)
            await self._pool.release(line.connection)
        connection = await self._pool.get_connection()
        try:
            self._line = Line(connection)
        except NotConnectedError:
            await connection.disconnect(nowait=True)
            await self._pool.release(connection)
            raise
        return self._line

    async def pipelined(self, commands: Sequence[Command], read: Reading = as_it_is) -> list[Any]:
        """One round trip, of commands that may each be called twice.

        One that is refused answers with its exception. The others' answers are `read` as they come, while
        the server works at the next. Raises RedisError and OSError.
        """
        taken = self._idle.pop() if self._idle else Taken(await self._pool.get_connection())
        connection, keep = taken.connection, False
        taken.begin()
        try:
            replies = await _exchanged(connection, commands, read)
            keep = True
        except NotConnectedError:
            # It may have been closed while nobody looked. From here on we are as patient as the client is.
            taken.give_back()
            replies = await connection.retry.call_with_retry(
                lambda: _exchanged(connection, commands, read), lambda _: connection.disconnect()
            )
        finally:
            taken.end()
            if keep and len(self._idle) < self._kept:
                self._idle.append(taken)
            else:
                taken.give_back()
                await self._pool.release(connection)
        return replies


class Taken:
    """A connection that is ours for a while. It is closed when an answer keeps us waiting for too long.

    How long is what the pool's would wait. One timer serves many calls: to set one and to take it back costs
    as much as the rest of a call.
    """

    def __init__(self, connection: AbstractConnection) -> None:
        self.connection = connection
        self._patience, connection.socket_timeout = connection.socket_timeout, None
        self._until: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        if self._patience is not None:
            loop = asyncio.get_running_loop()
            self._until = loop.time() + self._patience
            if self._timer is None:
                self._timer = loop.call_at(self._until, self._look)

    def end(self) -> None:
        self._until = None

    def give_back(self) -> None:
        """The pool's connection waits by itself."""
        self.end()
        self.connection.socket_timeout = self._patience

    def _look(self) -> None:
        self._timer = None
        if self._until is None or self._patience is None:
            return
        loop = asyncio.get_running_loop()
        if self._until <= loop.time():
            self._until += self._patience
            if self.connection.is_connected:  # else it is being made anew, for which redis-py has a limit
                self.connection._writer.transport.abort()  # type: ignore[union-attr]  # noqa: SLF001 - there is no other way that waits for nothing
        self._timer = loop.call_at(self._until, self._look)


def _heard(dialling: asyncio.Task[Line]) -> None:
    """Whoever asked may have been called off."""
    if not dialling.cancelled():
        dialling.exception()


async def _as_ever(_: Exception) -> None:
    """What is broken is seen to when it is asked for."""


async def _exchanged(connection: AbstractConnection, commands: Sequence[Command], read: Reading) -> list[Any]:
    # A tenth of what redis-py takes to write them.
    packed = b"".join(map(pack_command, commands))  # type: ignore[arg-type] # its types know tuples of one
    await connection.send_packed_command(packed, check_health=False)
    try:
        return [await _reply(connection, read) for _ in commands]
    except BaseException:
        await connection.disconnect(nowait=True)  # what is on its way still is nobody else's
        raise


async def _reply(connection: AbstractConnection, read: Reading) -> Any:
    try:
        reply = await connection.read_response()
    except ResponseError as error:
        return error
    return read(reply)

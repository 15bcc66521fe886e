"""One connection for many: each command is sent at once, and answers come in the order of the commands.

redis-py gives a connection to one call at a time, and reads its answer through a stream.
"""

import asyncio
from collections import deque
from typing import Any

from hiredis import PushNotification, Reader, pack_command
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as NotConnectedError
from redis.exceptions import InvalidResponse, ReadOnlyError

_MORE = object()
"""Of an answer only a part has come."""
_CLOSED = "the connection is closed"


class Line(asyncio.Protocol):
    """A connection that redis-py has made and greeted. From here on nobody else may use it.

    It is closed when an answer keeps us waiting for longer than the connection's `socket_timeout`. Then, and
    when it breaks, whoever waits is told NotConnectedError. One timer serves many calls: to set one and to
    take it back costs as much as the rest of a call.

    A connection may have a method `is_current`: whether what its server says still counts. Where it has, one
    that may not be written to any more is not the one to ask.

    Raises NotConnectedError when it has broken since it was greeted.
    """

    def __init__(self, connection: AbstractConnection) -> None:
        self.connection = connection
        self._patience = connection.socket_timeout
        self._is_current = getattr(connection, "is_current", _always)
        self._elsewhere = ReadOnlyError if hasattr(connection, "is_current") else ()
        self._loop = asyncio.get_running_loop()
        self._answers = Reader(
            protocolError=InvalidResponse,
            replyError=connection._parser.parse_error,  # noqa: SLF001 - the driver's errors by what they say
            notEnoughData=_MORE,
        )
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._next: list[bytes] = []
        self._is_lost = False
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None
        writer = connection._writer  # noqa: SLF001 - nobody else tells
        if writer is None or writer.transport.is_closing():
            raise NotConnectedError(_CLOSED)
        transport: Any = writer.transport
        self._transport = transport
        self._stream = transport.get_protocol()
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        return not self._transport.is_closing() and self._is_current()

    def ask(self, command: tuple[Any, ...]) -> asyncio.Future[Any]:
        """What comes in one turn of the event loop goes as one. Who gives up waiting leaves others theirs.

        The answer may be any error of the server's, and NotConnectedError, which is raised at once when it is
        lost already.
        """
        if self._is_lost:
            raise NotConnectedError(_CLOSED)
        if not self._next:
            self._loop.call_soon(self._send)
        self._next.append(pack_command(command))
        if not self._waiting:
            self._since = self._loop.time()
            if self._timer is None and self._patience is not None:
                self._timer = self._loop.call_at(self._since + self._patience, self._look)
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._waiting.append(answer)
        return answer

    def hang_up(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        if not self._is_current():
            return self.hang_up()
        self._answers.feed(data)
        self._since = self._loop.time()
        try:
            while (reply := self._answers.gets()) is not _MORE:
                if isinstance(reply, self._elsewhere):
                    return self.hang_up()
                if not isinstance(reply, PushNotification):
                    _tell(self._waiting.popleft(), reply)
        except (InvalidResponse, IndexError):  # nobody can tell whose answer the next one is
            self.hang_up()

    def connection_lost(self, error: Exception | None) -> None:
        """redis-py's own stream is told too: who closes the connection waits for that."""
        self._is_lost = True
        self._stream.connection_lost(error)
        if self._timer is not None:
            self._timer.cancel()
        while self._waiting:
            _tell(self._waiting.popleft(), NotConnectedError(str(error or _CLOSED)))

    def _send(self) -> None:
        commands, self._next = self._next, []
        if not self._transport.is_closing():  # else they are told in a moment
            self._transport.write(b"".join(commands))

    def _look(self) -> None:
        self._timer = None
        if not self._waiting or self._patience is None:
            return
        until = self._since + self._patience
        if until <= self._loop.time():
            self.hang_up()
        else:
            self._timer = self._loop.call_at(until, self._look)


def _tell(answer: asyncio.Future[Any], reply: Any) -> None:
    if answer.done():
        return
    if isinstance(reply, Exception):
        answer.set_exception(reply)
    else:
        answer.set_result(reply)


def _always() -> bool:
    return True

"""HTTP with as little as two processes of one machine need of it: a bot should be what takes the time."""

import asyncio
import re
from collections.abc import Callable, Iterator

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"(?i)\ncontent-length: *(\d+)")
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
_HEAD = b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


class HungUpError(ConnectionError):
    """Before it had answered."""


class Messages:
    """Requests or answers that come in pieces; each says how long it is."""

    def __init__(self) -> None:
        self._held = b""

    def fed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """First line and body of all that are complete by now."""
        self._held += data
        while (head := self._held.find(_END)) >= 0:
            length = _LENGTH.search(self._held, 0, head)
            begins = head + len(_END)
            ends = begins + (int(length[1]) if length else 0)
            if len(self._held) < ends:
                return
            message, self._held = self._held[:ends], self._held[ends:]
            yield message.partition(b"\r\n")[0], message[begins:]


class Answering(asyncio.Protocol):
    """A server's side of a connection. `answer`: the body of what answers a path and a body."""

    def __init__(self, answer: Callable[[str, bytes], bytes]) -> None:
        self._answer = answer
        self._messages = Messages()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        for line, body in self._messages.fed(data):
            said = self._answer(line.split(b" ")[1].decode(), body)
            self._transport.write(_OK % (len(said), said))  # type: ignore[attr-defined]


class _Posting(asyncio.Protocol):
    """A client's side: one request after the other."""

    def __init__(self) -> None:
        self._messages = Messages()
        self._answered: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        for line, _ in self._messages.fed(data):
            if self._answered and not self._answered.done():
                self._answered.set_result(line)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered and not self._answered.done():
            self._answered.set_exception(HungUpError(str(exc)))

    def post(self, request: bytes) -> asyncio.Future[bytes]:
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)  # type: ignore[attr-defined]
        return self._answered


class Line:
    """Connections to a port of this machine, as many as there are requests at once, and kept."""

    def __init__(self, port: int, path: str, headers: dict[str, str]) -> None:
        self._port = port
        self._head = _HEAD % path.encode() + b"".join(
            f"{name}: {value}\r\n".encode() for name, value in headers.items()
        )
        self._idle: list[_Posting] = []

    async def post(self, body: bytes) -> bytes:
        """The first line of the answer."""
        posting = self._idle.pop() if self._idle else await self._connected()
        line = await posting.post(self._head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._idle.append(posting)
        return line

    async def _connected(self) -> _Posting:
        loop = asyncio.get_running_loop()
        _, posting = await loop.create_connection(_Posting, "127.0.0.1", self._port)
        return posting

    def close(self) -> None:
        for posting in self._idle:
            posting.transport.close()

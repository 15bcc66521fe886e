"""Raw HTTP at a port: what no client library would send."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psutil

from tools.support.patience import PATIENCE

GONE = (ConnectionError, asyncio.IncompleteReadError)


@dataclass(frozen=True)
class Door:
    """A port of ours, something that can be asked for there, and the headers and body that this needs."""

    port: int
    target: str
    headers: tuple[str, ...] = ()
    verb: str = "POST"
    good: bytes = b""

    def request(self, *headers: str, verb: str | None = None, target: str | None = None) -> bytes:
        """A request's head; `headers` may contradict the usual ones."""
        given = {header.partition(":")[0].lower() for header in headers}
        usual = [each for each in self.headers if each.partition(":")[0].lower() not in given]
        lines = [f"{verb or self.verb} {target or self.target} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        return "\r\n".join([*lines, *usual, *headers, "", ""]).encode("latin-1")

    async def ask(self, *headers: str, body: bytes | None = None, **options: str) -> int:
        """The status that a whole request is answered with."""
        body = self.good if body is None else body
        async with self.knock() as (reader, writer):
            writer.write(self.request(*headers, f"Content-Length: {len(body)}", **options) + body)
            return await status(reader)

    @asynccontextmanager
    async def knock(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()


async def status(reader: asyncio.StreamReader) -> int:
    """The next answer's; 0 when the connection is closed without one."""
    try:
        line = await asyncio.wait_for(reader.readuntil(b"\r\n"), PATIENCE)
    except GONE:
        return 0
    return int(line.split()[1])


async def closed(reader: asyncio.StreamReader) -> bool:
    """Wait until the other side has closed; whatever it said before is passed over."""
    try:
        while await asyncio.wait_for(reader.read(65536), PATIENCE):
            pass
    except ConnectionError:
        pass
    return True


async def pour(writer: asyncio.StreamWriter, pieces: Iterable[bytes], until: asyncio.Event) -> int:
    """Send pieces until something is answered; how many bytes that were."""
    sent = 0
    try:
        for piece in pieces:
            if until.is_set():
                break
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
            await asyncio.sleep(0)
    except ConnectionError:
        pass
    return sent


async def let_go(writer: asyncio.StreamWriter) -> None:
    """Wait until this process, which serves as well, has let go of its end of the connection.

    What it sent may still be under way then, and the other end, which is ours, hears nothing.
    """
    ours = writer.get_extra_info("sockname")
    async with asyncio.timeout(PATIENCE):
        while any(each.raddr == ours for each in psutil.Process().net_connections("tcp")):  # noqa: ASYNC110 - the kernel tells nobody
            await asyncio.sleep(0.02)

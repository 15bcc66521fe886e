"""A wire between client and server that can break at the worst moment: after the server did its work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class FlakyWire:
    """`break_after`: the next request with these bytes reaches the server, its reply never comes back."""

    url: str
    break_after: bytes = b""
    breaks: int = 0


@asynccontextmanager
async def flaky_wire(socket: Path, folder: Path) -> AsyncIterator[FlakyWire]:
    path = folder / "flaky.sock"
    wire = FlakyWire(f"unix://{path}")
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        try:
            await relay(reader, writer)
        except ConnectionError:
            pass
        finally:  # cancelled, too: a stream whose other end has gone would stay open, and be nobody's
            writer.close()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there = await asyncio.open_unix_connection(str(socket))
        try:
            while request := await reader.read(2**20):
                there.write(request)
                reply = await there_reader.read(2**20)
                if wire.break_after and wire.break_after in request:
                    wire.break_after, wire.breaks = b"", wire.breaks + 1
                    break
                writer.write(reply)
        finally:
            there.close()

    server = await asyncio.start_unix_server(serve, str(path))
    try:
        yield wire
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

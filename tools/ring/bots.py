"""Bots without a messenger: the core and its worker, asked through a socket by whoever taps."""

import asyncio
import multiprocessing
import os
import pickle
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol, TypeVar

import uvloop

from apps.embedded.launch import die_with_parent
from apps.game_core.container import Core, open_core
from apps.game_core.settings import CoreSettings
from apps.game_core.system.nursery import Nursery
from apps.game_core.system.protocols import Context
from bot.cli.logs import set_up_logs
from bot.process.lifetime import drain

R = TypeVar("R")
_LENGTH = 4
_ENDING = 30.0


class Ask(Protocol):
    """One bot, as `CoreRouter.ask` is."""

    async def __call__(self, context: Context[Any, Any, R], /) -> R: ...


@asynccontextmanager
async def together(settings: CoreSettings, bots: int) -> AsyncIterator[Sequence[Ask]]:
    """All in this process; each has caches, connections and a worker of its own."""
    async with AsyncExitStack() as stack:
        yield [(await stack.enter_async_context(_at_work(settings))).router.ask for _ in range(bots)]


@asynccontextmanager
async def apart(settings: CoreSettings, bots: int) -> AsyncIterator[Sequence[Ask]]:
    """Each in a process of its own, which ends when the block does."""
    async with AsyncExitStack() as stack:
        yield [(await stack.enter_async_context(_process(settings))).ask for _ in range(bots)]


@asynccontextmanager
async def _at_work(settings: CoreSettings) -> AsyncIterator[Core]:
    async with open_core(settings) as core:
        nursery = Nursery()
        nursery.start("sync worker", core.worker.run())
        nursery.start("losses", core.losses.run())
        try:
            yield core
        finally:
            await nursery.close()
            await drain(core, settings.shutdown_sync_timeout)


@asynccontextmanager
async def _process(settings: CoreSettings) -> "AsyncIterator[_Distant]":
    here, there = socket.socketpair()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(os.getpid(), settings, there), daemon=True
    )
    process.start()
    there.close()
    reader, writer = await asyncio.open_unix_connection(sock=here)
    distant, nursery = _Distant(writer), Nursery()
    nursery.start("answers", distant.hear(reader))
    try:
        yield distant
    finally:
        writer.close()
        await nursery.close()
        await asyncio.to_thread(process.join, _ENDING)
        process.kill()


def _serve(parent: int, settings: CoreSettings, asked: socket.socket) -> None:
    die_with_parent(parent, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    set_up_logs("CRITICAL")  # what comes of an error is in the report
    uvloop.run(_answer(settings, asked))


async def _answer(settings: CoreSettings, asked: socket.socket) -> None:
    """Until nobody is left who could ask."""
    reader, writer = await asyncio.open_unix_connection(sock=asked)
    nursery = Nursery()
    async with _at_work(settings) as core:
        while (question := await _read(reader)) is not None:
            nursery.start("question", _answer_one(core, writer, *question))
        await nursery.close()


async def _answer_one(
    core: Core, writer: asyncio.StreamWriter, number: int, context: Context[Any, Any, Any]
) -> None:
    try:
        _write(writer, (number, await core.router.ask(context), None))
    except Exception as error:  # noqa: BLE001 - it is theirs who asked
        _write(writer, (number, None, (type(error), error.args, vars(error))))


@dataclass(slots=True)
class _Distant:
    """A bot in another process."""

    writer: asyncio.StreamWriter
    _numbers: "count[int]" = field(default_factory=count)
    _asked: dict[int, asyncio.Future[Any]] = field(default_factory=dict)

    async def ask(self, context: Context[Any, Any, R], /) -> R:
        number, answer = next(self._numbers), asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        _write(self.writer, (number, context))
        result: R = await answer
        return result

    async def hear(self, reader: asyncio.StreamReader) -> None:
        while (answer := await _read(reader)) is not None:
            number, result, refusal = answer
            if refusal:
                self._asked.pop(number).set_exception(_error(*refusal))
            else:
                self._asked.pop(number).set_result(result)
        for left in self._asked.values():
            left.set_exception(ConnectionError("a bot is gone"))


def _error(kind: type[Exception], args: tuple[Any, ...], told: dict[str, Any]) -> Exception:
    """As it was raised, however it is made."""
    error = kind.__new__(kind)
    error.args = args
    vars(error).update(told)
    return error


def _write(writer: asyncio.StreamWriter, value: object) -> None:
    data = pickle.dumps(value)
    writer.write(len(data).to_bytes(_LENGTH, "big") + data)


async def _read(reader: asyncio.StreamReader) -> Any:
    """None: the other side is gone."""
    try:
        length = int.from_bytes(await reader.readexactly(_LENGTH), "big")
        return pickle.loads(await reader.readexactly(length))  # noqa: S301 - from a process of ours
    except (asyncio.IncompleteReadError, ConnectionError):
        return None

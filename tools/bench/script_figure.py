"""P2: a change through the gateway, against how often Redis does its part when a program in C asks for it."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys
from apps.game_core.container import Core
from apps.redis_connections import Command
from apps.redis_line import Line
from tools.bench import figures
from tools.bench.equips import MAIN_HAND, Equips
from tools.bench.figures import Finding
from tools.bench.measuring import NoEffectError, in_turns, spread, wall

_PROGRAMS = ("redis-benchmark", "valkey-benchmark")
_SCRIPT = Path(__file__).with_name("script_baseline.lua")
_COPIES = 10
"""Sessions for each of ours: what is over in a tenth of a second is timed badly."""
_RANDOM = "__rand_int__"  # in its place the program writes twelve digits
_RECORD = 13
_RATE = re.compile(r'","([\d.]+)"')


@cache
def benchmark_program() -> str | None:
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


@cache
def benchmark_version() -> str:
    """Like `redis-benchmark 7.0.15`; empty where there is none."""
    if (program := benchmark_program()) is None:
        return ""
    return subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - found on the path


def script_fingerprint() -> str:
    return sha256(_SCRIPT.read_bytes()).hexdigest()[:12]


@dataclass(slots=True)
class BareScript:
    """Copies of our sessions as they stand, changed by as many clients as there are sessions.

    `arguments`: those of one of our own changes. `rates`: changes a second, by run.
    """

    redis: Redis
    socket: Path
    program: str
    arguments: Sequence[bytes]
    char_ids: Sequence[int]
    each: int
    rates: list[float] = field(default_factory=list)
    _before: int = 0

    @property
    def _count(self) -> int:
        return len(self.char_ids) * _COPIES * self.each

    async def prepare(self) -> None:
        async with self.redis.pipeline(transaction=False) as pipe:
            for number in range(len(self.char_ids) * _COPIES):
                char_id = self.char_ids[number % len(self.char_ids)]
                pipe.copy(keys.session(char_id), _document(f"{number:012}"), replace=True)
                pipe.copy(keys.control(char_id), _control(f"{number:012}"), replace=True)
            await pipe.execute()
        self._before = await self._pending()

    async def run(self) -> int:
        names = (_document(_RANDOM), _control(_RANDOM), "bench:dirty")
        script = await self.redis.script_load(_SCRIPT.read_text("utf-8"))
        settings: dict[str, object] = {
            "-s": self.socket,
            "-c": len(self.char_ids),
            "-n": self._count,
            "-r": len(self.char_ids) * _COPIES,
        }
        options = [str(each) for option in settings.items() for each in option]
        process = await asyncio.create_subprocess_exec(
            *(self.program, *options, "--csv", "EVALSHA", script, str(len(names)), *names),
            *self.arguments,
            stdout=subprocess.PIPE,
        )
        said, _ = await process.communicate()
        self.rates.append(_rate(said))
        return self._count

    async def check(self) -> None:
        grown, each = await self._pending() - self._before, _RECORD + len(self.arguments[1])
        if grown != self._count * each:
            raise NoEffectError(f"{grown / each:g} of {self._count} changes of the bare script are there")

    async def _pending(self) -> int:
        async with self.redis.pipeline(transaction=False) as pipe:
            for number in range(len(self.char_ids) * _COPIES):
                pipe.hstrlen(_control(f"{number:012}"), "pending")
            return sum(await pipe.execute())


async def measure(
    core: Core, socket: Path, swords: dict[int, tuple[int, int]], each: int, repetitions: int
) -> AsyncIterator[Finding]:
    """Nothing where there is no such program."""
    if (program := benchmark_program()) is None:
        return
    char_id, (sword, other) = next(iter(swords.items()))
    arguments = await _arguments(core.gateway.equip_item(char_id, sword, MAIN_HAND))
    await core.gateway.equip_item(char_id, other, MAIN_HAND)
    bare = BareScript(core.redis, socket, program, arguments, list(swords), each)
    ours, _ = await in_turns((Equips(core, swords, each), bare), repetitions)
    rates, bare_rates = tuple(1 / each for each in wall(ours)), tuple(bare.rates[1:])
    value = median(rates) / median(bare_rates)
    yield Finding(figures.EQUIP_SCRIPT, value, spread(bare_rates), (rates, bare_rates))


async def _arguments(change: Awaitable[Any]) -> list[bytes]:
    """What the change gave to its script; a program's arguments have no zeros in them."""
    with _sent() as sent:
        await change
    command = next(each for each in sent if each[0] == "EVALSHA")
    first = 3 + int(command[2])
    return [_written(each).replace(b"\0", b"x") for each in command[first:]]


@contextmanager
def _sent() -> Iterator[list[Command]]:
    """The commands that go out to Redis by its line."""
    sent: list[Command] = []
    ask = Line.ask

    def asking(self: Line, command: Command) -> asyncio.Future[Any]:
        sent.append(command)
        return ask(self, command)

    with patch.object(Line, "ask", asking):
        yield sent


def _written(argument: str | int | bytes) -> bytes:
    return argument if isinstance(argument, bytes) else str(argument).encode()


def _rate(said: bytes) -> float:
    """Of `"test","rps",…`, where the test is the whole command."""
    found = _RATE.search(said.decode(errors="replace").splitlines()[-1])
    if found is None:
        raise NoEffectError(f"the benchmark said nothing of a rate: {said[-200:]!r}")
    return float(found[1])


def _document(number: str) -> str:
    return f"bench:session:{number}"


def _control(number: str) -> str:
    return f"bench:control:{number}"

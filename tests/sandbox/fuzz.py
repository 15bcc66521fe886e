"""Many random requests against a sandbox in a process of its own: no 5xx, no hang, flat memory.

python -m tests.sandbox.fuzz --requests 100000
"""

import asyncio
import itertools
import random
import sys
import time
from collections import Counter

import click
import psutil
from aiohttp import ClientSession

from .random_requests import Fuzzer, ask
from .server_process import sandbox_process

MEGABYTE = 1024 * 1024
SETTLED_AT = 10_000
"""Requests after which the sandbox's bounded stores are about as full as they get."""
MOST_GROWTH = 20 * MEGABYTE


@click.command()
@click.option("--requests", default=100_000, show_default=True)
@click.option("--at-once", default=16, show_default=True, help="Requests under way at the same time.")
@click.option("--seed", default=20, show_default=True)
def fuzz(requests: int, at_once: int, seed: int) -> None:
    """Exit code 1 when memory grew by more than 20 MB after the first 10,000 requests."""
    with sandbox_process("--no-flood") as (url, process):
        sys.exit(asyncio.run(Run(url, process, requests).go(at_once, seed)))


class Run:
    def __init__(self, url: str, process: psutil.Process, requests: int) -> None:
        self._url = url
        self._process = process
        self._numbers = iter(range(1, requests + 1))
        self._statuses: Counter[int] = Counter()
        self._memory: dict[int, int] = {}
        self._slowest = 0.0

    async def go(self, at_once: int, seed: int) -> int:
        began = time.monotonic()
        async with ClientSession() as http, asyncio.TaskGroup() as group:
            for worker in range(at_once):
                group.create_task(self._work(http, Fuzzer(random.Random(seed + worker))))
        return self._report(time.monotonic() - began)

    async def _work(self, http: ClientSession, fuzzer: Fuzzer) -> None:
        for number in self._numbers:
            began = time.monotonic()
            _, status = await ask(http, self._url, fuzzer)
            self._slowest = max(self._slowest, time.monotonic() - began)
            self._statuses[status] += 1
            if number % SETTLED_AT == 0:
                self._memory[number] = self._process.memory_info().rss
                click.echo(f"{number:>8} requests, {self._memory[number] / MEGABYTE:.1f} MB")

    def _report(self, seconds: float) -> int:
        total = self._statuses.total()
        click.echo(f"{total} requests in {seconds:.0f} s, the slowest {self._slowest * 1000:.0f} ms")
        click.echo(", ".join(f"{status}: {count}" for status, count in sorted(self._statuses.items())))
        later = list(itertools.islice(self._memory.values(), 1, None))
        growth = max(later, default=0) - self._memory[SETTLED_AT] if later else 0
        click.echo(f"growth after request {SETTLED_AT}: {growth / MEGABYTE:.1f} MB")
        return int(growth > MOST_GROWTH)


if __name__ == "__main__":
    fuzz()

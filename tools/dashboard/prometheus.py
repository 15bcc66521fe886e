"""A Prometheus of our own: it looks at processes, and is asked what it has seen."""

import asyncio
import json
import re
import shutil
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientConnectionError, ClientSession

from tools.dashboard.board import Target
from tools.support.patience import PATIENCE

SCRAPED_EVERY = 2
"""Seconds: a short game shows as much as hours do at Prometheus' usual pace."""
# As Grafana reckons it.
_RATE_INTERVAL = f"{4 * SCRAPED_EVERY}s"
_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_GLANCE = 0.1


class NoPrometheusError(Exception):
    def __str__(self) -> str:
        return "no prometheus here (apt-get install prometheus)"


@dataclass(frozen=True, slots=True)
class Series:
    """`points`: seconds since 1970, and the value."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Prometheus:
    url: str
    session: ClientSession

    async def seen(self, target: Target, begin: float, end: float) -> list[Series]:
        times = {"start": f"{begin:f}", "end": f"{end:f}", "step": f"{SCRAPED_EVERY}"}
        return await self._asked("query_range", target, times)

    async def last(self, target: Target) -> list[Series]:
        return await self._asked("query", target, {})

    async def _asked(self, how: str, target: Target, more: Mapping[str, str]) -> list[Series]:
        query = {"query": target.expression.replace("$__rate_interval", _RATE_INTERVAL), **more}
        async with self.session.get(f"{self.url}/api/v1/{how}", params=query) as answer:
            told: Any = await answer.json()
        if told["status"] != "success":
            raise ValueError(told["error"])
        return [series(target.legend, each) for each in told["data"]["result"]]


def series(legend: str, told: dict[str, Any]) -> Series:
    name = _LABEL.sub(lambda found: str(told["metric"].get(found[1], "")), legend)
    values = told.get("values") or [told["value"]]
    return Series(name, tuple((float(at), float(value)) for at, value in values))


@asynccontextmanager
async def prometheus(data: Path, port: int, processes: Sequence[str]) -> AsyncIterator[Prometheus]:
    """Looks at the processes, by host and port. Raises NoPrometheusError."""
    place = f"127.0.0.1:{port}"
    command = _command(data, place, processes)
    running = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL)
    try:
        async with ClientSession() as session:
            one = Prometheus(f"http://{place}", session)
            await _ready(one)
            yield one
    finally:
        running.kill()
        await running.wait()


def _command(data: Path, place: str, processes: Sequence[str]) -> Sequence[str]:
    program = shutil.which("prometheus")
    if program is None:
        raise NoPrometheusError
    config = {
        "global": {"scrape_interval": f"{SCRAPED_EVERY}s"},
        "scrape_configs": [{"job_name": "game", "static_configs": [{"targets": list(processes)}]}],
    }
    data.mkdir()
    file = data / "prometheus.yaml"
    file.write_text(json.dumps(config), encoding="utf-8")
    return program, f"--config.file={file}", f"--storage.tsdb.path={data}", f"--web.listen-address={place}"


async def _ready(one: Prometheus) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                async with one.session.get(f"{one.url}/-/ready") as answer:
                    if answer.ok:
                        return
            except ClientConnectionError:
                pass
            await asyncio.sleep(_GLANCE)

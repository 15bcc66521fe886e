"""A crowd plays, PostgreSQL is away for a while, a bot dies; and what the dashboard shows of it."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.embedded.server import Server
from tools.chaos.fleet import Member
from tools.crowd.scene import Scene, open_scene
from tools.crowd.show import tappers
from tools.dashboard.board import Panel, read_board
from tools.dashboard.drawing import Drawn, Span, lines, numbers
from tools.dashboard.prometheus import SCRAPED_EVERY, Prometheus, prometheus
from tools.support.ports import free_ports
from tools.support.standing import Elapsed, Standing

_WARMING_UP = 4 * SCRAPED_EVERY
_PARTS = 5  # in two of them something is away


@dataclass(frozen=True, slots=True)
class Plan:
    bots: int
    players: int
    seconds: float
    seed: int

    @property
    def part(self) -> float:
        return self.seconds / _PARTS


async def show(plan: Plan, data: Path, standing: Standing) -> list[Drawn]:
    """Play it on servers of its own under `data`. Raises NoPrometheusError."""
    [port] = free_ports(1)
    async with open_scene(plan.bots, plan.players, data) as scene:
        processes = [f"127.0.0.1:{each.environment['METRICS_PORT']}" for each in scene.fleet.bots]
        async with prometheus(data / "prometheus", port, processes) as watching:
            standing.phase = "everybody enters"
            playing = tappers(plan.seed, scene)
            await asyncio.gather(*(each.begin() for each in playing))
            standing.clock, began = Elapsed(time.monotonic()), time.time() + _WARMING_UP
            taps = asyncio.gather(*(each.play(plan.seconds) for each in playing))
            away = await _troubles(plan, scene, standing)
            await taps
            span = Span(began, time.time())
            return [await _drawn(each, watching, span, away) for each in read_board()]


async def _troubles(plan: Plan, scene: Scene, standing: Standing) -> list[Span]:
    """When something was away."""
    away = []
    servers: Mapping[str, Server | Member] = {
        "PostgreSQL": scene.servers.postgres,
        "a bot": scene.fleet.bots[-1],
    }
    for name, server in servers.items():
        standing.phase = "all is well"
        await asyncio.sleep(plan.part)
        standing.phase, began = f"{name} is away", time.time()
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(plan.part)
        await asyncio.to_thread(server.start)
        away.append(Span(began, time.time()))
    standing.phase = "all is well"
    await asyncio.sleep(plan.part)
    return away


async def _drawn(panel: Panel, watching: Prometheus, span: Span, away: Sequence[Span]) -> Drawn:
    if panel.kind == "stat":
        return numbers(panel, [one for each in panel.targets for one in await watching.last(each)])
    seen = [one for each in panel.targets for one in await watching.seen(each, span.begin, span.end)]
    return lines(panel, seen, span, away)


def without_data(board: Sequence[Drawn]) -> list[str]:
    return [
        each.panel.title for each in board if each.panel.kind != "row" and not (each.numbers or each.lines)
    ]

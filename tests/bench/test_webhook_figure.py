"""P13 is of taps that bots have answered and drawn, and notices what is slow and what is shared."""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

import pytest
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp.web import Request, Response

from apps.game_core.settings import CoreSettings
from tools.bench import figures, hooked, messenger, webhook_figure
from tools.bench.figures import Finding, Grade
from tools.bench.hooked import Sample
from tools.bench.measuring import NoEffectError
from tools.bench.messenger import Messenger
from tools.bench.webhook_figure import Size, findings
from tools.chaos import fleet

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nobody tells what another process takes")
TINY = Size(players=8, taps=16, repetitions=1)
AT_ONCE = 4
_BURNT = 0.03


def serve_slowly(words: tuple[str, ...], environment: Mapping[str, str], log: str, code: Path | None) -> None:
    """What a process of the fleet does, where each update costs so many more seconds of CPU."""
    take = SimpleRequestHandler.handle

    async def slowly(self: SimpleRequestHandler, request: Request) -> Response:
        until = time.process_time() + _BURNT
        while time.process_time() < until:
            """As whoever computes."""
        return await take(self, request)

    SimpleRequestHandler.handle = slowly  # type: ignore[method-assign,assignment]
    fleet.serve(words, environment, log, code)


def test_a_bot_that_is_as_good_as_the_first() -> None:
    alone, both = findings([Sample(800, 4.0, (1.0,))], [Sample(1_600, 4.0, (1.0, 0.9))], cores=2)

    assert (alone.value, alone.verdict) == (800, Grade.GOAL)
    assert (both.value, both.verdict) == (2, Grade.GOAL)
    assert both.figure.baseline == "one, by CPU of the busier: 2 cores are too few"


def test_a_bot_that_has_most_of_the_work() -> None:
    _, both = findings([Sample(800, 4.0, (1.0,))], [Sample(1_600, 4.0, (1.5, 0.5))], cores=2)

    assert (round(both.value, 2), both.verdict) == (1.33, Grade.MISSED)


def test_bots_that_wait_for_each_other() -> None:
    _, both = findings([Sample(800, 1.0, (1.0,))], [Sample(1_600, 2.0, (1.0, 1.0))], cores=4)

    assert (both.value, both.figure, both.verdict) == (1, figures.SECOND_BOT, Grade.MISSED)


class Silent:
    """A bot that takes updates and does nothing about them, or nothing at all."""

    def __init__(self, line: bytes) -> None:
        self.line = line

    async def post(self, _: bytes) -> bytes:
        return self.line


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"HTTP/1.1 200 OK", "no answer, or no menu"),
        (b"HTTP/1.1 503 Service Unavailable", "refused an update"),
    ],
)
async def test_a_bot_that_does_nothing_is_no_figure(line: bytes, why: str) -> None:
    world = Messenger()
    world.menus[1] = (100, [("Lock", "x")])

    with patch.object(messenger, "_PATIENCE", 0.01), pytest.raises(NoEffectError, match=why):
        await world.taps(1, "x", Silent(line))  # type: ignore[arg-type]


async def measured(settings: CoreSettings, data: Path) -> list[Finding]:
    with patch.object(hooked, "AT_ONCE", AT_ONCE):
        return [each async for each in webhook_figure.measure(settings, data, TINY)]


@pytest.mark.usefixtures("core")
async def test_a_slow_bot_misses_the_floor(settings: CoreSettings, tmp_path: Path) -> None:
    as_it_is = await measured(settings, tmp_path)
    others = webhook_figure.FIRST + TINY.players
    with patch.object(fleet, "serve", serve_slowly), patch.object(webhook_figure, "FIRST", others):
        as_slowed = await measured(settings, tmp_path)

    assert [each.figure.number for each in as_it_is] == ["P13", "P13"]
    assert as_slowed[0].value < min(figures.WEBHOOK.floor, as_it_is[0].value / 2)
    assert as_slowed[0].verdict in {Grade.MISSED, Grade.UNSURE}

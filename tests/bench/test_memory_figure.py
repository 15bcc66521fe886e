"""P14 is of players whom a bot has kept, and notices what is heavy."""

import time
from unittest.mock import patch

import pytest

from apps.game_core.container import Core
from apps.game_core.modules.inventory.inventory.logic.sessions.kept_sessions import KeptSessions
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.settings import CoreSettings
from tools.bench import figures
from tools.bench.figures import Grade
from tools.bench.keeping import Kept, keep
from tools.bench.measuring import NoEffectError
from tools.bench.memory_figure import PLAYERS, findings
from tools.bench.stage import make_players
from tools.support.copied_characters import copy_players

NUMBERS = range(30_000_000, 30_000_006)
MB = 1_000_000
HEAVY = 3_000_000
SLOW = 0.03


@pytest.fixture
async def copies(core: Core) -> range:
    [like] = await make_players(core, 1)
    while await core.worker.drain():
        pass
    await copy_players(core.engine, like.char_id, NUMBERS)
    return NUMBERS


def test_fewer_players_say_that_it_is_worked_out() -> None:
    memory, *_ = findings(Kept(half=60 * MB, whole=70 * MB, collected=0, stalled=0), 10_000)

    assert memory.value == 70 + 10 * (PLAYERS - 10_000) / 5_000
    assert memory.figure.what == f"{figures.KEPT.what}, worked out from 10,000"


def test_all_players_are_measured() -> None:
    memory, *_ = findings(Kept(half=60 * MB, whole=149 * MB, collected=0, stalled=0), PLAYERS)

    assert (memory.value, memory.figure, memory.verdict) == (149, figures.KEPT, Grade.GOAL)


async def test_what_is_heavy_and_slow_misses_its_floors(settings: CoreSettings, copies: range) -> None:
    kept, heavy = KeptSessions.keep, list[bytes]()

    def keep_slowly(self: KeptSessions, session: InventorySession) -> None:
        kept(self, session)
        heavy.append(b"x" * HEAVY)
        until = time.thread_time() + SLOW
        while time.thread_time() < until:
            pass

    with patch.object(KeptSessions, "keep", keep_slowly):
        found = findings(await keep(settings, copies, looks=2), len(copies))

    memory, _, stalled = found
    assert memory.verdict is Grade.MISSED
    assert stalled.verdict is Grade.MISSED


async def test_players_who_are_not_kept_are_no_figure(settings: CoreSettings, copies: range) -> None:
    with (
        patch.object(KeptSessions, "get", lambda *_: None),
        pytest.raises(NoEffectError, match="not all 6 are kept"),
    ):
        await keep(settings, copies, looks=2)

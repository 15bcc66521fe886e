"""How far a tap goes through our own code until Redis is asked."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from apps.redis_connections import Connections
from bot.callbacks.buttons import Act, Do
from bot.handlers import acting
from tests.bot.conftest import USER, Stage

ROOT = Path(__file__).parents[2]
OURS = tuple(f"{ROOT / name}/" for name in ("apps", "bot"))
MOST = 12


def way(frame: FrameType | None) -> Iterator[str]:
    """Functions of ours on the stack, the innermost first."""
    while frame is not None:
        if frame.f_code.co_filename.startswith(OURS):
            yield frame.f_code.co_qualname
        frame = frame.f_back


async def test_a_change_is_few_calls_away_from_redis(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    view = await stage.view()
    item = next(each for each in view.backpack if each.base_id == "iron_sword")
    data = Act(do=Do.EQUIP, owner=USER, item=item.id, stamp=await stage.stamp())
    ways: list[list[str]] = []
    shared = Connections.shared

    def watched(self: Connections, *command: Any) -> Any:
        ways.append(list(way(sys._getframe())))
        return shared(self, *command)

    monkeypatch.setattr(Connections, "shared", watched)
    await stage.tap(acting.act, data)

    handled = [each[: each.index("act") + 1] for each in ways if "act" in each]
    assert handled
    assert max(map(len, handled)) <= MOST, handled

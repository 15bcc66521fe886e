"""What all parts of one campaign share."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from tools.chaos.journal import Journal
from tools.chaos.plan import Plan
from tools.chaos.scene import Scene


@dataclass(frozen=True, slots=True)
class Run:
    """`now`: seconds since the start. `gate` holds the players back while it is closed.

    `still` is held while everybody must stand still who is no process of the fleet.
    """

    plan: Plan
    scene: Scene
    journal: Journal
    now: Callable[[], float]
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    still: asyncio.Lock = field(default_factory=asyncio.Lock)

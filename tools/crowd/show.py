"""A crowd of fast tappers plays on several bots: whether they meet flood control, and what they see."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.running import Process, open_process
from tools.crowd.scene import TOKEN, Scene, open_scene
from tools.crowd.tapper import Tapper
from tools.support.standing import Elapsed, Standing
from tools.walk.verdict import untrue

_DRAWN = 20.0
_GLANCE = 0.1
_BUDGETED = {"editMessageText", "sendMessage"}


@dataclass(frozen=True, slots=True)
class Plan:
    """`seconds` of play. `per_second`: what the sandbox takes in all chats together, 0 for no limit."""

    bots: int
    players: int
    seconds: float
    seed: int
    per_second: float = 0


@dataclass(frozen=True, slots=True)
class Report:
    """`calls` are those that share the chats' budgets, by HTTP status; `wrong` has a line a player."""

    plan: Plan
    taps: int
    answered: int
    calls: Mapping[int, int]
    served: tuple[int, ...]
    wrong: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not self.wrong and not self._refused and self.answered == self.taps

    @property
    def _refused(self) -> int:
        return self.calls.get(429, 0)

    def lines(self) -> Iterator[str]:
        plan = self.plan
        yield f"seed {plan.seed}: {plan.bots} bots, {plan.players} players, {plan.seconds:g} s"
        yield f"  taps      {self.taps}, {self.answered} answered"
        yield f"  updates   {' + '.join(map(str, self.served))} by bot"
        yield f"  drawn     {sum(self.calls.values())} sends and edits, {self._refused} x 429"
        yield f"  screens   {len(self.wrong)} of {plan.players} players do not see how things stand"
        yield from self.wrong


async def show(plan: Plan, data: Path, standing: Standing | None = None) -> Report:
    """Play the plan on servers of its own under `data`; `standing` follows."""
    standing = standing or Standing()
    async with open_scene(plan.bots, plan.players, data, plan.per_second) as scene:
        playing = tappers(plan.seed, scene)
        standing.phase = "everybody enters"
        await asyncio.gather(*(each.begin() for each in playing))
        standing.phase, standing.clock = "tapping", Elapsed(time.monotonic())
        await asyncio.gather(*(each.play(plan.seconds) for each in playing))
        standing.phase = "the last answers"
        answered = sum(await asyncio.gather(*(each.answered() for each in playing)))
        standing.phase = "comparing screens"
        async with open_process(scene.settings, TOKEN, scene.sandbox.url) as process:
            await _drawn(process, scene)
            # What is drawn late would be drawn now; afterwards nobody draws any more.
            ended = await asyncio.gather(*(asyncio.to_thread(each.end) for each in scene.fleet))
            wrong = [line for user in scene.world.users for line in await _untrue(process, scene, user)]
        if not all(ended):
            wrong.append("a bot did not end when it was asked to")
        taps = sum(len(each.taps) for each in playing)
        return Report(plan, taps, answered, _calls(scene), tuple(scene.balancer.served), tuple(wrong))


def tappers(seed: int, scene: Scene) -> list[Tapper]:
    """All of the scene's players."""
    dice = random.Random(seed)  # noqa: S311 - habits, not secrets
    return [
        Tapper(scene.world, scene.bot, user, random.Random(dice.random()))  # noqa: S311
        for user in scene.world.users.values()
    ]


async def _drawn(process: Process, scene: Scene) -> None:
    """Until everybody sees the truth, or long enough."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAWN):
            for user in scene.world.users:
                while await _untrue(process, scene, user):  # noqa: ASYNC110 - a chat has no event
                    await asyncio.sleep(_GLANCE)


async def _untrue(process: Process, scene: Scene, user_id: int) -> list[str]:
    return await untrue(process, scene.world, scene.bot, user_id)


def _calls(scene: Scene) -> Counter[int]:
    calls = scene.world.calls.since(0)
    return Counter(call.status for call in calls if call.method in _BUDGETED)

"""Several walks at once on one bot process, which is restarted in the middle of them."""

import random
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from apps.game_core.settings import CoreSettings
from telegram_sandbox.chats import groups, people
from telegram_sandbox.chats.people import Place
from telegram_sandbox.config import FloodModel, SandboxConfig
from telegram_sandbox.world.model import Group, User
from telegram_sandbox.world.world import World
from tools.chaos.grants import grant
from tools.walk.stage import TOKEN, Stage, open_stage
from tools.walk.trail import Trail
from tools.walk.verdict import judge, untrue, wrong_trades
from tools.walk.vocabulary import vocabulary
from tools.walk.walker import Walker
from tools.walk.witness import Witness

PARTY = 20
"""So many walks share a process: seeds that are equal when divided by it."""
Tapped = Callable[[int], None]
_IMPATIENCE = 0.25
_MOST_TURNS = 120


@dataclass(slots=True)
class Party:
    """`dice` are the party's own, so that a walk that is played alone meets the same restart."""

    settings: CoreSettings
    world: World
    witness: Witness
    walkers: Sequence[Walker]
    dice: random.Random
    taps: int
    tapped: Tapped
    _by_user: dict[int, Trail] = field(init=False)
    _told: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._by_user = {user.id: each.trail for each in self.walkers for user in each.users}

    async def play(self) -> None:
        restart = self.dice.randint(self.taps // 4, self.taps * 3 // 4)
        killed = self.dice.random() < 0.5  # noqa: PLR2004 - every other
        async with self._opened() as stage:
            await self._walk(stage, restart)
            await (self._kill(stage) if killed else stage.finish())
        async with self._opened() as stage:
            await self._take(stage)
            await self._walk(stage, self.taps)
            await self._judge(stage)

    def _opened(self) -> AbstractAsyncContextManager[Stage]:
        return open_stage(self.settings, self.world, self.witness, self._trail_of)

    def _trail_of(self, user_id: int) -> Trail:
        return self._by_user.get(user_id, self.witness.loose)

    async def _walk(self, stage: Stage, taps: int) -> None:
        while walking := [each for each in self.walkers if each.trail.taps < taps]:
            for walker in walking:
                walker.step()
            self._tell()
            await self._take(stage)
            if self.dice.random() >= _IMPATIENCE:
                await self._see(stage)
            await self._give(stage)

    def _tell(self) -> None:
        taps = sum(walker.trail.taps for walker in self.walkers)
        self.tapped(taps - self._told)
        self._told = taps

    async def _take(self, stage: Stage) -> None:
        await stage.take(frozenset(each for walker in self.walkers for each in walker.doubled))
        for walker in self.walkers:
            walker.look()

    async def _see(self, stage: Stage) -> None:
        await stage.settle()
        for walker in self.walkers:
            walker.listen()

    async def _give(self, stage: Stage) -> None:
        kinds = sorted(stage.process.core.catalog.current.entries)
        user_id, base_id = self.dice.choice(list(self._by_user)), self.dice.choice(kinds)
        await grant(stage.process.core.engine, user_id, base_id, self.dice.randint(1, 3))

    async def _kill(self, stage: Stage) -> None:
        for walker in self.walkers:
            walker.step()
        await stage.kill(self.dice.randrange(_MOST_TURNS))
        for walker in self.walkers:
            walker.forget()

    async def _judge(self, stage: Stage) -> None:
        await stage.rest()
        for command in ("/start", "/logout", "/inventory"):  # a character, and no fight
            for walker in self.walkers:
                for user in walker.users:
                    walker.write(Place(walker.bot, user, user), command)
            await self._take(stage)
            await self._see(stage)
        for walker in self.walkers:
            for user in walker.users:
                for line in (
                    *await untrue(stage.process, self.world, walker.bot, user.id),
                    *await judge(stage.process, user.id),
                ):
                    walker.trail.found(line)
        for line in await wrong_trades(stage.process):
            self.witness.loose.found(line)


def _untold(_: int) -> None:
    pass


async def play(
    seeds: Sequence[int], settings: CoreSettings, taps: int, tapped: Tapped = _untold
) -> list[Trail]:
    """Walks of one party; what belongs to none of them comes last. `tapped` hears of taps as they come."""
    world = World(SandboxConfig(users=(), flood=FloodModel(enabled=False)))
    witness = Witness(Trail(seeds[0]))
    walkers = [_walker(seed, world, witness) for seed in seeds]
    dice = random.Random(f"party {seeds[0] // PARTY}")  # noqa: S311 - habits, not secrets
    with witness.listening():
        await Party(settings, world, witness, walkers, dice, taps, tapped).play()
    return [*(walker.trail for walker in walkers), witness.loose]


def _walker(seed: int, world: World, witness: Witness) -> Walker:
    dice = random.Random(seed)  # noqa: S311
    bot, words = world.bot_of(TOKEN), vocabulary()
    first, second = (
        User(
            id=2 * seed + number,
            first_name=dice.choice(words.names),
            language_code=dice.choice(words.languages),
        )
        for number in (1, 2)
    )
    group = Group(id=-seed - 1, title="Tavern", members=[first.id, second.id])
    for user in (first, second):
        people.add_user(world, user)
    groups.add_group(world, group)
    return Walker(world, bot, (first, second), group, Trail(seed), witness, dice)

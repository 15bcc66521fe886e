"""A bot's process that has seen many players: what it takes to keep them, and how long it ever stops for.

`python -m tools.bench.keeping FIRST PLAYERS LOOKS`, on the servers of the environment, prints `Kept` as JSON.
"""

import asyncio
import gc
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

import uvloop

from apps.game_core.container import Core
from apps.game_core.settings import CoreSettings
from bot.cli.logs import set_up_logs
from bot.process.lifetime import keep_what_is_built
from bot.running import open_process
from tools.bench.measuring import NoEffectError
from tools.bench.post import Post
from tools.bench.stage import BAG
from tools.support.memory import resident

TOKEN = "1000:bench-token-bench-token-bench-token"  # noqa: S105 - of no bot
_AT_ONCE = 8
_TICK = 0.001
_GLANCED = 200
_LEAST_BYTES = 1_000
"""A session's document has more, and that it is still the same is said with much less."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that the process has grown by, when it had seen half of the players, and when all.

    Seconds of the thread's CPU: what others take of this machine is no pause of ours.
    """

    half: int
    whole: int
    collected: float
    stalled: float


@dataclass(slots=True)
class _Pauses:
    """`stalled`: between two turns of what asks for one each millisecond."""

    collected: float = 0.0
    stalled: float = 0.0
    _since: float = field(default=0.0)
    _turn: float = field(default=0.0)
    _timer: asyncio.TimerHandle | None = None

    @contextmanager
    def watched(self) -> Iterator[None]:
        gc.callbacks.append(self._collecting)
        self._turn = time.thread_time()
        self._tick()
        try:
            yield
        finally:
            gc.callbacks.remove(self._collecting)
            if self._timer:
                self._timer.cancel()

    def _collecting(self, phase: str, _: object) -> None:
        if phase == "start":
            self._since = time.thread_time()
        else:
            self.collected = max(self.collected, time.thread_time() - self._since)

    def _tick(self) -> None:
        now = time.thread_time()
        self.stalled, self._turn = max(self.stalled, now - self._turn), now
        self._timer = asyncio.get_running_loop().call_later(_TICK, self._tick)


async def keep(settings: CoreSettings, char_ids: range, looks: int) -> Kept:
    """See all of the players, half of them first, and then so many of them again, at random."""
    async with open_process(settings, TOKEN, "http://127.0.0.1:1", session=Post()) as process:
        keep_what_is_built()
        core, pauses, half = process.core, _Pauses(), len(char_ids) // 2
        before = resident()
        with pauses.watched():
            await _look(core, char_ids[:half])
            at_half = resident() - before
            await _look(core, char_ids[half:])
            await _look(core, random.Random(looks).choices(char_ids, k=looks))  # noqa: S311 - no secrets
        kept = Kept(at_half, resident() - before, pauses.collected, pauses.stalled)
        await _check(core, char_ids)
    return kept


async def _look(core: Core, char_ids: Sequence[int]) -> None:
    """At all of them, so many at once."""
    left = iter(char_ids)

    async def look() -> None:
        for char_id in left:
            view = await core.gateway.view(char_id)
            if (view.char_id, len(view.backpack)) != (char_id, BAG):
                raise NoEffectError(f"character {char_id} has {len(view.backpack)} rows")

    await asyncio.gather(*(look() for _ in range(_AT_ONCE)))


async def _check(core: Core, char_ids: range) -> None:
    """Whoever is not kept is told by Redis once more."""
    glanced = char_ids[:: max(1, len(char_ids) // _GLANCED)]
    before = await _sent(core)
    of_itself = await _sent(core) - before
    await _look(core, glanced)
    each = (await _sent(core) - before - 2 * of_itself) / len(glanced)
    if each > _LEAST_BYTES:
        raise NoEffectError(f"Redis tells {each:.0f} bytes at a look: not all {len(char_ids)} are kept")


async def _sent(core: Core) -> int:
    return int((await core.redis.info("stats"))["total_net_output_bytes"])


if __name__ == "__main__":
    first, players, looks = map(int, sys.argv[1:])
    set_up_logs("ERROR")
    kept = uvloop.run(keep(CoreSettings(_env_file=None), range(first, first + players), looks))
    sys.stdout.write(json.dumps(asdict(kept)))

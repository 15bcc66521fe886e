"""P1, P2 and P5: changes and memory of sessions in Redis."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median
from typing import Any

from apps.game_core.adapters.redis import keys
from apps.game_core.container import Core
from apps.game_core.modules.items.contracts import CatalogEntry, Slot
from tools.bench import figures, script_figure
from tools.bench.baselines import NaiveInventory, Session, naive_session
from tools.bench.equips import MAIN_HAND, Equips
from tools.bench.figures import Finding
from tools.bench.measuring import NoEffectError, cpu, in_turns, spread, wall
from tools.bench.stage import CHANGES, make_players, two_swords


@dataclass(slots=True)
class NaiveEquips:
    """The same on the naive form."""

    naive: NaiveInventory
    swords: dict[int, tuple[int, int]]
    each: int
    _rounds: int = 0

    async def prepare(self) -> None:
        """Everything is there."""

    async def run(self) -> int:
        self._rounds += 1
        await asyncio.gather(*(self._play(char_id) for char_id in self.swords))
        return len(self.swords) * self.each

    async def _play(self, char_id: int) -> None:
        for turn in range(self.each):
            await self.naive.equip(char_id, self.swords[char_id][turn % 2], MAIN_HAND)

    async def check(self) -> None:
        for char_id in self.swords:
            version = (await self.naive.load(char_id))["metadata"]["version"]
            if version != self._rounds * self.each:
                raise NoEffectError(f"naive player {char_id} is at version {version}")


async def measure(
    core: Core, socket: Path, players: int, each: int, repetitions: int
) -> AsyncIterator[Finding]:
    """`socket`: Redis'."""
    char_ids = [made.char_id for made in await make_players(core, players)]
    naive = NaiveInventory(core.redis)
    for char_id in char_ids:
        await naive.save(char_id, await as_naive(core, char_id))
    await _written(core, char_ids)
    fresh = await _bytes(core, char_ids)
    swords = {char_id: two_swords(await core.gateway.view(char_id)) for char_id in char_ids}
    await Equips(core, swords, CHANGES).run()
    aged = await _bytes(core, char_ids)
    whole = await _naive_bytes(core, char_ids)
    yield Finding(figures.BYTES_FRESH, fresh / whole, raw=((fresh,), (whole,)))
    yield Finding(figures.BYTES_AGED, aged / whole, raw=((aged,), (whole,)))
    async for finding in equips(core, swords, each, repetitions):
        yield finding
    async for finding in script_figure.measure(core, socket, swords, each, repetitions):
        yield finding


async def equips(
    core: Core, swords: dict[int, tuple[int, int]], each: int, repetitions: int
) -> AsyncIterator[Finding]:
    """`swords`: by character, two that take each other's place; all have a naive session, too."""
    blocks = (Equips(core, swords, each), NaiveEquips(NaiveInventory(core.redis), swords, each))
    ours, theirs = await in_turns(blocks, repetitions)
    for figure, of in ((figures.EQUIP_CPU, cpu), (figures.EQUIP_WALL, wall)):
        value = median(of(theirs)) / median(of(ours))
        yield Finding(figure, value, spread(of(theirs)), (of(ours), of(theirs)))


async def as_naive(core: Core, char_id: int) -> Session:
    """The same inventory with all that is known of each item."""
    view, catalog = await core.gateway.view(char_id), core.catalog.current
    items = [
        {"id": row.id, "quantity": row.quantity, "locked": False, **_described(catalog.entries[row.base_id])}
        for row in view.backpack
    ]
    session = naive_session(char_id, items, [slot.value for slot in Slot])
    session["metadata"]["version"] = -1  # writing it the first time is no change
    return session


def _described(entry: CatalogEntry) -> dict[str, Any]:
    plain = {each.name: _as_json(getattr(entry, each.name)) for each in fields(entry)}
    return {**plain, "affixes": [], "acquired_at": 0, "is_new": False}


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value, default=_plain))


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else asdict(value)


async def _written(core: Core, char_ids: Sequence[int]) -> None:
    while await core.worker.drain():
        pass
    for char_id in char_ids:
        await core.gateway.view(char_id)


async def _bytes(core: Core, char_ids: Sequence[int]) -> float:
    """Of a session and what lies beside it, on the average."""
    names = [make(char_id) for char_id in char_ids for make in (keys.session, keys.control)]
    return sum([await core.redis.memory_usage(name, samples=0) or 0 for name in names]) / len(char_ids)


async def _naive_bytes(core: Core, char_ids: Sequence[int]) -> float:
    sizes = [
        await core.redis.memory_usage(NaiveInventory.key(char_id), samples=0) or 0 for char_id in char_ids
    ]
    return sum(sizes) / len(char_ids)

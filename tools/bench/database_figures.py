"""P8 and P9: between Redis and PostgreSQL."""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import sqlalchemy as sa

from apps.game_core.adapters.redis import keys
from apps.game_core.container import Core
from tools.bench import figures
from tools.bench.equips import Equips
from tools.bench.figures import Finding
from tools.bench.measuring import NoEffectError, cpu, in_turns, spread, wall
from tools.bench.orm_baseline import OrmInventory
from tools.bench.stage import make_players, two_swords

_VERSIONS = sa.text("SELECT sum(version) FROM inventories WHERE char_id = ANY(:char_ids)")
_CHANGED = 2
_BY_ROWS = 20
"""So many sessions row by row: they take long, and the ratio is of one session."""


@dataclass(slots=True)
class Flush:
    """All players have changed two rows; the worker writes them."""

    core: Core
    equips: Equips
    _before: int = 0

    async def prepare(self) -> None:
        await self.equips.run()
        self._before = await self._versions()

    async def run(self) -> int:
        return await self.core.worker.drain()

    async def check(self) -> None:
        expected = len(self.equips.swords) * self.equips.each
        if (found := await self._versions() - self._before) != expected:
            raise NoEffectError(f"{found} of {expected} changes were written")

    async def _versions(self) -> int:
        async with self.core.engine.connect() as connection:
            return int(await connection.scalar(_VERSIONS, {"char_ids": [*self.equips.swords]}) or 0)


@dataclass(slots=True)
class OrmWrites:
    """The same by the baseline, one session after the other."""

    orm: OrmInventory
    write: Callable[[int, Sequence[int]], Coroutine[Any, Any, None]]
    rows: Mapping[int, Sequence[int]]
    _before: int = 0

    async def prepare(self) -> None:
        self._before = await self.orm.written()

    async def run(self) -> int:
        for char_id, item_ids in self.rows.items():
            await self.write(char_id, item_ids)
        return len(self.rows)

    async def check(self) -> None:
        expected = sum(map(len, self.rows.values()))
        if (found := await self.orm.written() - self._before) != expected:
            raise NoEffectError(f"{found} of {expected} rows were written")


@dataclass(slots=True)
class Loads:
    """Every inventory is opened though Redis has nothing of it."""

    core: Core
    char_ids: Sequence[int]

    async def prepare(self) -> None:
        for char_id in self.char_ids:
            await self.core.redis.delete(keys.session(char_id), keys.control(char_id))

    async def run(self) -> int:
        for char_id in self.char_ids:
            await self.core.gateway.open(char_id)
        return len(self.char_ids)

    async def check(self) -> None:
        names = [keys.session(char_id) for char_id in self.char_ids]
        if (found := await self.core.redis.exists(*names)) != len(names):
            raise NoEffectError(f"{found} of {len(names)} inventories were loaded")


@dataclass(slots=True)
class OrmLoads:
    orm: OrmInventory
    core: Core
    char_ids: Sequence[int]

    async def prepare(self) -> None:
        await self.core.redis.delete(*(f"bench:{char_id}" for char_id in self.char_ids))

    async def run(self) -> int:
        for char_id in self.char_ids:
            await self.orm.load(char_id)
        return len(self.char_ids)

    async def check(self) -> None:
        found = await self.core.redis.exists(*(f"bench:{char_id}" for char_id in self.char_ids))
        if found != len(self.char_ids):
            raise NoEffectError(f"{found} of {len(self.char_ids)} inventories were loaded")


async def measure(core: Core, sessions: int, repetitions: int) -> AsyncIterator[Finding]:
    char_ids = [made.char_id for made in await make_players(core, sessions)]
    items = {char_id: await _items(core, char_id) for char_id in char_ids}
    orm = OrmInventory(core.engine, core.redis)
    await orm.make(items)
    ids = {char_id: [item["id"] for item in items[char_id]] for char_id in char_ids}
    await core.worker.drain()
    loads = (Loads(core, char_ids[:_BY_ROWS]), OrmLoads(orm, core, char_ids[:_BY_ROWS]))
    ours, theirs = map(cpu, await in_turns(loads, repetitions))
    yield Finding(figures.LOAD, median(theirs) / median(ours), spread(theirs), (ours, theirs))
    swords = {char_id: two_swords(await core.gateway.view(char_id)) for char_id in char_ids}
    blocks = (
        Flush(core, Equips(core, swords, 2)),
        OrmWrites(orm, orm.write_all, {char_id: ids[char_id] for char_id in char_ids[:_BY_ROWS]}),
        OrmWrites(orm, orm.write_changed, {char_id: ids[char_id][:_CHANGED] for char_id in char_ids}),
    )
    ours, by_rows, changed = map(wall, await in_turns(blocks, repetitions))
    yield Finding(figures.FLUSH_ROWS, median(by_rows) / median(ours), spread(by_rows), (ours, by_rows))
    yield Finding(figures.FLUSH_ORM, median(changed) / median(ours), spread(changed), (ours, changed))


async def _items(core: Core, char_id: int) -> list[dict[str, Any]]:
    view = await core.gateway.view(char_id)
    return [
        {
            "id": row.id,
            "base_id": row.base_id,
            "quantity": row.quantity,
            "rarity": row.rarity.value,
            "affixes": [],
            "locked": False,
            "acquired_at": 1_700_000_000,
            "place": "backpack",
            "position": position,
        }
        for position, row in enumerate(view.backpack)
    ]

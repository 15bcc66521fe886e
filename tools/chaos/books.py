"""What PostgreSQL has of each player, and whom Redis still serves: read as a campaign judges by it."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.control_records import control
from apps.game_core.modules.inventory.session_store import Control
from tools.chaos.journal import Conflict, Key
from tools.chaos.names import known_as, settled

_LEDGER = sa.text("""
SELECT c.user_id, o.op_id FROM inventory_operations o JOIN characters c ON c.id = o.char_id
""")
_CONFLICTS = sa.text("""
SELECT c.user_id, o.op_id, o.kind, extract(epoch FROM o.recorded_at)::float8 AS told
FROM inventory_conflicts o JOIN characters c ON c.id = o.char_id
""")
_ROWS = sa.text("SELECT c.user_id, c.id, i.version FROM characters c JOIN inventories i ON i.char_id = c.id")
_GRANTS = sa.text("SELECT id FROM inventory_inbox")
_GRANT_KEYS = sa.text("SELECT grant_key FROM inventory_inbox WHERE grant_key IS NOT NULL")
_SETTLED = sa.text("""
SELECT c.user_id, t.id FROM trades t JOIN characters c ON c.id IN (t.first, t.second)
WHERE t.state = 'settled'
""")


@dataclass(frozen=True, slots=True)
class Row:
    """A character's inventory."""

    user_id: int
    char_id: int
    version: int


async def ledger(engine: AsyncEngine) -> frozenset[Key]:
    """And which trades are settled, for each of both."""
    async with engine.connect() as connection:
        done = {(row.user_id, known_as(row.op_id)) for row in await connection.execute(_LEDGER)}
        traded = {(row.user_id, settled(row.id)) for row in await connection.execute(_SETTLED)}
        return frozenset(done | traded)


async def conflicts(engine: AsyncEngine) -> frozenset[Conflict]:
    async with engine.connect() as connection:
        return frozenset(
            Conflict(row.user_id, known_as(row.op_id), row.kind, row.told)
            for row in await connection.execute(_CONFLICTS)
        )


async def grants(engine: AsyncEngine) -> frozenset[int]:
    async with engine.connect() as connection:
        return frozenset((await connection.execute(_GRANTS)).scalars())


async def grant_keys(engine: AsyncEngine) -> frozenset[str]:
    async with engine.connect() as connection:
        return frozenset((await connection.execute(_GRANT_KEYS)).scalars())


async def rows(engine: AsyncEngine) -> list[Row]:
    async with engine.connect() as connection:
        return [Row(*row) for row in await connection.execute(_ROWS)]


async def sessions(redis: Redis, found: list[Row]) -> Mapping[int, tuple[Control, float]]:
    """Sessions by user, with the seconds they still have; endless for those that may not expire."""
    served = {}
    for row in found:
        async with redis.pipeline(transaction=True) as pipeline:
            pipeline.hgetall(keys.control(row.char_id))
            pipeline.pttl(keys.session(row.char_id))
            flat, left = await pipeline.execute()
        if flat and left != _ABSENT:
            ttl = float("inf") if left < 0 else left / 1000
            served[row.user_id] = (control_of(row.char_id, flat), ttl)
    return served


def control_of(char_id: int, fields: Mapping[bytes, bytes]) -> Control:
    return control(char_id, [part for pair in fields.items() for part in pair])


_ABSENT = -2

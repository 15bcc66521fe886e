"""Who has pieces of some kinds: a look through all rows, for which no index is kept."""

from collections.abc import Collection, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres import inbox_rows
from apps.game_core.adapters.postgres.engine import database_errors, isolated
from apps.game_core.modules.inventory.foresight import Elsewhere, Owner
from apps.game_core.modules.inventory.keeping_errors import RowUnreadableError

_WAITING = f"""
SELECT char_id, base_id FROM inventory_inbox WHERE consumed_at IS NULL
UNION
SELECT char_id, thing ->> 'base_id'
FROM inventory_inbox, {inbox_rows.THINGS} WHERE consumed_at IS NULL
"""  # noqa: S608 - ours
_GIVEN = f"""
SELECT giver, thing ->> 'base_id'
FROM trade_gifts JOIN trades ON trades.id = trade, {inbox_rows.THINGS} WHERE state = 'open'
"""  # noqa: S608 - ours
_OWNERS = sa.text(f"""
WITH found AS (
    SELECT char_id FROM (
        SELECT char_id, base_id FROM inventory_items UNION {_WAITING} UNION {_GIVEN}
    ) AS owned
    WHERE base_id = ANY(CAST(:base_ids AS text[]))
    UNION SELECT * FROM unnest(CAST(:besides AS bigint[]))
), parcels AS (
    SELECT char_id, max(id) AS parcel FROM inventory_inbox WHERE trade IS NOT NULL GROUP BY char_id
)
SELECT char_id, coalesce(parcel, 0) AS parcel FROM found LEFT JOIN parcels USING (char_id) ORDER BY char_id
""")  # noqa: S608 - of the statements above
# One statement is one moment: what goes from a trade into an inbox meanwhile is there once.
_ELSEWHERE = sa.text(f"""
SELECT json_build_object(
    'inbox', (SELECT coalesce(json_agg({inbox_rows.AS_JSON} ORDER BY id), '[]')
        FROM inventory_inbox WHERE char_id = :char_id AND consumed_at IS NULL),
    'given', (SELECT coalesce(json_agg(json_build_object(
            'trade', trade, 'mark', own_mark, 'items', items, 'open', state = 'open') ORDER BY trade), '[]')
        FROM trade_gifts JOIN trades ON trades.id = trade
        WHERE giver = :char_id AND (state = 'open' OR trade = ANY(CAST(:trades AS bigint[]))))
)::text
""")  # noqa: S608 - of the names of columns

_decoder = msgspec.json.Decoder(Elsewhere)


class PostgresOwners:
    """Implements `OwnersReader`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = isolated(engine, "AUTOCOMMIT")

    async def owners(self, base_ids: Collection[str], besides: Collection[int]) -> Sequence[Owner]:
        asked = {"base_ids": [*base_ids], "besides": [*besides]}
        with database_errors():
            async with self._engine.connect() as connection:
                return [Owner(**row) for row in (await connection.execute(_OWNERS, asked)).mappings()]

    async def elsewhere(self, char_id: int, trades: Collection[int]) -> Elsewhere:
        asked = {"char_id": char_id, "trades": [*trades]}
        with database_errors():
            async with self._engine.connect() as connection:
                found = await connection.execute(_ELSEWHERE, asked)
                said = found.scalar_one()
        try:
            return _decoder.decode(said)
        except msgspec.ValidationError as error:
            raise RowUnreadableError(f"what character {char_id} has elsewhere: {error}") from error

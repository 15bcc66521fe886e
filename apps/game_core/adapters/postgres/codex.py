"""What each character has found."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from apps.game_core.adapters.postgres.engine import database_errors

_FOUND = sa.text("SELECT base_id, found_at FROM codex_found WHERE char_id = :char_id")
# Whoever has gone in the meantime has found nothing.
_ADD = sa.text("""
INSERT INTO codex_found (char_id, base_id, found_at)
SELECT new.char_id, new.base_id, new.found_at
FROM unnest(
    CAST(:char_id AS bigint[]), CAST(:base_id AS text[]), CAST(:found_at AS bigint[])
) AS new (char_id, base_id, found_at)
JOIN characters ON characters.id = new.char_id
ON CONFLICT (char_id, base_id) DO NOTHING
""")


class PostgresCodex:
    """Implements `CodexRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def found(self, char_id: int) -> Mapping[str, int]:
        with database_errors():
            rows = await self._connection.execute(_FOUND, {"char_id": char_id})
            return {row.base_id: row.found_at for row in rows}

    async def add(self, found: Mapping[tuple[int, str], int]) -> None:
        if not found:
            return
        values = {
            "char_id": [char_id for char_id, _ in found],
            "base_id": [base_id for _, base_id in found],
            "found_at": list(found.values()),
        }
        with database_errors():
            await self._connection.execute(_ADD, values)

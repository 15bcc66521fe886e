"""Characters' rows."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.modules.characters.contracts import Character

_COLUMNS = "id, user_id, name, language, level, strength, max_hp"
_FIND = sa.text(f"SELECT {_COLUMNS} FROM characters WHERE user_id = :user_id")  # noqa: S608 - our own constant
_ADD = sa.text(
    "INSERT INTO characters (id, user_id, name, language, hp) OVERRIDING SYSTEM VALUE"  # noqa: S608
    " VALUES (:id, :user_id, :name, :language, :hp)"
    f" ON CONFLICT (user_id) DO NOTHING RETURNING {_COLUMNS}"
)
_SET_LANGUAGE = sa.text(
    "UPDATE characters SET language = :language WHERE user_id = :user_id"  # noqa: S608 - same
    f" RETURNING {_COLUMNS}"
)

_SEARCH = sa.text(f"""
SELECT {_COLUMNS} FROM characters
WHERE id = :char_id OR user_id = :user_id OR name = :name ORDER BY id LIMIT :limit
""")  # noqa: S608 - our own constant

# Inventory, items, loadouts, ledger, inbox, conflicts and codex follow by their foreign keys.
_DELETE = sa.text(f"DELETE FROM characters WHERE id = :id RETURNING {_COLUMNS}")  # noqa: S608 - same


class PostgresCharacters:
    """Implements `CharacterRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, user_id: int) -> Character | None:
        return await self._one(_FIND, {"user_id": user_id})

    async def search(
        self, char_id: int | None, user_id: int | None, name: str | None, limit: int
    ) -> Sequence[Character]:
        wanted = {"char_id": char_id, "user_id": user_id, "name": name, "limit": limit}
        with database_errors():
            return [Character(*row) for row in await self._connection.execute(_SEARCH, wanted)]

    async def add(self, char_id: int, user_id: int, name: str, language: str, hp: int) -> Character | None:
        values = {"id": char_id, "user_id": user_id, "name": name, "language": language, "hp": hp}
        return await self._one(_ADD, values)

    async def set_language(self, user_id: int, language: str) -> Character | None:
        return await self._one(_SET_LANGUAGE, {"user_id": user_id, "language": language})

    async def delete(self, char_id: int) -> Character | None:
        return await self._one(_DELETE, {"id": char_id})

    async def _one(self, statement: sa.TextClause, values: dict[str, Any]) -> Character | None:
        with database_errors():
            row = (await self._connection.execute(statement, values)).one_or_none()
        return None if row is None else Character(*row)

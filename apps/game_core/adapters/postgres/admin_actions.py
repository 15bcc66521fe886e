"""The log of what admins did."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.modules.admins.contracts import Action
from apps.game_core.modules.admins.ports import NewAction

_ADD = sa.text("""
INSERT INTO admin_actions (request_id, actor, command, char_id, arguments, outcome)
VALUES (:request_id, :actor, :command, :char_id, CAST(:arguments AS jsonb), :outcome)
ON CONFLICT (request_id) DO NOTHING RETURNING id
""")
_LATEST = sa.text("""
SELECT id, extract(epoch FROM at)::bigint AS at, actor, command, char_id, arguments::text, outcome
FROM admin_actions ORDER BY id DESC LIMIT :limit
""")


class PostgresAdminActions:
    """Implements `ActionRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, action: NewAction) -> bool:
        values = msgspec.to_builtins(action)
        values["arguments"] = msgspec.json.encode(action.arguments).decode()
        with database_errors():
            return (await self._connection.execute(_ADD, values)).one_or_none() is not None

    async def latest(self, limit: int) -> Sequence[Action]:
        with database_errors():
            found = await self._connection.execute(_LATEST, {"limit": limit})
            return [_action(row) for row in found]


def _action(row: sa.Row[tuple[object, ...]]) -> Action:
    arguments = msgspec.json.decode(row.arguments, type=dict[str, str | int])
    return Action(row.id, row.at, row.actor, row.command, row.char_id, arguments, row.outcome)

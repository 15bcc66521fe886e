"""The log of what admins did."""

from collections.abc import Sequence
from secrets import token_hex

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.modules.admins.contracts import BEGUN, Action, messenger_actor
from apps.game_core.modules.admins.ports import NewAction

_ADD = sa.text("""
INSERT INTO admin_actions (request_id, actor, command, char_id, arguments, outcome)
VALUES (:request_id, :actor, :command, :char_id, CAST(:arguments AS jsonb), :outcome)
ON CONFLICT (request_id) DO UPDATE SET outcome = EXCLUDED.outcome WHERE admin_actions.outcome = :begun
RETURNING id
""")
_LATEST = sa.text("""
SELECT id, extract(epoch FROM at)::bigint AS at, actor, command, char_id, arguments::text, outcome
FROM admin_actions ORDER BY id DESC LIMIT :limit
""")
# Lines of older versions say what was typed where nobody was found.
_FORGET_SUBJECT = sa.text("""
UPDATE admin_actions SET arguments = arguments || '{"player": "?"}'
WHERE char_id IS NULL AND arguments->>'player' IN (:user_id, :name)
""")
# Request ids hold the chat, which is the user's own. The lines still belong together.
_FORGET_ACTOR = sa.text("""
UPDATE admin_actions SET actor = :nobody, request_id = :nobody || ':' || id WHERE actor = :actor
""")


class PostgresAdminActions:
    """Implements `ActionRepository` and `AdminLog`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, action: NewAction) -> bool:
        values = msgspec.to_builtins(action)
        values["begun"] = BEGUN
        values["arguments"] = msgspec.json.encode(action.arguments).decode()
        with database_errors():
            return (await self._connection.execute(_ADD, values)).one_or_none() is not None

    async def forget(self, user_id: int, name: str) -> None:
        nobody = f"erased:{token_hex(4)}"
        with database_errors():
            await self._connection.execute(_FORGET_SUBJECT, {"user_id": str(user_id), "name": name})
            await self._connection.execute(
                _FORGET_ACTOR, {"nobody": nobody, "actor": messenger_actor(user_id)}
            )

    async def latest(self, limit: int) -> Sequence[Action]:
        with database_errors():
            found = await self._connection.execute(_LATEST, {"limit": limit})
            return [_action(row) for row in found]


def _action(row: sa.Row[tuple[object, ...]]) -> Action:
    arguments = msgspec.json.decode(row.arguments, type=dict[str, str | int])
    return Action(row.id, row.at, row.actor, row.command, row.char_id, arguments, row.outcome)

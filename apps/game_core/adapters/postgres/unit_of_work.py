"""One transaction over the repositories. Only `commit` makes anything last."""

from typing import Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from apps.game_core.adapters.postgres.admin_actions import PostgresAdminActions
from apps.game_core.adapters.postgres.characters import PostgresCharacters
from apps.game_core.adapters.postgres.codex import PostgresCodex
from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.adapters.postgres.events import PostgresEventLog
from apps.game_core.adapters.postgres.inventories import PostgresInventories
from apps.game_core.adapters.postgres.trades import PostgresTrades


class PostgresUnitOfWork:
    """Implements the modules' unit-of-work ports."""

    inventories: PostgresInventories
    characters: PostgresCharacters
    actions: PostgresAdminActions
    events: PostgresEventLog
    codex: PostgresCodex
    trades: PostgresTrades

    def __init__(self, engine: AsyncEngine, *, pack: bool = True) -> None:
        self._engine = engine
        self._pack = pack
        self._connection: AsyncConnection | None = None

    async def __aenter__(self) -> Self:
        with database_errors():
            self._connection = await self._engine.connect()
        self.inventories = PostgresInventories(self._connection, pack=self._pack)
        self.characters = PostgresCharacters(self._connection)
        self.actions = PostgresAdminActions(self._connection)
        self.events = PostgresEventLog(self._connection)
        self.codex = PostgresCodex(self._connection)
        self.trades = PostgresTrades(self._connection)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._connection is not None:
            with database_errors():
                await self._connection.close()

    async def commit(self) -> None:
        if self._connection is not None:
            with database_errors():
                await self._connection.commit()

    async def ping(self) -> None:
        if self._connection is not None:
            with database_errors():
                await self._connection.execute(sa.text("SELECT 1"))

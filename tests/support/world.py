"""The core as tests see it: make a character, look into both stores, count what they did."""

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from apps.game_core.adapters.postgres import ledger_rows
from apps.game_core.adapters.postgres.ledger_packing import unpack_all
from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.session_store import RedisSessionStore
from apps.game_core.container import Core
from apps.game_core.modules.characters.contracts import EnsureCharacter
from apps.game_core.modules.inventory.contracts import ItemView
from apps.game_core.modules.inventory.inventory.logic.sessions.session_counting import SessionCounting
from apps.game_core.modules.inventory.inventory_gateway import InventoryGateway
from apps.game_core.modules.inventory.ports import LedgerEntry
from tests.support.redis_answers import answered

_LEDGER = f"""
SELECT {ledger_rows.COLUMNS} FROM inventory_operations
WHERE char_id = :char_id AND version > 0 ORDER BY version
"""


def _in_python(entry: LedgerEntry) -> Any:
    parts = {name: json.loads(getattr(entry, name)) for name in ("payload", "result", "before")}
    return SimpleNamespace(op_id=entry.op_id, version=entry.version, kind=entry.kind, at=entry.at, **parts)


@dataclass(slots=True)
class World:
    core: Core
    _users: int = field(default=0)

    @property
    def gateway(self) -> InventoryGateway:
        return self.core.gateway

    @property
    def store(self) -> RedisSessionStore:
        """For those who look inside."""
        assert isinstance(self.core.store, RedisSessionStore)
        return self.core.store

    async def count_sessions(self) -> None:
        """Have this process tell of all sessions, as its worker would now and then."""
        await self.core.worker.shares.renew()
        [counting] = [each for each in self.core.worker.chores if isinstance(each, SessionCounting)]
        counting.period = 0.0
        await counting.round()

    async def character(self, name: str = "Aetheron") -> int:
        """A new character with a starter kit; returns its id."""
        self._users += 1
        context = EnsureCharacter(user_id=self._users, name=name, language="en")
        return (await self.core.router.route("characters", "ensure", context)).id

    async def item(self, char_id: int, base_id: str) -> ItemView:
        """The first backpack item of a kind."""
        view = await self.gateway.view(char_id)
        return next(item for item in view.backpack if item.base_id == base_id)

    async def document(self, char_id: int) -> dict[str, Any] | None:
        """What `GET session:inventory:{char_id}` says, as JSON."""
        data = await self.core.redis.get(keys.session(char_id))
        return None if data is None else json.loads(data)

    async def control(self, char_id: int) -> dict[str, str]:
        found = await answered(self.core.redis.hgetall(keys.control(char_id)))
        return {name.decode(): value.decode("latin-1") for name, value in found.items()}

    async def is_indexed(self, char_id: int) -> bool:
        return await self.core.redis.zscore(keys.DIRTY_INDEX, str(char_id)) is not None

    async def due(self, char_id: int) -> float:
        """When a worker may claim it, in milliseconds of Redis' clock."""
        due = await self.core.redis.zscore(keys.DIRTY_INDEX, str(char_id))
        assert due is not None
        return float(due)

    async def redis_now(self) -> float:
        """Milliseconds."""
        seconds, microseconds = await self.core.redis.time()
        return float(seconds * 1000 + microseconds / 1000)

    async def stored(
        self, char_id: int
    ) -> tuple[dict[str, Any] | None, dict[str, str], bool, tuple[int, int]]:
        """Document, control data, whether it is indexed, and `ttls`, all of one moment."""
        names = (keys.session(char_id), keys.control(char_id))
        async with self.core.redis.pipeline(transaction=True) as pipeline:
            pipeline.get(names[0])
            pipeline.hgetall(names[1])
            pipeline.zscore(keys.DIRTY_INDEX, str(char_id))
            for name in names:
                pipeline.pttl(name)
            data, found, score, *ttls = await pipeline.execute()
        control = {name.decode(): value.decode("latin-1") for name, value in found.items()}
        return None if data is None else json.loads(data), control, score is not None, (ttls[0], ttls[1])

    async def ttls(self, char_id: int) -> tuple[int, int]:
        """Milliseconds left of document and control; -1 never expires, -2 is not there."""
        names = (keys.session(char_id), keys.control(char_id))
        first, second = [await self.core.redis.pttl(name) for name in names]
        return first, second

    async def rows(self, char_id: int) -> dict[int, Any]:
        """The character's item rows by id."""
        found = await self.query("SELECT * FROM inventory_items WHERE char_id = :char_id", char_id=char_id)
        return {row.id: row for row in found}

    async def query(self, statement: str, **values: Any) -> list[Any]:
        async with self.core.engine.connect() as connection:
            return list((await connection.execute(sa.text(statement), values)).all())

    async def execute(self, statement: str, **values: Any) -> None:
        async with self.core.engine.begin() as connection:
            await connection.execute(sa.text(statement), values)

    async def unpack_ledger(self) -> None:
        """For those who look into its entries by SQL, or edit them."""
        async with self.core.engine.begin() as connection:
            await connection.run_sync(unpack_all)

    async def ledger(self, char_id: int) -> list[Any]:
        """The character's operations as PostgreSQL has them, in order."""
        found = await self.query(_LEDGER, char_id=char_id)
        return [_in_python(ledger_rows.entry(row)) for row in found]

    async def row(self, char_id: int) -> Any:
        """The inventory's own row."""
        found = await self.query("SELECT * FROM inventories WHERE char_id = :char_id", char_id=char_id)
        return found[0]

    async def pieces(self, char_id: int, base_id: str) -> int:
        """How many pieces of a kind the character owns, as the session says."""
        view = await self.gateway.view(char_id)
        worn = [slot.item for slot in view.equipped]
        everything = [*view.backpack, *worn, *view.quick_slots]
        return sum(item.quantity for item in everything if item and item.base_id == base_id)

    async def pieces_in_rows(self, char_id: int, base_id: str) -> int:
        return sum(row.quantity for row in (await self.rows(char_id)).values() if row.base_id == base_id)

"""What comes from outside: stores that lose or return, clocks that step, operators who edit."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from apps.game_core.adapters.redis import keys
from apps.game_core.modules.inventory.inventory.model import BACKPACK
from tools.statemachine.actions import Event, Kind
from tools.statemachine.model import Model
from tools.statemachine.orders import KINDS
from tools.statemachine.sight import Sight, look
from tools.statemachine.word import Loss
from tools.statemachine.world import COINS, Process, Stores, new_run_id
from tools.support.clocks import step_redis_clock

_GRANT = sa.text(
    "INSERT INTO inventory_inbox (char_id, base_id, quantity) VALUES (:c, :b, 1) RETURNING 'inbox:' || id"
)
_GIVE = """
INSERT INTO inventory_items (id, char_id, base_id, quantity, rarity, acquired_at, place, position)
VALUES (:id, :c, :b, 1, 'common', 0, 'backpack', :p)
"""
_TAKE = "DELETE FROM inventory_items WHERE id = :id"
_CHANGE = "UPDATE inventory_items SET quantity = quantity + 1 WHERE id = :id"
_PAY = "UPDATE inventories SET coins = coins + 3 WHERE char_id = :c"
_TABLES = (
    "inventories",
    "inventory_items",
    "inventory_operations",
    "inventory_inbox",
    "inventory_conflicts",
    "inventory_edits",
    "inventory_loadouts",
)
_BACK_UP = "SELECT {}, to_jsonb(c)::text AS character FROM characters c WHERE id = :c".format(
    ", ".join(
        f"(SELECT coalesce(array_agg(t), '{{}}')::text FROM {table} t WHERE char_id = :c) AS {table}"
        for table in _TABLES
    )
)
_BRING_BACK_CHARACTER = """
UPDATE characters AS c SET (hp, buffs, level, experience, strength, max_hp) = (
    SELECT hp, buffs, level, experience, strength, max_hp
    FROM jsonb_populate_record(NULL::characters, CAST(:row AS jsonb))
) WHERE id = :c
"""
_BRING_BACK = """
INSERT INTO {0} OVERRIDING SYSTEM VALUE SELECT * FROM unnest(CAST(CAST(:rows AS text) AS {0}[]))
"""
_BOTH = 2
_HOURS = 6 * 3_600_000


@dataclass(frozen=True)
class Backup:
    """One character's rows by table, each table's as one array, and what operators had done until then.

    `character` is its own row, as JSON.
    """

    rows: Mapping[str, str]
    character: str
    operators: Counter[str]


@dataclass
class Flight:
    """An operation on its way; `loss`: what was lost since it was sent."""

    op_id: str
    loss: Loss | None = None


@dataclass
class Outside:
    """`file` is what Redis would come back with, `backup` what the database would."""

    stores: Stores
    char_id: int
    model: Model
    processes: list[Process]
    backup: Backup
    flights: list[Flight] = field(default_factory=list)
    file: tuple[list[tuple[str, bytes]], Sight] | None = None

    async def happen(self, event: Event) -> None:
        redis, char_id = self.stores.redis, self.char_id
        if event is Event.LEASE_LAPSES:
            await redis.zadd(keys.DIRTY_INDEX, {str(char_id): 0}, xx=True)
        elif event is Event.LOCK_LAPSES:
            await redis.delete(keys.load_lock(char_id))
        elif event is Event.INDEX_ENTRY_LOST:
            await self._lose_index_entry()
        elif event in (Event.CLOCK_STEPS_BACK, Event.CLOCK_STEPS_FORWARD):
            await step_redis_clock(redis, char_id, -_HOURS if event is Event.CLOCK_STEPS_BACK else _HOURS)
        elif event in (Event.REDIS_SAVES, Event.REDIS_RESTARTS, Event.REDIS_FLUSHED, Event.REDIS_RETURNS):
            await self._redis(event)
        elif event in (Event.DATABASE_BACKED_UP, Event.DATABASE_RESTORED, Event.RESTORE_ANNOUNCED):
            await self._database(event)
        elif event in (Event.GRANT, Event.SQL_GIVES, Event.SQL_TAKES, Event.SQL_CHANGES, Event.SQL_PAYS):
            self.model.loses_track()
            await self._write_behind(event)
        else:
            self.model.loses_track()
            await self._lose_key(event)

    async def _lose_key(self, event: Event) -> None:
        redis = self.stores.redis
        document, control = keys.session(self.char_id), keys.control(self.char_id)
        if event is Event.SESSION_EXPIRES:
            for name in (document, control):
                if await redis.pttl(name) > 0:
                    await redis.delete(name)
        elif event is Event.CONTROL_LOST:
            await redis.delete(control)
            await self._redis_lost()
            return
        elif event is Event.DOCUMENT_CORRUPT:
            await redis.set(document, b'{"metadata": {"schema": 0}}', xx=True, keepttl=True)
        elif event is Event.DOCUMENT_OLDER:
            await self._document_of_the_file(document, control)
        else:
            await redis.delete(document)
        self.model.word.trace_lost()

    async def _document_of_the_file(self, document: str, control: str) -> None:
        """Beside control data that are what they were."""
        redis, older = self.stores.redis, dict(self.file[0]).get(document) if self.file else None
        if older is not None and await redis.exists(document, control) == _BOTH:
            await redis.restore(document, max(0, await redis.pttl(document)), older, replace=True)

    async def _lose_index_entry(self) -> None:
        """The repair scan is there for this; it comes at once, or every check would complain."""
        await self.stores.redis.zrem(keys.DIRTY_INDEX, str(self.char_id))
        healer = self.stores.process()
        for chore in healer.core.worker.chores[1:]:
            await chore.round()

    async def _redis(self, event: Event) -> None:
        redis = self.stores.redis
        if event is Event.REDIS_SAVES:
            names = (keys.session(self.char_id), keys.control(self.char_id), keys.DIRTY_INDEX)
            dumps = [(name, dump) for name in names if (dump := await redis.dump(name)) is not None]
            self.file = dumps, await look(self.stores, self.char_id)
        elif event is Event.REDIS_RESTARTS:
            await self._restart_redis()
        elif event is Event.REDIS_FLUSHED or self.file is not None:
            self.model.loses_track()
            self.model.word.trace_lost()
            await redis.flushdb()
            if event is Event.REDIS_RETURNS and self.file is not None:
                await self._read_file(*self.file)
            await self._redis_lost(older=event is Event.REDIS_RETURNS)

    async def _read_file(self, dumps: list[tuple[str, bytes]], saved: Sight) -> None:
        names = (keys.session(self.char_id), keys.control(self.char_id))
        ttls = dict(zip(names, saved.ttls, strict=True))
        for name, dump in dumps:
            await self.stores.redis.restore(name, max(ttls.get(name, -1), 0), dump)
        await self._restart_redis()

    async def _restart_redis(self) -> None:
        await self.stores.redis.script_flush()
        self.stores.run_id = new_run_id()
        for process in self.processes:
            process.server.run_id = self.stores.run_id

    async def _redis_lost(self, *, older: bool = False) -> None:
        self._shake(Loss.REDIS)
        left = await look(self.stores, self.char_id)
        self.model.word.redis_lost(left, unclear=bool(self.flights), older=older)

    async def _database(self, event: Event) -> None:
        if event is Event.DATABASE_BACKED_UP:
            self.backup = await back_up(self.stores, self.char_id, self.model.operators)
        elif event is Event.DATABASE_RESTORED:
            before = await look(self.stores, self.char_id)
            await bring_back(self.stores, self.char_id, self.backup)
            self._shake(Loss.DATABASE)
            left = await look(self.stores, self.char_id)
            self.model.database_lost(before, left, self.backup.operators)
        else:
            # The others learn of it when they look next.
            watch = self.processes[0].core.generation
            await watch.announce(uuid4().hex)
            self.stores.generation = watch.server.generation

    def _shake(self, loss: Loss) -> None:
        for flight in self.flights:
            flight.loss = loss if flight.loss is None else Loss.DATABASE

    async def _write_behind(self, event: Event) -> None:
        stores, char_id, model = self.stores, self.char_id, self.model
        sight = await look(stores, char_id)
        placed = sorted(sight.rows.items(), key=lambda pair: (pair[1].place, pair[1].position))
        stacks = [(item_id, row) for item_id, row in placed if row.base_id in KINDS]
        if event is Event.GRANT:
            async with stores.engine.begin() as connection:
                op_id = (await connection.execute(_GRANT, {"c": char_id, "b": KINDS[0]})).scalar_one()
            model.deltas[op_id, Kind.ADD] = Counter({KINDS[0]: 1})
        elif event is Event.SQL_GIVES:
            position = max((row.position for row in sight.rows.values() if row.place == BACKPACK), default=-1)
            await stores.execute(_GIVE, id=stores.item_id(), c=char_id, b=KINDS[1], p=position + 1)
            model.operators[KINDS[1]] += 1
        elif event is Event.SQL_PAYS:
            await stores.execute(_PAY, c=char_id)
            model.operators[COINS] += 3
        elif stacks and event is Event.SQL_TAKES:
            item_id, row = stacks[0]
            await stores.execute(_TAKE, id=item_id)
            model.operators[row.base_id] -= row.quantity
        elif stacks:
            item_id, row = stacks[-1]
            await stores.execute(_CHANGE, id=item_id)
            model.operators[row.base_id] += 1


async def back_up(stores: Stores, char_id: int, operators: Counter[str]) -> Backup:
    [row] = await stores.query(_BACK_UP, c=char_id)
    rows = {table: getattr(row, table) for table in _TABLES}
    return Backup(rows, row.character, Counter(operators))


async def bring_back(stores: Stores, char_id: int, backup: Backup) -> None:
    """As from a backup of the whole database: no trigger fires."""
    async with stores.engine.begin() as connection:
        await connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for table, rows in backup.rows.items():
            values: dict[str, Any] = {"c": char_id, "rows": rows}
            await connection.execute(sa.text(f"DELETE FROM {table} WHERE char_id = :c"), values)
            await connection.execute(sa.text(_BRING_BACK.format(table)), values)
        await connection.execute(sa.text(_BRING_BACK_CHARACTER), {"c": char_id, "row": backup.character})

"""Carries actions out on the real services and keeps the model in step."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import sqlalchemy as sa

from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.client import ServerIdentity
from apps.game_core.modules.inventory.contracts import PlanRestore, RestoreInventory
from apps.game_core.modules.inventory.errors import InventoryUnavailableError, OperationRefusedError
from apps.game_core.modules.inventory.inventory.model import BACKPACK
from apps.game_core.modules.inventory.inventory.operations import restore_id, undo_id
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.settings import DurabilityMode
from tests.statemachine.actions import Action, Chore, Event, Kind, Tap, TapAgain, Trouble
from tests.statemachine.faults import DiedError, Plan
from tests.statemachine.model import Model
from tests.statemachine.world import PROCESSES, Process, Row, Sight, Stores, new_run_id, pieces

_GRANT = sa.text("""
INSERT INTO inventory_inbox (char_id, base_id, quantity) VALUES (:c, :b, 1)
RETURNING 'inbox:' || id
""")
_GIVE = """
INSERT INTO inventory_items (id, char_id, base_id, quantity, rarity, acquired_at, place, position)
VALUES (:id, :c, :b, 1, 'common', 0, 'backpack', :p)
"""
_TAKE = "DELETE FROM inventory_items WHERE id = :id"
_CHANGE = "UPDATE inventory_items SET quantity = quantity + 1 WHERE id = :id"
_KINDS = ("health_potion", "bread", "iron_ore")
_ON_STACKS = (Kind.DROP, Kind.USE, Kind.SPLIT, Kind.MERGE, Kind.QUICK)
Send = Callable[[Process, str], Awaitable[Any]]


@dataclass(frozen=True)
class Order:
    """A tap as it was made: the same operation, however often it is sent."""

    op_id: str
    send: Send
    is_drop: bool = False


@dataclass
class Driver:
    stores: Stores
    identity: ServerIdentity
    processes: list[Process]
    char_id: int
    model: Model
    orders: list[Order] = field(default_factory=list)
    in_flight: set[str] = field(default_factory=set)
    file: "tuple[list[tuple[str, bytes]], Sight] | None" = None

    @classmethod
    async def start(cls, stores: Stores) -> "Driver":
        await stores.redis.flushdb()
        identity = ServerIdentity()
        identity.run_id = new_run_id()
        processes = [stores.process(identity) for _ in range(PROCESSES)]
        char_id = await stores.character(processes[0])
        stores.clock.lapse = partial(stores.redis.delete, keys.load_lock(char_id))
        sight = await stores.look(char_id)
        strict = stores.settings.inventory_durability is DurabilityMode.STRICT
        owned = pieces(sight.rows)
        return cls(
            stores, identity, processes, char_id, Model(owned, sight, bases={sight.row: owned}, strict=strict)
        )

    async def act(self, who: int, action: Action, trouble: Trouble | None) -> bool:
        """Whether the trouble came: an action may have fewer calls."""
        process = self.processes[who]
        if trouble is not None:

            async def meanwhile() -> None:
                await self._perform(1 - who, trouble.meanwhile)

            process.wire.expect(Plan(trouble.at, trouble.fault, meanwhile))
        await self._perform(who, action)
        struck = process.wire.plan is None
        process.wire.expect(None)
        return struck

    async def check(self) -> None:
        self.model.check(await self.stores.look(self.char_id))

    async def settle(self) -> None:
        """Faults are over: some worker rounds must bring everything to the database."""
        await self.stores.redis.delete(keys.load_lock(self.char_id))
        for _ in range(3):
            for process in self.processes:
                await process.core.worker.drain()
        self.model.check_settled(await self.stores.look(self.char_id))

    async def _perform(self, who: int, action: Action) -> None:
        process = self.processes[who]
        try:
            if isinstance(action, Event):
                await self._happen(action)
            elif isinstance(action, Chore):
                await self._do(process, action)
            elif isinstance(action, Tap) and action.kind is Kind.UNDO:
                await self._undo(process, action)
            elif isinstance(action, Tap) and action.kind is Kind.RESTORE:
                await self._restore(process)
            elif isinstance(action, Tap):
                await self._tap(process, action)
            else:
                await self._tap_again(process, action)
        except (OperationRefusedError, InventoryUnavailableError):
            pass
        except DiedError:
            self.processes[who] = self.stores.process(self.identity)

    async def _do(self, process: Process, chore: Chore) -> None:
        core = process.core
        if chore is Chore.OPEN:
            await core.gateway.open(self.char_id)
        elif chore is Chore.ROUND:
            await core.worker.round()
        elif chore is Chore.DRAIN:
            await core.worker.drain()
        elif chore is Chore.HOUSEKEEPING:
            for each in core.worker.chores:
                await each.round()
        else:
            await core.gateway.sync_inventory(self.char_id, leaving=chore is Chore.LEAVE)

    async def _tap(self, process: Process, tap: Tap) -> None:
        made = self._order(self._owned(), tap)
        if made is not None:
            send, delta = made
            order = Order(f"tap{len(self.orders)}", send, is_drop=tap.kind is Kind.DROP)
            self.orders.append(order)
            self.model.deltas[order.op_id] = delta
            await self._send(process, order)

    async def _undo(self, process: Process, tap: Tap) -> None:
        drops = [order.op_id for order in self.orders if order.is_drop]
        if drops:
            dropped = drops[tap.first % len(drops)]
            order = Order(undo_id(dropped), _undoing(self.char_id, dropped))
            self.model.deltas[order.op_id] = Counter(
                {kind: -number for kind, number in self.model.deltas[dropped].items()}
            )
            await self._send(process, order)

    async def _restore(self, process: Process) -> None:
        """An admin's, of everything since the beginning; what it comes to is read off the stores."""
        request = f"tap{len(self.orders)}"
        order = Order(restore_id(request), _restoring(self.char_id, request))
        self.orders.append(order)
        await self._send(process, order)

    async def _tap_again(self, process: Process, action: TapAgain) -> None:
        if self.orders:
            await self._send(process, self.orders[action.which % len(self.orders)])

    async def _send(self, process: Process, order: Order) -> None:
        self.in_flight.add(order.op_id)
        await order.send(process, order.op_id)
        self.in_flight.discard(order.op_id)
        self.model.told(order.op_id)

    def _owned(self) -> dict[int, Row]:
        """What the player saw last: the session, or what will be loaded."""
        sight = self.model.last
        if sight.session is None:
            return dict(sight.rows)
        return {
            each.item.id: Row(
                each.item.base_id, each.item.quantity, each.place, each.position, each.item.locked
            )
            for each in sight.session.placed()
        }

    def _order(self, owned: dict[int, Row], tap: Tap) -> tuple[Send, Counter[str]] | None:
        char_id, quantity = self.char_id, tap.quantity
        slots, kind = tuple(Slot), _KINDS[tap.first % len(_KINDS)]
        if tap.kind is Kind.ADD:
            add = _call("add_item", char_id, kind, quantity)
            return add, Counter({kind: quantity})
        if tap.kind is Kind.UNEQUIP:
            return _call("unequip_item", char_id, slots[tap.first % len(slots)]), Counter()
        if not owned:
            return None
        stacks = [item_id for item_id, row in sorted(owned.items()) if row.base_id in _KINDS]
        ids = stacks if tap.kind in _ON_STACKS and stacks else sorted(owned)
        one, other = ids[tap.first % len(ids)], ids[tap.second % len(ids)]
        base_id = owned[one].base_id
        choices: dict[Kind, tuple[Send, Counter[str]]] = {
            Kind.DROP: (_call("drop_item", char_id, one, quantity), Counter({base_id: -quantity})),
            Kind.USE: (_call("use_consumable", char_id, one), Counter({base_id: -1})),
            Kind.EQUIP: (_call("equip_item", char_id, one), Counter()),
            Kind.SPLIT: (_call("split_stack", char_id, one, quantity), Counter()),
            Kind.MERGE: (_call("merge_stacks", char_id, one, other), Counter()),
            Kind.QUICK: (_call("move_to_quick_slot", char_id, one, tap.second % 4), Counter()),
            Kind.LOCK: (_call("lock_item", char_id, one), Counter()),
        }
        return choices[tap.kind]

    async def _happen(self, event: Event) -> None:
        redis, char_id = self.stores.redis, self.char_id
        names = (keys.session(char_id), keys.control(char_id))
        if event is Event.SESSION_EXPIRES:
            for name in names:
                if await redis.pttl(name) > 0:
                    await redis.delete(name)
        elif event is Event.LEASE_LAPSES:
            await redis.zadd(keys.DIRTY_INDEX, {str(char_id): 0}, xx=True)
        elif event is Event.LOCK_LAPSES:
            await redis.delete(keys.load_lock(char_id))
        elif event is Event.DOCUMENT_LOST:
            await redis.delete(names[0])
        elif event is Event.DOCUMENT_CORRUPT:
            await redis.set(names[0], b'{"metadata": {"schema": 0}}', xx=True, keepttl=True)
        elif event is Event.INDEX_ENTRY_LOST:
            await self._lose_index_entry()
        elif event in (Event.REDIS_FLUSHED, Event.REDIS_SAVES, Event.REDIS_RETURNS):
            await self._lose(event)
        else:
            await self._write_behind(event)

    async def _lose_index_entry(self) -> None:
        """The repair scan is there for this; it comes at once, or every check would complain."""
        await self.stores.redis.zrem(keys.DIRTY_INDEX, str(self.char_id))
        healer = self.stores.process(self.identity)
        for chore in healer.core.worker.chores[1:]:
            await chore.round()

    async def _lose(self, event: Event) -> None:
        redis = self.stores.redis
        if event is Event.REDIS_SAVES:
            names = (keys.session(self.char_id), keys.control(self.char_id), keys.DIRTY_INDEX)
            dumps = [(name, dump) for name in names if (dump := await redis.dump(name)) is not None]
            self.file = dumps, await self.stores.look(self.char_id)
            return
        if event is Event.REDIS_RETURNS and self.file is None:
            return
        await redis.flushdb()
        if event is Event.REDIS_RETURNS and self.file is not None:
            dumps, before = self.file
            ttls = dict(
                zip((keys.session(self.char_id), keys.control(self.char_id)), before.ttls, strict=True)
            )
            for name, dump in dumps:
                await redis.restore(name, max(ttls.get(name, -1), 0), dump)
            await redis.script_flush()
            self.identity.run_id = new_run_id()
        self.model.lost(await self.stores.look(self.char_id), self.in_flight)

    async def _write_behind(self, event: Event) -> None:
        stores, char_id, model = self.stores, self.char_id, self.model
        sight = await stores.look(char_id)
        stacks = [(item_id, row) for item_id, row in sorted(sight.rows.items()) if row.base_id in _KINDS]
        if event is Event.GRANT:
            async with stores.engine.begin() as connection:
                values = {"c": char_id, "b": _KINDS[0]}
                op_id = (await connection.execute(_GRANT, values)).scalar_one()
            model.deltas[op_id] = Counter({_KINDS[0]: 1})
        elif event is Event.SQL_GIVES:
            position = max((row.position for row in sight.rows.values() if row.place == BACKPACK), default=-1)
            await stores.execute(_GIVE, id=stores.item_id(), c=char_id, b=_KINDS[1], p=position + 1)
            model.operators[_KINDS[1]] += 1
        elif stacks and event is Event.SQL_TAKES:
            item_id, row = stacks[0]
            await stores.execute(_TAKE, id=item_id)
            model.operators[row.base_id] -= row.quantity
        elif stacks:
            item_id, row = stacks[-1]
            await stores.execute(_CHANGE, id=item_id)
            model.operators[row.base_id] += 1


def _undoing(char_id: int, of: str) -> Send:
    async def send(process: Process, _: str) -> Any:
        return await process.core.gateway.undo(char_id, of)

    return send


def _restoring(char_id: int, request: str) -> Send:
    async def send(process: Process, _: str) -> Any:
        route = process.core.router.route
        plan = await route("inventory", "plan_restore", PlanRestore(char_id, 0))
        return await route("inventory", "restore", RestoreInventory(char_id, 0, plan.code, request))

    return send


def _call(method: str, *arguments: Any) -> Send:
    async def send(process: Process, op_id: str) -> Any:
        return await getattr(process.core.gateway, method)(*arguments, op_id=op_id)

    return send

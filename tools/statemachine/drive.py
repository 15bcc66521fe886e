"""Carries actions out on the real services and keeps the model in step."""

from dataclasses import dataclass, field
from functools import partial

from apps.game_core.adapters.redis import keys
from apps.game_core.modules.inventory.contracts import stamped
from apps.game_core.modules.inventory.errors import InventoryUnavailableError, OperationRefusedError
from apps.game_core.modules.inventory.inventory.operation_ids import restore_id, stamp
from apps.game_core.settings import DurabilityMode
from tools.statemachine.actions import Action, Chore, Event, Forgery, Form, Kind, Tap, TapAgain, Trouble
from tools.statemachine.faults import DiedError, Plan
from tools.statemachine.model import Model
from tools.statemachine.orders import DROPS, REVERTED, Order, order, restore, revert, undo
from tools.statemachine.outside import Flight, Outside, back_up
from tools.statemachine.sight import look
from tools.statemachine.word import Answer, Word
from tools.statemachine.world import PROCESSES, Process, Stores, new_run_id, possessions


@dataclass
class Driver:
    """`screens` are stamps of the states that the player has seen; `forged` by operation id and kind."""

    stores: Stores
    processes: list[Process]
    char_id: int
    model: Model
    outside: Outside
    orders: list[Order] = field(default_factory=list)
    forged: dict[tuple[str, str], Order] = field(default_factory=dict)
    screens: list[str] = field(default_factory=list)
    looker: int | None = None

    @classmethod
    async def start(cls, stores: Stores) -> "Driver":
        await stores.redis.flushdb()
        stores.run_id = new_run_id()
        processes = [stores.process() for _ in range(PROCESSES)]
        char_id = await stores.character(processes[0])
        stores.clock.lapse = partial(stores.redis.delete, keys.load_lock(char_id))
        sight = await look(stores, char_id)
        strict = stores.settings.inventory_durability is DurabilityMode.STRICT
        word = Word({process.life for process in processes}, strict)
        start = possessions(sight.rows, sight.hero, sight.coins)
        model = Model(start, sight, word, bases={sight.row: start})
        backup = await back_up(stores, char_id, model.operators)
        return cls(stores, processes, char_id, model, Outside(stores, char_id, model, processes, backup))

    async def act(self, who: int, action: Action, trouble: Trouble | None) -> bool:
        """Whether the trouble came: an action may have fewer calls."""
        process = self.processes[who]
        if trouble is not None:

            async def meanwhile() -> None:
                await self._perform((who + trouble.by) % PROCESSES, trouble.meanwhile)

            process.wire.expect(Plan(trouble.at, trouble.fault, meanwhile))
        looked = await self._perform(who, action)
        struck = process.wire.plan is None
        process.wire.expect(None)
        self.looker = process.life if looked and not (trouble and struck) else None
        return struck

    async def check(self) -> None:
        sight = await look(self.stores, self.char_id)
        self.model.check(sight, self.looker)
        if sight.session is not None:
            screen = stamp(sight.session.version, sight.session.rev)
            if screen not in self.screens[-1:]:
                self.screens.append(screen)

    async def settle(self) -> None:
        """Faults are over: a look by everybody and some worker rounds bring everything to the database."""
        await self.stores.redis.delete(keys.load_lock(self.char_id))
        for who in range(PROCESSES):
            await self.act(who, Chore.OPEN, None)
            await self.check()
        for _ in range(3):
            for process in self.processes:
                await process.core.worker.drain()
        self.model.check_settled(await look(self.stores, self.char_id))

    async def _perform(self, who: int, action: Action) -> bool:
        """Whether the process has looked at the session, and nothing was lost meanwhile."""
        process, told = self.processes[who], self.model.word
        losses = told.losses
        told.visitors.add(process.life)
        try:
            looked = await self._carry_out(who, process, action)
        except (OperationRefusedError, InventoryUnavailableError):
            return False
        except DiedError:
            self._bury(who)
            return False
        looked = looked and losses == told.losses
        if looked:
            told.looked(process.life)
        return looked

    def _bury(self, who: int) -> None:
        self.model.word.died(self.processes[who].life)
        self.processes[who] = self.stores.process()
        self.model.word.alive.add(self.processes[who].life)

    async def _carry_out(self, who: int, process: Process, action: Action) -> bool:
        if isinstance(action, Event):
            await self.outside.happen(action)
            return False
        if action is Chore.DIE:
            self._bury(who)
            return False
        if isinstance(action, Chore):
            return await self._do(process, action)
        made = self._order(action)
        if made is not None:
            await self._send(process, made)
        return made is not None

    async def _do(self, process: Process, chore: Chore) -> bool:
        core = process.core
        if chore is Chore.OPEN:
            return not (await core.gateway.open(self.char_id)).stale
        if chore is Chore.ROUND:
            await core.worker.round()
        elif chore is Chore.DRAIN:
            await core.worker.drain()
        elif chore is Chore.HOUSEKEEPING:
            for each in core.worker.chores:
                await each.round()
        elif chore is Chore.LEARN_GENERATION:
            await core.generation.refresh()
        elif chore is Chore.LEAVE:
            self.model.loses_track()
            await core.gateway.sync_inventory(self.char_id, leaving=True)
        else:
            await core.gateway.sync_inventory(self.char_id)
        return False

    def _order(self, action: Tap | TapAgain | Forgery) -> Order | None:
        """None when there is nothing to do this with, or to send again."""
        if isinstance(action, TapAgain):
            return self.orders[action.which % len(self.orders)] if self.orders else None
        if isinstance(action, Forgery):
            return self._forge(action)
        if action.kind == Kind.UNDO:
            drops = [each for each in self.orders if each.kind in DROPS]
            return undo(self.char_id, drops[-1 - action.first % len(drops)]) if drops else None
        if action.kind == Kind.REVERT:
            done = [each for each in self.orders if each.kind in REVERTED]
            return revert(self.char_id, done[-1 - action.first % len(done)]) if done else None
        op_id = self._op_id(action)
        if action.kind == Kind.RESTORE:
            made: Order | None = restore(self.char_id, restore_id(op_id), op_id)
        else:
            made = order(self.char_id, op_id, action, self.model.last)
        if made is not None:
            self.orders.append(made)
        return made

    def _op_id(self, tap: Tap) -> str:
        number = len(self.orders)
        if tap.form is Form.STAMPED and self.screens:
            return stamped(self.screens[-1 - tap.age % len(self.screens)], f"tap{number}")
        if tap.form is Form.LAST_RELEASE:
            return f"{number:08x}:tap"
        return f"tap{number}"

    def _forge(self, forgery: Forgery) -> Order | None:
        """The same forgery whenever an id is used for this kind of operation."""
        if not self.orders:
            return None
        victim, kind = self.orders[forgery.which % len(self.orders)], forgery.tap.kind
        if kind in (victim.kind, Kind.UNDO, Kind.REVERT, Kind.RESTORE) or victim.kind == Kind.RESTORE:
            return None
        if (victim.op_id, kind) not in self.forged:
            made = order(self.char_id, victim.op_id, forgery.tap, self.model.last)
            if made is None:
                return None
            self.forged[victim.op_id, kind] = made
        return self.forged[victim.op_id, kind]

    async def _send(self, process: Process, made: Order) -> None:
        if made.delta is not None:
            self.model.deltas[made.op_id, made.kind] = made.delta
        flight = Flight(made.op_id)
        self.outside.flights.append(flight)
        try:
            outcome = await made.send(process, made.op_id)
        finally:
            self.outside.flights.remove(flight)
        answer = Answer(made.op_id, made.kind, process.life, outcome.repeated, flight.loss)
        self.model.word.acknowledged(answer)

"""One button that is tapped, undone and tapped again, and what may happen in between."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.adapters.redis.session_store import RedisSessionStore
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import Outcome, Wish
from apps.game_core.modules.inventory.inventory.logic.audit import Audit
from apps.game_core.modules.inventory.inventory.operation_ids import undo_id
from apps.game_core.settings import CoreSettings
from bot.callbacks.buttons import UNDOING, Act, Do
from bot.callbacks.makers import Acts
from bot.views.meanings import MEANINGS, OnScreen
from tests.support.altered import replace
from tests.support.invariants import check
from tests.support.standing import Standing, standing
from tests.support.undoable import DEEDS, hero, inventory
from tests.support.world import World
from tools.support.clocks import AdjustableClock

_AGE = "UPDATE inventory_items SET acquired_at = acquired_at + 1 WHERE id = ANY(:ids)"
_TAKE = "DELETE FROM inventory_items WHERE id = :id RETURNING to_jsonb(inventory_items)::text AS row"
_GIVE_BACK = """
INSERT INTO inventory_items
SELECT * FROM jsonb_populate_record(NULL::inventory_items, CAST(:row AS jsonb))
"""
_MADE = """
SELECT kind FROM inventory_operations WHERE char_id = :char_id AND op_id = ANY(:ids) ORDER BY version
"""


@dataclass
class Play:
    """The player taps `at` a process. `touched` are rows that the button has changed, made or unmade.

    `aged` are rows that SQL has made so many seconds younger meanwhile.
    """

    stage: "Stage"
    char_id: int
    button: Act
    wish: Wish[Any]
    began: float
    before: Standing
    at: World
    processes: AsyncExitStack
    touched: frozenset[int] = frozenset()
    aged: Counter[int] = field(default_factory=Counter)
    spoilt: bool = False

    async def tap(self, at: World | None = None) -> Outcome[Any]:
        return await (at or self.at).gateway.perform(self.char_id, self.wish, op_id=self.button.op_id)

    async def tap_first(self) -> Outcome[Any]:
        done = await self.tap()
        was, now = self.before.rows, (await self.now()).rows
        self.touched = frozenset(each for each in was.keys() | now.keys() if was.get(each) != now.get(each))
        return done

    async def undo(self, at: World | None = None) -> Outcome[Any]:
        asked = MEANINGS[UNDOING[self.button.do]].wish
        assert not isinstance(asked, OnScreen)
        return await (at or self.at).gateway.perform(self.char_id, asked(self.button.undoing()))

    async def restart(self) -> None:
        """The player's next tap meets a process that knows nothing."""
        core = await self.processes.enter_async_context(
            open_core(self.stage.settings, clock=self.stage.clock)
        )
        self.at = World(core)

    async def write(self, *, leaving: bool = False) -> None:
        await self.at.gateway.sync_inventory(self.char_id, leaving=leaving)

    async def rebase(self, rows: Iterable[int]) -> None:
        """SQL changes these rows, and another process puts whatever waits onto that."""
        ids = list(rows)
        await self.at.execute(_AGE, ids=ids)
        self.aged.update(ids)
        self.stage.edited.update(ids)
        await self._rebase()

    async def take(self, item_id: int) -> str:
        """The same with a row that SQL takes away; returns what `give_back` needs."""
        async with self.at.core.engine.begin() as connection:
            row = (await connection.execute(sa.text(_TAKE), {"id": item_id})).scalar_one()
        self.stage.edited.add(item_id)
        await self._rebase()
        return str(row)

    async def give_back(self, row: str) -> None:
        """To a hero who then stands as before."""
        await self.at.execute(_GIVE_BACK, row=row)
        await self.at.core.redis.flushall()

    async def _rebase(self) -> None:
        counts = self.stage.other.core.metrics.counts
        rebases = counts().rebases
        await self.stage.other.gateway.sync_inventory(self.char_id)
        assert counts().rebases == rebases + 1, "nobody had anything to put anywhere"

    def before_the_next_save(self, meanwhile: Callable[["Play"], Awaitable[None]]) -> None:
        self.processes.enter_context(_before_the_next_save(lambda: meanwhile(self)))

    async def now(self) -> Standing:
        return standing((await inventory(self.at, self.char_id)).session, self.began)

    async def told(self) -> tuple[str, ...]:
        """Kinds of operations that the player was told were taken back."""
        return (await inventory(self.at, self.char_id)).conflicts

    @property
    def expected(self) -> Standing:
        """As if the button had never been tapped."""
        rows = {
            each: replace(row, item=replace(row.item, acquired_at=row.item.acquired_at + self.aged[each]))
            for each, row in self.before.rows.items()
        }
        return replace(self.before, rows=rows)

    async def settled(self) -> Standing:
        """Everything is written, and both stores agree."""
        await self.write()
        await check(self.at, self.char_id, compare=False)
        loaded = standing(await self.at.gateway.service.runner.past_the_store(self.char_id), self.began)
        assert loaded == await self.now(), f"the database has {loaded}"
        return loaded

    async def ledger(self) -> list[str]:
        """Kinds of what the ledger has of the button and its Undo, in order."""
        ids = [self.button.op_id, undo_id(self.button.op_id)]
        return [entry.kind for entry in await self.at.query(_MADE, char_id=self.char_id, ids=ids)]


@contextmanager
def _before_the_next_save(meanwhile: Callable[[], Awaitable[None]]) -> Iterator[None]:
    save, due = RedisSessionStore.save, [meanwhile]

    async def late(store: RedisSessionStore, wanted: Any) -> Any:
        if due:
            await due.pop()()
        return await save(store, wanted)

    with patch.object(RedisSessionStore, "save", late):
        yield


@dataclass
class Stage:
    """Two processes, which all plays share, and heroes who stand as they stood, by the button they serve.

    `edited` are items that SQL has changed.
    """

    settings: CoreSettings
    clock: AdjustableClock
    one: World
    other: World
    heroes: dict[Do, int] = field(default_factory=dict)
    edited: set[int] = field(default_factory=set)

    @asynccontextmanager
    async def play(self, do: Do) -> AsyncIterator[Play]:
        """What a play that failed has left behind is no other's."""
        char_id = self.heroes.pop(do, None) or await hero(self.one)
        self.clock.advance(1)
        shown = await inventory(self.one, char_id)
        button, wish = Acts(1, shown.stamp).item(do, 1), DEEDS[do].make(shown)
        began = self.clock.now()
        before = standing(shown.session, began)
        async with AsyncExitStack() as processes:
            play = Play(self, char_id, button, wish, began, before, self.one, processes)
            yield play
        if not play.spoilt:
            self.heroes[do] = char_id

    async def findings(self) -> list[str]:
        """What ledgers do not explain, beside rows that SQL has edited and nothing has built on since."""
        audit = Audit(PostgresHistories(self.one.core.engine))
        edited = tuple(f"item {each}:" for each in self.edited)
        heroes = set(self.heroes.values())
        return [
            str(each)
            async for char_id, found in audit.run()
            for each in found
            if char_id in heroes and not each.detail.startswith(edited)
        ]

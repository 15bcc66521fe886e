"""Everybody in a circle trades with both neighbours at once: whether all of it ends, and nothing is amiss."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

import sqlalchemy as sa

from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.container import Core, open_core
from apps.game_core.modules.characters.contracts import EnsureCharacter
from apps.game_core.modules.inventory.contracts import AddCoins, AddItem, Perform
from apps.game_core.modules.inventory.inventory.logic.audit import Audit
from apps.game_core.settings import CoreSettings
from tools.chaos.verdict import unlike_rows
from tools.ring.bots import Ask
from tools.ring.circle import Circle
from tools.ring.report import Books, Plan, Report
from tools.support.riches import in_database, owners
from tools.support.standing import Elapsed, Standing

Bots = Callable[[CoreSettings, int], AbstractAsyncContextManager[Sequence[Ask]]]
THING, THINGS, PURSE = "rusty_sword", 3, 1000
PATIENCE = 10.0
"""Seconds that a gift waits for its answer: otherwise it would be half of the time that all may take."""
_GLANCE = 0.1
_WAITS = sa.text("""
SELECT (SELECT count(*) FROM trades WHERE state = 'open')
     + (SELECT count(*) FROM inventory_inbox WHERE consumed_at IS NULL)
""")
_DEADLOCKS = sa.text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
_TRADES = sa.text("SELECT id, state FROM trades")
_THINGS = sa.text("SELECT char_id, id FROM inventory_items WHERE base_id = :kind")


async def show(plan: Plan, settings: CoreSettings, bots: Bots, standing: Standing | None = None) -> Report:
    """On servers that have the tables, and nothing in them; `standing` follows."""
    standing = standing or Standing()
    settings = settings.model_copy(update={"trade_patience": PATIENCE})
    async with open_core(settings) as core:
        standing.phase = "everybody gets something to trade"
        chars = [await _player(core, number) for number in range(1, plan.players + 1)]
        hands, before = await _hands(core), await _books(core)
        async with bots(settings, plan.bots) as asked:
            circle = Circle(asked, hands, random.Random(plan.seed))  # noqa: S311 - habits, not secrets
            standing.phase, standing.clock = "trading", Elapsed(time.monotonic())
            elapsed = Elapsed(time.monotonic())
            await circle.play(plan.trades)
            await _written(core)
            seconds = elapsed()
        standing.phase = "reading the books"
        wrong = [line async for line in _wrong(core, chars, hands)]
        return Report(
            plan,
            seconds,
            circle.told,
            circle.refused,
            circle.unavailable,
            circle.taps,
            before,
            await _books(core),
            tuple(wrong),
        )


async def _player(core: Core, number: int) -> int:
    character = await core.router.ask(EnsureCharacter(number, f"Player {number}", "en"))
    for name, wish in (
        ("things", AddItem(base_id=THING, quantity=THINGS)),
        ("purse", AddCoins(amount=PURSE)),
    ):
        await core.router.ask(Perform(character.id, wish, f"ring:{name}"))
    await core.gateway.sync_inventory(character.id)
    return character.id


async def _hands(core: Core) -> Mapping[int, set[int]]:
    found = dict[int, set[int]]()
    async with core.engine.connect() as connection:
        for row in await connection.execute(_THINGS, {"kind": THING}):
            found.setdefault(row.char_id, set()).add(row.id)
    return found


async def _books(core: Core) -> Books:
    wealth = await in_database(core.engine)
    async with core.engine.connect() as connection:
        deadlocks = int(await connection.scalar(_DEADLOCKS) or 0)
        trades = {row.id: row.state for row in await connection.execute(_TRADES)}
    return Books(wealth, deadlocks, trades)


async def _written(core: Core) -> None:
    """Nothing waits any more, in a trade, an inbox or a session."""
    while await _waits(core) or await core.store.dirty():  # noqa: ASYNC110 - other processes work on it
        await asyncio.sleep(_GLANCE)


async def _waits(core: Core) -> int:
    async with core.engine.connect() as connection:
        return int(await connection.scalar(_WAITS) or 0)


async def _wrong(core: Core, chars: Sequence[int], told: Mapping[int, set[int]]) -> AsyncIterator[str]:
    """Where bags, ledgers and what players were told are not one and the same."""
    for item_id, places in (await owners(core.engine)).items():
        if len(places) > 1:
            yield f"item {item_id} is in {' and in '.join(places)}"
    hands = await _hands(core)
    for char_id in chars:
        if (has := hands.get(char_id, set())) != told[char_id]:
            yield f"character {char_id}: has {has}, was told of {told[char_id]}"
        for line in await unlike_rows(core, char_id):
            yield line
    async for _, findings in Audit(PostgresHistories(core.engine)).run():
        for each in findings:
            yield str(each)

"""Everything that can happen to a trade between two taps; all that there is stays as much as it was."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from functools import partial
from itertools import product
from typing import Any

import pytest

from apps.game_core.adapters.postgres.trades import PostgresTrades
from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.adapters.process import RandomIds
from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.session_store import RedisSessionStore
from apps.game_core.container import open_core
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.contracts import PlanRestore, TraceItem
from apps.game_core.modules.inventory.errors import InventoryUnavailableError, OperationRefusedError
from apps.game_core.modules.inventory.inventory.logic.doing.inbox_delivery import InboxDelivery
from apps.game_core.modules.inventory.inventory.logic.sessions.batch_sync import BatchSync
from apps.game_core.modules.inventory.tables import Confirmation, PutHalf
from apps.game_core.modules.items.contracts import CatalogEntry
from apps.game_core.modules.trade.contracts import (
    Confirm,
    Invite,
    Lay,
    Leave,
    NoTableError,
    NotTradableError,
    Sit,
    TableState,
    TradeError,
    TradeObstacle,
    WaitsFor,
)
from apps.game_core.modules.trade.ending import TradeEnding
from apps.game_core.modules.trade.exchanging import Exchanging
from apps.game_core.modules.trade.halves import Side
from apps.game_core.modules.trade.seating import Seating
from apps.game_core.settings import CoreSettings
from apps.game_core.value import replace
from tests.integration.test_audit import findings
from tests.support.deals import Deal, bare, dealing
from tests.support.invariants import check
from tests.support.redis_answers import answered
from tests.support.seats import rich, state, things
from tests.support.wealth import Wealth, in_database, intact
from tests.support.world import World
from tools.support.clocks import AdjustableClock

BREAD, ORE = 3, 12
UNTOUCHED = [(BREAD, ORE, 100)] * 2
EXCHANGED = [(0, 2 * ORE, 70), (2 * BREAD, 0, 130)]


@pytest.fixture
def settings(settings: CoreSettings) -> CoreSettings:
    """Sessions that outlive the start of a process."""
    return settings.model_copy(update={"inventory_session_ttl": 600})


async def both_have(deal: Deal, by: World | None = None) -> list[tuple[int, int, int]]:
    return [await things(by or deal.world, char_id) for char_id in deal.both]


async def overdue(world: World) -> None:
    await world.execute("UPDATE trades SET opened_at = now() - interval '1 hour' WHERE state = 'open'")


async def end_trades(world: World) -> None:
    [ending] = [chore for chore in world.core.worker.chores if isinstance(chore, TradeEnding)]
    await ending.round()


async def all_written(*worlds: World) -> None:
    """Workers and their chores, until nothing is left to do."""
    for _ in range(4):
        for world in worlds:
            await world.core.worker.drain()
            for chore in world.core.worker.chores:
                await chore.round()
    for world in worlds:
        await world.core.worker.drain()


async def well(deal: Deal, wealth: Wealth) -> None:
    await intact(deal.world, wealth)
    for char_id in deal.both:
        await check(deal.world, char_id)
    assert await findings(deal.world) == []


async def kinds(world: World, char_id: int) -> list[str]:
    return [entry.kind for entry in await world.ledger(char_id) if entry.kind in ("give", "receive")]


async def shown_to(deal: Deal) -> int:
    shown = (await deal.look(deal.first)).fingerprint
    assert shown is not None
    return shown


async def test_both_confirm_at_once(world: World, other: World) -> None:
    for _ in range(3):
        deal = await dealing(world)
        wealth = await in_database(world)
        shown = await shown_to(deal)

        await asyncio.gather(deal.confirm(deal.first, shown), deal.confirm(deal.second, shown, other))

        views = await deal.look(deal.first), await deal.look(deal.second, other)
        assert [view.state for view in views] == [TableState.SETTLED] * 2
        await all_written(world, other)
        assert await both_have(deal) == EXCHANGED
        await well(deal, wealth)


async def test_the_same_button_a_hundred_times_from_both_sides(world: World, other: World) -> None:
    deal = await dealing(world)
    wealth = await in_database(world)
    shown = await shown_to(deal)

    taps = [
        deal.confirm(char_id, shown, by) for _ in range(25) for char_id in deal.both for by in (world, other)
    ]
    answers = await asyncio.gather(*taps, return_exceptions=True)

    refused = [each for each in answers if isinstance(each, BaseException)]
    assert [each for each in refused if not isinstance(each, InventoryUnavailableError)] == []
    await all_written(world, other)
    assert await both_have(deal) == EXCHANGED
    assert [await kinds(world, char_id) for char_id in deal.both] == [["give", "receive"]] * 2
    assert (await deal.confirm(deal.first, shown)).state is TableState.SETTLED
    await well(deal, wealth)


@pytest.mark.parametrize("seed", range(4))
async def test_a_change_against_a_confirmation(world: World, other: World, seed: int) -> None:
    """What is exchanged is what both have confirmed, or nothing is."""
    dice = random.Random(seed)
    deal = await dealing(world)
    wealth = await in_database(world)
    shown = await shown_to(deal)
    await deal.confirm(deal.second, shown)

    async def changed() -> None:
        for _ in range(dice.randrange(4)):
            await asyncio.sleep(0)
        with suppress(NoTableError):
            await deal.take_away(deal.second, "iron_ore")

    await asyncio.gather(deal.confirm(deal.first, shown, other), changed(), return_exceptions=True)

    await all_written(world, other)
    await overdue(world)
    await all_written(world, other)
    assert await both_have(deal) in (EXCHANGED, UNTOUCHED)
    assert await state(world, deal.trade) in (None, "settled", "off")
    await well(deal, wealth)


async def test_what_was_given_for_a_table_that_the_other_has_changed_comes_back(
    world: World, other: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two gives."""
    deal = await dealing(world)
    wealth = await in_database(world)
    await deal.confirm(deal.first)
    shown = await shown_to(deal)
    give = deal.world.core.gateway.service.runner.run

    async def changed_meanwhile(char_id: int, wanted: Any) -> Any:
        done = await give(char_id, wanted)
        if wanted.op_id.endswith(f"give:{deal.trade}") and char_id == deal.second:
            monkeypatch.undo()
            await deal.coins(deal.first, 1)
        return done

    monkeypatch.setattr(type(world.core.gateway.service.runner), "run", staticmethod(changed_meanwhile))
    view = await deal.confirm(deal.second, shown)

    assert (view.state, view.waits_for) == (TableState.GIVEN, WaitsFor.EXCHANGE)
    await all_written(world, other)
    assert await state(world, deal.trade) == "open"
    await intact(world, wealth)
    await overdue(world)
    await all_written(other)
    assert await both_have(deal) == UNTOUCHED
    assert (await deal.look(deal.second)).state is TableState.OFF
    await all_written(world)
    await well(deal, wealth)


class DiedError(BaseException):
    """The process is no more; nothing that it would have done is done."""


async def die(*_: object, **__: object) -> None:
    raise DiedError


async def give_once(self: Exchanging, side: Side) -> bool:
    if await _give(self, side):
        raise DiedError
    return False


async def after_delivery(self: InboxDelivery, char_ids: Collection[int]) -> None:
    await _deliver(self, char_ids)
    raise DiedError


_give, _deliver = Exchanging.give, InboxDelivery.to
STEPS: Mapping[str, tuple[type, str, Callable[..., Any]]] = {
    "the first give": (Exchanging, "give", give_once),
    "both gives": (BatchSync, "write", die),
    "the write": (PostgresUnitOfWork, "commit", die),
    "the commit": (RedisSessionStore, "acknowledge", die),
    "the settlement": (InboxDelivery, "to", die),
    "the delivery": (InboxDelivery, "to", after_delivery),
}
"""After which step it dies; of the write, in the middle of it."""


async def died_after(step: str, deal: Deal, settings: CoreSettings) -> None:
    """Both have confirmed, and the process that had it exchanged is no more."""
    shown = await shown_to(deal)
    await deal.confirm(deal.first, shown)
    async with open_core(settings) as core:
        with pytest.MonkeyPatch.context() as patching:
            patching.setattr(*STEPS[step])
            with pytest.raises(DiedError):
                await deal.confirm(deal.second, shown, World(core))


@pytest.mark.parametrize(
    ("step", "taps"), [*product(STEPS, [False]), ("the first give", True), ("both gives", True)]
)
async def test_after_any_step_the_death_of_a_process_is_made_up_for(
    world: World, settings: CoreSettings, step: str, taps: bool
) -> None:
    """By whoever taps next, and by workers alone."""
    deal = await dealing(world)
    wealth = await in_database(world)
    shown = await shown_to(deal)
    await died_after(step, deal, settings)
    await intact(world, wealth)

    if taps:
        assert (await deal.confirm(deal.second, shown)).state in (TableState.GIVEN, TableState.SETTLED)
    await all_written(world)

    assert await state(world, deal.trade) == "settled"
    assert await both_have(deal) == EXCHANGED
    assert (await deal.look(deal.first)).state is TableState.SETTLED
    await well(deal, wealth)


async def test_a_tap_that_is_delivered_the_next_day_changes_nothing(
    world: World, other: World, game_clock: AdjustableClock
) -> None:
    deal = await dealing(world)
    wealth = await in_database(world)
    shown = await shown_to(deal)
    await deal.confirm(deal.first, shown)
    await deal.confirm(deal.second, shown)
    await all_written(world)
    await world.core.redis.flushall()
    game_clock.advance(86_400)

    for char_id in deal.both:
        assert (await deal.confirm(char_id, shown)).state is TableState.SETTLED
        with pytest.raises(NoTableError):
            await deal.ask(Confirm(char_id, shown))
    again = await deal.ask(Invite(deal.first))
    assert again.trade != deal.trade
    with pytest.raises(TradeError):
        await deal.ask(Sit(deal.second, deal.trade, deal.first))
    await all_written(world, other)
    assert [await kinds(world, char_id) for char_id in deal.both] == [["give", "receive"]] * 2
    await well(deal, wealth)


async def lose(world: World, char_id: int) -> None:
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))


@pytest.mark.parametrize("who", [0, 1])
async def test_a_session_that_is_lost_with_its_half_has_left_the_table(world: World, who: int) -> None:
    deal = await dealing(world)
    wealth = await in_database(world)
    shown = await shown_to(deal)
    await deal.confirm(deal.first, shown)
    await lose(world, deal.both[who])

    with suppress(TradeError):
        await deal.confirm(deal.second, shown)

    assert await both_have(deal) == UNTOUCHED
    assert (await deal.look(deal.both[who])).state is TableState.LEFT
    await all_written(world)
    await well(deal, wealth)


def exchange_of(world: World) -> Exchanging:
    seating = Seating(world.core.router, world.core.worker.clock, RandomIds(), 600)
    return Exchanging(world.core.router, seating, partial(PostgresUnitOfWork, world.core.engine))


async def given_alone(deal: Deal, by: World, who: int = 0) -> None:
    """Both have confirmed, and a process has died after it made one of both give; nothing is written."""
    exchange = exchange_of(by)
    seating = exchange.seating
    await deal.confirm(deal.first)
    mine, theirs = await seating.sides(await seating.own(deal.second))
    assert theirs
    confirmed = replace(mine.half, confirmed=Confirmation(theirs.half.mark, ""))
    await deal.ask(PutHalf(deal.second, mine.half, confirmed))
    side = await seating.opposite(deal.both[who], deal.trade, deal.both[1 - who])
    assert side
    assert await exchange.give(side)


@pytest.mark.parametrize("known", [True, False])
async def test_a_session_that_is_lost_with_a_give(world: World, settings: CoreSettings, known: bool) -> None:
    """Whoever has made it brings it back; where nobody knows of it any more nothing was given."""
    deal = await dealing(world)
    wealth = await in_database(world)
    if known:
        await given_alone(deal, world)
    else:
        async with open_core(settings) as mortal:
            await given_alone(deal, World(mortal))
    await lose(world, deal.first)

    await world.core.losses.round()
    await all_written(world)
    await overdue(world)
    await all_written(world)

    ended = {True: "settled", False: None}[known]
    assert await state(world, deal.trade) == ended
    assert await both_have(deal) == (EXCHANGED if known else UNTOUCHED)
    await all_written(world)
    await well(deal, wealth)


async def test_what_is_written_while_its_giver_looks_is_not_told_as_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two questions, whether it waits to be written and whether it is."""
    deal = await dealing(world)
    await given_alone(deal, world)

    def then_written(ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def asked(self: object, key: int) -> Any:
            answer = await ask(self, key)
            monkeypatch.undo()
            await world.gateway.sync_inventory(deal.first)
            return answer

        return asked

    for owner, name in ((PostgresTrades, "find"), (RedisSessionStore, "inspect")):
        monkeypatch.setattr(owner, name, then_written(getattr(owner, name)))
    seen = await deal.look(deal.first)

    assert await state(world, deal.trade) == "open"
    assert (seen.state, seen.waits_for) == (TableState.GIVEN, WaitsFor.EXCHANGE)


async def test_one_thing_lies_on_one_table(world: World, other: World) -> None:
    """Its session was lost, and it is offered to somebody else, before the first trade was made."""
    deal = await dealing(world)
    wealth_before = await in_database(world)
    shown = await shown_to(deal)
    await deal.confirm(deal.first, shown)
    await lose(world, deal.first)
    third = await rich(world)
    wealth = await in_database(world)
    assert wealth > wealth_before
    second = await dealing(world, deal.first, third)

    with suppress(TradeError):
        await deal.confirm(deal.second, shown, other)
    again = await shown_to(second)
    await second.confirm(second.first, again)
    assert (await second.confirm(third, again)).state is TableState.SETTLED

    await all_written(world, other)
    assert await things(world, deal.second) == (BREAD, ORE, 100)
    assert await both_have(second) == EXCHANGED
    await well(second, wealth)


async def test_what_is_given_can_be_offered_to_nobody_else(world: World) -> None:
    deal = await dealing(world)
    bread = await world.item(deal.first, "bread")
    await given_alone(deal, world)
    third = await rich(world)
    wealth = await in_database(world)
    second = await bare(world, deal.first, third)

    with pytest.raises(OperationRefusedError):
        await second.ask(Lay(deal.first, bread.id))

    await all_written(world)
    assert await state(world, deal.trade) == "settled"
    await intact(world, wealth)


async def kept(world: World) -> dict[str, bytes]:
    """What Redis would have in a file that it writes now."""
    names = [key.decode() async for key in world.core.redis.scan_iter("*")]
    return {name: dump for name in names if (dump := await world.core.redis.dump(name))}


async def brought_back(world: World, file: dict[str, bytes]) -> None:
    """Another run of Redis comes from that file."""
    await world.core.redis.flushall()
    for name, dump in file.items():
        await world.core.redis.restore(name, 0, dump)
        if name.startswith(keys.CONTROLS.removesuffix("*")):
            await answered(world.core.redis.hset(name, "run", "ab" * 20))


async def test_redis_comes_back_older(world: World, other: World) -> None:
    """With a table that was changed since, and confirmed as it was before."""
    deal = await dealing(world)
    wealth = await in_database(world)
    shown = await shown_to(deal)
    await deal.confirm(deal.first, shown)
    file = await kept(world)
    await deal.coins(deal.first, 0)
    await brought_back(world, file)

    with suppress(TradeError):
        await deal.confirm(deal.second, shown, other)

    assert await both_have(deal) == UNTOUCHED
    assert (await deal.look(deal.first)).state is TableState.LEFT
    await all_written(world)
    await well(deal, wealth)


async def test_redis_comes_back_older_than_the_gives(world: World, other: World) -> None:
    """Given, settled and received since: what the ledger has is not made again."""
    deal = await dealing(world)
    wealth = await in_database(world)
    shown = await shown_to(deal)
    await deal.confirm(deal.first, shown)
    file = await kept(world)
    await deal.confirm(deal.second, shown)
    await all_written(world)
    await brought_back(world, file)

    for char_id in deal.both:
        assert (await deal.confirm(char_id, shown, other)).state is TableState.SETTLED
    await all_written(world, other)

    assert await both_have(deal) == EXCHANGED
    await well(deal, wealth)


async def test_a_bag_that_is_filled_while_it_is_exchanged_waits_for_room(world: World) -> None:
    deal = await dealing(world)
    await given_alone(deal, world)
    view = await world.gateway.view(deal.first)
    await world.gateway.add_item(deal.first, "rusty_sword", view.stats.max_slots - view.stats.slots_used)
    await all_written(world)
    wealth = await in_database(world)

    seen = await deal.look(deal.first)

    assert (seen.state, seen.waits_for) == (TableState.SETTLED, WaitsFor.ROOM)
    assert (await deal.look(deal.second)).waits_for is None
    await intact(world, wealth)
    await world.gateway.drop_item(deal.first, (await world.item(deal.first, "rusty_sword")).id)
    await all_written(world)
    assert (await deal.look(deal.first)).waits_for is None
    assert await things(world, deal.first) == (0, 2 * ORE, 70)


@pytest.mark.parametrize("written", [True, False])
@pytest.mark.parametrize("who", [0, 1])
async def test_who_is_deleted_in_the_middle_of_it(
    world: World, other: World, who: int, written: bool
) -> None:
    deal = await dealing(world)
    await given_alone(deal, world)
    if written:
        await world.gateway.sync_inventory(deal.first)
        assert await state(world, deal.trade) == "open"
    left = deal.both[1 - who]

    await other.core.router.ask(DeleteCharacter(deal.both[who]))
    await all_written(world, other)

    assert await state(world, deal.trade) in (None, "off")
    assert await things(world, left) == (BREAD, ORE, 100)
    assert (await deal.look(left)).state in (TableState.OFF, TableState.LEFT, TableState.INVITING)
    await all_written(world)
    assert await findings(world) == []


async def reloaded(world: World, monkeypatch: pytest.MonkeyPatch, **kinds: CatalogEntry | None) -> None:
    """The item files say something else of these kinds."""
    catalog = world.core.catalog.current
    entries = {**catalog.entries, **kinds}
    known = {base_id: entry for base_id, entry in entries.items() if entry is not None}
    monkeypatch.setattr(world.core.catalog, "_current", type(catalog)(known, "other", catalog.loot))


async def test_what_may_not_be_traded_any_more_is_refused_until_it_is_given(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = await dealing(world)
    shown = await shown_to(deal)
    await deal.confirm(deal.first, shown)
    await reloaded(world, monkeypatch, iron_ore=None)
    with pytest.raises(NotTradableError) as refused:
        await deal.confirm(deal.second, shown)
    assert refused.value.obstacle is TradeObstacle.UNKNOWN
    await reloaded(world, monkeypatch, bread=None)
    with pytest.raises(NotTradableError):
        await deal.confirm(deal.second, shown)
    assert await both_have(deal) == UNTOUCHED
    monkeypatch.undo()
    wealth = await in_database(world)
    await given_alone(deal, world)
    await reloaded(world, monkeypatch, bread=None)

    await all_written(world)

    assert await state(world, deal.trade) == "settled"
    assert await both_have(deal) == EXCHANGED, "an unknown kind arrives as unknown"
    await well(deal, wealth)


async def test_what_was_traded_is_no_loss_and_its_life_goes_on_elsewhere(
    world: World, game_clock: AdjustableClock
) -> None:
    first, second = await rich(world), await rich(world)
    before = int(game_clock.now())
    game_clock.advance(3600)
    deal = await dealing(world, first, second)
    bread = await world.item(first, "bread")
    shown = await shown_to(deal)
    for char_id in deal.both:
        await deal.confirm(char_id, shown)
    await all_written(world)
    game_clock.advance(60)

    plan = await world.core.router.ask(PlanRestore(first, before))
    assert (plan.items, [each.base_id for each in plan.used_up]) == ((), ["bread"])
    await world.gateway.drop_item(second, bread.id)
    await all_written(world)
    life = await world.core.router.ask(TraceItem(bread.id))
    assert life.owners == (first, second)
    assert [each.line.deed for each in life.events] == ["starter", "give", "receive", "drop_item"]


Move = Callable[[], Awaitable[object]]


class Accidents:
    """Three players who do at random what players do, and what happens to them."""

    def __init__(self, seed: int, worlds: list[World], chars: list[int]) -> None:
        self.dice = random.Random(seed)
        self.worlds, self.chars = worlds, chars
        self.deals = list[Deal]()

    async def step(self) -> None:
        moves = (self.trade, self.trade, self.lay, self.coins, self.confirm, self.leave, self.at_once)
        await self._one_of(*moves, *self.accidents)

    @property
    def accidents(self) -> tuple[Move, ...]:
        return (self.gives, self.gives, self.lost, self.restart, self.write, self.round, self.overdue)

    async def _one_of(self, *moves: Move) -> None:
        with suppress(TradeError, OperationRefusedError, InventoryUnavailableError):
            await self.dice.choice(moves)()

    @property
    def world(self) -> World:
        return self.dice.choice(self.worlds)

    @property
    def one(self) -> tuple[Deal, int]:
        if not self.deals:
            raise NoTableError(0, None)
        deal = self.deals[-1] if self.dice.random() < 0.8 else self.dice.choice(self.deals)
        return deal, self.dice.choice(deal.both)

    async def trade(self) -> None:
        """From the invitation to both confirmations; something happens in between, or does not."""
        first, second = self.dice.sample(self.chars, 2)
        for char_id in (first, second):
            await self.world.core.router.ask(Leave(char_id))
        self.deals.append(await bare(self.world, first, second))
        for step in (self.lay, self.lay, self.coins, self.confirm, self.confirm):
            await self._one_of(step)
            if self.dice.random() < 0.15:
                await self._one_of(*self.accidents)

    async def gives(self) -> None:
        """Whoever has confirmed is made to give, whether or not the other has."""
        deal, char_id = self.one
        world = self.world
        exchange = exchange_of(world)
        partner = next(each for each in deal.both if each != char_id)
        side = await exchange.seating.opposite(char_id, deal.trade, partner)
        if side is not None:
            await exchange.give(side)

    async def lay(self) -> None:
        deal, char_id = self.one
        backpack = (await self.world.gateway.view(char_id)).backpack
        await self.world.core.router.ask(Lay(char_id, self.dice.choice(backpack).id, deal.trade))

    async def coins(self) -> None:
        deal, char_id = self.one
        await deal.coins(char_id, self.dice.randrange(60))

    async def confirm(self) -> None:
        deal, _ = self.one
        for char_id in self.dice.sample(deal.both, self.dice.choice((1, 2, 2))):
            shown = (await deal.look(char_id, self.world)).fingerprint
            await deal.confirm(char_id, shown or 1, self.world)

    async def at_once(self) -> None:
        deal, char_id = self.one
        shown = (await deal.look(char_id)).fingerprint or 1
        taps = [deal.confirm(each, shown, self.world) for each in deal.both]
        await asyncio.gather(*taps, deal.coins(char_id, 5), return_exceptions=True)

    async def leave(self) -> None:
        deal, char_id = self.one
        await deal.leave(char_id)

    async def lost(self) -> None:
        """What is not written is known to a process still."""
        await lose(self.world, self.dice.choice(self.chars))

    async def restart(self) -> None:
        char_id = self.dice.choice(self.chars)
        if await self.world.core.redis.exists(keys.control(char_id)):
            await answered(self.world.core.redis.hset(keys.control(char_id), "run", "ab" * 20))

    async def write(self) -> None:
        await self.world.gateway.sync_inventory(self.dice.choice(self.chars))

    async def round(self) -> None:
        for chore in self.world.core.worker.chores:
            await chore.round()

    async def overdue(self) -> None:
        await overdue(self.world)
        await end_trades(self.world)


@pytest.mark.parametrize("seed", [112, 119])
async def test_whatever_happens_all_that_there_is_stays_as_much(
    world: World, other: World, seed: int
) -> None:
    chars = [await rich(world) for _ in range(3)]
    wealth = await in_database(world)
    accidents = Accidents(seed, [world, other], chars)
    for _ in range(60):
        await accidents.step()
        assert await in_database(world) == wealth

    for each in (world, other):
        await each.core.losses.round()
    await all_written(world, other)
    await overdue(world)
    await all_written(world, other)
    await intact(world, wealth)
    for char_id in chars:
        await check(world, char_id)
    assert await findings(world) == []
    states = {each.state for each in await world.query("SELECT state FROM trades")}
    assert states <= {"settled", "off"}
    assert states

"""Fights on real servers: a turn happens once, and what it costs and brings is the inventory's."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core import combat
from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.fights import RedisFights
from apps.game_core.adapters.redis.server_identity import ServerIdentity
from apps.game_core.container import open_core
from apps.game_core.loot import find
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.contracts import (
    LEAST_HP,
    ChangeHealth,
    Durability,
    LookBack,
    Perform,
    SettleFight,
)
from apps.game_core.modules.inventory.errors import InvalidInputError, ItemNotFoundError, OverruledError
from apps.game_core.modules.inventory.keeping_errors import NothingNewError
from apps.game_core.modules.items.contracts import LootLine, LootTable, Rarity, Slot, Span, Stat
from apps.game_core.modules.training import fight
from apps.game_core.modules.training.contracts import (
    FightState,
    FightView,
    GiveUpFight,
    LookAtFight,
    MakeMove,
    Move,
    NoFightError,
    Prize,
    StartFight,
    Use,
)
from apps.game_core.modules.training.fight import exchange
from apps.game_core.settings import CoreSettings
from tests.integration.test_audit import findings
from tests.support.invariants import check
from tests.support.redis_answers import answered
from tests.support.world import World

STRIKE = Move()
TO_THE_END = Move(to_end=True)
OVERRULE = """
WITH gone AS (DELETE FROM inventory_operations WHERE char_id = :char_id AND op_id = :op_id RETURNING *)
INSERT INTO inventory_conflicts (char_id, op_id, kind, payload, reason, version, result)
SELECT char_id, op_id, kind, payload, 'Test', version, result FROM gone
"""


@dataclass
class Ring:
    """A character at the dummy."""

    world: World
    char_id: int

    async def start(self, op_id: str | None = None) -> FightView:
        context = StartFight(self.char_id, op_id or uuid4().hex)
        return await self.world.core.router.route("training", "start", context)

    async def give_up(self, fight_id: str | None = None) -> bool:
        context = GiveUpFight(self.char_id, fight_id)
        return await self.world.core.router.route("training", "give_up", context)

    async def another(self) -> FightView:
        """A fight of its own, whatever went on before."""
        await self.give_up()
        return await self.start()

    async def look(self) -> FightView:
        return await self.world.core.router.route("training", "look", LookAtFight(self.char_id))

    async def move(self, seen: FightView, move: Move = STRIKE) -> FightView:
        context = MakeMove(self.char_id, seen.fight.id, seen.fight.turn, move)
        return await self.world.core.router.route("training", "move", context)

    async def to_the_end(self) -> FightView:
        seen = await self.start()
        while not seen.fight.is_over:
            seen = await self.move(seen)
        return seen


@pytest.fixture
async def ring(world: World) -> Ring:
    char_id = await world.character()
    for base_id in ("iron_sword", "iron_shield", "leather_armor"):
        await world.gateway.equip_item(char_id, (await world.item(char_id, base_id)).id)
    return Ring(world, char_id)


@pytest.fixture
async def other(
    ring: Ring, settings: CoreSettings, database: AsyncEngine, redis: Redis
) -> AsyncIterator[Ring]:
    """The same fighter on another process."""
    async with open_core(settings) as core:
        yield Ring(World(core), ring.char_id)


async def won(ring: Ring) -> FightView:
    """Fights until one is won."""
    seen = await ring.to_the_end()
    while seen.fight.outcome is not FightState.WON:
        seen = await ring.to_the_end()
    return seen


async def test_starting_writes_the_inventory(ring: Ring) -> None:
    assert await ring.world.is_indexed(ring.char_id)

    seen = await ring.start()

    assert not await ring.world.is_indexed(ring.char_id)
    assert len(await ring.world.ledger(ring.char_id)) == 3
    assert (seen.fight.turn, seen.hp, seen.fight.dummy_hp) == (1, 70, seen.fight.dummy_max_hp)


async def test_blows_hurt_both_and_hit_points_are_the_inventorys(ring: Ring) -> None:
    seen = await ring.start()
    moves = 0
    while moves < 3 or seen.fight.dummy_hp == seen.fight.dummy_max_hp:  # each blow may miss
        seen = await ring.move(seen)
        moves += 1

    assert seen.fight.turn == 1 + moves
    assert seen.hp == 70 - seen.fight.suffered
    assert await ring.give_up()
    assert seen.hp == (await ring.world.gateway.view(ring.char_id)).stats.hp
    await ring.world.gateway.sync_inventory(ring.char_id)
    [row] = await ring.world.query("SELECT hp FROM characters WHERE id = :id", id=ring.char_id)
    assert row.hp == seen.hp
    await check(ring.world, ring.char_id)


@pytest.mark.parametrize("one_tap", [True, False])
async def test_a_fight_to_its_end_is_one_line_of_the_ledger(ring: Ring, one_tap: bool) -> None:
    seen = await ring.start()
    before = len(await written(ring))
    if one_tap:
        seen = await ring.move(seen, TO_THE_END)
    while not seen.fight.is_over:
        seen = await ring.move(seen)

    fought, *prize = (await written(ring))[before:]
    # What a last blow had more than there was to lose is suffered, and costs nothing.
    assert (fought.kind, fought.payload["hurt"]) == ("settle_fight", min(seen.fight.suffered, 70 - LEAST_HP))
    assert [entry.kind for entry in prize] == ["add_item"] * (seen.fight.outcome is FightState.WON)
    assert fought.payload["end"] == seen.fight.outcome
    await check(ring.world, ring.char_id)


async def test_a_fight_in_one_tap_ends_as_it_would_blow_by_blow(ring: Ring) -> None:
    seen = await ring.start()
    stats = (await ring.world.gateway.view(ring.char_id)).fighter
    blow_by_blow, hp = seen.fight, seen.hp
    while not blow_by_blow.is_over:
        blow_by_blow = fight.fought(blow_by_blow, stats, hp, STRIKE)
        hp = 70 - blow_by_blow.hurt

    seen = await ring.move(seen, TO_THE_END)

    assert replace(seen.fight, rev="", lesson=None) == replace(blow_by_blow, rev="", hurt=0)


async def test_a_fight_in_one_tap_that_comes_fifty_times_is_fought_once(ring: Ring, other: Ring) -> None:
    seen = await ring.start()

    answers = await asyncio.gather(
        *(each.move(seen, TO_THE_END) for each in (ring, other) for _ in range(25))
    )

    assert {answer.fight for answer in answers} == {(await ring.look()).fight}
    assert [answer.repeated for answer in answers].count(False) == 1
    assert len(await entries_of_fights(ring)) == 1
    await check(ring.world, ring.char_id)


async def test_nobody_fights_for_ever(ring: Ring) -> None:
    """Somebody with hit points without end, by SQL, and a dummy of the same kind."""
    await ring.world.execute("UPDATE characters SET hp = 2000000000, max_hp = 2000000000, level = 1000000")
    await ring.world.gateway.sync_inventory(ring.char_id)
    seen = await ring.start()

    seen = await ring.move(seen, TO_THE_END)

    assert (seen.fight.turn, seen.fight.is_over) == (1001, False)
    assert await ring.give_up()
    assert (await ring.world.gateway.view(ring.char_id)).stats.hp == 2_000_000_000 - seen.fight.suffered


async def test_a_potion_in_a_fight_that_has_cost_more_than_anybody_has_costs_that_exactly(ring: Ring) -> None:
    potion = await ring.world.item(ring.char_id, "health_potion")
    await ring.world.gateway.move_to_quick_slot(ring.char_id, potion.id, 0)
    await ring.world.execute("UPDATE characters SET hp = 2000000000, max_hp = 2000000000, level = 1000000")
    await ring.world.gateway.sync_inventory(ring.char_id)
    seen = await ring.move(await ring.start(), TO_THE_END)
    assert seen.fight.hurt > 10_000

    seen = await ring.move(seen, Move(potion.id, 0))

    assert seen.fight.last is not None
    assert seen.fight.last.use is not None
    left = 2_000_000_000 - seen.fight.suffered + seen.fight.last.use.healed
    assert seen.hp == left
    assert await ring.give_up()
    assert (await ring.world.gateway.view(ring.char_id)).stats.hp == left
    await check(ring.world, ring.char_id)


async def test_a_fight_of_more_turns_than_gear_has_durability_can_be_left(ring: Ring) -> None:
    seen = await ring.start()
    store = RedisFights(ring.world.core.redis, ServerIdentity(), 60)
    await store.save(replace(seen.fight, turn=1_000_000))

    assert await ring.give_up()

    [fought] = await entries_of_fights(ring)
    assert fought.result["worn"]["main_hand"]["durability"]["current"] == 0


HERO = "SELECT level, experience, strength, max_hp FROM characters WHERE id = :id"


async def test_experience_and_levels_are_the_characters(ring: Ring) -> None:
    """Nothing of them is in Redis alone once the fight is written."""
    seen = await ring.to_the_end()
    while (view := await ring.world.gateway.view(ring.char_id)).level == 1:
        seen = await ring.to_the_end()
    lesson = seen.fight.lesson
    assert lesson is not None
    assert (lesson.level, lesson.risen, seen.hp, seen.max_hp) == (2, 1, view.stats.max_hp, 110)
    assert seen.prize is not None

    await ring.world.gateway.sync_inventory(ring.char_id)
    [hero] = await ring.world.query(HERO, id=ring.char_id)
    await ring.world.core.redis.flushall()
    again = await ring.world.gateway.view(ring.char_id)

    assert tuple(hero) == (2, view.experience, 11, 110)
    assert (again.level, again.experience, again.stats) == (2, view.experience, view.stats)
    await check(ring.world, ring.char_id)


async def test_a_level_that_falls_by_sql_holds_and_is_climbed_again(ring: Ring) -> None:
    await ring.world.execute("UPDATE characters SET level = 9, strength = 17, experience = 30")
    await ring.world.gateway.sync_inventory(ring.char_id)
    plate = (await ring.world.gateway.add_item(ring.char_id, "knight_plate", 1)).result.stacks[0]
    await ring.world.gateway.equip_item(ring.char_id, plate.id)
    await ring.world.gateway.sync_inventory(ring.char_id)
    await ring.world.execute("UPDATE characters SET level = 1, strength = 10, experience = 0")
    await ring.world.core.redis.delete(keys.session(ring.char_id), keys.control(ring.char_id))

    view = await ring.world.gateway.view(ring.char_id)
    seen = await ring.to_the_end()

    assert seen.fight.level == 1
    await ring.world.gateway.sync_inventory(ring.char_id)
    [hero] = await ring.world.query(HERO, id=ring.char_id)
    assert hero.level == 1
    assert seen.fight.lesson is not None
    assert hero.experience == seen.fight.lesson.gained
    [chest] = [slot.item for slot in view.equipped if slot.slot is Slot.CHEST]
    assert chest is not None
    assert chest.id == plate.id
    await check(ring.world, ring.char_id)


async def test_what_is_learned_while_an_edit_comes_is_learned_on_top(ring: Ring) -> None:
    """The fight is waiting to be written, and somebody gives experience by SQL."""
    seen = await ring.to_the_end()
    assert seen.fight.lesson is not None
    await ring.world.execute("UPDATE characters SET experience = 3 WHERE id = :id", id=ring.char_id)

    await ring.world.core.worker.drain()

    [hero] = await ring.world.query(HERO, id=ring.char_id)
    assert hero.experience == 3 + seen.fight.lesson.gained
    await check(ring.world, ring.char_id)


async def test_a_fight_wears_down_what_is_worn(ring: Ring) -> None:
    await ring.world.execute("UPDATE inventory_items SET durability = 1 WHERE base_id = 'iron_sword'")
    await ring.world.gateway.sync_inventory(ring.char_id)
    seen = await ring.start()

    over = await ring.move(seen, TO_THE_END)

    assert over.fight.broke == ("Iron Sword",)
    assert over.deals < seen.deals
    await ring.world.gateway.sync_inventory(ring.char_id)
    kept = "SELECT base_id, durability FROM inventory_items WHERE place IN ('main_hand', 'chest')"
    left = dict([tuple(row) for row in await ring.world.query(kept)])
    assert left == {"iron_sword": 0, "leather_armor": 80 - combat.wear(over.fight.turn - 1)}
    await check(ring.world, ring.char_id)


@pytest.mark.parametrize(
    "edit", ["durability = -5", "durability = 3, max_durability = NULL", "max_durability = -1"]
)
async def test_durability_that_makes_no_sense_stops_nobody(ring: Ring, edit: str) -> None:
    await ring.world.gateway.sync_inventory(ring.char_id)
    await ring.world.execute(f"UPDATE inventory_items SET {edit} WHERE base_id = 'iron_sword'")
    await ring.world.core.redis.flushall()

    over = await ring.to_the_end()

    assert over.fight.is_over
    await ring.world.gateway.sync_inventory(ring.char_id)
    assert not await ring.world.is_indexed(ring.char_id)


async def test_what_the_fight_is_expected_to_cost_is_said(ring: Ring) -> None:
    seen = await ring.start()

    figures = (await ring.world.gateway.view(ring.char_id)).figures
    assert (seen.deals, seen.suffers) == (figures.attack, figures.taken)


async def test_a_fight_that_was_left_before_the_first_blow_is_no_line_of_the_ledger(ring: Ring) -> None:
    await ring.start()
    assert await ring.give_up()

    assert await entries_of_fights(ring) == []


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("leaves", [True, False])
async def test_an_end_that_was_cut_short_comes_once(
    ring: Ring, other: Ring, before: bool, leaves: bool
) -> None:
    seen = await fight_that_hurts(ring)
    seen = await ring.move(seen)
    cut_short(ring, "settle_fight", before=before)
    with pytest.raises(KilledError):
        await (ring.give_up() if leaves else ring.move(seen, TO_THE_END))

    again = await other.start()

    assert (again.fight.id != seen.fight.id) is leaves
    assert len(await entries_of_fights(other)) == 1
    await check(other.world, ring.char_id)


async def test_a_fight_cannot_be_left_past_a_move_that_has_ended_it(ring: Ring, other: Ring) -> None:
    seen = await ring.start()
    cut_short(ring, "settle_fight", before=False)
    with pytest.raises(KilledError):
        await ring.move(seen, TO_THE_END)

    assert not await other.give_up()

    assert (await other.look()).fight.outcome in {FightState.WON, FightState.LOST}


async def test_a_fight_that_comes_back_from_an_older_file_ends_once(ring: Ring) -> None:
    """Its end was written: whoever begins another one must not take it for the first."""
    seen = await ring.move(await fight_that_hurts(ring))
    older = await answered(ring.world.core.redis.hgetall(keys.fight(ring.char_id)))
    over = await ring.move(seen, TO_THE_END)
    await lose_written_session(ring)
    await answered(ring.world.core.redis.hset(keys.fight(ring.char_id), mapping=older))

    await ring.move(seen, TO_THE_END)

    reader = await ring.world.gateway.open(ring.char_id)
    assert (reader.view().experience, reader.view().stats.hp) == (over.experience, over.hp)
    assert len(await entries_of_fights(ring)) == 1
    assert (await ring.world.gateway.open(ring.char_id)).conflicts == ()


async def test_who_is_slow_to_leave_pays_nothing_twice(ring: Ring, other: Ring) -> None:
    """Others finish the move and the session goes, before the one who has begun it comes to the inventory."""
    seen = await ring.move(await fight_that_hurts(ring))
    route = other.world.core.router.route

    async def slow(module: str, called: str, context: Any) -> Any:
        if isinstance(context, Perform) and isinstance(context.wish, SettleFight):
            with pytest.raises(NoFightError):
                await ring.look()
            await lose_written_session(ring)
        return await route(module, called, context)

    with patch.object(other.world.core.router, "route", slow):
        assert await other.give_up()

    assert (await ring.world.gateway.view(ring.char_id)).stats.hp == seen.hp
    assert len(await entries_of_fights(ring)) == 1


@pytest.mark.parametrize("move", [Move(to_end=True), Move(leaves=True)])
async def test_a_fight_whose_end_is_overruled_catches_nobody(ring: Ring, other: Ring, move: Move) -> None:
    """Its end was acknowledged, and then the database had another state that it did not survive."""
    seen = await fight_that_hurts(ring)
    seen = await ring.move(seen)
    cut_short(ring, "settle_fight", before=False)
    with pytest.raises(KilledError):
        await (ring.give_up() if move.leaves else ring.move(seen, move))
    await ring.world.gateway.sync_inventory(ring.char_id)
    await ring.world.unpack_ledger()
    await ring.world.execute(OVERRULE, char_id=ring.char_id, op_id=f"training:{seen.fight.id}:end")
    await ring.world.core.redis.delete(keys.session(ring.char_id), keys.control(ring.char_id))

    for _ in range(2):
        with pytest.raises(NoFightError):
            await other.look()
    assert not await other.give_up()
    assert not (await other.start()).fight.is_over
    assert await entries_of_fights(other) == []


async def test_an_end_that_is_overruled_at_once_is_told_once(ring: Ring) -> None:
    seen = await ring.start()
    route = ring.world.core.router.route

    async def refusing(module: str, called: str, context: Any) -> Any:
        if isinstance(context, Perform) and isinstance(context.wish, SettleFight):
            raise OverruledError(context.op_id)
        return await route(module, called, context)

    with patch.object(ring.world.core.router, "route", refusing):
        over = await ring.move(seen, TO_THE_END)

    assert (over.fight.outcome, over.prize, over.hp) == (FightState.OVERRULED, None, 70)
    with pytest.raises(NoFightError):
        await ring.move(seen, TO_THE_END)


async def test_a_turn_that_a_process_of_the_last_release_began_costs_once(ring: Ring, other: Ring) -> None:
    """It wrote down each blow, and no hit points with the move."""
    seen = await blow_that_hurts(ring)
    fighter = (await ring.world.gateway.view(ring.char_id)).fighter
    answer = exchange(seen.fight, fighter).answer
    assert answer is not None
    store = RedisFights(ring.world.core.redis, ServerIdentity(), 60)
    await store.save(replace(seen.fight, intent=STRIKE, stats=fighter))
    hurt = Perform(ring.char_id, ChangeHealth(amount=-answer.damage), f"training:{seen.fight.id}:1:hurt")
    await ring.world.core.router.ask(hurt)

    finished = await other.look()

    assert (finished.fight.turn, finished.hp) == (2, 70 - answer.damage)
    assert [entry.kind for entry in await written(other)].count("change_health") == 1
    await check(other.world, ring.char_id)


async def test_a_turn_that_is_tapped_fifty_times_happens_once(ring: Ring, other: Ring) -> None:
    seen = await ring.start()

    answers = await asyncio.gather(*(each.move(seen) for each in (ring, other) for _ in range(25)))

    assert {answer.fight for answer in answers} == {(await ring.look()).fight}
    assert (await ring.look()).fight.turn == 2
    assert [answer.repeated for answer in answers].count(False) == 1
    assert await entries_of_fights(ring) == []


async def test_a_drink_takes_a_turn_and_one_potion(ring: Ring, other: Ring) -> None:
    potion = await ring.world.item(ring.char_id, "health_potion")
    await ring.world.gateway.move_to_quick_slot(ring.char_id, potion.id, 2)
    seen = await ring.start()
    drink = Move(potion.id, 2)

    await asyncio.gather(*(each.move(seen, drink) for each in (ring, other) for _ in range(10)))

    after = await ring.look()
    assert (after.fight.turn, await ring.world.pieces(ring.char_id, "health_potion")) == (2, 4)
    assert after.fight.last is not None
    assert after.fight.last.use is not None
    assert (after.fight.last.use.name, after.fight.last.use.healed) == ("Health Potion", 30)


async def test_a_scroll_burns_the_dummy(ring: Ring) -> None:
    scroll = await ring.world.item(ring.char_id, "fireball_scroll")
    await ring.world.gateway.move_to_quick_slot(ring.char_id, scroll.id, 0)
    seen = await ring.start()

    seen = await ring.move(seen, Move(scroll.id, 0))

    assert (seen.fight.outcome, seen.fight.dummy_hp) == (FightState.WON, 0)


async def test_only_what_lies_in_a_quick_slot_can_be_used(ring: Ring) -> None:
    potion = await ring.world.item(ring.char_id, "health_potion")
    seen = await ring.start()

    with pytest.raises(ItemNotFoundError):
        await ring.move(seen, Move(potion.id, 0))

    assert (await ring.look()).fight.turn == 1
    assert (await ring.move(seen)).fight.turn == 2
    assert await ring.world.pieces(ring.char_id, "health_potion") == 5


@pytest.mark.parametrize(
    ("action", "before"), [("use_consumable", True), ("use_consumable", False), ("change_health", False)]
)
async def test_a_move_that_was_cut_short_is_finished_by_the_next_request(
    ring: Ring, other: Ring, action: str, before: bool
) -> None:
    potion = await ring.world.item(ring.char_id, "health_potion")
    await ring.world.gateway.move_to_quick_slot(ring.char_id, potion.id, 0)
    seen = await ring.move(await blow_that_hurts(ring))
    cut_short(ring, action, before=before)
    with pytest.raises(KilledError):
        await ring.move(seen, Move(potion.id, 0))

    repeated = await other.move(seen, Move(potion.id, 0))

    assert (repeated.fight.turn, repeated.fight.intent, repeated.repeated) == (3, None, True)
    assert repeated.hp == min(100, seen.hp + 50) - repeated.fight.hurt
    assert await other.world.pieces(ring.char_id, "health_potion") == 4
    kinds = [entry.kind for entry in await written(other)]
    assert (kinds.count("use_consumable"), kinds.count("change_health")) == (1, 1)


async def test_a_move_that_was_cut_short_and_written_is_not_made_again_by_a_new_session(
    ring: Ring, other: Ring
) -> None:
    potion = await ring.world.item(ring.char_id, "health_potion")
    await ring.world.gateway.move_to_quick_slot(ring.char_id, potion.id, 0)
    seen = await fight_that_hurts(ring)
    cut_short(ring, "use_consumable", before=False)
    with pytest.raises(KilledError):
        await ring.move(seen, Move(potion.id, 0))
    await other.world.gateway.sync_inventory(ring.char_id)
    await other.world.core.redis.delete(keys.session(ring.char_id), keys.control(ring.char_id))
    hurt = (await other.world.gateway.view(ring.char_id)).stats.hp

    finished = await other.look()

    assert (finished.fight.turn, finished.hp) == (2, hurt - finished.fight.hurt)
    assert await other.world.pieces(ring.char_id, "health_potion") == 4


async def test_a_won_fight_leaves_its_loot_once(ring: Ring, other: Ring) -> None:
    seen = await won(ring)
    assert seen.prize is not None
    assert not seen.prize.waits

    await asyncio.gather(*(each.look() for each in (ring, other) for _ in range(10)))

    added = [entry for entry in await written(ring) if entry.kind == "add_item"]
    assert [entry.payload["quantity"] for entry in added] == [seen.prize.quantity]
    # Its last screen has told it.
    assert (await ring.world.gateway.open(ring.char_id)).gifts == ()
    with pytest.raises(NothingNewError):
        await ring.world.gateway.perform(ring.char_id, LookBack())
    await check(ring.world, ring.char_id)


async def test_loot_that_does_not_fit_waits_in_the_inbox_and_comes_once(ring: Ring) -> None:
    view = await ring.world.gateway.view(ring.char_id)
    while len(view.backpack) < view.stats.max_slots:
        view = (await ring.world.gateway.add_item(ring.char_id, "rusty_sword", 1)).inventory.view()
    # Nothing that a dummy holds may find a stack to grow.
    for base_id in ("bread", "iron_ore", "health_potion"):
        item = await ring.world.item(ring.char_id, base_id)
        await ring.world.gateway.drop_item(ring.char_id, item.id)
        await ring.world.gateway.add_item(ring.char_id, "rusty_sword", 1)

    seen = await won(ring)
    assert seen.prize is not None
    assert seen.prize.waits
    before = [item.id for item in (await ring.world.gateway.view(ring.char_id)).backpack]
    await ring.world.gateway.drop_many(ring.char_id, before[:5])
    for _ in range(2):
        for chore in ring.world.core.worker.chores:
            await chore.round()

    prize = (await ring.look()).prize
    assert prize is not None
    assert not prize.waits
    view = await ring.world.gateway.view(ring.char_id)
    assert len([item for item in view.backpack if item.id not in before]) == 1
    assert len((await ring.world.gateway.open(ring.char_id)).gifts) == 1
    await ring.world.gateway.sync_inventory(ring.char_id)
    await check(ring.world, ring.char_id)


async def test_loot_is_not_given_again_when_the_session_has_forgotten_it(ring: Ring) -> None:
    await won(ring)
    await ring.world.gateway.sync_inventory(ring.char_id)
    before = await ring.world.gateway.view(ring.char_id)
    await ring.world.core.redis.delete(keys.session(ring.char_id), keys.control(ring.char_id))
    await ring.world.execute("UPDATE inventory_operations SET written_at = now() - interval '2 hours'")

    await ring.look()

    assert (await ring.world.gateway.view(ring.char_id)).backpack == before.backpack


async def test_a_move_that_makes_no_sense_is_refused_and_forgotten(ring: Ring) -> None:
    seen = await ring.start()

    with pytest.raises(InvalidInputError):
        await ring.move(seen, Move(5, 10))

    assert (await ring.move(seen)).fight.turn == 2


@contextmanager
def stuffed_with(ring: Ring, table: LootTable | None) -> Iterator[None]:
    """What this process knows of dummies."""
    store = ring.world.core.catalog
    loot = {} if table is None else {fight.LOOT: table}
    with patch.object(store, "_current", replace(store.current, loot=loot)):
        yield


HELMETS = LootTable((LootLine(1, "iron_helmet"),), {Rarity.EPIC: 100}, {Stat.ARMOR: Span(2, 9)})
BATTERED = LootTable((LootLine(1, "iron_helmet", durability=Span(10, 90)),))


async def test_what_falls_out_worn_is_shown_and_comes_so_once(ring: Ring, other: Ring) -> None:
    with stuffed_with(ring, BATTERED):
        seen = await won(ring)
    shown = [(await each.look()).prize for each in (ring, other)]

    found = find(BATTERED, ring.world.core.catalog.current, level=1, seed=f"{seen.fight.id}:loot")
    assert found is not None
    assert found.durability is not None
    left = Durability(found.durability, 100)
    prize = Prize("Iron Helmet", "🪖", Rarity.UNCOMMON, 1, waits=False, durability=left)
    assert [seen.prize, *shown] == [prize] * 3
    assert (await ring.world.item(ring.char_id, "iron_helmet")).durability == left
    await ring.world.gateway.sync_inventory(ring.char_id)
    assert await findings(ring.world) == []


async def test_what_falls_out_rolled_is_shown_and_comes_so_once(ring: Ring, other: Ring) -> None:
    with stuffed_with(ring, HELMETS):
        seen = await won(ring)

    shown = [(await each.look()).prize for each in (ring, other)]

    found = find(HELMETS, ring.world.core.catalog.current, level=1, seed=f"{seen.fight.id}:loot")
    assert found is not None
    assert [seen.prize, *shown] == [Prize("Iron Helmet", "🪖", Rarity.EPIC, 1, waits=False)] * 3
    helmet = await ring.world.item(ring.char_id, "iron_helmet")
    card = await ring.world.gateway.get_item_details(ring.char_id, helmet.id)
    assert (card.item.rarity, card.affixes) == (Rarity.EPIC, found.affixes)
    await ring.world.gateway.sync_inventory(ring.char_id)
    rows = (await ring.world.rows(ring.char_id)).values()
    assert [(row.rarity, row.affixes) for row in rows if row.base_id == "iron_helmet"] == [
        ("epic", found.affixes)
    ]
    assert await findings(ring.world) == []


async def test_what_waits_rolled_is_shown_rolled_and_comes_so(ring: Ring) -> None:
    view = await ring.world.gateway.view(ring.char_id)
    await ring.world.gateway.add_item(
        ring.char_id, "rusty_sword", view.stats.max_slots - view.stats.slots_used
    )
    with stuffed_with(ring, HELMETS):
        seen = await won(ring)
    assert seen.prize == Prize("Iron Helmet", "🪖", Rarity.EPIC, 1, waits=True)

    swords = [item.id for item in (await ring.world.gateway.view(ring.char_id)).backpack[-5:]]
    await ring.world.gateway.drop_many(ring.char_id, swords)
    for chore in ring.world.core.worker.chores:
        await chore.round()

    assert (await ring.look()).prize == replace(seen.prize, waits=False)
    assert (await ring.world.item(ring.char_id, "iron_helmet")).rarity is Rarity.EPIC
    await ring.world.gateway.sync_inventory(ring.char_id)
    assert await findings(ring.world) == []


@pytest.mark.parametrize("table", [LootTable((LootLine(1, "gone"),)), None])
async def test_of_what_the_catalog_does_not_have_nothing_falls_out(
    ring: Ring, table: LootTable | None
) -> None:
    with stuffed_with(ring, table):
        seen = await won(ring)

        assert seen.prize is None


async def test_a_prize_that_the_catalog_has_lost_since_is_not_shown(ring: Ring) -> None:
    with stuffed_with(ring, HELMETS):
        await won(ring)
    catalog = ring.world.core.catalog
    entries = {base_id: each for base_id, each in catalog.current.entries.items() if base_id != "iron_helmet"}

    with patch.object(catalog, "_current", replace(catalog.current, entries=entries)):
        assert (await ring.look()).prize is None


async def test_who_finishes_a_move_comes_to_the_same_end_whatever_is_worn_by_then(
    ring: Ring, other: Ring
) -> None:
    armed = (await ring.world.gateway.view(ring.char_id)).fighter
    seen = await ring.start()
    ended = fight.fought(seen.fight, armed, seen.hp, TO_THE_END)
    cut_short(ring, "settle_fight", before=True)
    with pytest.raises(KilledError):
        await ring.move(seen, TO_THE_END)
    await other.world.gateway.unequip_item(ring.char_id, Slot.MAIN_HAND)

    assert (await other.look()).fight.last == ended.last


async def test_a_lost_fight_ends_on_ones_feet(ring: Ring) -> None:
    for slot in (Slot.MAIN_HAND, Slot.OFF_HAND, Slot.CHEST):
        await ring.world.gateway.unequip_item(ring.char_id, slot)
    seen = await ring.to_the_end()
    while seen.fight.outcome is not FightState.LOST:
        seen = await ring.to_the_end()

    assert seen.hp == 1 + seen.max_hp // 2
    assert seen.prize is None


async def test_a_start_that_comes_again_is_the_same_fight(ring: Ring, other: Ring) -> None:
    began = await ring.start("tap 1")
    moved = await ring.move(began)

    again = await other.start("tap 1")

    assert (began.repeated, again.repeated) == (False, True)
    assert again.fight == moved.fight


async def test_a_start_that_comes_fifty_times_at_once_is_one_fight(ring: Ring, other: Ring) -> None:
    seen = await asyncio.gather(*(each.start("tap 1") for each in (ring, other) for _ in range(25)))

    assert {view.fight for view in seen} == {(await ring.look()).fight}
    assert [view.repeated for view in seen].count(False) == 1


async def test_a_start_of_a_fight_that_was_given_up_begins_nothing(ring: Ring) -> None:
    began = await ring.start("tap 1")
    assert await ring.give_up(began.fight.id)

    with pytest.raises(NoFightError):
        await ring.start("tap 1")


async def test_an_old_start_does_not_end_a_later_fight(ring: Ring) -> None:
    await ring.start("tap 1")
    await ring.give_up()
    later = await ring.start("tap 2")

    again = await ring.start("tap 1")

    assert (again.fight, again.repeated) == (later.fight, True)


async def test_a_start_in_the_middle_of_a_fight_goes_on_with_it(ring: Ring) -> None:
    began = await ring.start()

    assert (await ring.start()).fight == began.fight


async def test_after_a_fight_comes_another(ring: Ring) -> None:
    over = await ring.to_the_end()

    seen = await ring.start()

    assert seen.fight.id != over.fight.id
    assert (seen.fight.turn, seen.repeated) == (1, False)


async def test_a_move_of_another_fight_changes_nothing(ring: Ring) -> None:
    old = await ring.start()
    new = await ring.another()

    answer = await ring.move(old)

    assert answer.repeated
    assert answer.fight == new.fight


async def test_another_fight_cannot_be_given_up(ring: Ring) -> None:
    old = await ring.start()
    new = await ring.another()

    assert not await ring.give_up(old.fight.id)
    assert (await ring.look()).fight == new.fight


async def test_what_is_over_cannot_be_given_up(ring: Ring) -> None:
    over = await ring.to_the_end()

    assert not await ring.give_up(over.fight.id)
    assert (await ring.look()).fight == over.fight


async def test_giving_up_and_a_move_at_once_leave_no_fight(ring: Ring, other: Ring) -> None:
    seen = await ring.start()

    await asyncio.gather(ring.move(seen), other.give_up(seen.fight.id), return_exceptions=True)

    with pytest.raises(NoFightError):
        await ring.look()


async def test_no_fight_no_move(ring: Ring) -> None:
    seen = await ring.start()
    await ring.give_up()

    with pytest.raises(NoFightError):
        await ring.move(seen)


async def test_a_fight_goes_with_its_character(ring: Ring) -> None:
    await ring.start()
    await ring.world.core.router.route("characters", "delete", DeleteCharacter(char_id=ring.char_id))

    assert await ring.world.core.redis.keys("training:*") == []


class KilledError(BaseException):
    """The process died here."""


def cut_short(ring: Ring, action: str, *, before: bool) -> None:
    """Let the process die before or after a call to the inventory, by its action or kind of operation."""
    route = ring.world.core.router.route

    async def until(module: str, called: str, context: Any) -> Any:
        kind = getattr(context.wish, "kind", None) if isinstance(context, Perform) else None
        dies = action in (called, kind)
        if dies and before:
            raise KilledError
        answer = await route(module, called, context)
        if dies:
            raise KilledError
        return answer

    ring.world.core.router.route = until  # type: ignore[method-assign,assignment]


async def fight_that_hurts(ring: Ring) -> FightView:
    """A fight in whose first turn the dummy will hit."""
    fighter = (await ring.world.gateway.view(ring.char_id)).fighter
    while True:
        seen = await ring.another()
        answer = exchange(seen.fight, fighter, Use("anything")).answer
        if answer is not None and answer.damage:
            return seen


async def blow_that_hurts(ring: Ring) -> FightView:
    """A fight in whose first turn, a blow, the dummy will hit and stay."""
    fighter = (await ring.world.gateway.view(ring.char_id)).fighter
    while True:
        seen = await ring.another()
        answer = exchange(seen.fight, fighter).answer
        if answer is not None and answer.damage:
            return seen


async def lose_written_session(ring: Ring) -> None:
    await ring.world.gateway.sync_inventory(ring.char_id)
    await ring.world.core.redis.delete(keys.session(ring.char_id), keys.control(ring.char_id))


async def entries_of_fights(ring: Ring) -> list[Any]:
    kinds = {"settle_fight", "change_health"}
    return [entry for entry in await written(ring) if entry.kind in kinds]


async def written(ring: Ring) -> list[Any]:
    await ring.world.gateway.sync_inventory(ring.char_id)
    return await ring.world.ledger(ring.char_id)

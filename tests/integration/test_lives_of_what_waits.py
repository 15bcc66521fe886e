"""`admin life` of what is in no bag: who has given it in which trade, in whose inbox it waits."""

import pytest

from apps.game_core.modules.inventory.contracts import TraceItem
from tests.integration.test_admin_commands import addresses, run
from tests.integration.test_gifts import crammed, drop
from tests.integration.test_lives import unreadable
from tests.support.seats import Seats, receive, rich, seated, write
from tests.support.world import World
from tools.support.clocks import AdjustableClock

__all__ = ["addresses"]


async def said_of(world: World, item_id: int) -> str:
    return (await run("life", str(item_id))).lines[0].removeprefix(f"item {item_id}: ")


@pytest.mark.parametrize("written", [True, False])
async def test_it_names_who_has_given_it_for_a_trade_that_is_open(world: World, written: bool) -> None:
    seats = await seated(world)
    bread = await world.item(seats.first, "bread")
    await seats.confirm(seats.first)
    await seats.give(seats.first)
    if written:
        await write(world, seats.first)

    told = await said_of(world, bread.id)

    assert told == f"given by Aetheron (#{seats.first}, Telegram 1) in trade {seats.trade}, which is open"


async def test_it_names_whose_inbox_it_waits_in_and_them_once_it_has_come(world: World) -> None:
    seats = await seated(world, second=await crammed(world))
    bread = await world.item(seats.first, "bread")
    await seats.exchange()
    await write(world, *seats.both)
    who = f"Aetheron (#{seats.second}, Telegram 1)"
    await world.gateway.add_item(seats.second, "rusty_sword", 1)

    await receive(world, seats.second)
    assert await said_of(world, bread.id) == f"waits in the inbox of {who}, from trade {seats.trade}"

    await drop(world, seats.second, "rusty_sword")
    await receive(world, seats.second)
    assert await said_of(world, bread.id) == who
    await write(world, seats.second)
    assert await said_of(world, bread.id) == who


async def test_what_is_gone_waits_nowhere(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id)
    assert await said_of(world, bread.id) == "nobody has it"


async def test_what_came_to_an_older_player_within_a_second_was_not_born_there(
    world: World, game_clock: AdjustableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = await world.character()
    seats = await seated(world, second=older)
    bread = await world.item(seats.first, "bread")
    [born] = await world.query(
        "SELECT at FROM inventory_operations WHERE char_id = :id AND kind = 'starter'", id=seats.first
    )
    monkeypatch.setattr(game_clock, "now", lambda: float(born.at))
    await seats.exchange()
    await write(world, *seats.both)
    await receive(world, *seats.both)

    life = await world.core.router.ask(TraceItem(bread.id))

    assert len({event.line.at for event in life.events}) == 1
    assert (life.owners, life.owner) == ((seats.first, older), older)


@pytest.mark.parametrize("behind", [0, 3])
async def test_what_came_back_in_another_trade_is_told_in_turn_whatever_the_clocks_say(
    world: World, game_clock: AdjustableClock, monkeypatch: pytest.MonkeyPatch, behind: int
) -> None:
    char_id = await rich(world)
    ring = (await world.gateway.add_item(char_id, "silver_ring", 1)).result.stacks[0]
    there, now = await seated(world, char_id, lays="silver_ring"), int(game_clock.now()) + 9
    monkeypatch.setattr(game_clock, "now", lambda: float(now))
    await handed_over(there)
    monkeypatch.setattr(game_clock, "now", lambda: float(now - behind))
    await handed_over(await seated(world, there.second, char_id, lays="silver_ring"))

    life = await world.core.router.ask(TraceItem(ring.id))
    await unreadable(world, there.second, life.events[-2].line.version)
    in_part = await world.core.router.ask(TraceItem(ring.id))

    assert (life.owners, life.owner) == ((char_id, there.second, char_id), char_id)
    assert in_part.events == (*life.events[:-2], life.events[-1])
    assert in_part.owner == char_id


async def handed_over(seats: Seats) -> None:
    await seats.exchange()
    await write(seats.world, *seats.both)
    await receive(seats.world, *seats.both)
    await write(seats.world, *seats.both)

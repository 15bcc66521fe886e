"""The audit of the whole world: what one side of a trade gave is where it should be, all of it and once."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from click.testing import CliRunner

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.modules.characters.contracts import DeleteCharacter
from bot.cli.main import cli
from tests.integration.test_audit import findings
from tests.support.seats import Seats, receive, rich, seated, state, write
from tests.support.world import World

Made = Callable[[World], Awaitable[Seats]]


async def settled(world: World) -> Seats:
    """Exchanged; the first has received, and what the second was given waits."""
    seats = await seated(world)
    await seats.exchange()
    await write(world, *seats.both)
    await receive(world, seats.first)
    await write(world, seats.first)
    return seats


async def opened(world: World) -> Seats:
    """Only the first has given."""
    seats = await seated(world)
    await seats.confirm(seats.first)
    await seats.give(seats.first)
    await write(world, seats.first)
    return seats


async def called_off(world: World) -> Seats:
    """The first has got its own back."""
    seats = await opened(world)
    async with PostgresUnitOfWork(world.core.engine) as unit:
        assert await unit.trades.call_off([seats.trade])
        await unit.commit()
    await receive(world, seats.first)
    await write(world, seats.first)
    return seats


async def test_trades_in_every_state_are_explained(world: World) -> None:
    for made in (settled, opened, called_off):
        await made(world)
        assert await findings(world) == []
    third, seats = await rich(world), await opened(world)
    other = await seated(world, third, seats.second, seats.trade)
    await other.confirm(third)
    await other.give(third)
    await write(world, third)
    [back] = await world.query("SELECT returned FROM inventory_inbox WHERE char_id = :id", id=third)
    assert back.returned, "at a table of two others"
    assert await findings(world) == []


async def test_whoever_is_deleted_takes_along_what_was_theirs(world: World) -> None:
    everybody: list[int] = []
    for made in (settled, opened, called_off):
        for who in (0, 1):
            seats = await made(world)
            await world.core.router.ask(DeleteCharacter(seats.both[who]))
            everybody.append(seats.both[1 - who])
    assert await findings(world) == []
    for char_id in everybody:
        await world.core.router.ask(DeleteCharacter(char_id))
    assert await findings(world) == []


async def test_what_is_given_to_somebody_who_is_gone_comes_back(world: World) -> None:
    seats = await seated(world)
    await seats.confirm(seats.first)
    await seats.give(seats.first)
    await world.core.router.ask(DeleteCharacter(seats.second))
    await write(world, seats.first)
    assert await state(world, seats.trade) == "off"
    assert await findings(world) == []


async def test_what_is_not_where_it_should_be_is_named(world: World) -> None:
    """Once for each place that something is told in; the rest is shown without a database."""
    exchanged, waiting, back = await settled(world), await opened(world), await called_off(world)
    unreadable = await opened(world)
    [bread] = [item.id for item in waiting.halves[waiting.first].items]
    for damage, values in (
        ("UPDATE inventory_inbox SET coins = 31 WHERE char_id = :id", {"id": exchanged.second}),
        (
            """UPDATE inventory_operations SET payload = jsonb_set(payload, '{parcel,coins}', '9')
            WHERE kind = 'receive' AND char_id = :id""",
            {"id": exchanged.first},
        ),
        ("UPDATE inventory_items SET id = :bread WHERE base_id = 'ring_of_vigor'", {"bread": bread}),
        ("UPDATE trade_gifts SET coins = 29 WHERE trade = :id", {"id": waiting.trade}),
        ("DELETE FROM inventory_operations WHERE kind = 'give' AND char_id = :id", {"id": back.first}),
        ("UPDATE trade_gifts SET items = '7' WHERE trade = :id", {"id": unreadable.trade}),
    ):
        await world.execute(damage, **values)

    texts = [each for each in map(str, await findings(world)) if not each.startswith("character ")]

    gave = f"what character {exchanged.first} gave (30 coins 3 bread ("
    assert all(
        map(
            str.startswith,
            texts,
            [
                f"trade {exchanged.trade}: contents: what character",
                f"trade {exchanged.trade}: contents: what character",
                f"trade {waiting.trade}: contents: what character {waiting.first} gave (29 coins 3 bread",
                f"trade {back.trade}: gift: what character {back.first} gave (30 coins 3 bread",
                f"trade {unreadable.trade}: unreadable: gift of character {unreadable.first}",
            ],
        )
    ), texts
    assert any(gave in text and "as 31 coins" in text for text in texts), texts


async def test_a_ledger_that_nobody_can_read_says_nothing_of_trades(
    world: World, servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own inventory is named for it, and the partner's is not blamed."""
    seats = await settled(world)
    await world.execute(
        "UPDATE inventory_operations SET payload = '{}' WHERE kind = 'give' AND char_id = :id", id=seats.first
    )

    monkeypatch.setenv("DATABASE_URL", servers.database_url)
    audited = await asyncio.to_thread(CliRunner().invoke, cli, ["admin", "audit"])

    *lines, last = audited.stdout.splitlines()
    assert {line.split(":")[0] for line in lines} == {f"character {seats.first}"}
    assert last == "2 inventories and 1 trades looked at, 1 not as they should be."
    assert audited.exit_code == 1

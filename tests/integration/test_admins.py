"""Admins' commands at the core: whom they are about, what they do, and that each is written down once."""

import pytest

from apps.game_core.modules.admins.contracts import (
    Action,
    Give,
    Given,
    Inspect,
    Paid,
    Pay,
    ReadActions,
    ReadHistory,
    ReadMetrics,
    RecordAction,
    Sync,
)
from apps.game_core.modules.admins.errors import (
    NoSuchItemError,
    PlayerAmbiguousError,
    PlayerNotFoundError,
    TooFewCoinsError,
    TooManyCoinsError,
    TooManyItemsError,
)
from apps.game_core.modules.inventory.contracts import MAX_COINS, LookBack
from apps.game_core.modules.inventory.errors import InvalidInputError
from tests.integration.test_audit import findings
from tests.support.invariants import check
from tests.support.world import World


async def give(world: World, player: str, base_id: str, quantity: int = 1, request: str = "r1") -> Given:
    context = Give(actor="t", request_id=request, player=player, base_id=base_id, quantity=quantity)
    return await world.core.router.route("admins", "give", context)


async def pay(world: World, amount: int, request: str = "r1") -> Paid:
    return await world.core.router.ask(Pay(actor="t", request_id=request, player="1", amount=amount))


async def log(world: World) -> list[Action]:
    return list(await world.core.router.route("admins", "log", ReadActions()))


async def deliver(world: World) -> None:
    for chore in world.core.worker.chores:
        await chore.round()


@pytest.mark.parametrize("player", ["1", "#{char_id}", "Old <b>Bob</b>"])
async def test_a_player_is_found_by_user_character_and_name(world: World, player: str) -> None:
    char_id = await world.character("Old <b>Bob</b>")
    await world.character("Alice")

    found = await world.core.router.route(
        "admins", "inspect", Inspect(actor="t", request_id="r", player=player.format(char_id=char_id))
    )

    assert found.character.id == char_id


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("\u3164", "?"),
        ("x" * 63 + "🇩🇪", "x" * 63),
    ],
    ids=ascii,
)
async def test_fault_59_a_player_is_found_by_the_name_as_it_is_written(
    world: World, given: str, name: str
) -> None:
    char_id = await world.character(given)

    context = Inspect(actor="t", request_id="r", player=name)
    found = await world.core.router.route("admins", "inspect", context)

    assert (found.character.id, found.character.name) == (char_id, name)


async def test_names_that_two_have_are_refused_with_both(world: World) -> None:
    first, second = await world.character("Bob"), await world.character("Bob")

    with pytest.raises(PlayerAmbiguousError) as refused:
        await give(world, "Bob", "bread")

    assert [each.id for each in refused.value.candidates] == [first, second]
    [action] = await log(world)
    assert (action.command, action.char_id, action.outcome) == ("give", None, "PlayerAmbiguousError")
    assert action.arguments == {"player": "a name", "base_id": "bread", "quantity": 1}


@pytest.mark.parametrize(
    "player", ["", "7", "#7", "bob", "9" * 400, "#" + "9" * 5000, "a\x00b", "' OR 1=1 --"]
)
async def test_nobody_is_refused_whatever_was_typed(world: World, player: str) -> None:
    await world.character("Bob")

    with pytest.raises(PlayerNotFoundError):
        await give(world, player, "bread")

    [action] = await log(world)
    assert action.outcome == "PlayerNotFoundError"


async def test_an_absent_player_gets_what_was_given_at_the_next_look(world: World) -> None:
    char_id = await world.character()

    given = await give(world, f"#{char_id}", "copper_ring", 2)

    assert (given.playing, given.repeated, given.item.name) == (False, False, "Copper Ring")
    assert await world.core.redis.keys("*") == []
    assert await world.pieces(char_id, "copper_ring") == 3
    await world.gateway.sync_inventory(char_id)
    await check(world, char_id)


async def test_a_playing_one_gets_it_from_the_worker_once(world: World) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)

    given = await give(world, f"#{char_id}", "copper_ring")
    again = await give(world, f"#{char_id}", "copper_ring")

    assert (given.playing, given.repeated, again.repeated) == (True, False, True)
    await deliver(world)
    await deliver(world)
    assert await world.pieces(char_id, "copper_ring") == 2
    assert len(await log(world)) == 1


@pytest.mark.parametrize("written", [True, False])
async def test_coins_are_paid_once_for_a_request(world: World, written: bool) -> None:
    char_id = await world.character()

    first = await pay(world, 70)
    if written:
        await world.gateway.sync_inventory(char_id)
        await world.core.redis.flushall()
    again = await pay(world, 70)
    less = await pay(world, -20, "r2")

    assert [(each.amount, each.left, each.repeated) for each in (first, again, less)] == [
        (70, 70, False),
        (70, 70, True),
        (-20, 50, False),
    ]
    assert (await world.gateway.view(char_id)).coins == 50
    assert [(each.command, each.char_id, each.arguments, each.outcome) for each in await log(world)] == [
        ("coins", char_id, {"amount": -20}, "done"),
        ("coins", char_id, {"amount": 70}, "done"),
    ]
    await world.gateway.sync_inventory(char_id)
    assert await findings(world) == []


async def test_the_player_is_told_what_was_paid_without_them(world: World) -> None:
    char_id = await world.character()
    await pay(world, 70)
    await pay(world, -20, "r2")

    told = (await world.gateway.perform(char_id, LookBack())).result

    assert (told.earned, told.paid) == (70, 20)


async def test_what_no_purse_gives_or_holds_is_refused(world: World) -> None:
    char_id = await world.character()
    await pay(world, 5)

    with pytest.raises(TooFewCoinsError) as few:
        await pay(world, -6, "r2")
    with pytest.raises(TooManyCoinsError) as many:
        await pay(world, MAX_COINS, "r3")
    for amount in (0, MAX_COINS + 1):
        with pytest.raises(InvalidInputError):
            await pay(world, amount, f"r{amount}")

    assert (few.value.owned, many.value.most) == (5, MAX_COINS)
    assert (await world.gateway.view(char_id)).coins == 5
    assert [each.outcome for each in await log(world) if each.arguments["amount"] == -6] == [
        "TooFewCoinsError",
        "begun",
    ]
    assert not (await pay(world, -5, "r2")).repeated, "what failed may come again and succeed"


async def test_without_the_log_no_coin_moves(world: World) -> None:
    char_id = await world.character()
    await world.execute("ALTER TABLE admin_actions RENAME TO mislaid")
    try:
        with pytest.raises(Exception, match="admin_actions"):
            await pay(world, 7)
    finally:
        await world.execute("ALTER TABLE mislaid RENAME TO admin_actions")

    assert (await world.gateway.view(char_id)).coins == 0


async def test_a_wrong_item_is_refused_with_what_is_like_it(world: World) -> None:
    char_id = await world.character()

    with pytest.raises(NoSuchItemError) as refused:
        await give(world, "1", "iron_swrd")

    assert "iron_sword" in refused.value.similar
    assert [(each.char_id, each.outcome) for each in await log(world)] == [(char_id, "NoSuchItemError")]


async def test_what_can_never_fit_is_refused_with_what_could(world: World) -> None:
    char_id = await world.character()

    with pytest.raises(TooManyItemsError) as refused:
        await give(world, "1", "iron_sword", 10_000)

    error = refused.value
    assert (error.base_id, error.quantity) == ("iron_sword", 10_000)
    assert 0 < error.most < 10_000
    assert await world.query("SELECT * FROM inventory_inbox") == []
    assert [(each.char_id, each.outcome) for each in await log(world)] == [(char_id, "TooManyItemsError")]
    await give(world, "1", "iron_sword", error.most, "again")


async def test_what_failed_may_come_again_and_succeed(world: World) -> None:
    await world.character()
    with pytest.raises(InvalidInputError):
        await give(world, "1", "bread", 0)

    assert not (await give(world, "1", "bread")).repeated

    assert [each.outcome for each in await log(world)] == ["done", "InvalidInputError"]


async def test_sync_writes_now_and_says_what(world: World) -> None:
    char_id = await world.character()
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id, 1)

    written = await world.core.router.route("admins", "sync", Sync(actor="t", request_id="1", player="1"))
    idle = await world.core.router.route("admins", "sync", Sync(actor="t", request_id="2", player="1"))

    assert (written.changes_saved, written.rows, written.version) == (True, 1, 1)
    assert (idle.changes_saved, idle.rows, idle.version) == (False, 0, 1)
    assert await world.pieces_in_rows(char_id, "bread") == 2


async def test_every_command_is_written_down_with_who_and_what(world: World) -> None:
    char_id = await world.character("Bob")
    route = world.core.router.route
    await give(world, "Bob", "bread", 3, "a")
    await route("admins", "history", ReadHistory(actor="t", request_id="b", player="Bob", page=2))
    await route("admins", "metrics", ReadMetrics(actor="cli:root", request_id="c"))
    context = RecordAction(
        actor="cli:root", request_id="d", command="release", char_id=char_id, outcome="done"
    )
    await route("admins", "record", context)

    lines = [(each.actor, each.command, each.char_id, each.arguments) for each in reversed(await log(world))]

    assert lines == [
        ("t", "give", char_id, {"base_id": "bread", "quantity": 3}),
        ("t", "history", char_id, {"page": 2}),
        ("cli:root", "metrics", None, {}),
        ("cli:root", "release", char_id, {}),
    ]
    assert {each.outcome for each in await log(world)} == {"done"}


async def test_the_log_outlives_a_character_and_not_its_name(world: World) -> None:
    char_id = await world.character("Bob")
    await give(world, "Bob", "bread")
    await world.execute("DELETE FROM characters")

    [action] = await log(world)

    assert action.char_id == char_id
    assert "Bob" not in repr(action)


async def test_without_the_log_nothing_is_given(world: World) -> None:
    char_id = await world.character()
    await world.execute("ALTER TABLE admin_actions RENAME TO mislaid")
    try:
        with pytest.raises(Exception, match="admin_actions"):
            await give(world, "1", "bread")
    finally:
        await world.execute("ALTER TABLE mislaid RENAME TO admin_actions")

    assert await world.query("SELECT * FROM inventory_inbox") == []
    assert await world.pieces(char_id, "bread") == 3

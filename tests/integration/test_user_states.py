"""What the bot keeps of users between updates: bounded, with an end, one round trip each. Real Redis."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StorageKey
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.players.states import Inventory, Lobby
from bot.players.user_states import CHARACTER, MOST_FIELDS, UserStates
from tests.support.redis_answers import answered
from tools.support.round_trips import counting_round_trips

USER, CHARACTER_ID, TTL = 7_000_000_007, 12, 1_000
KEY = f"states:{USER}"
PRIVATE = StorageKey(bot_id=1, chat_id=USER, user_id=USER)


def place(chat_id: int, **more: object) -> StorageKey:
    return StorageKey(bot_id=1, chat_id=chat_id, user_id=USER, **more)  # type: ignore[arg-type]


PLACES = {
    "private": PRIVATE,
    "a group": place(-5),
    "a topic": place(-5, thread_id=9),
    "a menu": place(-5, destiny="menu"),
}


@pytest.fixture
async def states(redis: Redis) -> UserStates:
    made = UserStates(redis, TTL)
    await made.admit(USER, CHARACTER_ID)
    return made


async def test_places_have_states_and_data_of_their_own(states: UserStates) -> None:
    for number, key in enumerate(PLACES.values()):
        await states.set_state(key, f"Some:{number}")
        await states.set_data(key, {"number": number})

    for number, key in enumerate(PLACES.values()):
        assert await states.get_state(key) == f"Some:{number}"
        assert await states.get_data(key) == {"number": number, CHARACTER: CHARACTER_ID}


async def test_fault_53_all_places_are_forgotten_at_once(states: UserStates, redis: Redis) -> None:
    for key in PLACES.values():
        await states.set_state(key, Inventory.browsing)

    await states.forget(USER)

    assert await redis.keys("*") == []
    for key in PLACES.values():
        await states.set_state(key, Inventory.browsing)
        await states.set_data(key, {"a": 1})
        assert (await states.get_state(key), await states.get_data(key)) == (None, {})
    assert await redis.keys("*") == []


async def test_fault_53_another_character_starts_with_nothing(states: UserStates, redis: Redis) -> None:
    await states.set_data(PRIVATE, {"a": 1})
    await states.admit(USER, CHARACTER_ID)
    assert await states.get_data(PRIVATE) == {"a": 1, CHARACTER: CHARACTER_ID}

    await states.admit(USER, CHARACTER_ID + 1)

    assert await states.get_data(PRIVATE) == {CHARACTER: CHARACTER_ID + 1}
    assert await answered(redis.hlen(KEY)) == 1


async def test_nobody_gives_themselves_another_character(states: UserStates) -> None:
    await states.set_data(PRIVATE, {CHARACTER: 99, "a": 1})

    assert await states.get_data(PRIVATE) == {CHARACTER: CHARACTER_ID, "a": 1}


async def test_nothing_is_kept_of_what_is_empty(states: UserStates, redis: Redis) -> None:
    context = FSMContext(states, PRIVATE)
    await context.set_state(Lobby.idle)
    await context.update_data(a=1)

    await context.clear()

    assert await answered(redis.hgetall(KEY)) == {CHARACTER.encode(): str(CHARACTER_ID).encode()}


async def test_fault_53_each_look_and_each_write_is_one_round_trip_and_moves_the_end(
    states: UserStates, redis: Redis
) -> None:
    await states.set_state(PRIVATE, Lobby.idle)  # the script is known to the server
    for work in (
        lambda: states.get_data(PRIVATE),
        lambda: states.get_state(PRIVATE),
        lambda: states.set_state(PRIVATE, Inventory.browsing),
        lambda: states.set_data(PRIVATE, {"a": 1}),
        lambda: states.set_state(PRIVATE, None),
    ):
        await redis.expire(KEY, 5)
        with counting_round_trips() as counted:
            await work()
        assert counted.trips == 1
        assert await redis.ttl(KEY) > TTL - 5


async def test_fault_53_a_user_of_a_thousand_groups(states: UserStates, redis: Redis) -> None:
    for chat_id in range(-MOST_FIELDS - 50, 0):
        await states.set_state(place(chat_id), Inventory.browsing)
        assert await states.get_state(place(chat_id)) == Inventory.browsing.state
    assert await answered(redis.hlen(KEY)) <= MOST_FIELDS
    assert await answered(redis.hmget(KEY, [CHARACTER])) == [str(CHARACTER_ID).encode()]
    assert await redis.ttl(KEY) > 0


OLD = {
    f"fsm:{USER}:{USER}:default:state": "Inventory:browsing",
    f"fsm:{USER}:{USER}:default:data": json.dumps({"backpack": {"search": "bread"}}),
    f"fsm:{USER}:{USER}:menu:data": json.dumps({"message_id": 5}),
    f"fsm:-5:{USER}:default:state": "Training:fighting",
    f"fsm:-5:9:{USER}:default:state": "Lobby:idle",
}


async def test_fault_53_states_of_the_last_version_get_an_end(redis: Redis) -> None:
    for key, value in OLD.items():
        await redis.set(key, value)
    for number in range(2_000):
        await redis.set(f"fsm:{number}:{number}:default:state", "Lobby:idle")
    states = UserStates(redis, TTL)

    await asyncio.gather(states.adopt(), UserStates(redis, TTL).adopt())

    assert await redis.keys("fsm:*") == []
    assert 0 < await redis.ttl(KEY) <= TTL
    assert await states.get_state(PRIVATE) == "Inventory:browsing"
    assert await states.get_data(PRIVATE) == {"backpack": {"search": "bread"}}
    assert await states.get_data(place(USER, destiny="menu")) == {"message_id": 5}
    assert await states.get_state(place(-5)) == "Training:fighting"
    assert await states.get_state(place(-5, thread_id=9)) == "Lobby:idle"
    assert await redis.ttl("states:1999") > 0


async def test_what_was_written_since_stays(states: UserStates, redis: Redis) -> None:
    await states.set_state(PRIVATE, Lobby.idle)
    await redis.set(f"fsm:{USER}:{USER}:default:state", "Inventory:browsing")

    await states.adopt()

    assert await states.get_state(PRIVATE) == Lobby.idle.state


@pytest.mark.parametrize("key", ["fsm:1:2:3:lock", "fsm:a:b:c:state", "fsm:1:2", "other:1:1:default:state"])
async def test_keys_of_somebody_else_stay(redis: Redis, key: str) -> None:
    await redis.set(key, "x")
    await answered(redis.lpush("fsm:1:1:default:state", "no string"))

    await UserStates(redis, TTL).adopt()

    assert sorted(await redis.keys("*")) == sorted([key.encode(), b"fsm:1:1:default:state"])


async def test_without_redis_nothing_is_adopted_and_nothing_fails(unused_tcp_port: int) -> None:
    away = Redis(port=unused_tcp_port, retry=Retry(NoBackoff(), 0))
    states = UserStates(away, TTL)

    await states.adopt()
    await states.admit(USER, CHARACTER_ID)
    await away.aclose()


async def test_a_state_and_its_data_are_read_together(states: UserStates) -> None:
    await states.set_state(PRIVATE, Lobby.idle)
    await states.set_data(PRIVATE, {"a": 1})

    with counting_round_trips() as counted:
        assert await states.get_state(PRIVATE) == Lobby.idle.state
        assert await states.get_data(PRIVATE) == {"a": 1, CHARACTER: CHARACTER_ID}

    assert counted.trips == 1


BETWEEN = {
    "the data was set": lambda states: states.set_data(PRIVATE, {"a": 2}),
    "the state was set": lambda states: states.set_state(PRIVATE, Inventory.browsing),
    "all was forgotten": lambda states: states.forget(USER),
    "somebody else was admitted": lambda states: states.admit(USER, CHARACTER_ID + 1),
    "another place was looked at": lambda states: states.get_state(place(-5)),
}


@pytest.mark.parametrize("between", BETWEEN.values(), ids=[*BETWEEN])
async def test_what_was_read_along_is_not_believed_after(
    between: Callable[[UserStates], Awaitable[object]], states: UserStates, redis: Redis
) -> None:
    await states.set_data(PRIVATE, {"a": 1})
    await states.get_state(PRIVATE)

    await between(states)

    elsewhere = await asyncio.create_task(read_afresh(redis))
    assert await states.get_data(PRIVATE) == elsewhere


async def test_what_was_read_along_is_good_for_once(states: UserStates, redis: Redis) -> None:
    await states.set_data(PRIVATE, {"a": 1})
    await states.get_state(PRIVATE)
    await states.get_data(PRIVATE)
    await UserStates(redis, TTL).set_data(PRIVATE, {"a": 2})

    assert await asyncio.create_task(states.get_data(PRIVATE)) == {"a": 2, CHARACTER: CHARACTER_ID}
    assert await states.get_data(PRIVATE) == {"a": 2, CHARACTER: CHARACTER_ID}


async def test_what_one_task_read_along_is_not_another_one_s(states: UserStates, redis: Redis) -> None:
    await states.set_data(PRIVATE, {"a": 1})
    await asyncio.create_task(states.get_state(PRIVATE))
    await UserStates(redis, TTL).set_data(PRIVATE, {"a": 2})

    assert await states.get_data(PRIVATE) == {"a": 2, CHARACTER: CHARACTER_ID}


async def read_afresh(redis: Redis) -> dict[str, object]:
    return await UserStates(redis, TTL).get_data(PRIVATE)

"""Names of keys: the customer's on one server, and in a cluster such as keep a character together."""

import pytest
from redis.crc import key_slot

from apps.game_core.adapters.redis.keys import IN_A_CLUSTER, ON_ONE_SERVER, Names
from bot.turns import keys as menu_keys

SLOTS = 16_384


def all_names(names: Names, char_id: int) -> list[str]:
    made = (names.session, names.control, names.load_lock, names.index, names.quarantine, names.fight)
    return [make(char_id) for make in made]


def test_on_one_server_names_are_the_customers() -> None:
    """Sessions stay open through an update: these never change."""
    assert all_names(ON_ONE_SERVER, 7) == [
        "session:inventory:7",
        "inventory:control:7",
        "inventory:lock:7",
        "inventory:dirty",
        "inventory:quarantine:7",
        "training:fight:7",
    ]
    assert ON_ONE_SERVER.indexes == ("inventory:dirty",)


def test_in_a_cluster_names_say_the_bucket() -> None:
    """Nor do these."""
    assert all_names(IN_A_CLUSTER, 385195084987893519) == [
        "session:inventory:{33}:385195084987893519",
        "inventory:control:{33}:385195084987893519",
        "inventory:lock:{33}:385195084987893519",
        "inventory:dirty:{33}",
        "inventory:quarantine:{33}:385195084987893519",
        "training:fight:{33}:385195084987893519",
    ]


@pytest.mark.parametrize("char_id", [1, 7, 385195084987893519, 2**63 - 1])
def test_all_of_a_character_is_in_one_slot(char_id: int) -> None:
    assert len({key_slot(name.encode()) for name in all_names(IN_A_CLUSTER, char_id)}) == 1
    assert IN_A_CLUSTER.index(char_id) in IN_A_CLUSTER.indexes


def test_no_server_of_a_cluster_has_much_more_than_its_part() -> None:
    slots = [key_slot(name.encode()) for name in IN_A_CLUSTER.indexes]
    assert len(set(slots)) == len(slots) == 256
    shares = [sum(SLOTS * n // 3 <= slot < SLOTS * (n + 1) // 3 for slot in slots) for n in range(3)]
    assert max(shares) < 1.1 * len(slots) / 3
    made_in_a_row = [IN_A_CLUSTER.index(385195084987893519 + 2**22 * n) for n in range(10_000)]
    assert max(map(made_in_a_row.count, set(made_in_a_row))) < 2 * 10_000 / 256


def test_all_menus_of_a_bot_are_in_one_slot() -> None:
    bot = menu_keys.tagged(42)
    names = [menu_keys.menu(bot, 1, 2), menu_keys.menus(bot, 3), menu_keys.chat(bot, 4)]
    names += [menu_keys.everybody(bot), menu_keys.parked(bot)]
    assert len({key_slot(name.encode()) for name in names}) == 1
    assert menu_keys.menu(42, 1, 2) == "bot:menu:42:1:2"

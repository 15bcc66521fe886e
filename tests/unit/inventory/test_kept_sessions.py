"""A process keeps many sessions: those of the latest players as they are, the others packed."""

from sys import getsizeof
from unittest.mock import patch

from apps.game_core.adapters.redis import documents
from apps.game_core.adapters.redis.packed_sessions import PackedSessions
from apps.game_core.modules.inventory.inventory.logic.sessions.kept_sessions import KeptSessions
from apps.game_core.modules.inventory.inventory.model import Durability, InventorySession
from apps.game_core.modules.items.contracts import Stat
from tests.support.altered import replace
from tools.support.bags import bag, item

MUCH = 62
FIRST_ID = 385_879_120_180_312_972
MOST_BYTES = 3_000
"""Of a packed session: 50,000 of them take 150 MB."""


def session(char_id: int) -> InventorySession:
    sword = item("iron_sword", durability=Durability(7, 80), affixes={Stat.POWER: char_id % 7})
    items = [
        replace(sword, id=FIRST_ID + (char_id * MUCH + number) * 7_919, position=number)
        for number in range(MUCH)
    ]
    return replace(bag(*items), char_id=char_id, rev=f"rev {char_id}", dirty=True, coins=char_id)


def keeping(*sessions: InventorySession, ready: int = 1, packed_bytes: int = 100_000) -> KeptSessions:
    kept = KeptSessions(PackedSessions(), ready=ready, packed_bytes=packed_bytes)
    for each in sessions:
        kept.keep(each)
    return kept


def test_the_latest_is_there_as_it_is() -> None:
    latest = session(2)

    assert keeping(session(1), latest).get(2) is latest


def test_one_that_is_packed_comes_back_whole_and_stays() -> None:
    kept = keeping(session(1), session(2))

    assert kept.get(1) == session(1)
    assert kept.get(1) is kept.get(1)
    assert kept.get(2) == session(2)


def test_a_newer_one_takes_the_place_of_a_packed_one() -> None:
    newer = replace(session(1), rev="newer")
    kept = keeping(session(1), session(2), newer, session(3))

    assert kept.get(1) == newer


def test_what_is_forgotten_is_gone_from_both() -> None:
    kept = keeping(session(1), session(2))
    kept.forget(1)
    kept.forget(2)
    kept.forget(3)

    assert kept.get(1) is kept.get(2) is None


def test_the_quietest_is_forgotten_first() -> None:
    two = sum(len(PackedSessions().packed(session(char_id))) for char_id in (2, 3))
    kept = keeping(*map(session, range(1, 5)), packed_bytes=two)

    assert kept.get(1) is None
    assert kept.get(2) == session(2)


def test_what_is_packed_takes_no_more_than_its_bytes_whatever_came_and_went() -> None:
    kept = keeping(*map(session, (*range(1, 9), *range(1, 9))), packed_bytes=2 * MOST_BYTES)
    for char_id in (3, 6, 7, 8):
        kept.forget(char_id)

    assert kept._bytes == sum(map(len, kept._packed.values()))
    assert kept._bytes <= 2 * MOST_BYTES


def test_whoever_is_seen_again_is_not_quiet() -> None:
    kept = keeping(session(1), session(2), session(1), session(3), ready=2)

    with patch.object(documents, "decode", side_effect=AssertionError("unpacked")):
        assert kept.get(1)


def test_a_packed_session_is_small() -> None:
    assert getsizeof(PackedSessions().packed(session(1))) < MOST_BYTES

"""The document says all there is of a session, and an item is encoded once."""

import json
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st
from msgspec import NODEFAULT
from msgspec.structs import fields

from apps.game_core.adapters.redis import documents
from apps.game_core.adapters.redis.documents import StoredDocument, decode, encode
from apps.game_core.adapters.redis.item_documents import ItemDocument
from apps.game_core.modules.inventory.inventory.model import (
    Confirmation,
    Durability,
    Half,
    Item,
    with_item,
)
from apps.game_core.modules.inventory.inventory.trail import Trail
from apps.game_core.modules.items.contracts import Rarity, Slot, Stat
from tests.support.altered import replace
from tools.support.bags import bag, item

WORN = item("iron_sword", durability=Durability(1, 80), affixes={Stat.POWER: -3}, locked=True, bound=True)
BREAD, POTION = item("bread", 9, acquired_at=7), replace(item("health_potion"), rarity=Rarity.EPIC)
BAG = replace(bag(BREAD, item("bread"), worn={Slot.MAIN_HAND: WORN}, quick={2: POTION}), rev="rev")
TRAILS = st.builds(
    Trail.of,
    st.integers(0, 9),
    st.lists(st.tuples(st.integers(0, 40), st.text()), unique_by=lambda made: made[0]).map(sorted),
)


@given(TRAILS)
def test_a_session_comes_back(trail: Trail) -> None:
    session = replace(BAG, trail=trail, dirty=True, waiting=(1, 2), conflicts=("lost",), coins=2**63 - 1)
    assert decode(encode(session), "rev") == session


def test_a_trail_is_written_by_its_unbroken_runs_and_read_as_earlier_releases_wrote_it() -> None:
    session = replace(BAG, trail=Trail.of(3, [(5, "a"), (6, "b"), (8, 'c"')]))
    written = b'"trail":{"since":3,"made":{"5":["a","b"],"8":["c\\""]}}'
    assert written in encode(session)

    pairs = b'"trail":{"since":3,"made":[[5,"a"],[6,"b"],[8,"c\\""]]}'
    assert decode(encode(session).replace(written, pairs), BAG.rev) == session


def test_a_document_of_the_last_release_says_nothing_of_coins_and_there_are_none() -> None:
    said = encode(BAG)
    older = said.replace(b',"coins":0', b"")
    assert len(older) < len(said)

    assert decode(older, "rev") == BAG
    begins, _ = StoredDocument.of(older, "rev", BAG.char_id).once_written()
    assert said.startswith(begins)


@given(TRAILS)
def test_a_half_comes_back_and_is_no_part_of_other_documents(trail: Trail) -> None:
    half = Half(5, 2**48 - 1, 9, 2**63 - 1, (WORN, BREAD), 2**63 - 1, Confirmation(0, 'a"b'))
    for each in (half, replace(half, confirmed=None, partner=None, items=())):
        session = replace(BAG, trail=trail, half=each)
        assert decode(encode(session), "rev") == session
    assert b"half" not in encode(BAG)


def test_the_half_is_the_last_of_the_metadata() -> None:
    """Where a session is adopted all is cut from there to the end of the metadata."""
    assert documents.Metadata.__struct_fields__[-1] == "half"


def test_every_field_of_an_item_comes_back() -> None:
    other = replace(WORN, quantity=2, rarity=Rarity.EPIC, acquired_at=7, position=3, junk=True)
    usual = {each.name: each.default for each in fields(Item) if each.default is not NODEFAULT}

    back = decode(encode(replace(BAG, backpack=(other,))), "rev").backpack[0]

    assert [name for name, default in usual.items() if getattr(other, name) == default] == []
    assert back == other


@given(TRAILS)
def test_once_written_it_is_clean_and_its_trail_ends(trail: Trail) -> None:
    session = replace(BAG, trail=trail, dirty=True, coins=7)
    data = encode(session)

    begins, rest = StoredDocument.of(data, "rev", BAG.char_id).once_written()

    clean = replace(session, dirty=False, trail=Trail(trail.since))
    written = begins + data[rest:]
    assert decode(written, BAG.rev) == clean
    assert len(written) in (len(data), len(encode(clean)))


def test_blanks_take_the_place_of_a_trail_unless_it_was_long() -> None:
    for op_ids, is_as_long in ((["once:1"], True), ([f"once:{number}" for number in range(99)], False)):
        data = encode(replace(BAG, trail=Trail.of(0, list(enumerate(op_ids))), dirty=True))

        begins, rest = StoredDocument.of(data, "rev", BAG.char_id).once_written()

        assert (len(begins) == rest) is is_as_long


def test_only_what_changed_is_encoded() -> None:
    encode(BAG)
    changed = with_item(BAG, replace(BREAD, quantity=3, position=0))

    with patch.object(documents, "ItemDocument", wraps=ItemDocument) as made:
        again = encode(changed)

    assert made.of.call_count == 1
    assert decode(again, "rev") == changed
    assert json.loads(again)["backpack"][0] == {"id": BREAD.id, "base": "bread", "n": 3, "at": 7}


def test_only_what_is_asked_for_is_read() -> None:
    stored = StoredDocument.of(encode(BAG), "rev", BAG.char_id)
    with patch.object(ItemDocument, "item", autospec=True, side_effect=ItemDocument.item) as read:
        rows = list(stored.rows({WORN.id, POTION.id, 404}))
    assert [(each.item, each.place, each.position) for each in rows] == [
        (WORN, "main_hand", 0),
        (POTION, "quick_slot", 2),
    ]
    assert read.call_count == 2


def test_what_items_have_in_common_is_there_once() -> None:
    """Thousands of sessions are kept."""
    one, other = (decode(encode(bag(item("bread"))), "rev").backpack[0] for _ in range(2))

    assert one.base_id is other.base_id
    assert one.affixes is other.affixes

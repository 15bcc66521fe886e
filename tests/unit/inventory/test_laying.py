"""What lies on the table stays what it was, whatever is done beside it, and is given as it was confirmed."""

from collections.abc import Sequence
from typing import Any

import pytest

from apps.game_core.modules.inventory.errors import (
    InventoryFullError,
    ItemLockedError,
    ItemNotFoundError,
    OperationRefusedError,
    QuestItemError,
    TooHeavyError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.limits import MAX_COINS
from apps.game_core.modules.inventory.inventory.logic.audit import findings
from apps.game_core.modules.inventory.inventory.model import (
    Confirmation,
    Durability,
    Half,
    InventorySession,
    Item,
    Parcel,
)
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_id
from apps.game_core.modules.inventory.inventory.operation_ids import stamp as state_stamp
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.batching import Batch
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem, DropMany, DropResult
from apps.game_core.modules.inventory.inventory.rules.fitting import Lack, lacking
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.inventory.rules.laying import to_lay, with_half
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem
from apps.game_core.modules.inventory.inventory.rules.mending import MendItem
from apps.game_core.modules.inventory.inventory.rules.ordering import SortBackpack
from apps.game_core.modules.inventory.inventory.rules.purse import TakeCoins
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore
from apps.game_core.modules.inventory.inventory.rules.taking import TakeItem, TakeKind
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem
from apps.game_core.modules.inventory.keeping_errors import (
    ItemBoundError,
    ItemInUseError,
    NotEnoughCoinsError,
    NotEnoughError,
    OnTheTableError,
    OtherHalfError,
)
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.value import replace
from tests.support.entered import entered
from tests.support.ledgers import Played
from tools.fights.gear import reader
from tools.support.bags import NOW, bag, item, rules, stamp

LATER = NOW + 600
SWORD, BREAD = item("iron_sword", durability=Durability(9, 80)), item("bread", 3)
POTIONS = item("health_potion", 2)


def half(*items: Item, **fields: Any) -> Half:
    return Half(**{"trade": 5, "mark": 1, "until": LATER, "partner": 2, "items": items, **fields})


def at_table(*beside: Item, coins: int = 100, laid_coins: int = 30, until: int = LATER) -> InventorySession:
    """Sword and potions lie on the table."""
    session = bag(SWORD, POTIONS, *beside)
    laid = [each for each in session.backpack if each.id in {SWORD.id, POTIONS.id}]
    return replace(session, coins=coins, half=half(*laid, coins=laid_coins, until=until))


TAKING = [
    EquipItem(**stamp(), item_id=SWORD.id),
    DropItem(**stamp(), item_id=POTIONS.id, quantity=1),
    DropMany(**stamp(), item_ids=(BREAD.id, SWORD.id)),
    LockItem(**stamp(), item_id=SWORD.id),
    UseConsumable(**stamp(), item_id=POTIONS.id),
    TakeItem(**stamp(), item_id=SWORD.id),
    replace(Batch.of(TakeItem(item_id=BREAD.id), TakeItem(item_id=SWORD.id)), **stamp()),
]


@pytest.mark.parametrize("operation", TAKING, ids=lambda each: each.kind)
def test_what_lies_on_the_table_cannot_be_taken_or_changed(operation: Operation[Any]) -> None:
    with pytest.raises(OnTheTableError) as refused:
        apply(at_table(BREAD), operation, rules())
    assert refused.value.item_id in {SWORD.id, POTIONS.id}


@pytest.mark.parametrize("operation", TAKING, ids=lambda each: each.kind)
def test_what_was_laid_too_long_ago_is_free(operation: Operation[Any]) -> None:
    apply(at_table(BREAD, until=NOW), operation, rules())


def test_coins_on_the_table_cannot_be_paid_with() -> None:
    apply(at_table(), TakeCoins(**stamp(), amount=70), rules())
    with pytest.raises(OnTheTableError) as refused:
        apply(at_table(), TakeCoins(**stamp(), amount=71), rules())
    assert refused.value.item_id is None


def test_what_lies_beside_it_is_free_and_so_is_its_place() -> None:
    session = at_table(BREAD)
    order = tuple(each.id for each in reversed(session.backpack))

    sorted_out, _ = apply(session, SortBackpack(**stamp(), order=order), rules())
    after, _ = apply(sorted_out, DropItem(**stamp(), item_id=BREAD.id), rules())

    assert after.half == session.half


def test_what_comes_back_lies_beside_what_is_on_the_table() -> None:
    session = at_table()
    lost = replace(POTIONS, quantity=1)
    drop = DropResult(POTIONS, quantity=1, remaining_quantity=1)
    operations: tuple[Operation[Any], ...] = (
        Restore(**stamp(), to=NOW, stood=(replace(lost, quantity=3),), new_ids=(77,)),
        Undo(**stamp(), of="drop", dropped=(drop,), dropped_at=NOW, new_ids=(77,)),
    )
    for operation in operations:
        after, _ = apply(session, operation, rules())

        assert after.backpack[:-1] == session.backpack
        assert (after.backpack[-1].id, after.backpack[-1].quantity) == (77, 1)


SHIELD = item("iron_shield", durability=Durability(0, 80))
LITTLE, MUCH = item("iron_ore", 2), item("iron_ore", 5)
ORES = TakeKind(**stamp(), base_id="iron_ore", quantity=4)
CHOOSING: list[Operation[Any]] = [
    ORES,
    replace(Batch.of(TakeKind(base_id="iron_ore", quantity=4)), **stamp()),
    MendItem(**stamp(), item_id=SHIELD.id),
]


def with_ore(beside: Item = MUCH, until: int = LATER) -> InventorySession:
    """A little ore lies on the table, and some beside it."""
    session = bag(LITTLE, SHIELD, beside)
    return replace(session, half=half(session.backpack[0], until=until))


@pytest.mark.parametrize("operation", CHOOSING, ids=lambda each: each.kind)
def test_what_chooses_by_itself_takes_what_lies_beside_the_table(operation: Operation[Any]) -> None:
    def left(session: InventorySession) -> Sequence[tuple[int, int]]:
        after, _, _ = entered(session, operation)
        return [(each.id, each.quantity) for each in after.backpack if each.base_id == "iron_ore"]

    assert left(with_ore()) == [(LITTLE.id, 2), (MUCH.id, 1)]
    assert left(with_ore(until=NOW)) == [(MUCH.id, 3)], "laid too long ago it goes first, as small stacks do"


@pytest.mark.parametrize("operation", CHOOSING, ids=lambda each: each.kind)
def test_what_lies_on_the_table_is_not_at_hand(operation: Operation[Any]) -> None:
    session = with_ore(beside=item("iron_ore", 3))

    with pytest.raises(NotEnoughError) as refused:
        apply(session, operation, rules())

    assert (refused.value.needed, refused.value.has) == (4, 3)
    assert [each.has for each in reader(session).damaged()] == [3]
    apply(with_ore(beside=item("iron_ore", 3), until=NOW), operation, rules())


def test_what_comes_new_lies_beside_what_is_on_the_table() -> None:
    session = with_ore(beside=item("iron_ore", 19))
    gift = AddItem(**stamp(), base_id="iron_ore", quantity=40, new_ids=(77, 78))

    after, _, _ = entered(session, gift)

    ores = [(each.id, each.quantity) for each in after.backpack if each.base_id == "iron_ore"]
    assert ores[0] == (LITTLE.id, 2)
    assert sum(quantity for _, quantity in ores) == 2 + 19 + 40
    grown, _, _ = entered(with_ore(until=NOW), replace(gift, quantity=1))
    assert grown.backpack[0].quantity == 3


def test_what_is_not_as_it_was_laid_is_in_nobodys_way() -> None:
    """Somebody who knows nothing of tables has taken it."""
    session = at_table(BREAD)
    robbed = replace(session, backpack=session.backpack[1:], coins=3)

    apply(robbed, DropItem(**stamp(), item_id=BREAD.id), rules())
    apply(robbed, TakeCoins(**stamp(), amount=1), rules())


BOUND, LOCKED = item("bread", bound=True), item("bread", locked=True)
WORN, QUICK = item("iron_helmet"), item("health_potion")
QUEST = item(next(entry.base_id for entry in rules().catalog if entry.quest))
UNKNOWN = replace(item("bread"), base_id="forgotten")


@pytest.mark.parametrize(
    ("thing", "refusal"),
    [
        (BOUND, ItemBoundError),
        (LOCKED, ItemLockedError),
        (WORN, ItemInUseError),
        (QUICK, ItemInUseError),
        (QUEST, QuestItemError),
        (UNKNOWN, UnknownItemError),
        (SWORD, ItemNotFoundError),
    ],
)
def test_what_cannot_be_laid(thing: Item, refusal: type[OperationRefusedError]) -> None:
    session = bag(BREAD, BOUND, LOCKED, QUEST, UNKNOWN, worn={Slot.HEAD: WORN}, quick={0: QUICK})

    with pytest.raises(refusal):
        to_lay(session, thing.id, rules())
    with pytest.raises(refusal):
        with_half(session, None, half(thing), rules())


def test_a_half_is_put_in_place_of_the_one_that_was_seen() -> None:
    session = replace(bag(BREAD), coins=30, version=9, rev="rev")
    [bread] = session.backpack
    empty, first = half(mark=1), half(bread, mark=2)

    laid = with_half(with_half(session, None, empty, rules()), empty, first, rules())

    assert laid.half == first
    for seen in (None, empty):
        with pytest.raises(OtherHalfError):
            with_half(laid, seen, half(mark=3), rules())
    with pytest.raises(NotEnoughCoinsError):
        with_half(laid, first, replace(first, coins=31), rules())
    with pytest.raises(ItemNotFoundError):
        with_half(laid, first, half(replace(bread, quantity=2)), rules())
    confirming = replace(first, coins=30, confirmed=Confirmation(7, ""))
    confirmed = with_half(laid, first, confirming, rules()).half
    assert confirmed == replace(confirming, confirmed=Confirmation(7, state_stamp(9, "rev")))
    assert with_half(laid, first, None, rules()).half is None


def test_who_confirms_has_all_of_it_looked_at_and_who_takes_away_has_not() -> None:
    session = bag(BREAD, UNKNOWN)
    seen = half(*session.backpack)
    sitting = replace(session, half=seen)

    with pytest.raises(UnknownItemError):
        with_half(sitting, seen, replace(seen, confirmed=Confirmation(7, "")), rules())
    with_half(sitting, seen, replace(seen, items=seen.items[1:]), rules())


def giving(*items: Item, coins: int = 0) -> Give:
    return Give(**stamp(), trade=5, partner=2, own_mark=1, other_mark=7, items=items, coins=coins)


def test_what_is_given_leaves_the_bag_and_the_table() -> None:
    session = at_table(BREAD)
    sword, potions, bread = session.backpack

    after, result = apply(session, giving(sword, potions, coins=30), rules())

    assert (after.backpack, after.coins, after.half) == ((bread,), 70, None)
    assert (result.items, result.coins, result.left) == ((sword, potions), 30, 70)


def test_given_again_elsewhere_it_leaves_another_table_alone() -> None:
    session = replace(bag(SWORD, BREAD), half=half(mark=99))

    after, _ = apply(session, giving(SWORD), rules())

    assert after.half == session.half


@pytest.mark.parametrize(
    ("before", "operation", "refusal"),
    [
        (bag(BREAD), giving(SWORD), ItemNotFoundError),
        (bag(replace(SWORD, durability=Durability(8, 80))), giving(SWORD), ItemNotFoundError),
        (bag(replace(BREAD, quantity=4)), giving(BREAD), ItemNotFoundError),
        (bag(worn={Slot.MAIN_HAND: SWORD}), giving(SWORD), ItemNotFoundError),
        (bag(SWORD), giving(SWORD, SWORD), ItemNotFoundError),
        (replace(bag(), coins=2), giving(coins=3), NotEnoughCoinsError),
    ],
)
def test_what_is_not_there_exactly_as_it_was_confirmed_is_not_given(
    before: InventorySession, operation: Give, refusal: type[OperationRefusedError]
) -> None:
    with pytest.raises(refusal):
        apply(before, operation, rules())


def test_a_ledger_explains_what_was_given() -> None:
    played = Played(bag(SWORD, POTIONS))
    played.do(giving(SWORD))
    assert list(findings(played.history())) == []

    [entry] = played.ledger
    other = replace(entry, payload=entry.payload.replace(b'"current":9', b'"current":8'))
    assert list(findings(played.replaced(0, other)))
    assert list(findings(played.without(0)))


ORE = item("iron_ore", 20)
HEAVY = replace(ORE, quantity=10_000)


@pytest.mark.parametrize(
    ("session", "goes", "comes"),
    [
        (bag(BREAD, max_slots=1), half(BREAD), half(SWORD)),
        (bag(BREAD, max_slots=1), half(), half(SWORD, POTIONS)),
        (bag(BREAD), half(), half(HEAVY)),
        (bag(HEAVY, BREAD), half(BREAD), half(SWORD)),
        (bag(HEAVY, BREAD), half(HEAVY), half(replace(HEAVY, id=99, quantity=9_000))),
        (bag(HEAVY, BREAD), half(BREAD), half()),
        (replace(bag(), coins=MAX_COINS), half(coins=5), half(coins=5)),
        (replace(bag(), coins=MAX_COINS), half(coins=5), half(coins=6)),
        (bag(BREAD, POTIONS, max_slots=1), half(), half(coins=1)),
    ],
)
def test_what_is_missing_is_what_a_receipt_would_be_refused_for(
    session: InventorySession, goes: Half, comes: Half
) -> None:
    given, _ = apply(session, giving(*goes.items, coins=goes.coins), rules())
    parcel = Parcel(5, 7, comes.items, comes.coins)
    lack = lacking(session, goes, comes, rules())
    try:
        apply(given, Receive(**stamp(inbox_id(1)), parcel=parcel), rules())
    except InventoryFullError:
        assert lack.slots > 0
    except TooHeavyError:
        assert lack.weight > 0
    except OperationRefusedError:
        assert lack.coins > 0
    else:
        assert lack == Lack()


def test_how_much_is_missing_is_told() -> None:
    session = replace(bag(BREAD, max_slots=1), coins=MAX_COINS - 1)
    lack = lacking(session, half(), half(HEAVY, SWORD, coins=5), rules())

    assert (lack.slots, lack.coins) == (2, 4)
    assert lack.weight == sum(
        rules().catalog.entries[each.base_id].weight * each.quantity for each in (BREAD, HEAVY, SWORD)
    ) - rules().max_weight(session)

"""Worn things under a name: kept, and worn again as far as they are there and fit; the rest is said."""

import pytest

from apps.game_core.modules.inventory.errors import OperationRefusedError
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import decode_operation, encode
from apps.game_core.modules.inventory.inventory.loadout import MAX_LOADOUTS, Loadout, Piece
from apps.game_core.modules.inventory.inventory.logic.history.deeds import do
from apps.game_core.modules.inventory.inventory.logic.history.ledger_lines import LedgerLines
from apps.game_core.modules.inventory.inventory.logic.history.loadouts_account import LoadoutsAccount
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.loadouts import ForgetLoadout, SaveLoadout
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.keeping_errors import (
    LoadoutNotFoundError,
    NothingWornError,
    TooManyLoadoutsError,
)
from apps.game_core.modules.inventory.keeping_views import LoadoutView, PieceState
from apps.game_core.modules.inventory.oversight import Fate
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.items.contracts import Grip, Slot
from tests.support.altered import replace
from tests.support.entered import entered
from tools.support.bags import NOW, bag, item, rules, stamp

SWORD, SHIELD, BOW = item("iron_sword"), item("iron_shield"), item("hunting_bow")
HELMET, RING, OTHER_RING = item("iron_helmet"), item("copper_ring"), item("copper_ring")
ARMED = {Slot.MAIN_HAND: SWORD, Slot.OFF_HAND: SHIELD, Slot.HEAD: HELMET}


def pieces_of(session: InventorySession) -> dict[Slot, Piece]:
    return {slot: Piece(each.id, each.base_id) for slot, each in session.equipped.items() if each}


def saved(session: InventorySession, name: str, new_id: int = 99) -> InventorySession:
    save = SaveLoadout(**stamp(), name=name, new_id=new_id, pieces=pieces_of(session))
    return apply(session, save, rules())[0]


def seen(session: InventorySession, by: Rules | None = None) -> LoadoutView:
    [view] = InventoryFormatter(by or rules(), NOW).loadouts(session)
    return view


def states(session: InventorySession, by: Rules | None = None) -> dict[Slot, PieceState]:
    return {piece.slot: piece.state for piece in seen(session, by).pieces}


def put_on(session: InventorySession, by: Rules | None = None) -> InventorySession:
    """What the button does: it must be a set that the rules take."""
    chosen = InventoryFormatter(by or rules(), NOW).to_wear(session, 99)
    wear = WearSet(**stamp(), items={slot: each.id for slot, each in chosen.items()})
    return apply(session, wear, by or rules())[0]


def worn_ids(session: InventorySession) -> dict[Slot, int]:
    return {slot: each.id for slot, each in session.equipped.items() if each}


def stripped(session: InventorySession, *also: Item) -> InventorySession:
    """The same with everything taken off, and more in the backpack."""
    off = tuple(each for each in session.equipped.values() if each)
    return replace(bag(*off, *also), loadouts=session.loadouts)


def test_what_is_worn_is_kept_and_worn_again() -> None:
    dressed = saved(bag(worn=ARMED), "Fight")

    again = put_on(stripped(dressed, RING))

    assert [(each.id, each.name) for each in dressed.loadouts] == [(99, "Fight")]
    assert states(dressed) == dict.fromkeys(ARMED, PieceState.WORN)
    assert states(stripped(dressed)) == dict.fromkeys(ARMED, PieceState.READY)
    assert worn_ids(again) == worn_ids(dressed)
    assert seen(stripped(dressed)).after == seen(dressed).before


def test_a_name_is_one_loadouts_whatever_its_letters_and_what_is_saved_last_counts() -> None:
    first = saved(bag(worn=ARMED), "Бой")
    second = saved(replace(first, equipped={**first.equipped, Slot.HEAD: None}), "БОЙ", 100)

    assert [(each.id, each.name, len(each.pieces)) for each in second.loadouts] == [(99, "БОЙ", 2)]


def test_there_are_five_at_most_and_forgetting_makes_room() -> None:
    session = bag(worn=ARMED)
    for number in range(MAX_LOADOUTS):
        session = saved(session, f"{number}", 10 + number)

    with pytest.raises(TooManyLoadoutsError):
        saved(session, "one more")
    assert len(saved(session, "4").loadouts) == MAX_LOADOUTS
    left, result = apply(session, ForgetLoadout(**stamp(), loadout_id=12), rules())
    assert result.loadout.name == "2"
    assert [each.name for each in saved(left, "one more", 1).loadouts] == ["one more", "0", "1", "3", "4"]


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        (SaveLoadout(**stamp(), name="naked", new_id=1), NothingWornError),
        (ForgetLoadout(**stamp(), loadout_id=404), LoadoutNotFoundError),
    ],
)
def test_what_makes_no_sense_is_refused(
    operation: SaveLoadout | ForgetLoadout, error: type[OperationRefusedError]
) -> None:
    with pytest.raises(error):
        apply(bag(), operation, rules())


def test_what_is_gone_or_at_hand_elsewhere_stays_away_and_is_said() -> None:
    dressed = saved(bag(worn=ARMED), "Fight")
    left = replace(bag(SHIELD), loadouts=dressed.loadouts)

    assert states(left) == {
        Slot.MAIN_HAND: PieceState.GONE,
        Slot.OFF_HAND: PieceState.READY,
        Slot.HEAD: PieceState.GONE,
    }
    assert [piece.name for piece in seen(left).having(PieceState.GONE)] == ["Iron Sword", "Iron Helmet"]
    assert worn_ids(put_on(left)) == {Slot.OFF_HAND: SHIELD.id}


def test_pieces_that_changed_places_or_are_worn_for_another_loadout_come_back() -> None:
    rings = {Slot.ACCESSORY_1: RING, Slot.ACCESSORY_2: OTHER_RING}
    dressed = saved(bag(worn=rings), "Rings")
    swapped = {Slot.ACCESSORY_1: OTHER_RING, Slot.ACCESSORY_2: RING}

    again = put_on(replace(bag(worn=swapped), loadouts=dressed.loadouts))

    assert worn_ids(again) == worn_ids(dressed)


def test_a_two_handed_weapon_of_a_loadout_empties_the_other_hand_and_back() -> None:
    archer = saved(bag(worn={Slot.MAIN_HAND: BOW}), "Bow")
    knight = saved(bag(worn=ARMED), "Sword")

    assert Slot.OFF_HAND not in worn_ids(put_on(replace(bag(BOW, worn=ARMED), loadouts=archer.loadouts)))
    back = put_on(replace(bag(*ARMED.values(), worn={Slot.MAIN_HAND: BOW}), loadouts=knight.loadouts))
    assert worn_ids(back) == worn_ids(knight)


def test_a_level_that_fell_keeps_a_piece_away() -> None:
    dressed = saved(bag(worn=ARMED, level=10), "Fight")
    fallen = replace(stripped(dressed), hero=replace(dressed.hero, level=1))

    assert states(fallen)[Slot.HEAD] is PieceState.UNFIT
    assert Slot.HEAD not in worn_ids(put_on(fallen))


def with_entry(base_id: str, **fields: object) -> Rules:
    """After a reload of the item files, in which this kind is another."""
    catalog = rules().catalog
    changed = replace(catalog.entries[base_id], **fields)  # type: ignore[arg-type]  # as the test says
    return Rules(replace(catalog, entries={**catalog.entries, base_id: changed}))


def test_a_reload_of_the_catalog_renames_moves_or_forgets_pieces() -> None:
    there = stripped(saved(bag(worn=ARMED), "Fight"))
    catalog = rules().catalog
    left = {base_id: entry for base_id, entry in catalog.entries.items() if base_id != "iron_helmet"}

    renamed = seen(there, with_entry("iron_helmet", name="Pot"))
    moved = states(there, with_entry("iron_helmet", slots=(Slot.CHEST,)))
    forgotten = seen(there, Rules(replace(catalog, entries=left)))
    heavy = with_entry("iron_sword", grip=Grip.TWO_HAND, slots=(Slot.MAIN_HAND,))

    assert [piece.name for piece in renamed.pieces] == ["Iron Sword", "Iron Shield", "Pot"]
    assert moved[Slot.HEAD] is PieceState.UNFIT
    assert [(piece.name, piece.known, piece.state) for piece in forgotten.pieces if not piece.known] == [
        ("iron_helmet", False, PieceState.UNFIT)
    ]
    assert states(there, heavy)[Slot.OFF_HAND] is PieceState.UNFIT
    assert worn_ids(put_on(there, heavy)) == {Slot.MAIN_HAND: SWORD.id, Slot.HEAD: HELMET.id}


def test_what_belongs_to_a_loadout_is_not_marked_as_junk_by_a_button() -> None:
    leather = item("leather_helmet")
    session = bag(leather, worn={Slot.HEAD: HELMET})
    kept = replace(session, loadouts=(Loadout(1, "Old", {Slot.HEAD: Piece(leather.id, "leather_helmet")}),))

    assert InventoryFormatter(rules(), NOW).junk(session).worse == (leather.id,)
    assert InventoryFormatter(rules(), NOW).junk(kept).worse == ()


def test_a_card_and_the_main_screen_know_what_belongs_together() -> None:
    dressed = saved(bag(RING, worn=ARMED), "Fight")
    formatter = InventoryFormatter(rules(), NOW)

    [title] = formatter.format_for_ui(dressed).loadouts
    assert (title.name, title.worn) == ("Fight", True)
    assert title.item_ids == {each.id for each in ARMED.values()}
    assert [formatter.generate_tooltip(dressed, each.id).loadouts for each in (SWORD, RING)] == [
        ("Fight",),
        (),
    ]
    assert not formatter.format_for_ui(stripped(dressed)).loadouts[0].worn


def test_what_is_kept_without_naming_it_is_what_is_worn_and_the_audit_looks() -> None:
    session = bag(RING, worn=ARMED)
    after, result, entry = entered(session, SaveLoadout(**stamp(), name="Fight", new_id=99))
    assert after.loadouts[0].pieces == pieces_of(session)

    forged = replace(result.loadout, pieces={Slot.HEAD: Piece(RING.id, "copper_ring")})
    deed = Deed({each.item.id: each for each in session.placed()}, {})
    do(deed, decode_operation(entry.kind, entry.payload), replace(result, loadout=forged))
    assert deed.wrong == ["another loadout was saved than was asked for"]


def test_admins_read_the_name_and_the_audit_counts_loadouts() -> None:
    session = bag(worn=ARMED)
    save = SaveLoadout(**stamp(), name="Fight", new_id=99, pieces=pieces_of(session))
    after, result = apply(session, save, rules())
    entry = LedgerEntry("op", 1, save.kind, NOW, encode(save), encode(result), b"[]")

    line = LedgerLines(rules().catalog).line(entry, Fate.WRITTEN)
    account = LoadoutsAccount()

    assert (line.deed, line.name, len(line.items)) == ("save_loadout", "Fight", 3)
    assert list(account.enter(result)) == []
    assert list(account.close(after.loadouts)) == []
    assert [text.split(":")[0] for text in account.close(())] == ["loadout 99"]
    assert len(list(account.enter(result))) == 1

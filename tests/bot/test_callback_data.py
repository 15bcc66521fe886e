"""What buttons carry: at most 64 bytes each, nothing but what we wrote."""

import re
from itertools import product

import pytest
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from apps.game_core.modules.inventory.contracts import drawn_for
from bot.callbacks.buttons import (
    Act,
    Choose,
    Close,
    Do,
    Erase,
    Facet,
    Fight,
    Mark,
    Marking,
    Open,
    Order,
    ScreenName,
    Speak,
    Train,
    numbered_chapter,
    numbered_slot,
)
from bot.callbacks.codes import packed
from bot.callbacks.makers import Acts, Deals, Opens, Shops
from bot.callbacks.names import ShopDeed
from bot.callbacks.shops import Shop
from bot.callbacks.trading import AtTable, Deal, Invitation
from bot.views.screen import PRIMARY, button
from tests.support.every_screen import every_view

MOST = 2**63 - 1
ACTS, OPENS, DEALS = Acts(MOST, "f" * 8, page=10**6), Opens(MOST), Deals(MOST, MOST)
EVERY_KIND = (
    *(Open(screen=screen, owner=MOST, item=MOST, page=10**6) for screen in ScreenName),
    OPENS.confirm_drop(MOST, 10_000, page=10**6),
    *(ACTS.quantity(do, MOST, 10_000) for do in Do),
    *(Mark(how=how, owner=MOST, item=MOST, page=10**6) for how in Marking),
    *(Choose(facet=facet, owner=MOST) for facet in Facet if facet is not Facet.VIEW),
    *(
        Choose.model_construct(facet=facet, owner=MOST, value="consumable")
        for facet in (Facet.TYPE, Facet.SORT)
    ),
    *(Choose(facet=Facet.VIEW, owner=MOST, value=view.code) for view in every_view()),
    Choose(facet=Facet.KEEP, owner=MOST, value="1"),
    *(Fight(do=do, owner=MOST, fight="f" * 12, turn=10**6, item=MOST, quick_slot=9) for do in Train),
    # As a user of the messenger is numbered, and a character.
    Order(owner=2**52, line=f"restore #{MOST} @{10**10} a1b2c3"),
    Order(owner=2**52, line=f"history #{MOST} 10000"),
    # And nobody has made a thousand million changes; the dearest stack there may be.
    *(
        Shop(do=do, owner=2**52, item=MOST, quantity=10_000, price=10**10, stamp="f" * 13, page=10**3)
        for do in ShopDeed
    ),
    Speak(owner=MOST, language="zh_Hant"),
    Close(owner=MOST, leave=True),
    Erase(owner=MOST, character=MOST),
    *(DEALS.item(deal, MOST, page=MOST) for deal in Deal),
    DEALS.part(MOST, 10_000, "f" * 19),
)


def test_every_kind_of_button_is_tried() -> None:
    ours = {kind for kind in CallbackData.__subclasses__() if kind.__module__.startswith("bot.")}
    assert {type(data) for data in EVERY_KIND} == ours


@pytest.mark.parametrize("data", EVERY_KIND, ids=repr)
def test_the_widest_button_fits(data: CallbackData) -> None:
    assert len(data.pack().encode()) <= 64


NARROWEST = (
    Open(screen=ScreenName.MAIN, owner=0),
    Close(owner=1),
    Fight(do=Train.LEAVE, owner=35),
    Mark(how=Marking.NONE, owner=36),
    Choose(facet=Facet.WEARABLE, owner=1, value="1"),
    Act(do=Do.DROP, owner=1, item=2, stamp="f" * 8).undoing(),
    Act(do=Do.LOCK, owner=1, item=2, stamp="Az-_" * 4),
)


@pytest.mark.parametrize("data", [*EVERY_KIND, *NARROWEST], ids=repr)
def test_a_button_says_what_the_library_makes_of_it(data: CallbackData) -> None:
    assert packed(data) == data.pack()
    assert button("Word", data) == InlineKeyboardButton(text="Word", callback_data=data.pack(), style=None)
    shown = button("W" * 99, data, PRIMARY).model_dump(exclude_none=True)
    assert shown == {"text": "W" * 59 + "…", "callback_data": data.pack(), "style": PRIMARY}


@pytest.mark.parametrize(
    "data",
    [
        Choose.model_construct(facet=Facet.SORT, owner=1, value="a:b"),
        Choose.model_construct(facet=Facet.SORT, owner=1, value="я" * 40),
        Act.model_construct(do=Do.DROP, owner=-1, item=1, stamp="f" * 8, page=0),
    ],
    ids=["a separator", "too long", "below zero"],
)
def test_what_the_library_refuses_is_refused(data: CallbackData) -> None:
    for pack in (packed, type(data).pack):
        with pytest.raises(ValueError, match=r".*"):
            pack(data)


@pytest.mark.parametrize("data", [data for data in EVERY_KIND if type(data) is not Choose], ids=repr)
def test_what_was_packed_is_what_is_unpacked(data: CallbackData) -> None:
    assert type(data).unpack(data.pack()) == data


OWNER, ITEM = 2**52, 2**62
AT_TABLE = Deals(OWNER, ITEM + 1)
DRAWN, THERE = Acts(OWNER, "f" * 8), Acts(OWNER, "f" * 8, page=7)
SHOPS = Shops(OWNER, "Az-_" * 3, page=7)
RECORDED: tuple[tuple[CallbackData, str], ...] = (
    (DRAWN.all(Do.SORT), "a:so:18ce53un18g:0:ffffffff:0:0"),
    (THERE.item(Do.USE, ITEM), "a:us:18ce53un18g:z1ci99jj7474:ffffffff:0:7"),
    (THERE.quantity(Do.DROP, ITEM, 5), "a:dr:18ce53un18g:z1ci99jj7474:ffffffff:5:7"),
    (THERE.slot(Do.EQUIP_CHOSEN, ITEM, 8), "a:ec:18ce53un18g:z1ci99jj7474:ffffffff:8:7"),
    (THERE.quick_slot(Do.TO_QUICK, ITEM, 3), "a:tq:18ce53un18g:z1ci99jj7474:ffffffff:3:7"),
    (THERE.merge(Do.MERGE, ITEM, into=ITEM + 1), "a:mg:18ce53un18g:z1ci99jj7474:ffffffff:z1ci99jj7475:7"),
    (DRAWN.shown(Do.WEAR_BEST, 4_000_000_000), "a:wb:18ce53un18g:1u5hvr4:ffffffff:0:0"),
    (DRAWN.loadout(Do.WEAR_LOADOUT, 36), "a:wl:18ce53un18g:10:ffffffff:0:0"),
    (DRAWN.new_loadout(Do.SAVE_LOADOUT, 4), "a:sl:18ce53un18g:0:ffffffff:4:0"),
    (Opens(OWNER).slot(8), "o:sl:18ce53un18g:0:0:8"),
    (Opens(OWNER).card_for_slot(ITEM, 8), "o:it:18ce53un18g:z1ci99jj7474:0:8"),
    (Opens(OWNER).fill_quick_slot(3), "o:fq:18ce53un18g:0:0:3"),
    (Opens(OWNER).confirm_use_quick(ITEM, 3), "o:cq:18ce53un18g:z1ci99jj7474:0:3"),
    (Opens(OWNER).confirm_drop(ITEM, 5, page=7), "o:cd:18ce53un18g:z1ci99jj7474:7:5"),
    (Opens(OWNER).loadout(ScreenName.FORGET_LOADOUT, 36), "o:fl:18ce53un18g:10:0:0"),
    (Opens(OWNER).chapter(6, page=2), "o:cc:18ce53un18g:0:2:6"),
    (Opens(OWNER).kind(2**48 - 1, page=2), "o:ck:18ce53un18g:2rrvthnxtr:2:0"),
    (Opens(OWNER).ware(2**32 - 1, page=2), "o:wr:18ce53un18g:1z141z3:2:0"),
    (SHOPS.buy(2**32 - 1, 5, 2_700), "b:b:18ce53un18g:1z141z3:5:230:Az-_Az-_Az-_:7"),
    (SHOPS.sell(ITEM, 99, 10**6), "b:s:18ce53un18g:z1ci99jj7474:2r:lfls:Az-_Az-_Az-_:7"),
    (SHOPS.sell_junk(2**32 - 1, 35), "b:j:18ce53un18g:1z141z3:0:z:Az-_Az-_Az-_:7"),
    (SHOPS.mend_one(ITEM, 36), "b:m:18ce53un18g:z1ci99jj7474:0:10:Az-_Az-_Az-_:7"),
    (SHOPS.mend_all(36), "b:a:18ce53un18g:0:0:10:Az-_Az-_Az-_:7"),
    (SHOPS.buy_back(2**32 - 1, 36), "b:r:18ce53un18g:1z141z3:0:10:Az-_Az-_Az-_:7"),
    (AT_TABLE.table(Deal.LEAVE), "h:le:18ce53un18g:z1ci99jj7475:0:0"),
    (AT_TABLE.item(Deal.LAY, ITEM, page=7), "h:la:18ce53un18g:z1ci99jj7475:z1ci99jj7474:7"),
    (AT_TABLE.confirm(36), "h:ok:18ce53un18g:z1ci99jj7475:0:10"),
    (AT_TABLE.invited(Deal.SIT, 36), "h:si:18ce53un18g:z1ci99jj7475:0:10"),
    (
        Fight(do=Train.MOVE, owner=OWNER, fight="a-B_3", turn=36, item=ITEM, quick_slot=3),
        "t:m:18ce53un18g:a-B_3:10:z1ci99jj7474:3",
    ),
)


@pytest.mark.parametrize(("data", "text"), RECORDED, ids=[text for _, text in RECORDED])
def test_buttons_are_written_as_in_the_messages_of_earlier_releases(data: CallbackData, text: str) -> None:
    assert packed(data) == text
    assert type(data).unpack(text) == data


def test_a_part_of_a_stack_is_set_apart_once_in_one_state_of_the_inventory() -> None:
    first = AT_TABLE.part(ITEM, 5, "f" * 8)
    others = (AT_TABLE.part(ITEM, 5, "e" * 8), AT_TABLE.part(ITEM, 6, "f" * 8), AT_TABLE.part(1, 5, "f" * 8))

    assert first.quantity == 5
    assert AtTable.unpack(first.pack()).op_id == first.op_id
    assert first.op_id not in {each.op_id for each in (*others, Deals(OWNER, 1).part(ITEM, 5, "f" * 8))}


@pytest.mark.parametrize("invitation", [Invitation(MOST, MOST), Invitation(1, 35), Invitation(0, 0)])
def test_a_link_says_what_was_put_into_it(invitation: Invitation) -> None:
    assert re.fullmatch("[A-Za-z0-9_-]{1,64}", invitation.payload)
    assert Invitation.read(invitation.payload) == invitation


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "trade_",
        "trade_1",
        "trade_1_",
        "trade_1_2_3",
        "trade_A_1",
        "trade_1_2 ",
        "trade_zzzzzzzzzzzzz_1",
        "1_2",
    ],
)
def test_a_link_that_nobody_has_made_leads_nowhere(payload: str) -> None:
    assert Invitation.read(payload) is None


def test_what_is_written_by_a_name_is_read_by_that_name() -> None:
    written = {
        "slot_number": (THERE.slot(Do.EQUIP, 1, 5), Opens(OWNER).slot(5), Opens(OWNER).card_for_slot(1, 5)),
        "quick_slot": (
            THERE.quick_slot(Do.TO_QUICK, 1, 5),
            Opens(OWNER).fill_quick_slot(5),
            Opens(OWNER).confirm_use_quick(1, 5),
        ),
        "quantity": (THERE.quantity(Do.DROP, 1, 5), Opens(OWNER).confirm_drop(1, 5, page=7)),
        "into": (THERE.merge(Do.MERGE, 1, into=5),),
        "proposed": (THERE.new_loadout(Do.SAVE_LOADOUT, 5),),
        "loadout": (
            THERE.loadout(Do.WEAR_LOADOUT, 5),
            Opens(OWNER).loadout(ScreenName.LOADOUT, 5),
        ),
        "shown": (THERE.shown(Do.CLEAR_JUNK, 5), SHOPS.sell_junk(5, 3)),
        "item": (
            THERE.item(Do.USE, 5),
            SHOPS.sell(5, 1, 3),
            SHOPS.mend_one(5, 3),
            AT_TABLE.item(Deal.CARD, 5),
        ),
        "ware": (Opens(OWNER).ware(5, page=7), SHOPS.buy(5, 1, 3)),
        "lot": (SHOPS.buy_back(5, 3),),
        "price": (SHOPS.mend_all(5),),
        "chapter": (Opens(OWNER).chapter(5, page=7),),
        "kind": (Opens(OWNER).kind(5, page=7),),
        "page": (AT_TABLE.page(Deal.CHOOSE, 5),),
        "coins": (AT_TABLE.coins(Deal.LAY_COINS, 5),),
        "fingerprint": (AT_TABLE.confirm(5),),
        "inviter": (AT_TABLE.invited(Deal.SIT, 5),),
        "partner": (Deals(OWNER).invite(5, 6),),
        "instead_of": (Deals(OWNER).invite(6, 5), AT_TABLE.invited(Deal.SIT, 6, 5)),
    }
    assert {getattr(data, name) for name, each in written.items() for data in each} == {5}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Open, "o:ma:-1:0:0:0"),
        (Open, "o:ma:1:0:0"),
        (Open, "o:??:1:0:0:0"),
        (Open, "o:ma:1:0:0:" + "z" * 40),
        (Act, "a:dr:1:1:XYZXYZXY:0:0"),
        (Act, "a:dr:1:1::0:0"),
        (Act, "a:dr:1:٣:00000000:0:0"),
        (Choose, "c:t:1:spaceship"),
        (Choose, "c:w:1:consumable"),
        (Choose, "c:q:1:sword"),
        (Choose, "c:v:1:"),
        (Choose, "c:v:1:weapon-rare-1-verdict"),
        (Choose, "c:v:1:weapon-rare-1-verdict-type-x"),
        (Choose, "c:v:1:rare-weapon-1-verdict-type"),
        (Choose, "c:k:1:2"),
        (Mark, "m:x:1:1:0"),
        (Speak, "l:1:../../etc"),
        (Speak, "l:1:{0.__class__}"),
        (Close, "x:1:perhaps"),
        (Shop, "b:s:1:1:1:-1:fffffffff:0"),
        (Shop, "b:z:1:1:1:1:fffffffff:0"),
        (Shop, "b:s:1:1:1:1:fff:0"),
    ],
)
def test_what_we_never_wrote_is_refused(kind: type[CallbackData], text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        kind.unpack(text)


def test_arguments_tell_operations_apart() -> None:
    keys = {
        Acts(1, stamp).quantity(do, item, quantity).op_id
        for do, item, stamp, quantity in product(Do, (1, 2), ("00000000", "00000001"), (0, 1))
    }
    assert len(keys) == len(Do) * 8


@pytest.mark.parametrize("number", [0, 9, 10**6])
def test_a_number_that_no_slot_and_no_chapter_has(number: int) -> None:
    assert numbered_slot(number) is None
    assert numbered_chapter(number) is None


def test_each_deal_is_an_order_of_its_own() -> None:
    taps = [
        shops.sell(item, quantity, price)
        for shops in (SHOPS, Shops(OWNER, "Az-_" * 4))
        for item, quantity, price in product((1, 2), (1, 2), (1, 2))
    ]
    taps += [tap.model_copy(update={"do": do}) for tap in taps for do in ShopDeed if do is not ShopDeed.SELL]

    assert len({tap.order for tap in taps}) == len(taps)
    assert SHOPS.sell(1, 1, 1).order == Shops(OWNER, "Az-_" * 3, page=8).sell(1, 1, 1).order
    assert {tap.since for tap in taps} == {drawn_for(f"at:{each}:") for each in ("Az-_" * 3, "Az-_" * 4)}

"""Every table of a trade, in all its states, and every screen around it, without a server."""

from collections.abc import Iterator
from functools import cache
from types import MappingProxyType

from apps.game_core.modules.characters.contracts import Character
from apps.game_core.modules.inventory.contracts import ItemView
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.model import Durability, Item
from apps.game_core.modules.items.contracts import Slot, Stat
from apps.game_core.modules.trade import errors
from apps.game_core.modules.trade.contracts import HalfView, TableState, TableView, WaitsFor
from bot.callbacks.makers import Deals
from bot.callbacks.trading import Deal
from bot.players.choices import BackpackChoice
from bot.views.refusals import refusal
from bot.views.screen import Notice, Screen
from bot.views.trading import TradeScreens
from bot.views.ui import Ui
from tests.support.altered import replace
from tests.support.remembering import Remembering
from tools.support.bags import NOW, bag, item, rules

OWNER = 2**52
TRADE, MARK = 2**63 - 1, 2**63 - 2
URL = "https://t.me/1000?start=0"
INVITER = Character(1, OWNER, "12345", "en", 7, 9, 100)
MOST_LAID = 20
PLAIN_NOTICES = (
    "taken_away",
    "table_confirmed",
    "table_given",
    "table_settled",
    "table_left",
    "seated",
    "born_at_table",
    "declined",
    "not_a_player",
    "invitation_unread",
)
MOST_COINS = 2**63 - 1
ROLLED = MappingProxyType({Stat.BLOCK_CHANCE: -12, Stat.CRIT_CHANCE: 12})


def laid(*kinds: str, rolled: bool = False) -> tuple[ItemView, ...]:
    """As they are judged for somebody who wears little. `rolled`: worn out, and with affixes."""
    things = [_thing(kind, rolled=rolled) for kind in kinds]
    session = bag(*things, worn={Slot.MAIN_HAND: item("iron_sword")}, level=5, strength=10, max_slots=200)
    return tuple(FormattedInventory(session, InventoryFormatter(rules(), NOW)).view().backpack)


def _thing(kind: str, *, rolled: bool) -> Item:
    entry = rules().catalog.entries[kind]
    left, most = entry.max_durability, entry.max_durability
    wear = Durability(left // 3 if rolled else left, most) if left and most else None
    affixes = ROLLED if rolled and entry.slots else {}
    return item(kind, min(5, entry.max_stack), durability=wear, affixes=affixes)


@cache
def rich() -> FormattedInventory:
    """Much to lay, of each sort that may not be, and coins."""
    kept = (
        item("iron_sword", locked=True),
        item("iron_sword", bound=True),
        item("sealed_letter"),
        replace(item("bread"), base_id="12345"),
        item("iron_helmet", durability=Durability(0, 80)),
        item("dragon_blade", affixes=MappingProxyType({Stat.POWER: 3})),
    )
    stacks = [item(entry.base_id, min(3, entry.max_stack)) for entry in rules().catalog.entries.values()]
    session = bag(*kept, *stacks, item("iron_ore", 99), level=5, strength=10, max_slots=200)
    named = replace(session, hero=replace(session.hero, name="12345"), coins=1_540, rev="f" * 8)
    return FormattedInventory(named, Remembering(rules(), NOW))


@cache
def every_half() -> tuple[tuple[HalfView, HalfView], ...]:
    """Nothing; one thing against coins; much of everything; names that nobody knows."""
    few, some = laid("iron_sword", "health_potion"), laid("dragon_blade", "copper_ring", "bread")
    kinds = sorted(rules().catalog.entries)
    many, more = laid(*kinds[:MOST_LAID]), laid(*kinds[MOST_LAID : 2 * MOST_LAID])
    rare = laid(*kinds[:MOST_LAID], rolled=True), laid(*kinds[MOST_LAID : 2 * MOST_LAID], rolled=True)
    gone = replace(few[0], known=False, base_id="12345")
    return (
        (HalfView(1, "12345", (), 0), HalfView(2, "67890", (), 0)),
        (HalfView(1, "12345", few, 0), HalfView(2, "67890", (), 1_200)),
        (HalfView(1, "12345", (), 5), HalfView(2, "67890", some, 0)),
        (HalfView(1, "12345", few, 7), HalfView(2, "67890", (), 0)),
        (HalfView(1, "12345" * 13, many, MOST_COINS), HalfView(2, "67890" * 13, more, MOST_COINS)),
        (HalfView(1, "12345", rare[0], MOST_COINS), HalfView(2, "67890", rare[1], MOST_COINS)),
        (HalfView(1, "12345", rare[0][:5], MOST_COINS), HalfView(2, "67890", rare[1][:5], MOST_COINS)),
        (HalfView(1, "", (gone,), 0), HalfView(2, "", (gone,), 0)),
    )


def every_table() -> Iterator[TableView]:
    for own, other in every_half():
        alone = TableView(TRADE, TableState.INVITING, own, None, None, WaitsFor.PARTNER, NOW + 540)
        yield from (alone, replace(alone, kept_for=other.name))
        yield from _laying(own, other)
        confirmed = replace(own, confirmed=True), replace(other, confirmed=True)
        yield TableView(TRADE, TableState.GIVEN, *confirmed, None, WaitsFor.EXCHANGE)
        yield TableView(TRADE, TableState.GIVEN, confirmed[0], None, None, WaitsFor.EXCHANGE)
        for waits in (None, WaitsFor.ROOM):
            yield TableView(TRADE, TableState.SETTLED, own, other, None, waits)
            yield TableView(TRADE, TableState.OFF, own, other, None, waits)
    for state in (TableState.SETTLED, TableState.OFF, TableState.LEFT):
        yield TableView(TRADE, state)


def _laying(own: HalfView, other: HalfView) -> Iterator[TableView]:
    if not (own.items or own.coins or other.items or other.coins):
        yield TableView(TRADE, TableState.LAYING, own, other, None, WaitsFor.YOU)
        return
    for mine in (False, True):
        for theirs in (False, True):
            halves = replace(own, confirmed=mine), replace(other, confirmed=theirs)
            waits = WaitsFor.THEM if mine else WaitsFor.YOU
            view = TableView(TRADE, TableState.LAYING, *halves, MARK, waits)
            yield from (view, replace(view, changed=not mine))


def every_trade_screen(ui: Ui) -> Iterator[tuple[str, Screen]]:
    """By the name of the method that draws it."""
    plain, inventory = TradeScreens(ui, OWNER), rich()
    for view in every_table():
        yield "table", plain.table(view, URL, NOW)
        yield "busy", plain.busy(view, Deals(OWNER, TRADE).invited(Deal.SIT, 2**62, TRADE))
        yield "busy", plain.busy(view, Deals(OWNER).invite(2**62, TRADE))
        yield "news", plain.news(view)
    yield from _lists(ui)
    at_hand = {row.base_id: row for row in inventory.view().backpack}
    view = TableView(TRADE, TableState.LAYING, *every_half()[0], None)
    for kind in ("iron_ore", "bread"):
        yield "part", plain.part(inventory, view, at_hand[kind].id, 2)
    for among in (True, False):
        yield "invitation", plain.invitation(TRADE, INVITER, INVITER, among_others=among)
        for owned in (0, 1, 2, 9, 1_540, MOST_COINS):
            session = replace(inventory.session, coins=owned)
            purse = FormattedInventory(session, inventory.formatter)
            for there in {0, owned // 3, owned}:
                half = HalfView(1, "12345", (), there)
                yield "coins", plain.coins(purse, replace(view, own=half), among_others=among)
    yield "declined", plain.declined(TRADE, INVITER)
    card = inventory.item(at_hand["dragon_blade"].id)
    for own in ((card.item,), ()):
        yield "card", plain.card(replace(view, own=HalfView(1, "12345", own, 0)), card)


def _lists(ui: Ui) -> Iterator[tuple[str, Screen]]:
    view = TableView(TRADE, TableState.LAYING, *every_half()[0], None)
    bare = FormattedInventory(bag(), InventoryFormatter(rules(), NOW))
    for choice in (BackpackChoice(), BackpackChoice(search="12345")):
        screens = TradeScreens(ui, OWNER, choice)
        for inventory in (rich(), bare):
            for page in (0, 1, 99):
                for parts in (True, False):
                    for among in (True, False):
                        shown = screens.choosing(inventory, view, page, parts_only=parts, among_others=among)
                        yield "choosing", shown


def every_trade_notice(ui: Ui) -> Iterator[Notice]:
    yield from (refusal(ui, error, 1) for error in every_trade_refusal())
    yield from (Notice(ui.notice(name)) for name in PLAIN_NOTICES)
    for name in ("invited", "invited_already", "plays_not_yet", "laid"):
        yield Notice(ui.notice(name, name="12345"))
    yield from (Notice(ui.notice("coins_laid", number=number)) for number in (0, MOST_COINS))
    yield from (Notice(ui.notice(name, owned=MOST_COINS)) for name in ("not_coins", "too_many_coins"))


def every_trade_refusal() -> Iterator[errors.TradeError]:
    yield errors.NoTableError(1, TRADE)
    yield errors.TableExpiredError(TRADE)
    yield errors.BusyError(TRADE)
    yield errors.ChairTakenError(TRADE)
    yield errors.WithOneselfError(1)
    yield errors.PartnerGoneError(TRADE)
    yield errors.OtherTableError(TRADE)
    yield from (errors.NotTradableError(1, "Health Potion", each) for each in errors.TradeObstacle)
    yield from (errors.TableFullError(most) for most in (1, 2, 5, 12))
    for slots, weight, coins in ((1, 0, 0), (2, 0, 0), (5, 0, 0), (0, 3_400, 0), (0, 0, 10**18), (2, 250, 7)):
        yield from (errors.DoesNotFitError(char_id, slots, weight, coins) for char_id in (1, 2))

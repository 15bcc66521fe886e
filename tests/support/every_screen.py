"""Every screen and every notice there is, in one language, without a server."""

from collections.abc import Callable, Iterator
from functools import cache
from types import MappingProxyType
from typing import Any

from apps.game_core.combat import dummy_hp
from apps.game_core.modules.characters.contracts import Character
from apps.game_core.modules.codex.codex_service import codex_of, number_of
from apps.game_core.modules.inventory import errors, keeping_errors
from apps.game_core.modules.inventory.contracts import ARCHIVED, Gift, GroupBy, Outcome, Roll, SortBy
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.loadout import Loadout, Piece
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.model import (
    Buff,
    Durability,
    InventorySession,
    Source,
    Vitals,
)
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem, DropMany, DropResult
from apps.game_core.modules.inventory.inventory.rules.junk import MarkJunk
from apps.game_core.modules.inventory.inventory.rules.loadouts import ForgetLoadout, SaveLoadout
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem
from apps.game_core.modules.inventory.inventory.rules.noting import TakeNoteResult
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet, WearSetResult
from apps.game_core.modules.inventory.inventory.rules.quick_slots import MoveFromQuickSlot, MoveToQuickSlot
from apps.game_core.modules.inventory.inventory.rules.stacks import MergeStacks, SplitStack
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import RevertResult
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import UndoResult
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem, UnequipItem
from apps.game_core.modules.items.contracts import Attribute, ItemType, Rarity, Slot, Stat
from apps.game_core.modules.training.contracts import (
    Blow,
    BlowKind,
    Exchange,
    Fight,
    FightState,
    FightView,
    Lesson,
    Prize,
    Use,
)
from bot.callbacks.buttons import UNDOING, Do
from bot.callbacks.makers import Acts
from bot.i18n import LOCALES, Translations
from bot.keyboards.codex import pages_of
from bot.players.choices import BackpackChoice, View
from bot.views.meanings import FOLLOWING
from bot.views.notices import Toast, ToastOfDrop, junk_marked, loadout_worn, locked
from bot.views.refusals import refusal
from bot.views.screen import Notice, Screen
from bot.views.screens import Screens
from bot.views.ui import Ui, Uis
from tests.support.altered import replace
from tests.support.every_counter import every_bargain, every_merchant_error, every_merchant_screen
from tests.support.every_table import every_trade_notice, every_trade_screen
from tests.support.remembering import Remembering
from tools.support.bags import NOW, bag, item, rules, stamp

OWNER = 2**52
PLAIN_NOTICES = (
    "closed",
    "language_set",
    "left_game",
    "outdated",
    "erased",
    "not_yours",
    "broken",
    "fight_left",
    "fighting",
    "no_fight",
    "anonymous",
    "forwarded",
    "cannot_write",
    "unseen_name",
)
BROKE = ("Iron Sword", "Leather Armor")
HERO = Character(1, OWNER, "12345", "en", 7, 9, 100)


@cache
def everything() -> FormattedInventory:
    """One of each kind, some of them worn, some in quick slots; a hero of few levels in full health."""
    kinds = sorted(rules().catalog.entries)
    items = [item(kind, min(3, rules().catalog.entries[kind].max_stack), acquired_at=NOW) for kind in kinds]
    session = bag(
        *items,
        item("dragon_blade", affixes={Stat.POWER: 3}, locked=True),
        item("iron_sword", junk=True),
        worn={
            Slot.MAIN_HAND: item("iron_sword", durability=Durability(-3, 80)),
            Slot.CHEST: item("leather_armor", durability=Durability(80, 80)),
        },
        quick={0: item("health_potion", 2), 2: item("fireball_scroll")},
        level=5,
        strength=10,
        hp=100,
        max_slots=200,
    )
    buffs = (Buff(Stat.STRENGTH, 5, NOW + 100),)
    changed = replace(
        session, vitals=Vitals(100, buffs), hero=replace(session.hero, name="12345"), rev="f" * 8, coins=1_500
    )
    return FormattedInventory(changed, Remembering(rules(), NOW))


@cache
def shipped(language: str) -> Ui:
    return Uis(Translations.load(LOCALES)).of(language)


@cache
def shipped_screens(language: str) -> tuple[tuple[str, Screen], ...]:
    """Drawn once for all tests of a process: nobody changes a screen."""
    return tuple(every_screen(shipped(language)))


def every_screen(ui: Ui) -> Iterator[tuple[str, Screen]]:
    inventory = everything()
    plain = Screens(ui, OWNER)
    rows = inventory.view().backpack
    by_kind = {row.base_id: row for row in rows}
    bread = by_kind["bread"]
    yield "lobby", plain.lobby(HERO)
    yield "lobby", plain.lobby(HERO, new=True)
    yield "languages", plain.languages({"en": "1", "ru": "2"}, "en")
    yield "logout", plain.logout()
    yield from (("left", plain.left(saved=saved)) for saved in (True, False))
    yield "erase", plain.erase()
    yield "erase_for_sure", plain.erase_for_sure(2**62)
    yield "erased", plain.erased()
    yield from (("help", plain.help(admin=admin)) for admin in (True, False))
    yield "main", plain.main(inventory)
    for waiting in (1, 2, 5):
        got = (Gift("bread", 2), *[Gift("copper_ring", 1, Roll(Rarity.EPIC))] * (waiting * 2))
        told = replace(inventory, session=replace(inventory.session, waiting=(*range(waiting),), gifts=got))
        yield "main", plain.main(told)
        yield "backpack", plain.backpack(told, 0)
    yield from (("fight", plain.fight(view)) for view in every_fight(inventory))
    yield from (("slot", plain.slot(inventory, number)) for number in range(1, 9))
    yield "best_set", plain.best_set(inventory)
    yield "best_set", plain.best_set(FormattedInventory(bag(), inventory.formatter))
    yield from every_keeping_screen(plain, inventory)
    yield from (*every_loadout_screen(ui), *every_trade_screen(ui))
    yield from (("news", plain.news(inventory, told_of)) for told_of in every_news())
    yield "quick_slots", plain.quick_slots(inventory)
    yield "fill_quick_slot", plain.fill_quick_slot(inventory, 1)
    yield "fill_quick_slot", plain.fill_quick_slot(FormattedInventory(bag(), inventory.formatter), 1)
    for choice in every_choice():
        screens = Screens(ui, OWNER, choice)
        yield "backpack", screens.backpack(inventory, 0)
        yield "filters", screens.filters()
        yield "orders", screens.orders(inventory)
        yield from (("search", screens.search(among_others=among)) for among in (True, False))
        yield "marking", screens.marking(inventory, 0)
        yield "confirm_marked", screens.confirm_marked(inventory, 0)
    marking = Screens(ui, OWNER, BackpackChoice(marked=frozenset(row.id for row in rows)))
    yield "marking", marking.marking(inventory, 0)
    yield "confirm_marked", marking.confirm_marked(inventory, 0)
    for placed in inventory.session.placed():
        yield "item", plain.item(inventory, placed.item.id, 0)
    yield from undoable_screens(inventory, plain, bread.id)
    yield "item_or_backpack", plain.item_or_backpack(inventory, 404, 0)
    yield "pick_slot", plain.pick_slot(inventory, by_kind["copper_ring"].id, 0)
    yield "pick_quick_slot", plain.pick_quick_slot(inventory, bread.id, 0)
    yield "pick_split", plain.pick_split(inventory, bread.id, 0)
    yield "pick_drop", plain.pick_drop(inventory, bread.id, 0)
    yield "confirm_drop", plain.confirm_drop(inventory, bread.id, 0, 3)
    yield "confirm_use", plain.confirm_use(inventory, bread.id, 0)
    yield "confirm_use_quick", plain.confirm_use_quick(inventory, bread.id, 0)


def every_loadout_screen(ui: Ui) -> Iterator[tuple[str, Screen]]:
    """None, one, as many as there may be; pieces worn, at hand, unfit, gone, and of a kind that is gone."""
    plain, bare = Screens(ui, OWNER), everything()
    naked = replace(bare, session=replace(bare.session, equipped=dict.fromkeys(Slot)))
    for inventory in (bare, naked, dressed(bare, 1), dressed(bare, 3), dressed(bare, 5)):
        yield "main", plain.main(inventory)
        yield "loadouts", plain.loadouts(inventory)
        yield from (
            ("name_loadout", plain.name_loadout(inventory, among_others=each)) for each in (True, False)
        )
        for each in inventory.session.loadouts:
            yield "loadout", plain.loadout(inventory, each.id)
            yield "forget_loadout", plain.forget_loadout(inventory, each.id)
            some = next(iter(each.pieces.values()))
            if some.item_id in {placed.item.id for placed in inventory.session.placed()}:
                yield "item", plain.item(inventory, some.item_id, 0)


def dressed(inventory: FormattedInventory, number: int) -> FormattedInventory:
    """With so many loadouts of some of everything."""
    session = inventory.session
    ids = {each.base_id: each.id for each in session.backpack}
    worn = {slot: Piece(each.id, each.base_id) for slot, each in session.equipped.items() if each}
    pieces = (
        worn,
        worn | {Slot.HEAD: Piece(ids["leather_helmet"], "leather_helmet"), Slot.FEET: Piece(404, "sabatons")},
        {Slot.CHEST: Piece(ids["dragonscale_armor"], "dragonscale_armor"), Slot.LEGS: Piece(405, "12345")},
        {Slot.HEAD: Piece(404, "iron_helmet")},
        {Slot.HEAD: Piece(ids["crown_of_kings"], "crown_of_kings")},
    )
    loadouts = tuple(Loadout(2**62 + each, str(each) * 5, pieces[each]) for each in range(number))
    return replace(inventory, session=replace(session, loadouts=loadouts))


def every_junk(inventory: FormattedInventory) -> Iterator[FormattedInventory]:
    """Some, none, nothing that could be, and more than can be named, upgrades among it."""
    yield inventory
    session = inventory.session
    for backpack in (
        tuple(replace(each, junk=False) for each in session.backpack),
        (),
        tuple(replace(each, junk=True) for each in session.backpack),
    ):
        yield replace(inventory, session=replace(session, backpack=backpack))


def undoable_screens(
    inventory: FormattedInventory, plain: Screens, item_id: int
) -> Iterator[tuple[str, Screen]]:
    acts = Acts(OWNER, "f" * 8)
    undo = acts.quantity(Do.UNDO, 2**62, 3)
    yield "backpack", plain.backpack(inventory, 0, undo)
    yield "main", plain.main(inventory, undo)
    yield "undoable", plain.undoable(plain.slot(inventory, 1), undo)
    for do in UNDOING.values():
        yield "undoable", FOLLOWING[do].done(plain, inventory, acts.quantity(do, item_id, 1))


def every_keeping_screen(plain: Screens, inventory: FormattedInventory) -> Iterator[tuple[str, Screen]]:
    yield from (("junk", plain.junk(each)) for each in every_junk(inventory))
    yield from (("bench", plain.bench(each)) for each in every_bench(inventory))
    yield from every_codex_screen(plain)
    yield from every_merchant_screen(plain, inventory)


def every_bench(inventory: FormattedInventory) -> Iterator[FormattedInventory]:
    """All whole; much broken, with materials and without; and names and numbers as long as they get."""
    whole = replace(inventory.session, equipped=dict.fromkeys(Slot))
    yield replace(inventory, session=whole)
    kinds = [each for each in rules().catalog.entries.values() if each.mended_with]
    gone = [item(each.base_id, durability=Durability(-9, 9_999)) for each in kinds]
    poor = bag(*gone, max_slots=200)
    yield replace(inventory, session=poor)
    materials = {each.mended_with for each in kinds if each.mended_with}
    rich = bag(*gone, *(item(each, 9_999) for each in materials), max_slots=200)
    yield replace(inventory, session=rich)
    yield inventory


def every_codex_screen(plain: Screens) -> Iterator[tuple[str, Screen]]:
    """Nothing, some of it and everything found: each page of each chapter, and cards of all sorts."""
    catalog = rules().catalog
    some = ("bread", "dragon_blade", "crown_of_kings", "fireball_scroll", "strength_elixir")
    yield "codex", plain.codex.cover(codex_of(catalog, {}))
    for kinds in (some, catalog.entries):
        codex = codex_of(catalog, dict.fromkeys(kinds, NOW))
        yield "codex", plain.codex.cover(codex)
        for number, chapter in enumerate(codex.chapters, 1):
            for page in range(len(pages_of(chapter))):
                yield "codex_chapter", plain.codex.chapter(codex, number, page)
        cards = (plain.codex.kind(codex, number_of(base_id), 0) for base_id in some)
        yield from (("codex_kind", card) for card in cards if card)


def every_fight(inventory: FormattedInventory) -> Iterator[FightView]:
    """Before the first turn, after each kind of turn, and all ends."""
    seen = inventory.view()
    begun = Fight("f" * 12, 1, level=5, dummy_hp=dummy_hp(5))
    blows = [Blow(kind, 0 if kind in (BlowKind.MISS, BlowKind.BLOCKED) else 7) for kind in BlowKind]
    turns = [Exchange(each, None, answer) for each in blows for answer in (None, *blows)]
    turns += [Exchange(None, Use("Health Potion", damage, 10 - damage), blows[0]) for damage in (0, 5, 10)]
    fights = [begun, *(replace(begun, turn=2, last=turn) for turn in turns)]
    fights += [
        replace(
            begun,
            turn=turn,
            last=turns[0],
            dealt=1_050,
            suffered=995,
            outcome=outcome,
            lesson=lesson,
            broke=BROKE[: turn % 3],
        )
        for outcome in (FightState.WON, FightState.LOST, FightState.OVERRULED)
        for lesson in (None, Lesson(0, 5, 0), Lesson(7, 5, 0), Lesson(10, 21, 1))
        for turn in (2, 3, 26)
    ]
    for fight in fights:
        rises = fight.lesson is not None and fight.lesson.risen
        for waits in (True, False) if rises or fight.outcome is FightState.WON else (None,):
            left = Durability(0, 1_000) if fight.turn > 2 else None
            prize = None if waits is None else Prize("Health Potion", "🧪", Rarity.LEGENDARY, 2, waits, left)
            health = seen.stats.hp, seen.stats.max_hp
            yield FightView(
                fight, seen.hero_name, *health, seen.quick_slots, 99.95, 91.4, 1_035, 5_015, prize
            )


def every_news() -> Iterator[TakeNoteResult]:
    gifts = tuple(Gift(kind, number) for number, kind in enumerate(("bread", "12345", "iron_ore"), 1))
    rolled = tuple(replace(each, roll=Roll(Rarity.LEGENDARY, dict.fromkeys(Stat, 404))) for each in gifts)
    for told in ((), gifts[:1], gifts, gifts * 5, rolled * 5):
        yield TakeNoteResult(told, told, told)
    for earned, paid in ((1_500, 0), (0, 10**12), (1, 2)):
        yield TakeNoteResult((), (), (), earned, paid)


def every_choice() -> Iterator[BackpackChoice]:
    yield BackpackChoice()
    yield BackpackChoice(search="12345")
    yield from (BackpackChoice(sort_by=each) for each in SortBy)
    yield from (BackpackChoice(group_by=each, wearable=True) for each in GroupBy)
    yield from (BackpackChoice(filter_type=each, group_by=GroupBy.RARITY) for each in ItemType)
    yield from (BackpackChoice(filter_rarity=each) for each in Rarity)
    yield BackpackChoice(filter_type=ItemType.CONSUMABLE, kept=every_view()[-2:])
    yield BackpackChoice(**every_view()[0].model_dump(), kept=every_view()[:2])


def every_view() -> list[View]:
    """Each side of a view once, and all of them together, which is as wide as a button gets."""
    whole = View(
        sort_by=SortBy.NAME,
        group_by=GroupBy.RARITY,
        filter_type=ItemType.CONSUMABLE,
        filter_rarity=Rarity.LEGENDARY,
        wearable=True,
    )
    views = [whole.model_copy(update={"sort_by": each}) for each in SortBy]
    return views + [whole.model_copy(update={"filter_type": each}) for each in ItemType]


def every_notice(ui: Ui) -> Iterator[Notice]:
    yield from (refusal(ui, error) for error in every_refusal())
    yield from (refusal(ui, error) for error in every_merchant_error())
    yield from every_trade_notice(ui)
    yield from _outcomes(ui)
    yield from every_bargain(ui)
    for name in PLAIN_NOTICES:
        yield Notice(ui.notice(name))


def every_refusal() -> Iterator[errors.InventoryError]:
    few = errors.Shortfall(9, 3)
    missing = MappingProxyType({Attribute.LEVEL: few, Attribute.STRENGTH: few})
    yield errors.ItemNotFoundError(1)
    yield errors.NothingToRestoreError(1)
    yield errors.RestoreOutdatedError("404404")
    yield errors.LedgerUnreadableError(1, 1)
    yield errors.InvalidSlotError(1, Slot.HEAD, tuple(Slot))
    yield errors.InvalidSlotError(1, None, ())
    yield errors.InvalidSlotIndexError(9, 4)
    yield errors.SlotEmptyError(Slot.HEAD)
    yield errors.RequirementsNotMetError(1, missing)
    yield errors.InventoryFullError(50)
    yield errors.TooHeavyError(101_500, 100_000)
    yield errors.NotConsumableError(1)
    yield errors.CannotUseInCombatError(1)
    yield errors.OnlyInCombatError(1)
    yield errors.CannotDropEquippedError(1)
    yield errors.ItemLockedError(1)
    yield errors.BetterSetError()
    yield keeping_errors.NothingWornError()
    yield keeping_errors.NothingNewError(())
    yield from (keeping_errors.TooManyLoadoutsError(most) for most in (1, 2, 5))
    yield keeping_errors.LoadoutNotFoundError(1)
    yield from (keeping_errors.NothingToWearError(1, whole) for whole in (True, False))
    yield keeping_errors.ItemIsJunkError(1)
    yield keeping_errors.OtherJunkError()
    yield keeping_errors.NothingToMarkError()
    yield errors.NothingToDropError()
    yield errors.QuestItemError(1)
    yield errors.InvalidQuantityError(9, 3)
    yield errors.CannotMergeError(1, 2)
    yield from (errors.CannotUndoError("x", obstacle) for obstacle in errors.UndoObstacle)
    yield errors.UnknownItemError("bread")
    yield errors.OverruledError("op")
    yield errors.LostStateError("op")
    yield from (errors.OperationIdTakenError("op", kind) for kind in ("equip_item", ARCHIVED))
    yield errors.InvalidInputError("slot", "x")
    yield errors.CharacterNotFoundError(1)
    yield errors.ChangesOverdueError(1)
    yield errors.SessionStoreDownError()
    yield errors.InventoryUnavailableError()


def _outcomes(ui: Ui) -> Iterator[Notice]:
    session = dressed(everything(), 5).session
    ids = {each.base_id: each.id for each in session.backpack}
    bread, ring = ids["bread"], ids["copper_ring"]
    more_ore = item("iron_ore")
    hurt = replace(session, vitals=Vitals(10), backpack=(*session.backpack, more_ore))
    operations: tuple[tuple[Operation[Any], Callable[[Ui, Outcome[Any]], Notice]], ...] = (
        (EquipItem(**stamp(), item_id=ring), Toast("equipped")),
        (UnequipItem(**stamp(), slot=Slot.CHEST), Toast("unequipped")),
        (WearSet(**stamp(), items={Slot.ACCESSORY_1: ring}), Toast("set_worn")),
        (
            WearSet(**stamp(), items={Slot.ACCESSORY_1: ring, Slot.HEAD: ids["leather_helmet"]}),
            Toast("set_worn"),
        ),
        (UseConsumable(**stamp(), item_id=ids["health_potion"], source=Source.BACKPACK), Toast("used")),
        (DropItem(**stamp(), item_id=bread), ToastOfDrop("dropped")),
        (DropMany(**stamp(), item_ids=(bread, ring)), ToastOfDrop("dropped_many")),
        (MergeStacks(**stamp(), item_id=ids["iron_ore"], into_id=more_ore.id), Toast("merged")),
        (SplitStack(**stamp(), item_id=bread, quantity=1, new_id=99), Toast("divided")),
        (LockItem(**stamp(), item_id=bread, locked=True), locked),
        (LockItem(**stamp(), item_id=bread, locked=False), locked),
        (MarkJunk(**stamp(), item_ids=(bread,)), junk_marked),
        (MarkJunk(**stamp(), item_ids=(bread, ring)), junk_marked),
        (MarkJunk(**stamp(), item_ids=(bread,), marked=False), junk_marked),
        (
            SaveLoadout(**stamp(), name="00000", new_id=1, pieces={Slot.HEAD: Piece(1, "iron_helmet")}),
            Toast("loadout_saved"),
        ),
        (ForgetLoadout(**stamp(), loadout_id=2**62), Toast("loadout_forgotten")),
        (DropItem(**stamp(), item_id=ids["leather_helmet"]), ToastOfDrop("dropped")),
    )
    for operation, notice in operations:
        for repeated in (False, True):
            yield notice(ui, _outcome(hurt, operation, repeated=repeated))
    for quantities in ((1,), (3,), (1, 3), (1,) * 5):
        dropped = tuple(DropResult(session.backpack[0], quantity, 0) for quantity in quantities)
        yield Toast("taken_back")(ui, Outcome(UndoResult(dropped, ()), everything()))
    yield Toast("reverted")(ui, Outcome(RevertResult((), (), 1, 0, ()), everything()))
    for loadout in session.loadouts:
        worn = replace(everything(), session=session)
        items = {slot: piece.item_id for slot, piece in loadout.pieces.items()}
        result = WearSetResult(dict.fromkeys(items, session.backpack[0]), {}, 100, 0)
        yield from (
            loadout_worn(ui, Outcome(result, worn, repeated), loadout.id) for repeated in (True, False)
        )
    into = MoveToQuickSlot(**stamp(), item_id=bread, slot_index=1)
    out = MoveFromQuickSlot(**stamp(), slot_index=0)
    yield Toast("quick_set")(ui, _outcome(hurt, into))
    yield Toast("quick_taken")(ui, _outcome(hurt, out))


def _outcome(session: InventorySession, operation: Operation[Any], *, repeated: bool = False) -> Outcome[Any]:
    changed, result = apply(session, operation, rules())
    return Outcome(result, FormattedInventory(changed, InventoryFormatter(rules(), NOW)), repeated)

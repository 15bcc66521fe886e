"""Every text that an admin can see, in one language, without a server."""

from collections.abc import Iterator
from itertools import chain, product

from aiogram.types import InlineKeyboardMarkup

from apps.game_core.modules.admins.contracts import (
    Compared,
    Given,
    Inspected,
    Paid,
    Previewed,
    Recalled,
    Recounted,
    Restored,
    Synced,
    Traced,
)
from apps.game_core.modules.admins.errors import (
    AdminError,
    NoLookingBackError,
    NoSuchItemError,
    NoTraceError,
    PlanOutdatedError,
    PlayerAmbiguousError,
    PlayerNotFoundError,
    TooFewCoinsError,
    TooManyCoinsError,
    TooManyItemsError,
)
from apps.game_core.modules.inventory.contracts import (
    BACKPACK,
    Awaited,
    Difference,
    Durability,
    Fate,
    Inspection,
    InventoryNumbers,
    Item,
    ItemLife,
    LedgerItem,
    LedgerLine,
    LedgerPage,
    LifeEvent,
    PastInventory,
    PlacedItem,
    ProcessCounts,
    RestorePlan,
    Roll,
    SessionCount,
    SessionState,
    Unread,
)
from apps.game_core.modules.inventory.inventory.logic.history.oversight_service import LINES
from apps.game_core.modules.inventory.inventory.model import QUICK_SLOT
from apps.game_core.modules.inventory.inventory.operation_ids import STARTER
from apps.game_core.modules.inventory.inventory.operations import OPERATIONS
from apps.game_core.modules.inventory.inventory.rules.receiving import CAME_BACK
from apps.game_core.modules.inventory.lives import EDIT
from apps.game_core.modules.items.contracts import Rarity, Slot, Stat
from bot.admins.arguments import Problem, UsageError
from bot.handlers.admins import COMMANDS
from bot.keyboards import admins as keyboards
from bot.views.admin_refusals import admin_refusal
from bot.views.fitting import fit
from bot.views.ui import Ui
from tests.support.altered import replace
from tests.support.every_screen import HERO, OWNER, everything

BREAD = LedgerItem("bread", "Loaf of Bread", known=True, quantity=3)
GHOST = LedgerItem("404", "404", known=False, quantity=1)
OWNERS = {char_id: replace(HERO, id=char_id, name="404" * 21) for char_id in (7, 8, 9)}
DEEDS = (*OPERATIONS, "unlock_item", CAME_BACK, STARTER, EDIT)


def every_admin_text(ui: Ui) -> Iterator[tuple[str, str]]:
    yield from ((name, fit(html)) for name, html in chain(_texts(ui), _looks_back(ui)))
    yield from ((name, ui.command(name)) for name in COMMANDS)


def _texts(ui: Ui) -> Iterator[tuple[str, str]]:
    yield from _given(ui)
    for saved in (True, False):
        yield "synced", ui.html("admin_synced", synced=Synced(HERO, saved, 5, 7))
    for seen in _inspections():
        view = seen.inventory.view()
        yield "inspected", ui.html("admin_inspected", character=HERO, seen=seen, view=view)
    lines = tuple(_lines())
    pages = [lines[start : start + LINES] for start in range(0, len(lines), LINES)]
    for page, shown in enumerate(pages, 1):
        ledger = LedgerPage(shown, page, len(pages), len(lines), (BREAD, GHOST))
        for asked in (page, 99):
            yield "history", ui.html("admin_history", character=HERO, ledger=ledger, asked=asked)
    for count in (SessionCount(1, 0, None, 0), SessionCount(9_000, 12, 7.5, 3, complete=False)):
        numbers = InventoryNumbers(count, 1, ProcessCounts(1, 2, 3, 4))
        yield "metrics", ui.html("admin_metrics", numbers=numbers)
    for plan in _plans():
        yield "plan", ui.html("admin_restore_plan", previewed=Previewed(HERO, plan))
    for repeated in (True, False):
        yield "restored", ui.html("admin_restored", restored=Restored(HERO, (BREAD, GHOST), repeated))
    for error in _errors():
        yield "refused", ui.html("admin_refused", **admin_refusal(error))


def _given(ui: Ui) -> Iterator[tuple[str, str]]:
    for playing, repeated in ((True, False), (False, False), (False, True)):
        yield "given", ui.html("admin_given", given=Given(HERO, BREAD, playing, repeated))
    for amount, repeated in ((1_500, False), (-1_500, False), (1, True)):
        yield "paid", ui.html("admin_paid", paid=Paid(HERO, amount, 7, repeated))


def _looks_back(ui: Ui) -> Iterator[tuple[str, str]]:
    for past in _pasts():
        yield "recalled", ui.html("admin_recalled", character=HERO, past=past)
    changes = (((), (), 0), ((BREAD,), (), 0), ((), (GHOST,), -7), ((BREAD,) * 100, (GHOST, BREAD), 1_500))
    for change in (*changes, ((), (), 12)):
        difference = Difference(1_700_000_000, 1_700_000_001, *change)
        yield "compared", ui.html("admin_compared", character=HERO, difference=difference)
    for life in _lives():
        yield "life", ui.html("admin_life", life=life, characters=OWNERS)


def every_admin_keyboard(ui: Ui) -> Iterator[InlineKeyboardMarkup]:
    yield from (keyboards.restore_plan(ui, OWNER, Previewed(HERO, plan)) for plan in _plans())
    for page in (1, 2, 3):
        ledger = LedgerPage((), page, 3, 60, ())
        yield keyboards.history(ui, OWNER, Recounted(replace(HERO, id=2**62), ledger))
    longest = replace(HERO, id=2**62)
    for page in (1, 2, 99):
        yield from (keyboards.inspected(ui, OWNER, Inspected(longest, seen), page) for seen in _inspections())
        yield from (keyboards.recalled(ui, OWNER, Recalled(longest, past), page) for past in _pasts())
    yield keyboards.compared(ui, OWNER, Compared(HERO, Difference(0, 1_700_000_001, (), (), 0)))
    yield from (keyboards.traced(ui, OWNER, Traced(life, OWNERS)) for life in _lives())
    named = replace(HERO, id=2**62, name="Ш" * 64)
    for error in (*_errors(), PlayerAmbiguousError("x", (named,)), NoSuchItemError("x", ("x" * 64,))):
        yield keyboards.refused(ui, OWNER, error, "give", "x x")


def _inspections() -> Iterator[Inspection]:
    written = SessionState(7, 7, 0)
    seen = Inspection(everything(), written, 7, 1_700_000_000, parked=False, quarantined=0, waiting=())
    yield seen
    yield replace(seen, session=None, written_at=None)
    dirty = SessionState(9, 7, 2)
    yield replace(seen, session=dirty, parked=True, quarantined=2, waiting=(BREAD, GHOST) * 10)
    fine = Roll(Rarity.RARE, dict.fromkeys(Stat, -404), bound=True, durability=404)
    yield replace(seen, waiting=(replace(BREAD, roll=fine), replace(GHOST, roll=Roll(durability=0))) * 10)


def _lines() -> Iterator[LedgerLine]:
    for deed in DEEDS:
        yield LedgerLine(1_700_000_000, 1, deed, Fate.WRITTEN, (BREAD, GHOST), slot_index=2)
    line = LedgerLine(1_700_000_000, 1, "equip_item", Fate.PENDING, (BREAD,), (GHOST,), Slot.HEAD)
    yield line
    yield replace(line, fate=Fate.REFUSED, reason="404", healed=3, from_inbox=True)
    yield replace(line, items=(BREAD,) * 20)
    for deed in ("change_health", "settle_fight", "lose_fight", "leave_fight"):
        yield replace(line, deed=deed, items=(), healed=-7)
    yield replace(line, deed="settle_fight", items=(), gained=12, level=404, broke=(BREAD, GHOST))
    yield replace(line, deed="mend_item", spent=(BREAD, GHOST))
    for deed, coins in (("add_coins", 1_500), ("take_coins", -1_500), ("batch", -7)):
        yield replace(line, deed=deed, items=(), coins=coins)
    yield replace(line, deed="404", items=())


def _pasts() -> Iterator[PastInventory]:
    known, unknown = replace(BREAD, id=2**62), replace(GHOST, id=1)
    yield PastInventory(1_700_000_000, 0, {}, {}, (), 0)
    worn = dict.fromkeys(Slot, known)
    yield PastInventory(1_700_000_000, 404, worn, {0: known, 9: unknown}, (known, unknown) * 100, 1_500)


def _lives() -> Iterator[ItemLife]:
    worn = PlacedItem(Item(2**62, "404", 1, durability=Durability(3, 9), locked=True), Slot.HEAD, 0)
    ready = PlacedItem(Item(2**62, "404", 3, junk=True), QUICK_SLOT, 2)
    loose = replace(ready, place=BACKPACK)
    lines = list(_lines())
    events = [
        LifeEvent(char_id, "404", line, None, after, (405, 2**62), (406,))
        for char_id, (line, after) in enumerate(product(lines, (worn, ready, loose, None)))
    ]
    for owner in (None, 7):
        several = [replace(each, char_id=each.char_id % 3 + 7) for each in events]
        yield ItemLife(2**62, tuple(several), owner)
        yield ItemLife(1, (replace(several[0], char_id=7, op_id="", editor="404"),), owner)
        yield ItemLife(1, tuple(several[-21:]), owner)
        yield ItemLife(1, tuple(several), owner, (Unread(7, 0), Unread(8, 1_700_000_000)))
    yield ItemLife(1, (), None, (Unread(9, 1),))
    for given in (True, False):
        yield ItemLife(1, (replace(events[0], char_id=7),), None, awaited=Awaited(7, 2**62, given))


def _plans() -> Iterator[RestorePlan]:
    plan = RestorePlan(1_700_000_000, (BREAD, GHOST), (), (), 2, 40, "404404")
    yield plan
    yield replace(plan, items=(BREAD,) * 1000, elsewhere=(BREAD, GHOST), used_up=(GHOST, BREAD))
    yield replace(plan, free=1, code="")
    yield replace(plan, items=(), slots=0, code="")
    yield replace(plan, items=(), used_up=(BREAD,), slots=0, code="")


def _errors() -> Iterator[UsageError | AdminError]:
    for command in COMMANDS:
        yield from (UsageError(command, problem, "404", 100) for problem in Problem)
    yield PlayerNotFoundError("404")
    yield PlayerAmbiguousError("404", (HERO, HERO))
    yield from (TooManyItemsError("404", 10_000, most) for most in (0, 1, 2_000))
    yield from (TooFewCoinsError(7), TooManyCoinsError(2**63 - 1))
    yield NoSuchItemError("404", ())
    yield NoSuchItemError("404", ("405", "406"))
    yield from (PlanOutdatedError(Previewed(HERO, plan)) for plan in _plans())
    yield from (NoTraceError(404, asked) for asked in ((), (HERO,)))
    yield from (NoLookingBackError(HERO, at) for at in (0, 1_700_000_000))

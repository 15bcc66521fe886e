"""What the admins' module answers, as plain English lines for a terminal."""

from collections.abc import Iterable, Iterator
from functools import cache

from apps.game_core.modules.admins.contracts import (
    Action,
    Compared,
    Given,
    Inspected,
    Paid,
    Previewed,
    Recalled,
    Recounted,
    Restored,
    Synced,
)
from apps.game_core.modules.admins.trade_contracts import TradeSide, TradesShown
from apps.game_core.modules.characters.contracts import Character
from apps.game_core.modules.inventory.contracts import (
    Fate,
    Inspection,
    InventoryNumbers,
    ItemView,
    LedgerItem,
    LedgerLine,
    RestorePlan,
)
from bot.i18n import SOURCE_LANGUAGE, Translations
from bot.languages.moments import moment
from bot.views.ui import Ui


def given(answer: Given) -> Iterator[str]:
    yield f"{who(answer.character)}: {said('given', _item(answer.item))}"
    yield said("arrives", answer.playing)


def paid(answer: Paid) -> Iterator[str]:
    yield f"{who(answer.character)}: {said('paid', answer)}"


def planned(answer: Previewed) -> Iterator[str]:
    plan = answer.plan
    yield f"{who(answer.character)}: {said('as_it_was', plan.to)}"
    yield said("brings_back" if plan.items else "nothing_missing")
    yield from (f"  {_item(item)}" for item in plan.items)
    if plan.used_up:
        yield said("stays_gone", _items(plan.used_up))
    if plan.elsewhere:
        yield said("stays_elsewhere", _items(plan.elsewhere))


def no_room(plan: RestorePlan) -> str:
    return f"backpack slots needed: {plan.slots}, free: {plan.free}"


def restored(answer: Restored) -> Iterator[str]:
    yield f"{who(answer.character)}: {said('came_back')}"
    yield from (f"  {_item(item)}" for item in answer.items)


def synced(answer: Synced) -> Iterator[str]:
    yield f"{who(answer.character)}: {said('synced', answer)}"


def inspected(answer: Inspected, *, ids: bool = False) -> Iterator[str]:
    view = answer.inspection.inventory.view()
    health = f"health {view.stats.hp}/{view.stats.max_hp}"
    yield f"{who(answer.character)}, level {view.level}, {health}, {view.coins} coins"
    yield from _state(answer.inspection)
    for slot in view.equipped:
        if slot.item:
            yield f"{slot.slot}: {_row(slot.item, ids)}"
    for number, quick in enumerate(view.quick_slots, 1):
        if quick:
            yield f"quick slot {number}: {_row(quick, ids)}"
    stats = view.stats
    yield f"backpack: {stats.slots_used}/{stats.max_slots} slots, {stats.weight_percent}% of the weight"
    yield from (f"  {_row(item, ids)}" for item in view.backpack)


def recounted(answer: Recounted) -> Iterator[str]:
    ledger = answer.ledger
    pages = f"page {ledger.page} of {ledger.pages}"
    yield f"{who(answer.character)}: ledger entries: {ledger.total}, {pages}, times in UTC"
    if ledger.waiting and ledger.page == 1:
        yield said("waiting", _items(ledger.waiting))
    yield from map(ledger_line, ledger.lines)
    if ledger.archived and ledger.page == ledger.pages:
        yield f"{moment(ledger.archived.at)} up to v{ledger.archived.version} all is archived"


def recalled(answer: Recalled, *, ids: bool = False) -> Iterator[str]:
    past = answer.past
    yield f"{who(answer.character)}: {said('as_it_was', past.at)}, version {past.version}"
    yield from (f"{slot}: {_item(item, ids)}" for slot, item in past.worn.items())
    yield from (f"quick slot {index + 1}: {_item(item, ids)}" for index, item in past.ready.items())
    yield f"coins: {past.coins}"
    yield f"backpack: {len(past.backpack)} slots"
    yield from (f"  {_item(item, ids)}" for item in past.backpack)


def compared(answer: Compared) -> Iterator[str]:
    difference = answer.difference
    between = f"from {moment(difference.since)} to {moment(difference.until)} UTC"
    yield f"{who(answer.character)}: {between}"
    yield f"came: {_items(difference.came) or '-'}"
    yield f"went: {_items(difference.went) or '-'}"
    if difference.coins:
        yield f"coins: {difference.coins:+}"


def traded(answer: TradesShown) -> Iterator[str]:
    yield f"{who(answer.character)}: trades: {len(answer.trades)}"
    for each in answer.trades:
        yield f"trade {each.trade}: {each.state}"
        yield from (f"  {_side(side)}" for side in each.sides)


def _side(side: TradeSide) -> str:
    """Whose it is, what lies there and how far it is."""
    name = who(side.character) if side.character else "deleted"
    things = ", ".join(filter(None, (f"{side.coins} coins" * bool(side.coins), _items(side.items)))) or "-"
    return f"{name}: {things}{', given' if side.given else ', confirmed' if side.confirmed else ''}"


def numbers(answer: InventoryNumbers) -> Iterator[str]:
    sessions = answer.sessions
    part = "" if sessions.complete else f" ({said('in_part')})"
    yield f"{said('active')}: {sessions.active}{part}"
    oldest = "" if sessions.oldest_dirty is None else f", {said('oldest', sessions.oldest_dirty)}"
    yield f"{said('dirty')}: {sessions.dirty}{oldest}"
    yield f"{said('all_parked')}: {answer.parked}"
    yield f"{said('all_quarantined')}: {sessions.quarantined}"
    yield "Syncs, conflicts and rebases are counted by each process: METRICS_PORT, or /metrics in the chat."


def action(each: Action) -> str:
    whom = f"#{each.char_id}" if each.char_id else "-"
    arguments = " ".join(f"{name}={value}" for name, value in each.arguments.items())
    return " ".join(
        part for part in (moment(each.at), each.actor, each.command, whom, arguments, each.outcome) if part
    )


def _state(seen: Inspection) -> Iterator[str]:
    yield said("session", seen.session, seen.database_version)
    if seen.written_at is not None:
        yield said("last_written", seen.written_at)
    if seen.parked:
        yield said("parked")
    if seen.quarantined:
        yield said("quarantined", seen.quarantined)
    if seen.waiting:
        yield said("waiting", _items(seen.waiting))


def ledger_line(line: LedgerLine) -> str:
    parts = [moment(line.at), f"v{line.version}", _told(line)]
    parts += [f"({line.slot})"] if line.slot else []
    parts += [f"with {_items(line.spent)}"] if line.spent else []
    parts += [f"{line.coins:+} coins"] if line.coins else []
    parts += [f"{line.healed:+} health"] if line.healed else []
    parts += [f"{line.gained:+} experience"] if line.gained else []
    parts += [f"reached level {line.level}"] if line.level else []
    parts += [f"broke {_items(line.broke)}"] if line.broke else []
    parts += [f"and got back {_items(line.returned)}"] if line.returned else []
    parts += ["from the inbox"] if line.from_inbox else []
    parts += [f"[{line.fate}{': ' if line.reason else ''}{line.reason}]"] if line.fate != Fate.WRITTEN else []
    return " ".join(parts)


def _told(line: LedgerLine) -> str:
    """As in the chat, within a line: it begins small, and no colon sets the items apart."""
    told = _english().told(line.deed, _items(line.items), (line.slot_index or 0) + 1, line.name)
    return f"{told[0].lower()}{told[1:].replace(': ', ' ', 1)}"


def said(name: str, *values: object) -> str:
    return _english().said(name, *values)


@cache
def _english() -> Ui:
    return Ui(Translations({}).get(SOURCE_LANGUAGE))


def who(character: Character) -> str:
    return f"{character.name} (#{character.id}, Telegram {character.user_id})"


def _items(items: Iterable[LedgerItem]) -> str:
    return ", ".join(map(_item, items))


def _item(item: LedgerItem, ids: bool = False) -> str:
    number = f" #{item.id}" if ids else ""
    pieces = f"{item.name} x{item.quantity}" if item.quantity > 1 else item.name
    rolled = said("rolled", item.roll)
    return f"{pieces} ({rolled}){number}" if rolled else f"{pieces}{number}"


def _row(item: ItemView, ids: bool) -> str:
    marks = " (locked)" if item.locked else " (junk)" if item.junk else ""
    number = f" #{item.id}" if ids else ""
    return (
        f"{item.name} x{item.quantity}{marks}{number}" if item.quantity > 1 else f"{item.name}{marks}{number}"
    )

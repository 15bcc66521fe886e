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
    yield f"{who(answer.character)}: {_said('given', _item(answer.item))}"
    yield _said("arrives", answer.playing)


def paid(answer: Paid) -> Iterator[str]:
    yield f"{who(answer.character)}: {_said('paid', answer)}"


def planned(answer: Previewed) -> Iterator[str]:
    plan = answer.plan
    yield f"{who(answer.character)}: {_said('as_it_was', plan.to)}"
    yield _said("brings_back" if plan.items else "nothing_missing")
    yield from (f"  {_item(item)}" for item in plan.items)
    if plan.used_up:
        yield _said("stays_gone", _items(plan.used_up))
    if plan.elsewhere:
        yield _said("stays_elsewhere", _items(plan.elsewhere))


def no_room(plan: RestorePlan) -> str:
    return f"backpack slots needed: {plan.slots}, free: {plan.free}"


def restored(answer: Restored) -> Iterator[str]:
    yield f"{who(answer.character)}: {_said('came_back')}"
    yield from (f"  {_item(item)}" for item in answer.items)


def synced(answer: Synced) -> Iterator[str]:
    yield f"{who(answer.character)}: {_said('synced', answer)}"


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
        yield _said("waiting", _items(ledger.waiting))
    yield from map(ledger_line, ledger.lines)


def recalled(answer: Recalled, *, ids: bool = False) -> Iterator[str]:
    past = answer.past
    yield f"{who(answer.character)}: {_said('as_it_was', past.at)}, version {past.version}"
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


def numbers(answer: InventoryNumbers) -> Iterator[str]:
    sessions = answer.sessions
    part = "" if sessions.complete else f" ({_said('in_part')})"
    yield f"{_said('active')}: {sessions.active}{part}"
    oldest = "" if sessions.oldest_dirty is None else f", {_said('oldest', sessions.oldest_dirty)}"
    yield f"{_said('dirty')}: {sessions.dirty}{oldest}"
    yield f"{_said('all_parked')}: {answer.parked}"
    yield f"{_said('all_quarantined')}: {sessions.quarantined}"
    yield "Syncs, conflicts and rebases are counted by each process: METRICS_PORT, or /metrics in the chat."


def action(each: Action) -> str:
    whom = f"#{each.char_id}" if each.char_id else "-"
    arguments = " ".join(f"{name}={value}" for name, value in each.arguments.items())
    return " ".join(
        part for part in (moment(each.at), each.actor, each.command, whom, arguments, each.outcome) if part
    )


def _state(seen: Inspection) -> Iterator[str]:
    yield _said("session", seen.session, seen.database_version)
    if seen.written_at is not None:
        yield _said("last_written", seen.written_at)
    if seen.parked:
        yield _said("parked")
    if seen.quarantined:
        yield _said("quarantined", seen.quarantined)
    if seen.waiting:
        yield _said("waiting", _items(seen.waiting))


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
    said = _english().told(line.deed, _items(line.items), (line.slot_index or 0) + 1, line.name)
    return f"{said[0].lower()}{said[1:].replace(': ', ' ', 1)}"


def _said(name: str, *values: object) -> str:
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
    return f"{item.name} x{item.quantity}{number}" if item.quantity > 1 else f"{item.name}{number}"


def _row(item: ItemView, ids: bool) -> str:
    marks = " (locked)" if item.locked else " (junk)" if item.junk else ""
    number = f" #{item.id}" if ids else ""
    return (
        f"{item.name} x{item.quantity}{marks}{number}" if item.quantity > 1 else f"{item.name}{marks}{number}"
    )

"""The life of an item, as plain English lines for a terminal."""

from collections.abc import Iterator, Mapping

from apps.game_core.modules.admins.contracts import Traced
from apps.game_core.modules.inventory.contracts import BACKPACK, ItemLife, LifeEvent, PlacedItem
from bot.cli.admin_lines import ledger_line, said, who


def traced(answer: Traced) -> Iterator[str]:
    life = answer.life
    names = {char_id: who(character) for char_id, character in answer.characters.items()}
    yield f"item {life.item_id}: {names[life.owner] if life.owner else _nobody(life, names)}"
    if life.owners:
        yield f"had by: {', then '.join(names[char_id] for char_id in life.owners)}"
    yield from (said("unread", each.since, names[each.char_id]) for each in life.unread)
    yield from map(_event, life.events)


def _nobody(life: ItemLife, names: Mapping[int, str]) -> str:
    if awaited := life.awaited:
        name, trade = names[awaited.char_id], f"trade {awaited.trade}"
        waits = f"waits in the inbox of {name}, from {trade}"
        return f"given by {name} in {trade}, which is open" if awaited.given else waits
    return "nobody is known to have it" if life.unread else "nobody has it"


def _event(event: LifeEvent) -> str:
    where = f"#{event.char_id} {event.op_id or f'by {event.editor}'}"
    return f"{ledger_line(event.line)}: {'; '.join(_became(event))} ({where})"


def _became(event: LifeEvent) -> Iterator[str]:
    yield _row(event.after) if event.after else "gone"
    yield from (f"out of item {item_id}" for item_id in event.out_of)
    yield from (f"into item {item_id}" for item_id in event.into)


def _row(placed: PlacedItem) -> str:
    item, wear = placed.item, placed.item.durability
    marks = " locked" * item.locked + " junk" * item.junk + " bound" * item.bound
    worn = f", durability {wear.current}/{wear.max}" if wear else ""
    number = "" if placed.place == BACKPACK else f" {placed.position + 1}" * (placed.place == "quick_slot")
    return f"{item.quantity}{marks} in {placed.place.replace('_', ' ')}{number}{worn}"

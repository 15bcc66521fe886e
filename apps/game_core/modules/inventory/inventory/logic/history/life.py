"""One item's life, replayed from the ledgers of those who had it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from apps.game_core.modules.inventory.errors import LedgerUnreadableError
from apps.game_core.modules.inventory.history import Edit, History
from apps.game_core.modules.inventory.inventory.codec import singly_as_far_as_known
from apps.game_core.modules.inventory.inventory.logic.history.account import Account, Offence, account_of
from apps.game_core.modules.inventory.inventory.logic.history.ledger_lines import LedgerLines
from apps.game_core.modules.inventory.inventory.logic.history.past import Happened, happened
from apps.game_core.modules.inventory.inventory.logic.sessions.traded import half_of
from apps.game_core.modules.inventory.inventory.model import BACKPACK, PlacedItem
from apps.game_core.modules.inventory.inventory.operation_ids import ARCHIVED, STARTER
from apps.game_core.modules.inventory.inventory.rules.counting import kind
from apps.game_core.modules.inventory.inventory.rules.deed import same
from apps.game_core.modules.inventory.inventory.rules.stacks import MergeStacks, SplitStack
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import Revert
from apps.game_core.modules.inventory.lives import EDIT, LifeEvent, Unread
from apps.game_core.modules.inventory.oversight import Fate, LedgerLine
from apps.game_core.modules.inventory.ports import LedgerEntry

Rows = Mapping[int, PlacedItem]
_MOVE_PIECES = (SplitStack.kind, MergeStacks.kind, Revert.kind)


@dataclass(frozen=True, slots=True)
class Telling:
    """Of one item in one inventory."""

    item_id: int
    history: History
    pending: Sequence[LedgerEntry]
    lines: LedgerLines

    def events(self) -> Iterator[LifeEvent]:
        """In the order of versions.

        Raises:
            LedgerUnreadableError: nobody wrote down the birth, or an entry is of another version of the game.

        """
        history = self.history
        account, written = account_of(history), {entry.op_id for entry in history.ledger}
        if account is None or history.begins_at is None:
            raise LedgerUnreadableError(history.snapshot.char_id, 0)
        if self.item_id in account.rows:
            yield self._beginning(account.rows[self.item_id], history.begins_at)
        for each in happened(history, self.pending):
            for part in (each,) if isinstance(each, Edit) else singly_as_far_as_known(each):
                before = dict(account.rows)
                _replay(account, part, history.snapshot.char_id)
                if _differ(before.get(self.item_id), account.rows.get(self.item_id)):
                    yield self._event(part, before, account.rows, written)

    def _beginning(self, row: PlacedItem, at: int) -> LifeEvent:
        checkpoint = self.history.checkpoint
        deed, version = (ARCHIVED, checkpoint.version) if checkpoint else (STARTER, 0)
        line = LedgerLine(at, version, deed, Fate.WRITTEN, (self.lines.item(row.item),))
        return LifeEvent(self.history.snapshot.char_id, deed, line, None, row)

    def _event(self, part: Happened, before: Rows, after: Rows, written: set[str]) -> LifeEvent:
        char_id, rows = self.history.snapshot.char_id, (before.get(self.item_id), after.get(self.item_id))
        if isinstance(part, Edit):
            items = tuple(self.lines.item(row.item) for row in (rows[1] or rows[0],) if row)
            line = LedgerLine(part.at, part.version, EDIT, Fate.WRITTEN, items)
            return LifeEvent(char_id, "", line, *rows, edit=part.number, editor=part.by)
        line = self.lines.line(part, Fate.WRITTEN if part.op_id in written else Fate.PENDING)
        gave, took = _others(before, after, self.item_id) if part.kind in _MOVE_PIECES else ((), ())
        return LifeEvent(char_id, part.op_id, line, *rows, gave, took, half=half_of(part))


@dataclass(frozen=True, slots=True)
class Life:
    """Of one item in one inventory. `has_it`: by the database's row, where the ledger is `unread`."""

    events: Sequence[LifeEvent]
    unread: Unread | None = None
    has_it: bool = False


def told_of(telling: Telling) -> Life:
    """As far as the ledger can be read."""
    events = list[LifeEvent]()
    try:
        for each in telling.events():
            events.append(each)
    except LedgerUnreadableError as error:
        rows = telling.history.snapshot.items
        has_it = any(placed.item.id == telling.item_id for placed in rows)
        return Life(events, Unread(error.char_id, error.at), has_it)
    return Life(events)


def owner(lives: Iterable[Life], events: Sequence[LifeEvent]) -> int | None:
    """Who has it after all these `events`, which are those of the `lives`."""
    unread = {each.unread.char_id: each.has_it for each in lives if each.unread}
    last = events[-1] if events else None
    if last and last.after and unread.get(last.char_id, True):
        return last.char_id
    return next((char_id for char_id, has_it in unread.items() if has_it), None)


def in_order(lives: Iterable[Sequence[LifeEvent]]) -> Iterator[LifeEvent]:
    """The events of several inventories, one after the other; whoever has the item keeps it until it goes.

    What was given in a trade comes of it next, and never before: clocks have no say in that. What nothing
    binds goes by time. A second may hold several edits. The time of an edit is the database's, that of an
    operation the game's: whatever they say, nobody edits what was not born.
    """
    left = [list(reversed(life)) for life in lives]
    gives = {event.half for life in left for event in life if event.half and not event.after}
    last: LifeEvent | None = None
    while left := [life for life in left if life]:
        following = [life for life in left if last and _follows(life[-1], last)]
        possible = [life for life in left if not life[-1].after or life[-1].half not in gives]
        last = min(following or possible or left, key=_time if last else _birth).pop()
        if not last.after:
            gives.discard(last.half)
        yield last


def _follows(event: LifeEvent, last: LifeEvent) -> bool:
    """Whether it can only have been the next."""
    if last.after:
        return event.char_id == last.char_id
    return last.half is not None and event.half == last.half


def _time(life: Sequence[LifeEvent]) -> tuple[int, int]:
    return life[-1].line.at, life[-1].edit


def _birth(life: Sequence[LifeEvent]) -> tuple[bool, int, int]:
    """What begins with an edit, or comes of a trade, did not begin there, unless all do."""
    first = life[-1]
    return first.edit > 0 or first.half is not None, *_time(life)


def _replay(account: Account, part: Happened, char_id: int) -> None:
    """Raises LedgerUnreadableError."""
    offences = list(account.edit(part) if isinstance(part, Edit) else account.enter(part))
    if isinstance(part, LedgerEntry) and any(offence is Offence.UNREADABLE for offence, _ in offences):
        raise LedgerUnreadableError(char_id, part.at)


def _differ(before: PlacedItem | None, after: PlacedItem | None) -> bool:
    """Where it lies within the backpack is nothing that happened to it."""
    if before is None or after is None:
        return before is not after
    if before.place == after.place == BACKPACK:
        return not same(before.item, after.item)
    return before != after


def _others(before: Rows, after: Rows, item_id: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Stacks of the item's kind that gave it pieces, and those that took some."""
    grown = Counter({each: row.item.quantity for each, row in after.items()})
    grown.subtract({each: row.item.quantity for each, row in before.items()})
    rows = {**before, **after}
    alike = [each for each in rows if kind(rows[each].item) == kind(rows[item_id].item)]
    gave = tuple(each for each in alike if grown[each] < 0 < grown[item_id])
    took = tuple(each for each in alike if grown[item_id] < 0 < grown[each])
    return gave, took

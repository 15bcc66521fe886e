"""One item's life, replayed from the ledgers of those who had it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from apps.game_core.modules.inventory.errors import LedgerUnreadableError
from apps.game_core.modules.inventory.history import Edit, History
from apps.game_core.modules.inventory.inventory.codec import singly_as_far_as_known
from apps.game_core.modules.inventory.inventory.logic.history.account import Account, Offence
from apps.game_core.modules.inventory.inventory.logic.history.ledger_lines import LedgerLines
from apps.game_core.modules.inventory.inventory.logic.history.past import Happened, happened
from apps.game_core.modules.inventory.inventory.model import BACKPACK, PlacedItem
from apps.game_core.modules.inventory.inventory.operation_ids import STARTER
from apps.game_core.modules.inventory.inventory.rules.counting import kind
from apps.game_core.modules.inventory.inventory.rules.deed import same
from apps.game_core.modules.inventory.inventory.rules.receiving import CAME_BACK, Receive
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
        if history.starter is None or history.born_at is None:
            raise LedgerUnreadableError(history.snapshot.char_id, 0)
        account, written = Account(history), {entry.op_id for entry in history.ledger}
        if self.item_id in account.rows:
            yield self._birth(account.rows[self.item_id], history.born_at)
        for each in happened(history, self.pending):
            for part in (each,) if isinstance(each, Edit) else singly_as_far_as_known(each):
                before = dict(account.rows)
                _replay(account, part, history.snapshot.char_id)
                if _differ(before.get(self.item_id), account.rows.get(self.item_id)):
                    yield self._event(part, before, account.rows, written)

    def _birth(self, born: PlacedItem, at: int) -> LifeEvent:
        line = LedgerLine(at, 0, STARTER, Fate.WRITTEN, (self.lines.item(born.item),))
        return LifeEvent(self.history.snapshot.char_id, STARTER, line, None, born)

    def _event(self, part: Happened, before: Rows, after: Rows, written: set[str]) -> LifeEvent:
        char_id, rows = self.history.snapshot.char_id, (before.get(self.item_id), after.get(self.item_id))
        if isinstance(part, Edit):
            items = tuple(self.lines.item(row.item) for row in (rows[1] or rows[0],) if row)
            line = LedgerLine(part.at, part.version, EDIT, Fate.WRITTEN, items)
            return LifeEvent(char_id, "", line, *rows, edit=part.number, editor=part.by)
        line = self.lines.line(part, Fate.WRITTEN if part.op_id in written else Fate.PENDING)
        gave, took = _others(before, after, self.item_id) if part.kind in _MOVE_PIECES else ((), ())
        return LifeEvent(char_id, part.op_id, line, *rows, gave, took)


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
    """The events of several inventories by time; whoever has the item keeps it until it goes.

    A second may hold several edits. The time of an edit is the database's, that of an operation the game's:
    whatever they say, nobody edits what was not born.
    """
    left = [list(reversed(life)) for life in lives]
    first = min((life for life in left if life), key=_birth, default=None)
    holder = first[-1].char_id if first else None
    while left := [life for life in left if life]:
        holders = [life for life in left if life[-1].char_id == holder]
        event = min(holders or left, key=lambda life: (life[-1].line.at, life[-1].edit)).pop()
        holder = event.char_id if event.after else None
        yield event


def _birth(life: Sequence[LifeEvent]) -> tuple[bool, int, int]:
    """What begins with an edit, or comes of a trade, did not begin there, unless all do."""
    first = life[-1]
    return first.edit > 0 or first.line.deed in (Receive.kind, CAME_BACK), first.line.at, first.edit


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

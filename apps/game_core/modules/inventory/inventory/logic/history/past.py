"""Inventories as they stood, told by their ledgers from the beginning on: today's rows have no say in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge

from apps.game_core.modules.inventory.errors import LedgerUnreadableError
from apps.game_core.modules.inventory.history import Edit, History
from apps.game_core.modules.inventory.inventory.logic.history.account import Offence, account_of
from apps.game_core.modules.inventory.inventory.logic.history.timeline import straightened
from apps.game_core.modules.inventory.inventory.model import Item, PlacedItem
from apps.game_core.modules.inventory.inventory.rules.counting import Kind, counted, kind
from apps.game_core.modules.inventory.keeping_errors import LedgerArchivedError
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.value import replace

Happened = Edit | LedgerEntry


@dataclass(frozen=True, slots=True)
class Stood:
    """The rows by id, and the purse, as version `version` left them."""

    version: int
    rows: Mapping[int, PlacedItem]
    coins: int


def stood_at(history: History, pending: Sequence[LedgerEntry], at: int, now: int) -> Stood:
    """How it stood at that time (Unix seconds); nothing where it was not born yet.

    It is as the last version left it that was made by then; `straightened` says when each was. `pending` are
    operations that wait for the database.

    Raises:
        LedgerUnreadableError: nobody wrote down the birth, an entry is of another version of the game, or
            (LedgerArchivedError) what was done by then is in a file.

    """
    account = account_of(history)
    if account is None or history.begins_at is None:
        raise LedgerUnreadableError(history.snapshot.char_id, 0)
    done = list(happened(history, pending))
    begun, *times = times_of(history.begins_at, done, now)
    if at < begun:
        if history.checkpoint:
            raise LedgerArchivedError(history.snapshot.char_id, history.checkpoint.at)
        return Stood(0, {}, 0)
    version = history.checkpoint.version if history.checkpoint else 0
    for each, made in zip(done, times, strict=True):
        if made > at:
            break
        offences = list(account.edit(each) if isinstance(each, Edit) else account.enter(each))
        if isinstance(each, LedgerEntry) and any(kind is Offence.UNREADABLE for kind, _ in offences):
            raise LedgerUnreadableError(history.snapshot.char_id, each.at)
        version = each.version
    return Stood(version, dict(account.rows), account.purse.coins)


def times_of(begins_at: int, done: Sequence[Happened], now: int) -> list[int]:
    """Of the beginning, and of each thing done; that of an edit is the database's, and no evidence."""
    straight = straightened([begins_at, *(each.at for each in done if isinstance(each, LedgerEntry))], now)
    times, following = [], now
    for each in reversed(done):
        following = straight.pop() if isinstance(each, LedgerEntry) else min(each.at, following)
        times.append(following)
    return [straight.pop(), *reversed(times)]


def difference(before: Stood, after: Stood) -> tuple[list[Item], list[Item]]:
    """What came and what went, one stack for each kind. Places, wear and which stack it is do not count."""
    before_items, after_items = ([placed.item for placed in each.rows.values()] for each in (before, after))
    had, has = counted(before_items), counted(after_items)
    one = {kind(item): item for item in (*before_items, *after_items)}
    came, went = (
        [replace(one[what], quantity=number) for what, number in sorted(more.items(), key=_named)]
        for more in (has - had, had - has)
    )
    return came, went


def _named(counted_kind: tuple[Kind, int]) -> str:
    return repr(counted_kind[0])


def happened(history: History, pending: Iterable[LedgerEntry]) -> Iterator[Happened]:
    """All that took effect, in the order of versions, written or not."""
    written = {entry.op_id for entry in history.ledger}
    waiting = [entry for entry in pending if not entry.refused and entry.op_id not in written]
    merged: Iterator[Happened]
    merged = merge(history.edits, (*history.ledger, *waiting), key=lambda each: each.version)
    yield from merged

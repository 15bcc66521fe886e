"""Inventories as they stood, told by their ledgers from the beginning on: today's rows have no say in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import merge

from apps.game_core.modules.inventory.errors import LedgerUnreadableError
from apps.game_core.modules.inventory.history import Edit, History
from apps.game_core.modules.inventory.inventory.logic.history.account import Account, Offence
from apps.game_core.modules.inventory.inventory.model import Item, PlacedItem
from apps.game_core.modules.inventory.inventory.rules.counting import Kind, counted, kind
from apps.game_core.modules.inventory.ports import LedgerEntry

Happened = Edit | LedgerEntry


@dataclass(frozen=True, slots=True)
class Stood:
    """The rows by id, and the purse, as version `version` left them."""

    version: int
    rows: Mapping[int, PlacedItem]
    coins: int


def stood_at(history: History, pending: Sequence[LedgerEntry], at: int) -> Stood:
    """How it stood at that time (Unix seconds); nothing where it was not born yet.

    `pending` are operations that wait for the database. An edit by SQL has no time: it is taken to have
    happened together with the operation before it.

    Raises:
        LedgerUnreadableError: nobody wrote down the birth, or an entry is of another version of the game.

    """
    if history.starter is None or history.born_at is None:
        raise LedgerUnreadableError(history.snapshot.char_id, 0)
    if at < history.born_at:
        return Stood(0, {}, 0)
    account, version = Account(history), 0
    for each in happened(history, pending):
        if isinstance(each, LedgerEntry) and each.at > at:
            break
        offences = list(account.edit(each) if isinstance(each, Edit) else account.enter(each))
        if isinstance(each, LedgerEntry) and any(kind is Offence.UNREADABLE for kind, _ in offences):
            raise LedgerUnreadableError(history.snapshot.char_id, each.at)
        version = each.version
    return Stood(version, dict(account.rows), account.purse.coins)


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

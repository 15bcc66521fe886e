"""Whether inventories are what their ledgers say: nothing appeared, disappeared or happened twice."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from heapq import merge

from apps.game_core.modules.inventory.history import AuditMemory, Edit, History, HistoryReader
from apps.game_core.modules.inventory.inventory.codec import UnreadableError, decode_operation
from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.logic.history.account import Offence, Offences, account_of
from apps.game_core.modules.inventory.inventory.model import Parcel
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_row, is_inbox
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive
from apps.game_core.modules.inventory.ports import CatalogProvider, LedgerEntry

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Finding:
    char_id: int
    offence: Offence
    detail: str

    def __str__(self) -> str:
        return f"character {self.char_id}: {self.offence}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Audit:
    """Reads many inventories at a time, as of one moment, while the game goes on.

    Whoever is as `memory` knows them to be in order is not read. `catalog` is not looked at: item files
    change, and what was done under earlier ones stays done.
    """

    histories: HistoryReader
    catalog: CatalogProvider | None = None
    memory: AuditMemory | None = None

    async def run(self, after: int = 0, upto: int | None = None) -> AsyncIterator[tuple[int, list[Finding]]]:
        """Ids of characters above `after`, at most `upto`, with what is wrong with each inventory.

        Raises:
            DatabaseDownError: ask again later.

        """
        while char_ids := await self.histories.char_ids(after, _BATCH, upto):
            if self.memory is None:
                async for history in self.histories.read_all(after, char_ids[-1]):
                    yield history.snapshot.char_id, list(findings(history))
            else:
                async for each in self._changed(self.memory, after, char_ids):
                    yield each
            after = char_ids[-1]

    async def _changed(
        self, memory: AuditMemory, after: int, char_ids: Sequence[int]
    ) -> AsyncIterator[tuple[int, list[Finding]]]:
        # States first: what comes in between makes another one of them, and is looked at next time.
        states = await memory.changed(after, char_ids[-1])
        for char_id in char_ids:
            if char_id not in states:
                yield char_id, []
        if not states:
            return
        in_order, offenders = dict[int, int](), list[int]()
        async for history in self.histories.read_these(states.keys()):
            char_id, found = history.snapshot.char_id, list(findings(history))
            if found:
                offenders.append(char_id)
            elif char_id in states:
                in_order[char_id] = states[char_id]
            yield char_id, found
        await memory.remember(in_order)
        await memory.forget(offenders)


def findings(history: History) -> Iterator[Finding]:
    """What is wrong with one inventory."""
    for offence, detail in (
        *((Offence.UNREADABLE, name) for name in history.unreadable),
        *misfits(history),
        *_rows(history),
    ):
        yield Finding(history.snapshot.char_id, offence, detail)


def misfits(history: History) -> Offences:
    """What does not fit together without counting what anything did."""
    yield from _versions(history)
    yield from _inbox(history)
    yield from _conflicts(history)


def _versions(history: History) -> Offences:
    """Gaps are no offence: edits by SQL and rebases take versions, too."""
    versions = [entry.version for entry in history.ledger]
    archived = history.checkpoint.version if history.checkpoint else 0
    for version, count in Counter(versions).items():
        if count > 1:
            yield Offence.VERSIONS, f"{count} operations have version {version}"
    if versions and versions[0] <= archived:
        before = f"what is archived, up to {archived}" if archived else "birth"
        yield Offence.VERSIONS, f"version {versions[0]} is before {before}"
    if versions and versions[-1] > history.snapshot.version:
        yield Offence.VERSIONS, f"ledger at {versions[-1]}, inventory at {history.snapshot.version}"


def _inbox(history: History) -> Offences:
    applied = {entry.op_id: entry for entry in history.ledger if _is_grant(entry)}
    for op_id in sorted(history.delivered.keys() - applied.keys()):
        yield Offence.INBOX, f"grant {inbox_row(op_id)} is marked as delivered and not in the ledger"
    for op_id in sorted(applied.keys() - history.delivered.keys()):
        yield Offence.INBOX, f"grant {inbox_row(op_id)} is in the ledger and still to be delivered"
    for op_id in sorted(applied.keys() & history.delivered.keys()):
        granted, added = history.delivered[op_id], _added(applied[op_id])
        if granted is not None and added != granted:
            yield Offence.INBOX, f"grant {inbox_row(op_id)} of {_named(granted)} arrived as {_named(added)}"


def _named(contents: Gift | Parcel | None) -> str:
    match contents:
        case None:
            return "something else"
        case Parcel():
            things = " ".join(f"{item.quantity} {item.base_id} ({item.id})" for item in contents.items)
            whence = "back" * contents.returned
            return " ".join(filter(None, (f"trade {contents.trade}: {contents.coins} coins", things, whence)))
    gift, roll = contents, contents.roll
    affixes = (f"{stat} {points:+}" for stat, points in sorted(roll.affixes.items()))
    wear = "" if roll.durability is None else f"durability {roll.durability}"
    told = (gift.base_id, roll.rarity, *affixes, "bound" * roll.bound, wear)
    return " ".join(filter(None, (str(gift.quantity), *told)))


def _is_grant(entry: LedgerEntry) -> bool:
    return is_inbox(entry.op_id) and entry.op_id.split(":")[1].isdecimal()


def _added(entry: LedgerEntry) -> Gift | Parcel | None:
    """What an entry says it added, or received."""
    with suppress(UnreadableError):
        match decode_operation(entry.kind, entry.payload):
            case AddItem() as added:
                return Gift(added.base_id, added.quantity, added.roll)
            case Receive(parcel=parcel):
                return parcel
    return None


def _conflicts(history: History) -> Offences:
    for op_id in sorted(history.refused.intersection(entry.op_id for entry in history.ledger)):
        yield Offence.CONFLICT, f"operation {op_id} was both kept and refused"


def _rows(history: History) -> Offences:
    account = account_of(history)
    if account is None:
        yield _no_beginning(history)
        return
    happened: Iterator[Edit | LedgerEntry]
    happened = merge(history.edits, history.ledger, key=lambda each: each.version)
    for each in happened:
        yield from account.edit(each) if isinstance(each, Edit) else account.enter(each)
    yield from account.close(history.snapshot)


def _no_beginning(history: History) -> tuple[Offence, str]:
    if history.checkpoint is not None:
        return Offence.UNREADABLE, f"checkpoint at version {history.checkpoint.version}"
    return Offence.NO_STARTER, "nobody wrote down what it started with"

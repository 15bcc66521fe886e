"""An inventory as its ledger tells it, entry by entry: today's item files have no say in what happened."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from apps.game_core.modules.inventory.history import Edit, History
from apps.game_core.modules.inventory.inventory.codec import (
    UnreadableError,
    decode_operation,
    decode_rows,
    decode_stored,
    singly,
)
from apps.game_core.modules.inventory.inventory.logic.history.deeds import do
from apps.game_core.modules.inventory.inventory.logic.history.hero_account import HeroAccount
from apps.game_core.modules.inventory.inventory.logic.history.loadouts_account import LoadoutsAccount
from apps.game_core.modules.inventory.inventory.logic.history.purse_account import PurseAccount
from apps.game_core.modules.inventory.inventory.logic.history.vitals_account import VitalsAccount
from apps.game_core.modules.inventory.inventory.model import Item, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.rules.deed import Deed, numbered
from apps.game_core.modules.inventory.inventory.rules.dropping import DropResult, dropped_by
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.snapshot import InventorySnapshot


class Offence(StrEnum):
    NO_STARTER = "no starter"
    UNREADABLE = "unreadable"
    VERSIONS = "versions"
    FACTS = "facts"
    ROWS = "rows"
    VITALS = "vitals"
    HERO = "hero"
    PURSE = "purse"
    LOADOUTS = "loadouts"
    INBOX = "inbox"
    CONFLICT = "conflict"


Offences = Iterator[tuple[Offence, str]]
Rows = dict[int, PlacedItem]


@dataclass(slots=True)
class AccountState:
    """All that is counted on from. `edited` are rows as they were before edits, `drops` what may come back.

    Checkpoints keep it as JSON for years: what is named here keeps its name.
    """

    rows: Rows
    vitals: VitalsAccount
    hero: HeroAccount
    loadouts: LoadoutsAccount = field(default_factory=LoadoutsAccount)
    purse: PurseAccount = field(default_factory=PurseAccount)
    edited: dict[int, PlacedItem | None] = field(default_factory=dict)
    drops: dict[str, tuple[DropResult, ...]] = field(default_factory=dict)
    dropped_at: dict[str, int] = field(default_factory=dict)


_state = msgspec.json.Decoder(AccountState)


def account_of(history: History) -> "Account | None":
    """Where it begins; None: nobody wrote that down, or nobody can read it."""
    if history.checkpoint is not None:
        try:
            return Account(_state.decode(history.checkpoint.state))
        except msgspec.MsgspecError:
            return None
    return None if history.starter is None else newborn(history)


def newborn(history: History) -> "Account":
    born = _by_id(history.starter or ())
    return Account(
        AccountState(born, VitalsAccount((history.born_hp, False)), HeroAccount(history.born_hero))
    )


class Account:
    """The rows as they should be by now.

    An edit by SQL differs from the ledger and counts as an offence until an entry says that it met the edited
    row: from then on the game itself has built on it. `untold` are pieces by kind, or below zero the lack of
    them, that were met and that nothing tells of.
    """

    def __init__(self, state: AccountState) -> None:
        self.state = state
        self._rows, self._edited, self._drops = state.rows, state.edited, state.drops
        self._vitals, self._hero, self._loadouts = state.vitals, state.hero, state.loadouts
        self.purse = state.purse
        self.untold: Counter[str] = Counter()

    def edit(self, edit: Edit) -> Offences:
        before, after = _by_id(edit.before), _by_id(edit.after)
        yield from self._met(before, f"an edit by SQL (version {edit.version})")
        for item_id in before.keys() | after.keys():
            self._edited.setdefault(item_id, self._rows.get(item_id))
            self._set(item_id, after.get(item_id))
        if edit.vitals is not None:
            self._vitals.edit(edit.vitals)
        if edit.hero_after:
            self._hero.edit(edit.hero_before, edit.hero_after)
        if edit.coins is not None:
            for text in self.purse.edit(edit.coins):
                yield Offence.PURSE, f"an edit by SQL (version {edit.version}): {text}"

    def enter(self, entry: LedgerEntry) -> Offences:
        name = f"{entry.kind} {entry.op_id} (version {entry.version})"
        try:
            before = _by_id(decode_rows(entry.before))
            steps = [_read(each, before if each is entry else None) for each in singly(entry)]
        except UnreadableError:
            yield Offence.UNREADABLE, name
            return
        yield from self._met(before, name)
        for item_id in before:
            self._edited.pop(item_id, None)
        for operation, result, met in steps:
            yield from self._do(operation, result, met, name)

    @property
    def rows(self) -> Mapping[int, PlacedItem]:
        """By id."""
        return self._rows

    def forget_drops(self, until: int) -> None:
        """Those made before that time (Unix seconds): nobody takes them back any more."""
        for op_id, at in list(self.state.dropped_at.items()):
            if at < until:
                del self.state.dropped_at[op_id], self._drops[op_id]

    def close(self, snapshot: InventorySnapshot) -> Offences:
        """What is not as it should be."""
        found = _by_id(snapshot.items)
        expected = self._rows | self._edited
        for item_id in sorted(expected.keys() | found.keys()):
            stands, says = found.get(item_id), expected.get(item_id)
            if stands != says:
                yield Offence.ROWS, _differ(item_id, stands, says, "")
        yield from ((Offence.VITALS, text) for text in self._vitals.close(snapshot.vitals))
        yield from ((Offence.HERO, text) for text in self._hero.close(snapshot.hero))
        yield from ((Offence.LOADOUTS, text) for text in self._loadouts.close(snapshot.loadouts))
        yield from ((Offence.PURSE, text) for text in self.purse.close(snapshot.coins))

    def _met(self, before: Mapping[int, PlacedItem], name: str) -> Offences:
        for item_id, stood in before.items():
            says = self._rows.get(item_id)
            if stood != says:
                yield Offence.ROWS, _differ(item_id, stood, says, f" before {name}")
                self._rows[item_id] = stood
                self.untold[stood.item.base_id] += stood.item.quantity
                if says is not None:
                    self.untold[says.item.base_id] -= says.item.quantity

    def _do(
        self, operation: Operation[Any], result: object, before: Mapping[int, PlacedItem], name: str
    ) -> Offences:
        deed = Deed(self._rows, before, self._drops)
        do(deed, operation, result)
        for offence, texts in (
            (Offence.FACTS, deed.wrong),
            (Offence.VITALS, self._vitals.enter(deed, operation, result)),
            (Offence.HERO, self._hero.enter(result)),
            (Offence.LOADOUTS, self._loadouts.enter(result)),
            (Offence.PURSE, self.purse.enter(deed)),
        ):
            for text in texts:
                yield offence, f"{name}: {text}"
        for item_id, after in deed.changes.items():
            self._set(item_id, after)
        if dropped := dropped_by(result):
            self._drops[operation.op_id] = dropped
            self.state.dropped_at[operation.op_id] = operation.at

    def _set(self, item_id: int, after: PlacedItem | None) -> None:
        if after is None:
            self._rows.pop(item_id, None)
        else:
            self._rows[item_id] = after


def _read(entry: LedgerEntry, before: Rows | None) -> tuple[Operation[Any], object, Rows]:
    """`before`: its rows, where somebody has read them. Raises UnreadableError."""
    operation, result = decode_operation(entry.kind, entry.payload), decode_stored(entry.kind, entry.result)
    return operation, result, _by_id(decode_rows(entry.before)) if before is None else before


def _by_id(placed: Iterable[PlacedItem]) -> Rows:
    return {each.item.id: numbered(each) for each in placed}


def _differ(item_id: int, stands: PlacedItem | None, says: PlacedItem | None, when: str) -> str:
    return f"item {item_id}{when}: {_shown(stands, says)}; by the ledger {_shown(says, stands)}"


def _shown(placed: PlacedItem | None, other: PlacedItem | None) -> str:
    """A row in words, with whatever sets it apart from the other one."""
    if placed is None:
        return "no row"
    item = placed.item
    marks = " locked" * item.locked + " junk" * item.junk + " bound" * item.bound
    apart = "".join(f", {text}" for text in _details(item, other.item)) if other else ""
    return f"{item.quantity} {item.base_id}{marks} in {placed.place} at {placed.position}{apart}"


def _details(item: Item, other: Item) -> Iterator[str]:
    if item.rarity != other.rarity:
        yield item.rarity
    if item.affixes != other.affixes:
        yield " ".join(f"{stat} {points:+}" for stat, points in item.affixes.items()) or "no affixes"
    if item.durability != other.durability:
        wear = item.durability
        yield f"durability {wear.current}/{wear.max}" if wear else "no durability"
    if item.acquired_at != other.acquired_at:
        yield f"acquired at {item.acquired_at}"

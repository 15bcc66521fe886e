"""What players were told, who can bring it back when a store loses it, and what that excuses."""

from collections import defaultdict
from dataclasses import dataclass, field
from enum import Enum, auto

from apps.game_core.modules.inventory.inventory.operation_ids import is_inbox
from apps.game_core.modules.inventory.ports import DatabaseRow
from tools.statemachine.sight import Sight


class Loss(Enum):
    REDIS = auto()
    DATABASE = auto()


@dataclass(frozen=True)
class Answer:
    """`loss`: what was lost while the operation was on its way; `life`: the process that answered."""

    op_id: str
    kind: str
    life: int
    repeated: bool
    loss: Loss | None = None


@dataclass(frozen=True)
class Debt:
    """Told operations are gone with those who knew them; `witnesses` have seen that there was more.

    None: anybody can see it. A version is all that a witness remembers: it says nothing once
    the database has gone on from `row`.
    """

    op_ids: frozenset[str]
    witnesses: frozenset[int] | None
    row: DatabaseRow
    notes: int


@dataclass
class Word:
    """`told`: kinds under which each operation was acknowledged; `stands`: what is in effect.

    `knowers` are the processes that acknowledged an operation that no store had lost or written since; `owed`
    is lost, and brought back as soon as one of them looks; `excused` is lost and nobody alive knows it;
    `notes` are all records of a loss that were ever seen. `may_note`: since something was lost that one
    of the `visitors` of the session does not know. `may_know`: knew an operation that the database then lost;
    whether such a process still does is its own affair, but it may bring it back.
    """

    alive: set[int]
    strict: bool
    told: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    stands: set[str] = field(default_factory=set)
    overruled: frozenset[str] = frozenset()
    knowers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    may_know: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    owed: dict[str, set[int]] = field(default_factory=dict)
    excused: set[str] = field(default_factory=set)
    losses: int = 0
    visitors: set[int] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    may_note: bool = False
    _seen: dict[int, tuple[int, frozenset[str]]] = field(default_factory=dict)
    _debts: list[Debt] = field(default_factory=list)
    _lost: set[str] = field(default_factory=set)

    def acknowledged(self, answer: Answer) -> None:
        op_id = answer.op_id
        assert op_id not in self.overruled, f"I2: overruled and acknowledged: {op_id}"
        assert answer.repeated or op_id not in self.stands, f"I2: done a second time: {op_id}"
        self.told[op_id].add(answer.kind)
        if answer.repeated:
            self._confirmed(answer)
            return
        self.excused.discard(op_id)
        self.owed.pop(op_id, None)
        self.knowers[op_id].add(answer.life)
        if answer.loss is Loss.DATABASE:
            self._excuse(op_id)
        elif answer.loss is Loss.REDIS:
            self.owed[op_id] = {answer.life}
        else:
            self.stands.add(op_id)

    def _confirmed(self, answer: Answer) -> None:
        if answer.loss is None:
            self.knowers[answer.op_id].add(answer.life)
        elif answer.op_id not in self.owed:
            self._excuse(answer.op_id)

    def died(self, life: int) -> None:
        self.alive.discard(life)
        self._seen.pop(life, None)
        for op_id, lives in list(self.owed.items()):
            lives.discard(life)
            if not lives:
                self._excuse(op_id)

    def redis_lost(self, left: Sight, *, unclear: bool, older: bool) -> None:
        """Redis lost what is not in `left`; `unclear`: maybe more than the last sight showed.

        `older`: it is as it once was, instead of empty.
        """
        self.losses += 1
        missed = (self.stands | self.notes) - left.present
        traced = left.session is not None and left.session.dirty and left.session.version > left.row.version
        orphaned = left.control is None and traced
        visitors = self.visitors & self.alive
        unknown = any(not visitors <= self.knowers[op_id] for op_id in missed)
        self.may_note |= unclear or older or unknown or bool(missed and (orphaned or not visitors))
        self._lost |= self.told.keys() - left.present
        forgotten = set()
        for op_id in self.told.keys() - left.present - self.excused - self.owed.keys():
            lives = self.knowers[op_id] & self.alive
            if lives:
                self.owed[op_id] = lives
            else:
                self._excuse(op_id)
                if not self.may_know[op_id] & self.alive:
                    forgotten.add(op_id)
        self._settle_for(left)
        witnesses = frozenset(
            life
            for life, (version, op_ids) in self._seen.items()
            if version > left.row.version and op_ids & forgotten
        )
        if forgotten and (witnesses or orphaned):
            self._owe(frozenset(forgotten), None if orphaned else witnesses, left.row)

    def database_lost(self, before: Sight, left: Sight) -> None:
        """The database lost what `before` had and `left` has not."""
        self.losses += 1
        self.may_note = True
        gone = (before.ledger.keys() | before.dropped.keys()) - left.ledger.keys() - left.dropped.keys()
        self._lost |= gone
        for op_id in gone:
            self.may_know[op_id] |= self.knowers.pop(op_id, set())
        for op_id in self.told.keys() - self.owed.keys():
            if op_id in gone or op_id not in left.present:
                self._excuse(op_id)
        self._settle_for(left)
        self.stands -= gone
        self._debts.clear()
        self.notes |= left.notes_of_loss

    def trace_lost(self) -> None:
        """A document that shows that changes are missing is gone."""
        self._debts = [debt for debt in self._debts if debt.witnesses is not None]

    def looked(self, life: int) -> None:
        """A process has seen the session since the last loss: what it knows is back by now."""
        for op_id in [op_id for op_id, lives in self.owed.items() if life in lives]:
            del self.owed[op_id]

    def check(self, sight: Sight, looker: int | None) -> None:
        self.excused -= sight.ledger.keys() if self.strict else sight.present
        for op_id in self.owed.keys() & sight.present:
            del self.owed[op_id]
        promised = {op_id for op_id in self.told.keys() | self.stands if not is_inbox(op_id)}
        missing = promised - self.excused - self.owed.keys() - sight.present
        assert not missing, f"I9: acknowledged and nowhere: {missing}"
        if self.strict:
            unwritten = self.told.keys() - self.excused - sight.ledger.keys()
            assert not unwritten, f"I10: acknowledged and not in PostgreSQL: {unwritten}"
        self._check_kinds(sight)
        self.stands, self.overruled = set(sight.standing), sight.overruled
        self.notes |= sight.notes_of_loss
        assert self.may_note or not self.notes, f"told of a loss that never was: {self.notes}"
        self._check_debts(sight, looker)
        if looker is not None:
            version = sight.control.version if sight.control and sight.control.dirty else 0
            self._seen[looker] = version, frozenset(sight.pending)

    def check_settled(self, sight: Sight) -> None:
        assert not self.owed, f"L: known and not brought back: {self.owed}"
        missing = self.told.keys() - self.excused - sight.ledger.keys() - sight.dropped.keys()
        assert not missing, f"L: never written: {missing}"

    def _check_kinds(self, sight: Sight) -> None:
        """An id that was lost may stand for something else by now."""
        for op_id, entry in (*sight.ledger.items(), *sight.effective.items()):
            if op_id in self._lost:
                continue
            kinds = self.told.get(op_id, {entry.kind})
            assert entry.kind in kinds, f"{op_id} was told as {kinds} and is {entry.kind}"

    def _check_debts(self, sight: Sight, looker: int | None) -> None:
        left = []
        for debt in self._debts:
            due = looker is not None and (debt.witnesses is None or looker in debt.witnesses)
            if sight.row != debt.row or debt.op_ids <= sight.present:
                continue
            if not due:
                left.append(debt)
                continue
            told = len(self.notes) > debt.notes
            assert told, f"lost without a word, though it could be seen: {debt.op_ids}"
        self._debts = left

    def _owe(self, op_ids: frozenset[str], witnesses: frozenset[int] | None, row: DatabaseRow) -> None:
        self._debts.append(Debt(op_ids, witnesses, row, len(self.notes)))

    def _excuse(self, op_id: str) -> None:
        self.owed.pop(op_id, None)
        self.excused.add(op_id)

    def _settle_for(self, left: Sight) -> None:
        self.stands &= left.standing
        self.overruled = self.overruled & left.overruled

"""What must be true, kept in plain dictionaries, and compared with what both stores hold."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from apps.game_core.modules.inventory.inventory.operation_ids import UNDO_PREFIX
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import Revert
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo
from apps.game_core.modules.inventory.ports import DatabaseRow
from tools.statemachine.orders import DROPS, REVERTED
from tools.statemachine.sight import Entry, Sight
from tools.statemachine.word import Word
from tools.statemachine.world import possessions, row_of

TAKE_BACK = {Undo.kind: frozenset(DROPS), Revert.kind: REVERTED}
"""What may be taken back by what."""


@dataclass(frozen=True)
class Outdated:
    """A session that stands on a row which the database has not any more."""

    lineage: str
    notes: int


@dataclass
class Model:
    """`deltas` says what an operation of an id and kind adds or takes; `operators` what SQL edits did.

    `_made` is the kind of operation that took effect under an id.
    """

    start: Counter[str]
    last: Sight
    word: Word
    deltas: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    operators: Counter[str] = field(default_factory=Counter)
    bases: dict[DatabaseRow, Counter[str]] = field(default_factory=dict)
    _outdated: Outdated | None = None
    _made: dict[str, str] = field(default_factory=dict)

    def check(self, sight: Sight, looker: int | None = None) -> None:
        """`looker`: the process whose last look saw just this."""
        made = {**sight.effective, **sight.ledger}
        self._made.update((op_id, entry.kind) for op_id, entry in made.items())
        for op_id, entry in made.items():
            if entry.delta is not None:
                self.deltas[op_id, entry.kind] = entry.delta
        self._check_database(sight)
        self._check_session(sight)
        self.word.check(sight, looker)
        self._check_outdated(sight)
        self.last = sight

    def check_settled(self, sight: Sight) -> None:
        """After the faults have ended and the workers had their time."""
        self.check(sight)
        assert sight.control is None or not sight.control.dirty, "L: still dirty"
        self.word.check_settled(sight)

    def database_lost(self, before: Sight, left: Sight, operators: Counter[str]) -> None:
        """The database is as it was when operators had done no more than `operators`."""
        self.word.database_lost(before, left)
        self.operators = Counter(operators)
        self.last = left
        control = left.control
        self._outdated = None
        if control and left.session and control.base.version > left.row.version:
            self._outdated = Outdated(control.lineage, len(self.word.notes))

    def loses_track(self) -> None:
        """The session is gone or the database goes on: no version tells any more what is missing."""
        self._outdated = None

    def _check_database(self, sight: Sight) -> None:
        last = self.last
        gone = last.ledger.keys() - sight.ledger.keys()
        assert not gone, f"I1: gone from the ledger: {gone}"
        both = sight.ledger.keys() & sight.dropped.keys()
        assert not both, f"I2: dropped and in effect: {both}"
        for op_id, entry in sight.ledger.items():
            if entry.kind in TAKE_BACK:
                of = sight.ledger.get(op_id.removeprefix(UNDO_PREFIX))
                assert of is not None, f"I7: taken back and never done: {op_id}"
                assert of.kind in TAKE_BACK[entry.kind], f"I7: {op_id} took back something else: {of.kind}"
        twice = {op_id for op_id in sight.dropped if op_id.startswith("twice:")}
        assert self.word.losses or not twice, f"I2: said to be made twice: {twice}"
        if sight.row != last.row:
            assert sight.row.version > last.row.version, f"I6: {last.row} became {sight.row}"
        else:
            assert sight.rows == last.rows, "I6: rows changed under the same version"
            assert sight.hero == last.hero, "I6: the hero changed under the same version"
            assert sight.coins == last.coins, "I6: the purse changed under the same version"
        owned = possessions(sight.rows, sight.hero, sight.coins)
        expected = self._after(self.start, sight.ledger)
        expected.update(self.operators)
        self._same("I7: rows", owned, expected)
        self.bases[sight.row] = owned

    def _check_session(self, sight: Sight) -> None:
        control, session = sight.control, sight.session
        if control is None:
            return
        placed = {} if session is None else {each.item.id: row_of(each) for each in session.placed()}
        if session is not None:
            assert len(placed) == len(list(session.placed())), "I8: an item in two places"
        if control.dirty:
            assert sight.indexed, "I3: dirty and not indexed"
            assert all(ttl in (-1, -2) for ttl in sight.ttls), f"I3: dirty and expiring: {sight.ttls}"
        else:
            assert not control.pending, "I4: clean with pending operations"
            assert not control.marks, "I4: clean with changed rows"
            assert sight.ttls[1] > 0, "clean for ever"
            if session is not None and control.base == sight.row:
                assert placed == sight.rows, "I4: clean and not as in the database"
                assert session.hero == sight.hero, "I4: clean and another hero than in the database"
                assert session.coins == sight.coins, "I4: clean and other coins than in the database"
                loadouts = {each.id: each.name for each in session.loadouts}
                assert loadouts == sight.loadouts, "I4: clean and other loadouts than in the database"
        if session is not None and control.base in self.bases:
            expected = self._after(self.bases[control.base], sight.effective)
            self._same("I7: session", possessions(placed, session.hero, session.coins), expected)

    def _check_outdated(self, sight: Sight) -> None:
        control = sight.control
        if self._outdated is None or (control and control.lineage == self._outdated.lineage):
            return
        if control and control.base.version > sight.row.version:
            # By somebody who read the database before it was restored: to be told all the same.
            self._outdated = replace(self._outdated, lineage=control.lineage)
            return
        assert sight.control is None or len(self.word.notes) > self._outdated.notes, "a restore was not told"
        self._outdated = None

    def _after(self, items: Counter[str], entries: Mapping[str, Entry]) -> Counter[str]:
        found = Counter(items)
        for op_id, entry in entries.items():
            found.update(self._delta(op_id, entry))
        return found

    def _delta(self, op_id: str, entry: Entry) -> Mapping[str, int]:
        if entry.delta is not None:
            return entry.delta
        if entry.kind in TAKE_BACK:
            of = op_id.removeprefix(UNDO_PREFIX)
            return {kind: -number for kind, number in self.deltas[of, self._made[of]].items()}
        return self.deltas[op_id, entry.kind]

    def _same(self, what: str, found: Counter[str], expected: Counter[str]) -> None:
        difference = Counter(found)
        difference.subtract(expected)
        assert not any(difference.values()), f"{what}: { ({k: n for k, n in difference.items() if n}) }"

"""What must be true, kept in plain dictionaries, and compared with what both stores hold."""

from collections import Counter
from dataclasses import dataclass, field

from apps.game_core.modules.inventory.ports import DatabaseRow
from tests.statemachine.world import Sight, pieces, row_of


@dataclass
class Model:
    """`deltas` says what each operation id adds or takes, by kind of item; `operators` what SQL edits did.

    `acked` are operations that a player was told worked; `excused` those that a loss of Redis may have taken.
    """

    start: Counter[str]
    last: Sight
    deltas: dict[str, Counter[str]] = field(default_factory=dict)
    operators: Counter[str] = field(default_factory=Counter)
    acked: set[str] = field(default_factory=set)
    excused: set[str] = field(default_factory=set)
    bases: dict[DatabaseRow, Counter[str]] = field(default_factory=dict)
    strict: bool = False

    def told(self, op_id: str) -> None:
        self.acked.add(op_id)

    def lost(self, left: Sight, in_flight: set[str]) -> None:
        """Redis lost what is not in `left`: acknowledged changes of that time are excused."""
        kept = left.ledger | left.dropped | left.pending
        self.excused |= (self.acked | in_flight) - kept

    def check(self, sight: Sight) -> None:
        self.deltas.update(sight.restored)
        self._check_database(sight)
        self._check_session(sight)
        owed = self.acked - self.excused
        missing = owed - sight.ledger - sight.dropped - sight.pending
        assert not missing, f"I9: acknowledged and nowhere: {missing}"
        if self.strict:
            unwritten = self.acked - sight.ledger
            assert not unwritten, f"I10: acknowledged and not in PostgreSQL: {unwritten}"
        self.last = sight

    def check_settled(self, sight: Sight) -> None:
        """After the faults have ended and the workers had their time."""
        self.check(sight)
        assert sight.control is None or not sight.control.dirty, "L: still dirty"
        missing = self.acked - self.excused - sight.ledger - sight.dropped
        assert not missing, f"L: never written: {missing}"

    def _check_database(self, sight: Sight) -> None:
        last = self.last
        assert last.ledger <= sight.ledger, f"I1: gone from the ledger: {last.ledger - sight.ledger}"
        assert not sight.ledger & sight.dropped, f"I2: dropped and in effect: {sight.ledger & sight.dropped}"
        if sight.row != last.row:
            assert sight.row.version > last.row.version, f"I6: {last.row} became {sight.row}"
        else:
            assert sight.rows == last.rows, "I6: rows changed under the same version"
        owned = pieces(sight.rows)
        self._same("I7: rows", owned, self._with(self._with(self.start, sight.ledger), self.operators))
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
        if session is not None and control.base in self.bases:
            effective = {entry.op_id for entry in control.pending if not entry.refused}
            expected = self._with(self.bases[control.base], effective)
            self._same("I7: session", pieces(placed), expected)

    def _with(self, items: Counter[str], changes: "set[str] | frozenset[str] | Counter[str]") -> Counter[str]:
        found = Counter(items)
        if isinstance(changes, Counter):
            found.update(changes)
        else:
            for op_id in changes:
                found.update(self.deltas[op_id])
        return found

    def _same(self, what: str, found: Counter[str], expected: Counter[str]) -> None:
        difference = Counter(found)
        difference.subtract(expected)
        assert not any(difference.values()), f"{what}: { ({k: n for k, n in difference.items() if n}) }"

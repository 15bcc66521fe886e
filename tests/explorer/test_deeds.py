"""What the model says of sets, mending, fights and undoing is what the product's rules and its replay do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

import pytest

from apps.game_core.modules.inventory.errors import CannotUndoError, OperationRefusedError, UndoObstacle
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import decode_result, ledger_entry
from apps.game_core.modules.inventory.inventory.logic.history.revert_history import reverting
from apps.game_core.modules.inventory.inventory.logic.sessions.replay import Replay
from apps.game_core.modules.inventory.inventory.model import Durability, InventorySession
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operation_ids import undo_id
from apps.game_core.modules.inventory.inventory.row_changes import compared
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.dropping import DropMany
from apps.game_core.modules.inventory.inventory.rules.fighting import FightEnd, SettleFight
from apps.game_core.modules.inventory.inventory.rules.mending import MendItem
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo
from apps.game_core.modules.inventory.ports import AppliedOperation, LedgerEntry
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.value import replace
from tools.explorer.actors import REBASED, Rebasing
from tools.explorer.deeds import applied, to_tell
from tools.explorer.parts import (
    CLEAR,
    FIGHT,
    FIRST_ADD,
    MEND,
    RETURN,
    REVERT,
    Control,
    Doc,
    Makings,
    bit,
    making_of,
    op_of,
)
from tools.explorer.protocol import THE_PROTOCOL
from tools.explorer.rules import replay
from tools.explorer.states import initial
from tools.support.bags import NOW, bag, item, rules

ADD: Final = FIRST_ADD
_SWORD, _ORE, _NEW = 1, 2, (3, 4)
_WHOLE: Final = 80
_IDS = {ADD: "add", CLEAR: "clear", RETURN: "undo:clear", MEND: "mend", REVERT: "undo:mend", FIGHT: "fight"}
SETS = [(CLEAR,), (CLEAR, RETURN), (CLEAR, ADD), (CLEAR, ADD, RETURN), (CLEAR, RETURN, ADD)]
MENDING = [
    (MEND,),
    (FIGHT,),
    (MEND, REVERT),
    (MEND, ADD, REVERT),
    (MEND, REVERT, ADD),
    (ADD, MEND, REVERT),
    (MEND, FIGHT, REVERT),
    (FIGHT, MEND, REVERT),
    (MEND, REVERT, FIGHT),
]


@dataclass
class Bag:
    """X is a sword, a Y so many `pieces` of ore; `rest` more keep their stack alive where Ys come and go.

    Swords are worn where they are to be mended and fought with, and lie in the backpack where they may go.
    """

    session: InventorySession
    pieces: int
    rest: int
    done: dict[int, LedgerEntry] = field(default_factory=dict)

    @classmethod
    def of(cls, doc: Doc, *, worn: bool) -> "Bag":
        pieces, rest = (4, 1) if worn else (1, 0)
        sword = item("iron_sword", durability=Durability(0 if doc.worn else _WHOLE, _WHOLE))
        ore = item("iron_ore", pieces * doc.y + rest)
        there = [replace(sword, id=_SWORD)] * doc.x
        stacks = [replace(ore, id=_ORE)] * bool(ore.quantity)
        if worn:
            return cls(bag(*stacks, worn=dict(zip([Slot.MAIN_HAND], there, strict=False))), pieces, rest)
        return cls(bag(*there, *stacks), pieces, rest)

    def does(self, op: int) -> bool:
        """Whether it took effect."""
        try:
            operation = self._operation(op)
            after, result = apply(self.session, operation, rules())
        except OperationRefusedError:
            return False
        _, image = compared(self.session, after)
        entry = ledger_entry(AppliedOperation(operation, result, image), len(self.done) + 1)
        self.session, self.done[op] = after, entry
        return True

    def _operation(self, op: int) -> Operation[Any]:
        stamp: dict[str, Any] = {"op_id": _IDS[op], "at": NOW}
        if op == RETURN:
            dropped = decode_result(DropMany, self._of(CLEAR).result).dropped
            return Undo(**stamp, of=_IDS[CLEAR], dropped=dropped, dropped_at=NOW, new_ids=_NEW)
        if op == REVERT:
            return reverting(self._of(MEND), NOW)
        made: dict[int, Operation[Any]] = {
            ADD: AddItem(**stamp, base_id="iron_ore", quantity=self.pieces, new_ids=_NEW),
            CLEAR: DropMany(**stamp, item_ids=(_SWORD, _ORE)),
            MEND: MendItem(**stamp, item_id=_SWORD),
            FIGHT: SettleFight(**stamp, end=FightEnd.WON, hurt=0, wear=_WHOLE),
        }
        return made[op]

    def _of(self, op: int) -> LedgerEntry:
        if op not in self.done:
            raise CannotUndoError(_IDS[op], UndoObstacle.UNKNOWN)
        return self.done[op]


def seen(session: InventorySession, bag: Bag) -> tuple[int, int, int]:
    """X, Y, and whether X is worn down."""
    items = [placed.item for placed in session.placed()]
    swords = [each for each in items if each.base_id == "iron_sword"]
    ores = sum(each.quantity for each in items if each.base_id == "iron_ore") - bag.rest
    assert ores % bag.pieces == 0
    worn = sum(not each.durability.current for each in swords if each.durability)
    return len(swords), ores // bag.pieces, worn


def shown(doc: Doc) -> tuple[int, int, int]:
    return doc.x, doc.y, doc.worn if doc.x else 0


def made(doc: Doc, bag: Bag, ops: Sequence[int]) -> Makings:
    """What of these operations takes effect in the bag: the same in the model."""
    makings: list[tuple[int, int]] = []
    for op in ops:
        after = applied(doc, op, THE_PROTOCOL)
        assert bag.does(op) is (after is not None)
        if after is not None:
            makings.append((making_of(op, 0, to_tell(doc, op)), len(makings) + 1))
            doc = after
        assert seen(bag.session, bag) == shown(doc)
    return tuple(makings)


def rebased(base: Doc, pending: Makings) -> tuple[Doc, frozenset[str]]:
    """The document, and what is left out."""
    row = initial(1, 1).database._replace(x=base.x, y=base.y, worn=base.worn, version=9, rev=9)
    version = len(pending)
    control = Control(1, version, 0, 0, 1, (), pending, 0, version, version, 0, (), 0, 0)
    held = Rebasing(REBASED, 1, False, False, pending, 0, 0, (), 0, row)
    result = replay(control, row, held, THE_PROTOCOL)
    kept = {op_of(making) for making, _ in result.pending}
    assert result.refused == sum(bit(op_of(making)) for making, _ in pending if op_of(making) not in kept)
    return result.doc, frozenset(_IDS[op] for op in _IDS if result.refused & bit(op))


STARTS = [Doc(1, 1, 1, 0), Doc(1, 2, 0, 0)]
BASES = [Doc(x, y, worn, 0) for x, y, worn in product((1, 0), range(4), (1, 0))]
MOVES = [(ops, False) for ops in SETS] + [(ops, True) for ops in MENDING]


def described(value: object) -> str:
    return ", ".join(_IDS[op] for op in value) if isinstance(value, tuple) else ""


@pytest.mark.parametrize(("ops", "worn"), MOVES, ids=described)
def test_what_can_be_done_in_a_bag_is_what_the_model_says(ops: Sequence[int], *, worn: bool) -> None:
    done = {len(made(start, Bag.of(start, worn=worn), ops)) for start in BASES}
    assert min(done) < max(done) or ops == (FIGHT,)


@pytest.mark.parametrize(("ops", "worn"), MOVES, ids=described)
def test_what_was_done_is_replayed_in_any_bag_as_the_model_says(ops: Sequence[int], *, worn: bool) -> None:
    losses = set()
    for start, base in product(STARTS, BASES):
        before, after = Bag.of(start, worn=worn), Bag.of(base, worn=worn)
        pending = made(start, before, ops)
        replaying = Replay(rules(), after.session, 9, {})
        for entry in before.done.values():
            replaying.add(entry)

        doc, left_out = rebased(base, pending)

        assert seen(replaying.session, after) == shown(doc), (start, base)
        assert {entry.op_id for entry in replaying.pending if entry.refused} == left_out, (start, base)
        losses.add(bool(left_out))
    assert losses == ({False} if ops == (FIGHT,) else {False, True})


def test_what_takes_back_goes_by_the_name_of_what_it_takes_back() -> None:
    assert (_IDS[RETURN], _IDS[REVERT]) == (undo_id(_IDS[CLEAR]), undo_id(_IDS[MEND]))

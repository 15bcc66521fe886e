"""Several operations of one inventory as one: one id, one compare-and-set, one ledger entry; all or none."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, TypeAlias

from apps.game_core.modules.inventory.inventory.limits import (
    MAX_PARTS,
    OperationId,
    Several,
    Version,
)
from apps.game_core.modules.inventory.inventory.model import InventorySession, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.row_changes import before_image, row_changes
from apps.game_core.modules.inventory.inventory.rules.deed import Deed, numbered
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.taking import TakeResult
from apps.game_core.modules.inventory.inventory.rules.told import Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.value import Value, replace


class Part:
    """One of the operations. No dataclass: its JSON says which kind it is, and `codec` writes that."""

    __slots__ = ("operation",)

    def __init__(self, operation: Operation[Any]) -> None:
        self.operation = operation

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Part) and self.operation == other.operation

    def __hash__(self) -> int:
        return hash(self.operation.kind)

    def __repr__(self) -> str:
        return f"Part({self.operation!r})"


Parts: TypeAlias = Annotated[tuple[Part, ...], Several(MAX_PARTS)]


class Step:
    """What one of them answered, and the rows that it touched as it met them; no dataclass, as above."""

    __slots__ = ("before", "kind", "result")

    def __init__(self, kind: str, result: Result, before: tuple[PlacedItem, ...]) -> None:
        self.kind, self.result, self.before = kind, result, before

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Step) and self._told == other._told

    def __hash__(self) -> int:
        return hash(self.kind)

    def __repr__(self) -> str:
        return f"Step{self._told!r}"

    @property
    def _told(self) -> tuple[object, ...]:
        return self.kind, self.result, self.before


class BatchResult(Result):
    steps: tuple[Step, ...]

    @property
    def results(self) -> tuple[Any, ...]:
        """What each part answered, in the order of the parts."""
        return tuple(step.result for step in self.steps)


class Batch(Operation[BatchResult], kw_only=True):
    """Made by `of`. The parts have neither id nor time of their own.

    Each part meets what the ones before it left. `expected`: the version that the inventory must still have.
    `after`: an operation of this inventory that it rests on. Where that has not taken effect, or is lost,
    this does not either.
    """

    kind: ClassVar[str] = "batch"

    parts: Parts
    expected: Version | None = None
    after: OperationId | None = None

    @classmethod
    def of(
        cls, *operations: Operation[Any], expected: int | None = None, after: str | None = None
    ) -> "Batch":
        return cls(parts=tuple(map(Part, operations)), expected=expected, after=after)

    @property
    def can_be_reverted(self) -> bool:
        parts = [part.operation for part in self.parts]
        return all(each.can_be_reverted or each.reverts_as_part for each in parts)

    @property
    def operations(self) -> tuple[Operation[Any], ...]:
        """The parts as they are applied: all under the one id, at one moment."""
        return tuple(replace(part.operation, op_id=self.op_id, at=self.at) for part in self.parts)

    def asks_for_the_same_as(self, other: Operation[Any]) -> bool:
        if not isinstance(other, Batch) or len(self.parts) != len(other.parts) or self.after != other.after:
            return False
        pairs = zip(self.parts, other.parts, strict=True)
        return all(mine.operation.asks_for_the_same_as(theirs.operation) for mine, theirs in pairs)


class Batching(Value):
    """`singly`: the definitions of all that may be a part, by kind."""

    singly: Mapping[str, Definition[Any, Any]]

    def rule(
        self, session: InventorySession, operation: Batch, rules: Rules
    ) -> tuple[InventorySession, BatchResult]:
        steps = []
        for each in operation.operations:
            before = session
            session, result = self.singly[each.kind].rule(before, each, rules)
            steps.append(Step(each.kind, result, before_image(before, row_changes(before, session))))
        return session, BatchResult(tuple(steps))

    def deed(self, deed: Deed, operation: Batch, result: BatchResult) -> None:
        """Rows that it met, and left as they were in the end, are none of it."""
        met, made = set[int](), set[int]()
        for each, step in self._pairs(deed, operation, result):
            rows = {item_id: placed for item_id, placed in {**deed.rows, **deed.changes}.items() if placed}
            before = {placed.item.id: numbered(placed) for placed in step.before}
            deed.claim(
                all(rows.get(item_id) == placed for item_id, placed in before.items()),
                f"{each.kind} met other rows than the parts before it left",
            )
            part = Deed(rows, before, deed.drops)
            self.singly[each.kind].deed(part, each, step.result)
            met |= before.keys() - made
            made |= part.changes.keys() - before.keys()
            deed.follow(part)
        for item_id in met - deed.before.keys():
            deed.changes.pop(item_id, None)

    def told(self, result: BatchResult, _: Sequence[PlacedItem]) -> Told:
        """What was taken is what the rest cost."""
        told = [(_takes(step), self._told_of(step)) for step in result.steps]
        spent = [each for takes, part in told for each in part.items if takes]
        items = [each for takes, part in told for each in part.items if not takes]
        coins = sum(part.coins for _, part in told)
        return Told(items=tuple(items), spent=tuple(spent), coins=coins)

    def _told_of(self, step: Step) -> Told:
        told: Told = self.singly[step.kind].told(step.result, step.before)
        return told

    def _pairs(
        self, deed: Deed, operation: Batch, result: BatchResult
    ) -> Iterator[tuple[Operation[Any], Step]]:
        asked = operation.operations
        kinds = [step.kind for step in result.steps]
        deed.claim([each.kind for each in asked] == kinds, "it did other things than were asked for")
        return zip(asked, result.steps, strict=False)


def _takes(step: Step) -> bool:
    return isinstance(step.result, TakeResult)


def batch(singly: Sequence[Definition[Any, Any]]) -> Definition[Batch, BatchResult]:
    batching = Batching({each.operation.kind: each for each in singly})
    return Definition(operation=Batch, rule=batching.rule, deed=batching.deed, told=batching.told)

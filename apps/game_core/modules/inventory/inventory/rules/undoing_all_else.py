"""Taking back what moved or used something: the rows that it touched become what they were."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import ClassVar

from apps.game_core.modules.inventory.errors import CannotUndoError, UndoObstacle
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    LEAST_HP,
    QUICK_SLOT,
    Buff,
    InventorySession,
    PlacedItem,
    Vitals,
    adding,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.operation_ids import undo_id
from apps.game_core.modules.inventory.inventory.row_changes import row_changes
from apps.game_core.modules.inventory.inventory.rules.counting import counted
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Told, pieces
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import in_time
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room
from apps.game_core.modules.inventory.inventory.rules.wearing import hands_are_free, refit
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.value import replace

Rows = Mapping[int, PlacedItem]


class RevertResult(Result):
    """`placed` are the rows that moved or changed, as they are now; `gone` ids of items that were made.

    `hp` and `changed` as in `EquipResult`; `buffs` run now.
    """

    placed: tuple[PlacedItem, ...]
    gone: tuple[int, ...]
    hp: int
    changed: int
    buffs: tuple[Buff, ...]


class Revert(Operation[RevertResult], kw_only=True):
    """Takes back operation `of`, made at `done_at`, which moved or used something: all of it, or nothing.

    `before` are the rows that it touched as they were, `after` as it left them. It changed hit points by
    `changed`, `started` buffs and `ended` others. Its own id is made of the other's (`undo_id`).
    """

    kind: ClassVar[str] = "revert"

    of: str
    done_at: int
    before: tuple[PlacedItem, ...]
    after: tuple[PlacedItem, ...]
    changed: int = 0
    started: tuple[Buff, ...] = ()
    ended: tuple[Buff, ...] = ()


def revert(
    session: InventorySession, operation: Revert, rules: Rules
) -> tuple[InventorySession, RevertResult]:
    """Only where everything is as the operation left it: whatever came since counts for more."""
    if not in_time(operation.at, operation.done_at):
        raise CannotUndoError(operation.of, UndoObstacle.TOO_LATE)
    if not _is_as_left(operation, {placed.item.id: placed for placed in session.placed()}):
        raise CannotUndoError(operation.of, UndoObstacle.MOVED_ON)
    changed = _without(session, {placed.item.id for placed in chain(operation.before, operation.after)})
    for placed in sorted(operation.before, key=_worn_first):
        if placed.place == QUICK_SLOT:
            changed, _ = refit(changed, rules, operation.at)  # a belt that is back makes quick slots
        changed = _placed(changed, placed, operation.of)
    if not hands_are_free(changed, rules):
        raise CannotUndoError(operation.of, UndoObstacle.MOVED_ON)
    # What had to be lowered while half of it was put back says nothing of the whole.
    changed = replace(changed, vitals=session.vitals)
    changed, _ = refit(_healed(changed, operation, rules), rules, operation.at)
    return require_room(session, changed), _result(session, changed)


def _is_as_left(operation: Revert, standing: Rows) -> bool:
    left = {placed.item.id: placed for placed in operation.after}
    touched = left.keys() | {placed.item.id for placed in operation.before}
    return all(_same(standing.get(item_id), left.get(item_id)) for item_id in touched)


def _same(one: PlacedItem | None, other: PlacedItem | None) -> bool:
    """Where in the backpack something lies does not matter."""
    if one is None or other is None:
        return one is other
    at = (one.place, one.place == QUICK_SLOT and one.position)
    there = (other.place, other.place == QUICK_SLOT and other.position)
    return at == there and replace(one.item, position=0) == replace(other.item, position=0)


def _without(session: InventorySession, ids: set[int]) -> InventorySession:
    return replace(
        session,
        equipped={slot: None if item and item.id in ids else item for slot, item in session.equipped.items()},
        backpack=tuple(item for item in session.backpack if item.id not in ids),
        quick_slots=tuple(None if item and item.id in ids else item for item in session.quick_slots),
    )


def _worn_first(placed: PlacedItem) -> int:
    return (QUICK_SLOT, BACKPACK).index(placed.place) + 1 if placed.place in (QUICK_SLOT, BACKPACK) else 0


def _placed(session: InventorySession, placed: PlacedItem, of: str) -> InventorySession:
    """Raises CannotUndoError where something else has come."""
    item, at = placed.item, placed.position
    if placed.place == BACKPACK:
        taken = any(each.position == at for each in session.backpack)
        return adding(session, item, position=None if taken else at)
    if placed.place == QUICK_SLOT:
        if at >= len(session.quick_slots) or session.quick_slots[at] is not None:
            raise CannotUndoError(of, UndoObstacle.MOVED_ON)
        slots = session.quick_slots
        return replace(session, quick_slots=(*slots[:at], item, *slots[at + 1 :]))
    slot = Slot(placed.place)
    if session.equipped[slot] is not None:
        raise CannotUndoError(of, UndoObstacle.MOVED_ON)
    return replace(session, equipped={**session.equipped, slot: item})


def _healed(session: InventorySession, operation: Revert, rules: Rules) -> InventorySession:
    hp = max(LEAST_HP, min(rules.max_hp(session, operation.at), session.vitals.hp - operation.changed))
    kept = [buff for buff in session.vitals.buffs if buff not in operation.started]
    stats = {buff.stat for buff in kept}
    back = (each for each in operation.ended if each.expires_at > operation.at and each.stat not in stats)
    return replace(session, vitals=Vitals(hp, (*kept, *back)))


def _result(before: InventorySession, after: InventorySession) -> RevertResult:
    changes = row_changes(before, after)
    placed = tuple(each for each in after.placed() if each.item.id in changes.changed)
    hp = after.vitals.hp
    return RevertResult(placed, tuple(sorted(changes.removed)), hp, hp - before.vitals.hp, after.vitals.buffs)


def _deed(deed: Deed, operation: Revert, result: RevertResult) -> None:
    deed.claim(operation.op_id == undo_id(operation.of), f"it takes back {operation.of} under another id")
    touched = {placed.item.id for placed in (*operation.before, *operation.after)}
    now = {placed.item.id: placed for placed in result.placed}
    back = [now[item_id] for item_id in touched if item_id in now]
    gone = [deed.before[item_id] for item_id in result.gone if item_id in deed.before]
    changed = [deed.before[item_id] for item_id in touched & now.keys() if item_id in deed.before]
    had, has = _pieces(operation.after), _pieces(operation.before)
    deed.claim(
        _pieces((*changed, *gone)) + has == _pieces(back) + had, "more or fewer pieces came back than went"
    )
    for placed in result.placed:
        deed.put(placed.item, placed.place, placed.position)
    for item_id in result.gone:
        deed.claim(item_id in touched, f"item {item_id} went, which was none of it")
        deed.changes[item_id] = None
    deed.hp_before, deed.hp = result.hp - result.changed, result.hp


def _pieces(rows: Sequence[PlacedItem]) -> Counter[tuple[object, ...]]:
    return counted(placed.item for placed in rows)


def _told(result: RevertResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=pieces(*(each.item for each in result.placed)), healed=result.changed)


REVERT = Definition(operation=Revert, rule=revert, deed=_deed, told=_told)

"""What operations answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from apps.game_core.modules.inventory.inventory.loadout import Loadout
from apps.game_core.modules.inventory.inventory.model import Buff, Gift, Item, PlacedItem
from apps.game_core.modules.items.contracts import Effect, Slot


@dataclass(frozen=True, slots=True)
class EquipResult:
    """What is worn bears on the most hit points there can be: `hp` are left, after a change by `changed`.

    None: an earlier release answered, which did not say.
    """

    item: Item
    slot: Slot
    unequipped_items: tuple[Item, ...] = ()
    hp: int | None = None
    changed: int = 0

    @property
    def unequipped_item(self) -> Item | None:
        return self.unequipped_items[0] if self.unequipped_items else None


@dataclass(frozen=True, slots=True)
class WearSetResult:
    """What was put on, by slot, and what was taken off for it, by the slot it left; both as they were before.

    `hp` and `changed` as in `EquipResult`.
    """

    worn: Mapping[Slot, Item]
    taken_off: Mapping[Slot, Item]
    hp: int
    changed: int


@dataclass(frozen=True, slots=True)
class UnequipResult:
    """`hp` and `changed` as in `EquipResult`."""

    item: Item
    slot: Slot
    returned_items: tuple[Item, ...] = ()
    hp: int | None = None
    changed: int = 0


@dataclass(frozen=True, slots=True)
class UseConsumableResult:
    """`healed` is what the heal really gave, after the cap at full health; `ended` are buffs that made way.

    What an earlier release answered says nothing of those.
    """

    item: Item
    effects: tuple[Effect, ...]
    remaining_quantity: int
    hp: int
    healed: int
    ended: tuple[Buff, ...] = ()


@dataclass(frozen=True, slots=True)
class QuickSlotResult:
    item: Item
    slot_index: int
    returned_item: Item | None = None


@dataclass(frozen=True, slots=True)
class DropResult:
    item: Item
    quantity: int
    remaining_quantity: int


@dataclass(frozen=True, slots=True)
class DropManyResult:
    dropped: tuple[DropResult, ...]


@dataclass(frozen=True, slots=True)
class AddItemResult:
    """`stacks` are the backpack items that grew or came into being."""

    base_id: str
    quantity: int
    stacks: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class SplitResult:
    item: Item
    new_item: Item


@dataclass(frozen=True, slots=True)
class MergeResult:
    """`remaining_quantity` stayed in the stack that was merged, when the other one is full."""

    item: Item
    remaining_quantity: int


@dataclass(frozen=True, slots=True)
class SortResult:
    """What lies elsewhere in the backpack now, and where: positions by item id."""

    moved: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class LockResult:
    item: Item


@dataclass(frozen=True, slots=True)
class MarkJunkResult:
    """`changed` are ids of items that were marked otherwise before."""

    changed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SaveLoadoutResult:
    """`replaced` had the name before."""

    loadout: Loadout
    replaced: Loadout | None


@dataclass(frozen=True, slots=True)
class ForgetLoadoutResult:
    loadout: Loadout


@dataclass(frozen=True, slots=True)
class TakeNoteResult:
    """Pieces by kind: what came and went without the player, and what waits until there is room."""

    came: tuple[Gift, ...]
    went: tuple[Gift, ...]
    waiting: tuple[Gift, ...]


@dataclass(frozen=True, slots=True)
class UndoResult:
    """`dropped` is what was taken back; `items` are the stacks that came back or grew."""

    dropped: tuple[DropResult, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class RevertResult:
    """`placed` are the rows that moved or changed, as they are now; `gone` ids of items that were made.

    `hp` and `changed` as in `EquipResult`; `buffs` run now.
    """

    placed: tuple[PlacedItem, ...]
    gone: tuple[int, ...]
    hp: int
    changed: int
    buffs: tuple[Buff, ...]


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """`returned` are the pieces that came back, as they stood; `items` the stacks they now are or joined."""

    returned: tuple[Item, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ChangeHealthResult:
    """`changed` is what the change really came to, between the least and the most there can be."""

    hp: int
    changed: int


class FightEnd(StrEnum):
    WON = "won"
    LOST = "lost"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class FightResult:
    """`hp` and `changed` as in `EquipResult`; `gained` is experience, which made the hero rise to `level`.

    `risen` counts the levels that were won.
    """

    end: FightEnd
    hp: int
    changed: int
    gained: int
    level: int
    risen: int


Result: TypeAlias = (
    EquipResult
    | WearSetResult
    | UnequipResult
    | UseConsumableResult
    | QuickSlotResult
    | DropResult
    | DropManyResult
    | AddItemResult
    | SplitResult
    | MergeResult
    | SortResult
    | LockResult
    | MarkJunkResult
    | SaveLoadoutResult
    | ForgetLoadoutResult
    | TakeNoteResult
    | UndoResult
    | RevertResult
    | RestoreResult
    | ChangeHealthResult
    | FightResult
)
"""Whatever an operation may answer; where all are told apart, a type checker misses none."""


def dropped_by(result: object) -> tuple[DropResult, ...]:
    """What an operation with this result dropped; nothing for one that is no drop."""
    if isinstance(result, DropManyResult):
        return result.dropped
    return (result,) if isinstance(result, DropResult) else ()


def made_by(result: object) -> tuple[Item, ...]:
    """The stacks that an operation with this result made or let grow."""
    match result:
        case AddItemResult(stacks=items) | UndoResult(items=items) | RestoreResult(items=items):
            return items
        case SplitResult(new_item=item):
            return (item,)
        case _:
            return ()

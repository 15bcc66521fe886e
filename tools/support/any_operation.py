"""Any operation at all, with values that the limits of its fields allow: a new one need not be named here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

from msgspec.structs import FieldInfo, fields

from apps.game_core.modules.inventory.inventory import limits
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.rules.fighting import FightEnd
from apps.game_core.modules.items.contracts import Slot

Op = TypeVar("Op", bound=Operation[Any])


@dataclass(frozen=True, slots=True)
class Choice:
    """What was drawn: two item ids of what there is, which may be the same, and numbers for the rest."""

    one: int
    other: int
    second: int
    quantity: int
    base_id: str
    slot: Slot


_BY_LIMIT: Mapping[Any, Callable[[Choice], Any]] = {
    limits.ItemIds: lambda choice: tuple({choice.one, choice.other}),
    limits.ItemOrder: lambda choice: (choice.one, choice.other),
    limits.Coins: lambda choice: 1 + choice.second,
    limits.Quantity: lambda choice: choice.quantity,
    limits.HitPoints: lambda choice: 10 * choice.quantity,
    limits.LostHitPoints: lambda choice: choice.second,
    limits.Experience: lambda choice: 3 * choice.second,
    limits.Wear: lambda choice: choice.second % 4,
    FightEnd: lambda choice: tuple(FightEnd)[choice.second % len(FightEnd)],
    limits.QuickSlotIndex: lambda choice: choice.second,
    limits.Name: lambda choice: choice.base_id,
    limits.LoadoutName: lambda choice: f"{choice.second % 7}",
    Slot: lambda choice: choice.slot,
    bool: lambda choice: bool(choice.second % 2),
}
_STAMP = ("op_id", "at")


def by_limits(kind: type[Op], choice: Choice) -> Op:
    """One of this kind, not stamped yet. What is not for callers is left alone.

    Raises:
        TypeError: nothing says what a field may be that has to be given; the error names it.

    """
    asking: Any = kind
    items = iter((choice.one, choice.other))
    found: dict[str, Any] = {}
    for field, hint in _asked(asking):
        if hint == limits.ItemId:
            found[field.name] = next(items)
        elif hint in _BY_LIMIT:
            found[field.name] = _BY_LIMIT[hint](choice)
        elif field.required:
            raise TypeError(f"{kind.__name__}.{field.name}: nothing says what to choose for {hint}")
    return kind(**found)


@cache
def _asked(kind: Any) -> tuple[tuple[FieldInfo, Any], ...]:
    """The fields beside the stamp, with their types; one that may be None is given."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple((each, _given(hints[each.name])) for each in fields(kind) if each.name not in _STAMP)


def _given(hint: Any) -> Any:
    inner = [each for each in get_args(hint) if each is not NoneType]
    return inner[0] if NoneType in get_args(hint) and len(inner) == 1 else hint

"""Checks what comes from outside: each answers with the value, or raises InvalidInputError."""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT
from msgspec.structs import FieldInfo, fields, replace

from apps.game_core.modules.inventory.errors import InvalidInputError
from apps.game_core.modules.inventory.inventory.gift import Roll
from apps.game_core.modules.inventory.inventory.limits import (
    MAX_AT_ONCE,
    MAX_ID,
    MAX_QUANTITY,
    Ids,
    InOrder,
    Letters,
    OfStats,
    Several,
    UpToCoins,
    Within,
)
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operation_ids import is_reserved
from apps.game_core.modules.inventory.inventory.operations import OPERATIONS
from apps.game_core.modules.inventory.inventory.rules.batching import Batch, Part
from apps.game_core.modules.inventory.inventory.wishes import Ask
from apps.game_core.modules.items.contracts import Stat

W = TypeVar("W", bound=Operation[Any] | Ask[Any] | Roll)
E = TypeVar("E", bound=StrEnum)
Check = Callable[[str, object], Any]
_NAME = Letters(128)
_WISHES = frozenset({*OPERATIONS.values(), *Ask.__subclasses__()})
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")  # NUL, and halves of characters
_ID = Within(1, MAX_ID)


def integer(limit: Within, field: str, value: object) -> int:
    # bool is an int to Python, not to a player
    if not isinstance(value, int) or isinstance(value, bool) or not limit.least <= value <= limit.most:
        raise InvalidInputError(field, value)
    return value


def coins(limit: UpToCoins, field: str, value: object) -> int:
    return integer(Within(1, limit.most), field, value)


def letters(limit: Letters, field: str, value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= limit.most or _UNWRITABLE.search(value):
        raise InvalidInputError(field, value)
    return value


def ids(limit: Ids, field: str, value: Iterable[object]) -> tuple[int, ...]:
    """Each once, in order: one wish in one form."""
    return tuple(sorted(order(InOrder(limit.most), field, value)))


def order(limit: InOrder, field: str, value: Iterable[object]) -> tuple[int, ...]:
    values = tuple(value)
    if len(values) > limit.most:
        raise InvalidInputError(field, len(values))
    return tuple(dict.fromkeys(integer(_ID, field, each) for each in values))


def of_stats(limit: OfStats, field: str, value: object) -> Mapping[Stat, int]:
    if not isinstance(value, Mapping):
        raise InvalidInputError(field, value)
    bounds = Within(limit.least, limit.most)
    points = {_member(Stat, field, stat): integer(bounds, field, number) for stat, number in value.items()}
    if 0 in points.values():
        raise InvalidInputError(field, 0)
    return value if points == value else points


def several(limit: Several, field: str, value: object) -> tuple[Part, ...]:
    if not isinstance(value, tuple):
        raise InvalidInputError(field, value)
    if not 1 <= len(value) <= limit.most:
        raise InvalidInputError(field, len(value))
    parts = tuple(_part(field, each) for each in value)
    ids, pieces = (sum(sizes) for sizes in zip(*map(_size, parts), strict=True))
    if len(parts) > 1 and (ids > MAX_AT_ONCE or pieces > MAX_QUANTITY):
        raise InvalidInputError(field, max(ids, pieces))
    return parts


def _part(field: str, value: object) -> Part:
    single = isinstance(value, Part) and isinstance(value.operation, Operation)
    if not isinstance(value, Part) or not single or isinstance(value.operation, Batch):
        raise InvalidInputError(field, value)
    operation = wished(field, value.operation)
    return value if operation is value.operation else Part(operation)


def _size(part: Part) -> tuple[int, int]:
    """How many ids it names, and how many pieces."""
    values = [getattr(part.operation, name) for name in part.operation.__struct_fields__]
    ids = sum(len(each) for each in values if isinstance(each, tuple))
    return ids, getattr(part.operation, "quantity", None) or 0


def identity(field: str, value: object) -> int:
    return integer(_ID, field, value)


def text(field: str, value: object) -> str:
    return letters(_NAME, field, value)


def operation_id(field: str, value: object) -> str:
    """One that others may give: not of those whose names mean something to the inventory."""
    op_id = text(field, value)
    if is_reserved(op_id):
        raise InvalidInputError(field, value)
    return op_id


def rolled(field: str, value: object) -> Roll:
    if not isinstance(value, Roll):
        raise InvalidInputError(field, value)
    return checked(value)


def wished(field: str, value: W) -> W:
    """Something that this game can do, with each value in its proper form."""
    if type(value) not in _WISHES:
        raise InvalidInputError(field, value)
    return checked(value)


def checked(wish: W) -> W:
    """The wish with each value in its proper form. What is not for callers must have been left alone."""
    kind: Any = type(wish)
    found = {name: check(name, getattr(wish, name)) for name, check in _checks(kind)}
    changed = {name: value for name, value in found.items() if value is not getattr(wish, name)}
    return replace(wish, **changed) if changed else wish


@cache
def _checks(kind: Any) -> tuple[tuple[str, Check], ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple((field.name, _check(hints[field.name]) or _untouched(field)) for field in fields(kind))


def _check(hint: Any) -> Check | None:
    """How a value of this type is checked; None when it is not for callers."""
    if get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint):
        [inner] = (each for each in get_args(hint) if each is not NoneType)
        check = _check(inner)
        return check and partial(_optional, check)
    if get_origin(hint) is Annotated:
        [limit] = hint.__metadata__
        return partial(_BY_LIMIT[type(limit)], limit)
    if hint is bool:
        return _flag
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return partial(_member, hint)
    return None


def _untouched(field: FieldInfo) -> Check:
    default = field.default if field.default_factory is NODEFAULT else field.default_factory()

    def check(name: str, value: object) -> object:
        if value != default:
            raise InvalidInputError(name, value)
        return value

    return check


def _optional(check: Check, field: str, value: object) -> Any:
    return None if value is None else check(field, value)


def _flag(field: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidInputError(field, value)
    return value


def _member(kind: type[E], field: str, value: object) -> E:
    if isinstance(value, kind):
        return value
    try:
        return kind(text(field, value))
    except ValueError as error:
        raise InvalidInputError(field, value) from error


_BY_LIMIT: dict[type, Callable[..., Any]] = {
    Within: integer,
    Letters: letters,
    Ids: ids,
    InOrder: order,
    OfStats: of_stats,
    Several: several,
    UpToCoins: coins,
}

"""Item rows between PostgreSQL and the inventory's values: each field of an item is named here once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from apps.game_core.modules.inventory.inventory.model import BACKPACK, Durability, PlacedItem


@dataclass(frozen=True, slots=True)
class _Column:
    """`kind` is the type as a parameter; `changes` during an item's life."""

    kind: str
    of: Callable[[PlacedItem], object]
    changes: bool = True
    stored: str = "new.{}"


def _affixes(placed: PlacedItem) -> str:
    return msgspec.json.encode(placed.item.affixes).decode()


def _durability(placed: PlacedItem, part: Callable[[Durability], int]) -> int | None:
    return None if placed.item.durability is None else part(placed.item.durability)


_COLUMNS: Mapping[str, _Column] = {
    "id": _Column("bigint", lambda placed: placed.item.id, changes=False),
    "base_id": _Column("text", lambda placed: placed.item.base_id, changes=False),
    "quantity": _Column("int", lambda placed: placed.item.quantity),
    "rarity": _Column("text", lambda placed: placed.item.rarity.value, changes=False),
    "affixes": _Column("text", _affixes, stored="CAST(new.{} AS jsonb)"),
    "durability": _Column("int", lambda placed: _durability(placed, lambda each: each.current)),
    "max_durability": _Column("int", lambda placed: _durability(placed, lambda each: each.max)),
    "locked": _Column("bool", lambda placed: placed.item.locked),
    "bound": _Column("bool", lambda placed: placed.item.bound),
    "acquired_at": _Column("bigint", lambda placed: placed.item.acquired_at),
    "place": _Column("text", lambda placed: placed.place),
    "position": _Column("int", lambda placed: placed.position),
    "junk": _Column("bool", lambda placed: placed.item.junk),
}
_NAMES = ", ".join(_COLUMNS)
_STORED = ", ".join(column.stored.format(name) for name, column in _COLUMNS.items())
_ARRAYS = ", ".join(f"CAST(:{name} AS {column.kind}[])" for name, column in _COLUMNS.items())
_CHANGED = ", ".join(f"{name} = excluded.{name}" for name, column in _COLUMNS.items() if column.changes)

# One statement whatever the number of rows; the arrays are parallel, one element a row.
UPSERT = sa.text(f"""
INSERT INTO inventory_items AS row (char_id, {_NAMES})
SELECT new.char_id, {_STORED}
FROM unnest(CAST(:char_id AS bigint[]), {_ARRAYS}) AS new (char_id, {_NAMES})
ON CONFLICT (id) DO UPDATE SET {_CHANGED}
WHERE row.char_id = excluded.char_id
RETURNING row.char_id
""")  # noqa: S608 - of the names above

_SPECIAL = {
    "durability": """CASE WHEN durability IS NOT NULL
        THEN json_build_object('current', durability, 'max', coalesce(max_durability, durability)) END""",
    "position": f"CASE WHEN place = '{BACKPACK}' THEN position ELSE 0 END",
}
_FIELDS = ", ".join(
    f"'{name}', {_SPECIAL.get(name, name)}" for name in _COLUMNS if name not in ("max_durability", "place")
)
AS_JSON = f"json_build_object('item', json_build_object({_FIELDS}), 'place', place, 'position', position)"
"""A row of `inventory_items` as a `PlacedItem`, in the shape that the ledger has it."""


def columns(rows: Sequence[PlacedItem]) -> dict[str, list[Any]]:
    """The parallel arrays that `UPSERT` takes beside the owners'."""
    return {name: [column.of(placed) for placed in rows] for name, column in _COLUMNS.items()}

"""Item rows between PostgreSQL and the inventory's values."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from apps.game_core.modules.inventory.inventory.model import PlacedItem

# One statement whatever the number of rows; the arrays are parallel, one element a row.
UPSERT = sa.text("""
INSERT INTO inventory_items AS row (
    id, char_id, base_id, quantity, rarity, affixes, durability, max_durability,
    locked, bound, acquired_at, place, position, junk)
SELECT new.id, new.char_id, new.base_id, new.quantity, new.rarity, CAST(new.affixes AS jsonb), new.durability,
       new.max_durability, new.locked, new.bound, new.acquired_at, new.place, new.position,
       new.junk
FROM unnest(
    CAST(:char_id AS bigint[]), CAST(:id AS bigint[]), CAST(:base_id AS text[]), CAST(:quantity AS int[]),
    CAST(:rarity AS text[]),
    CAST(:affixes AS text[]), CAST(:durability AS int[]), CAST(:max_durability AS int[]),
    CAST(:locked AS bool[]), CAST(:bound AS bool[]), CAST(:acquired_at AS bigint[]),
    CAST(:place AS text[]), CAST(:position AS int[]), CAST(:junk AS bool[])
) AS new (char_id, id, base_id, quantity, rarity, affixes, durability, max_durability,
          locked, bound, acquired_at, place, position, junk)
ON CONFLICT (id) DO UPDATE SET
    quantity = excluded.quantity, affixes = excluded.affixes, durability = excluded.durability,
    max_durability = excluded.max_durability, locked = excluded.locked, bound = excluded.bound,
    place = excluded.place, position = excluded.position, junk = excluded.junk
WHERE row.char_id = excluded.char_id
RETURNING row.char_id
""")


def columns(rows: Sequence[PlacedItem]) -> dict[str, list[Any]]:
    """The parallel arrays that `UPSERT` takes beside the owners'."""
    items = [placed.item for placed in rows]
    return {
        "id": [item.id for item in items],
        "base_id": [item.base_id for item in items],
        "quantity": [item.quantity for item in items],
        "rarity": [item.rarity.value for item in items],
        "affixes": [msgspec.json.encode(item.affixes).decode() for item in items],
        "durability": [item.durability.current if item.durability else None for item in items],
        "max_durability": [item.durability.max if item.durability else None for item in items],
        "locked": [item.locked for item in items],
        "bound": [item.bound for item in items],
        "acquired_at": [item.acquired_at for item in items],
        "place": [placed.place for placed in rows],
        "position": [placed.position for placed in rows],
        "junk": [item.junk for item in items],
    }

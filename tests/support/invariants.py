"""The protocol's invariants that can be read off both stores at any time."""

from typing import Any

from tests.support.world import World


def items_of(document: dict[str, Any]) -> dict[int, int]:
    """Quantities by item id, wherever the items are."""
    worn = [item for item in document["equipped"].values() if item]
    quick = [item for item in document["quick_slots"] if item]
    everything = [*worn, *document["backpack"], *quick]
    ids = [item["id"] for item in everything]
    assert len(ids) == len(set(ids)), "an item id in two places"
    return {item["id"]: item.get("n", 1) for item in everything}


async def check(world: World, char_id: int, *, compare: bool = True) -> None:
    """I3, I4 and I8 for one character's session; `compare` a clean one with the database's rows."""
    document, control, indexed, ttls = await world.stored(char_id)
    if not control:
        return
    dirty = control["version"] != control["synced_version"]
    if dirty:
        assert indexed, "dirty and not indexed"
        assert all(ttl in {-1, -2} for ttl in ttls), f"dirty with a TTL: {ttls}"
        return
    left = [field for field in control if field.startswith(("p:", "m:")) or field in {"pending", "bodies"}]
    assert not left, "clean with pending changes"
    assert ttls[1] >= 0, f"clean without a TTL: {ttls}"  # 0 in its last millisecond
    if document is not None and compare:
        assert document["metadata"]["dirty"] is False
        in_database = {row.id: row.quantity for row in (await world.rows(char_id)).values()}
        assert items_of(document) == in_database, "clean and different from the database"

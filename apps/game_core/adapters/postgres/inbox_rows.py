"""Rows of the inbox as grants: each field of a grant is named here once."""

from collections.abc import Iterable

import msgspec

from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.keeping_errors import RowUnreadableError
from apps.game_core.modules.inventory.snapshot import InboxGrant, InboxRow, inbox_row

AS_JSON = """json_build_object('inbox_id', id, 'char_id', char_id, 'base_id', base_id, 'quantity', quantity,
    'roll', json_build_object(
        'rarity', rarity, 'affixes', affixes, 'bound', bound, 'durability', durability),
    'parcel', CASE WHEN trade IS NOT NULL THEN json_build_object(
        'trade', trade, 'mark', mark, 'items', items, 'coins', coins, 'returned', returned) END)"""
"""A row of `inventory_inbox` as an `InboxGrant`."""
THINGS = "jsonb_array_elements(CASE jsonb_typeof(items) WHEN 'array' THEN items ELSE '[]' END) AS thing"
"""Of parcels and gifts, whatever somebody has made of their `items`."""
NUMBER = "CASE WHEN jsonb_typeof({0}) = 'number' THEN CAST({0} AS numeric) END"
"""Of a value that should be one."""


def columns(gift: Gift) -> dict[str, object]:
    """The parameters of a row that is to be."""
    roll = gift.roll
    affixes = msgspec.json.encode(roll.affixes).decode()
    what = {"base_id": gift.base_id, "quantity": gift.quantity}
    apart = {"rarity": roll.rarity, "affixes": affixes, "bound": roll.bound, "durability": roll.durability}
    return what | apart


def rows(found: Iterable[str]) -> list[InboxRow]:
    """Of rows that were read as JSON."""
    return [inbox_row(row) for row in found]


def grants(found: Iterable[str]) -> list[InboxGrant]:
    """Of the same, without those that are sealed."""
    return [row for row in rows(found) if isinstance(row, InboxGrant)]


def grant(row: str) -> InboxGrant:
    """Raises RowUnreadableError."""
    read = inbox_row(row)
    if not isinstance(read, InboxGrant):
        raise RowUnreadableError(f"inbox row {read.inbox_id}: {read.reason}")
    return read

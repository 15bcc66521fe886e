"""Rows of the inbox as grants: each field of a grant is named here once."""

import msgspec

from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.snapshot import InboxGrant

AS_JSON = """json_build_object('inbox_id', id, 'char_id', char_id, 'base_id', base_id, 'quantity', quantity,
    'roll', json_build_object('rarity', rarity, 'affixes', affixes, 'bound', bound),
    'parcel', CASE WHEN trade IS NOT NULL THEN json_build_object(
        'trade', trade, 'mark', mark, 'items', items, 'coins', coins, 'returned', returned) END)"""
"""A row of `inventory_inbox` as an `InboxGrant`."""

_decoder = msgspec.json.Decoder(InboxGrant)


def columns(gift: Gift) -> dict[str, object]:
    """The parameters of a row that is to be."""
    roll = gift.roll
    affixes = msgspec.json.encode(roll.affixes).decode()
    what = {"base_id": gift.base_id, "quantity": gift.quantity}
    return {**what, "rarity": roll.rarity, "affixes": affixes, "bound": roll.bound}


def grant(row: str) -> InboxGrant:
    """Of a row that was read as JSON."""
    return _decoder.decode(row)

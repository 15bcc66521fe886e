"""The session as the JSON document under `session:inventory:{char_id}`.

The four sections and the three metadata fields are the customer's; what stands beside them is ours. Fields at
their defaults are left out of items, which keeps a document at a tenth of one with whole items.
"""

from collections.abc import Mapping

import msgspec

from apps.game_core.modules.inventory.inventory.model import (
    SCHEMA,
    Durability,
    Gift,
    Hero,
    InventorySession,
    Item,
    Limits,
    Loadout,
    Trail,
    Vitals,
)
from apps.game_core.modules.items.contracts import Rarity, Slot, Stat


class ItemDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    id: int
    base_id: str
    quantity: int = 1
    rarity: Rarity = Rarity.COMMON
    affixes: Mapping[Stat, int] = {}
    durability: Durability | None = None
    locked: bool = False
    bound: bool = False
    acquired_at: int = 0
    position: int = 0
    junk: bool = False


class Metadata(msgspec.Struct, frozen=True):
    char_id: int
    loaded_at: int
    dirty: bool
    schema: int
    version: int
    hero: Hero
    vitals: Vitals
    limits: Limits
    conflicts: tuple[str, ...] = ()
    waiting: tuple[int, ...] = ()
    gifts: tuple[Gift, ...] = ()
    trail: Trail = Trail()
    loadouts: tuple[Loadout, ...] = ()


class Document(msgspec.Struct, frozen=True):
    metadata: Metadata
    equipped: dict[Slot, ItemDocument | None]
    backpack: list[ItemDocument]
    quick_slots: list[ItemDocument | None]


class DocumentError(ValueError):
    """The bytes are not a session document of this schema."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Document)


def encode(session: InventorySession) -> bytes:
    metadata = Metadata(
        session.char_id,
        session.loaded_at,
        session.dirty,
        session.schema,
        session.version,
        session.hero,
        session.vitals,
        session.limits,
        session.conflicts,
        session.waiting,
        session.gifts,
        session.trail,
        session.loadouts,
    )
    document = Document(
        metadata,
        {slot: _item_document(session.equipped[slot]) for slot in Slot},
        [_to_document(item) for item in session.backpack],
        [_item_document(item) for item in session.quick_slots],
    )
    return _encoder.encode(document)


def decode(data: bytes, rev: str) -> InventorySession:
    """Raises DocumentError."""
    try:
        document = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DocumentError(str(error)) from error
    metadata = document.metadata
    if metadata.schema != SCHEMA or set(document.equipped) != set(Slot):
        raise DocumentError(f"schema {metadata.schema}, slots {sorted(document.equipped)}")
    return InventorySession(
        char_id=metadata.char_id,
        loaded_at=metadata.loaded_at,
        version=metadata.version,
        hero=metadata.hero,
        vitals=metadata.vitals,
        limits=metadata.limits,
        equipped={slot: _item(document.equipped[slot]) for slot in Slot},
        backpack=tuple(_to_item(item) for item in document.backpack),
        quick_slots=tuple(_item(item) for item in document.quick_slots),
        waiting=metadata.waiting,
        conflicts=metadata.conflicts,
        gifts=metadata.gifts,
        trail=metadata.trail,
        loadouts=metadata.loadouts,
        dirty=metadata.dirty,
        rev=rev,
        schema=metadata.schema,
    )


def _item_document(item: Item | None) -> ItemDocument | None:
    return None if item is None else _to_document(item)


def _to_document(item: Item) -> ItemDocument:
    return ItemDocument(
        item.id,
        item.base_id,
        item.quantity,
        item.rarity,
        item.affixes,
        item.durability,
        item.locked,
        item.bound,
        item.acquired_at,
        item.position,
        item.junk,
    )


def _item(document: ItemDocument | None) -> Item | None:
    return None if document is None else _to_item(document)


def _to_item(document: ItemDocument) -> Item:
    return Item(
        document.id,
        document.base_id,
        document.quantity,
        document.rarity,
        document.affixes,
        document.durability,
        document.locked,
        document.bound,
        document.acquired_at,
        document.position,
        document.junk,
    )

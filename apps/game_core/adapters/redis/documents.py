"""The session as the JSON document under `session:inventory:{char_id}`.

The four sections, the three metadata fields and the items' `id` are the customer's; what stands beside them
is ours. Fields at their defaults are left out of items and names are short, which makes it a seventh of one
with whole items. Once written, an item's bytes stay with it: only what changed is encoded again.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from apps.game_core.adapters.redis.item_documents import EarlierItem, ItemDocument
from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.loadout import Loadout
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    QUICK_SLOT,
    SCHEMA,
    Half,
    Hero,
    InventorySession,
    Item,
    Limits,
    PlacedItem,
    Vitals,
)
from apps.game_core.modules.inventory.inventory.trail import Run, Trail
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.value import replace


class TrailDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """`made` has ids by the first version of each run of versions; pairs in the last release."""

    since: int = 0
    made: dict[int, tuple[str, ...]] | list[tuple[int, str]] = {}

    def trail(self) -> Trail:
        if isinstance(self.made, list):
            return Trail.of(self.since, self.made)
        return Trail(self.since, tuple([Run(first, op_ids) for first, op_ids in self.made.items()]))


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
    trail: TrailDocument = TrailDocument()
    loadouts: tuple[Loadout, ...] = ()
    coins: int = 0
    half: Half | msgspec.UnsetType = msgspec.UNSET
    """The last of them, and only where there is one: `adopt` cuts it out."""


Stored = TypeVar("Stored", ItemDocument, EarlierItem)


class Document(msgspec.Struct, Generic[Stored], frozen=True):
    metadata: Metadata
    equipped: dict[Slot, Stored | None]
    backpack: list[Stored]
    quick_slots: list[Stored | None]


AnyDocument = Document[ItemDocument] | Document[EarlierItem]


EARLIER_SCHEMA = 1
"""The last release's: other names in items. Sessions that it has left open are read, and written as ours."""


class DocumentError(ValueError):
    """The bytes are not a session document of a schema that is known here, or of another session."""


_encoder = msgspec.json.Encoder()
_decoders: Mapping[int, msgspec.json.Decoder[AnyDocument]] = {
    SCHEMA: msgspec.json.Decoder(Document[ItemDocument]),
    EARLIER_SCHEMA: msgspec.json.Decoder(Document[EarlierItem]),
}
_METADATA = b'{"metadata":'
_EQUIPPED = b',"equipped":{'
_MOST_BLANKS = 256
_PLACES = [b'"%s":' % slot.value.encode() for slot in Slot]


def encode(session: InventorySession) -> bytes:
    worn = zip(_PLACES, _forms(map(session.equipped.__getitem__, Slot)), strict=True)
    return b"".join(
        (
            *(_head(session), _EQUIPPED, b",".join([place + form for place, form in worn])),
            *(b'},"backpack":[', b",".join(_forms(session.backpack))),
            *(b'],"quick_slots":[', b",".join(_forms(session.quick_slots)), b"]}"),
        )
    )


def decode(data: bytes, rev: str) -> InventorySession:
    """Raises DocumentError."""
    return _session(_document(data), rev)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document that was read with its control data's `rev`. Implements `StoredSession`."""

    data: bytes
    document: AnyDocument
    rev: str

    @classmethod
    def of(cls, data: bytes, rev: str, char_id: int, version: int | None = None) -> "StoredDocument":
        """Raises DocumentError: for another character's, too, and one of another `version`."""
        document = _document(data)
        _require_own(document.metadata, char_id, version)
        return cls(data, document, rev)

    @property
    def vitals(self) -> Vitals:
        return self.document.metadata.vitals

    @property
    def hero(self) -> Hero:
        return self.document.metadata.hero

    @property
    def coins(self) -> int:
        return self.document.metadata.coins

    @property
    def loadouts(self) -> tuple[Loadout, ...]:
        return self.document.metadata.loadouts

    def rows(self, ids: Container[int]) -> Iterator[PlacedItem]:
        for slot, worn in self.document.equipped.items():
            if worn is not None and worn.id in ids:
                yield PlacedItem(worn.item(), slot.value, 0)
        for each in [each for each in self.document.backpack if each.id in ids]:
            yield PlacedItem(each.item(), BACKPACK, each.position)
        for index, quick in enumerate(self.document.quick_slots):
            if quick is not None and quick.id in ids:
                yield PlacedItem(quick.item(), QUICK_SLOT, index)

    def session(self) -> InventorySession:
        return _session(self.document, self.rev)

    def once_written(self) -> tuple[bytes, int]:
        """How the document begins once the database has it, and where what stays begins.

        Where that takes a few blanks at most it is as long as before, so that nothing has to be moved.
        """
        if self.document.metadata.schema != SCHEMA:
            return encode(_written(self.session())), len(self.data)
        metadata = self.document.metadata
        clean = msgspec.structs.replace(metadata, dirty=False, trail=TrailDocument(metadata.trail.since))
        encoded = _encoder.encode(clean)
        # Within a JSON string there are no bare quotes: this is where the section begins.
        rest = self.data.index(_EQUIPPED)
        room = rest - len(_METADATA) - len(encoded)
        return _METADATA + (b" " * room if room <= _MOST_BLANKS else b"") + encoded, rest


def _written(session: InventorySession) -> InventorySession:
    return replace(session, dirty=False, trail=Trail(session.trail.since))


def _head(session: InventorySession) -> bytes:
    metadata = Metadata(
        session.char_id,
        session.loaded_at,
        session.dirty,
        SCHEMA,
        session.version,
        session.hero,
        session.vitals,
        session.limits,
        session.conflicts,
        session.waiting,
        session.gifts,
        _trail(session.trail),
        session.loadouts,
        session.coins,
        session.half or msgspec.UNSET,
    )
    return _METADATA + _encoder.encode(metadata)


def _trail(trail: Trail) -> Any:
    """As a `TrailDocument` is written."""
    if not trail.runs:
        return TrailDocument(trail.since)
    runs = [getattr(run, "form", None) or _run_formed(run) for run in trail.runs]
    return msgspec.Raw(b'{"since":%d,"made":{%b}}' % (trail.since, b",".join(runs)))


def _run_formed(run: Run) -> bytes:
    return run.keep_form(b'"%d":%b' % (run.first, _encoder.encode(run.op_ids)))


def _forms(items: Iterable[Item | None]) -> list[bytes]:
    return [b"null" if each is None else getattr(each, "form", None) or _formed(each) for each in items]


def _formed(item: Item) -> bytes:
    return item.keep_form(_encoder.encode(ItemDocument.of(item)))


def _require_own(metadata: Metadata, char_id: int, version: int | None) -> None:
    if metadata.char_id != char_id:
        raise DocumentError(f"it is of character {metadata.char_id}")
    if version not in (None, metadata.version):
        raise DocumentError(f"it is of version {metadata.version} and not {version}")


def _document(data: bytes) -> AnyDocument:
    reason = "schema"
    for schema, decoder in _decoders.items():
        try:
            document = decoder.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            reason = str(error)
            continue
        if document.metadata.schema == schema and set(document.equipped) == set(Slot):
            return document
    raise DocumentError(reason)


def _session(document: AnyDocument, rev: str) -> InventorySession:
    metadata = document.metadata
    return InventorySession(
        char_id=metadata.char_id,
        loaded_at=metadata.loaded_at,
        version=metadata.version,
        hero=metadata.hero,
        vitals=metadata.vitals,
        limits=metadata.limits,
        equipped={slot: _item(document.equipped[slot]) for slot in Slot},
        backpack=tuple([each.item() for each in document.backpack]),
        quick_slots=tuple([_item(each) for each in document.quick_slots]),
        waiting=metadata.waiting,
        conflicts=metadata.conflicts,
        gifts=metadata.gifts,
        trail=metadata.trail.trail(),
        loadouts=metadata.loadouts,
        coins=metadata.coins,
        half=metadata.half or None,
        dirty=metadata.dirty,
        rev=rev,
    )


def _item(document: ItemDocument | EarlierItem | None) -> Item | None:
    return None if document is None else document.item()

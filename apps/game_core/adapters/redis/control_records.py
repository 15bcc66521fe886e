"""The control hash: its fields by prefix, and pending operations as JSON inside it.

`p:{version}` a pending operation, `m:{item id}` the version of a row's last change, `t:{token}` version and
time of a write in flight. `remembered` names operations that took effect after version `floor`, sixteen bytes
each: eight of a hash, eight of the version.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

import msgspec

from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.ports import DatabaseRow, LedgerEntry
from apps.game_core.modules.inventory.session_store import Control

VITALS = "vitals"


class _Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pending operation: its JSON parts stay as they are."""

    op_id: str
    version: int
    kind: str
    at: int
    payload: msgspec.Raw
    result: msgspec.Raw
    before: msgspec.Raw
    refused: str = ""


_records = msgspec.json.Decoder(_Record)


def operation_hash(op_id: str) -> bytes:
    return blake2b(op_id.encode(), digest_size=8).digest()


def remembered(entries: Iterable[LedgerEntry]) -> bytes:
    return b"".join(operation_hash(entry.op_id) + entry.version.to_bytes(8, "big") for entry in entries)


def entry_record(entry: LedgerEntry) -> bytes:
    record = _Record(
        entry.op_id,
        entry.version,
        entry.kind,
        entry.at,
        msgspec.Raw(entry.payload),
        msgspec.Raw(entry.result),
        msgspec.Raw(entry.before),
        entry.refused,
    )
    return encode(record)


def control(char_id: int, flat: Sequence[bytes]) -> Control:
    """The hash, given as field, value, field, value and so on."""
    fields = dict(zip(flat[::2], flat[1::2], strict=True))
    marks = {name: int(value) for name, value in _named(fields, b"m:").items()}
    vitals = marks.pop(VITALS, None)
    pending = (_entry(value) for value in _named(fields, b"p:").values())
    return Control(
        char_id=char_id,
        rev=fields[b"rev"].decode(),
        version=int(fields[b"version"]),
        synced_version=int(fields[b"synced_version"]),
        base=DatabaseRow(int(fields[b"base_version"]), fields[b"base_rev"].decode()),
        pending=tuple(sorted(pending, key=lambda entry: entry.version)),
        tokens={name: int(value.split()[0]) for name, value in _named(fields, b"t:").items()},
        marks={int(item_id): version for item_id, version in marks.items()},
        vitals_changed=vitals is not None,
        told=int(fields.get(b"told", 0)),
        lineage=fields.get(b"lineage", b"").decode(),
    )


def _named(fields: Mapping[bytes, bytes], prefix: bytes) -> dict[str, bytes]:
    return {name[2:].decode(): value for name, value in fields.items() if name.startswith(prefix)}


def _entry(data: bytes) -> LedgerEntry:
    record = _records.decode(data)
    parts = (bytes(record.payload), bytes(record.result), bytes(record.before))
    return LedgerEntry(record.op_id, record.version, record.kind, record.at, *parts, record.refused)

"""The control hash: its fields by prefix.

`m:{item id}` the version of a row's last change, `t:{token}` version and time of a write in flight. What
waits for the database is in `pending` and `bodies`, and in `p:{version}` where the last release left it.
`remembered` names operations that the database has and that took effect after version `floor`, sixteen
bytes each: eight of a hash, eight of the version.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import msgspec

from apps.game_core.adapters.redis.pending_records import entries
from apps.game_core.modules.inventory.ports import DatabaseRow, LedgerEntry
from apps.game_core.modules.inventory.session_store import Control, Lineage

VITALS = "vitals"
LINEAGE = ("lineage", "version", "synced_version", "run")
UNREAD = (TypeError, ValueError, LookupError)
"""What reading a hash raises that is not as it should be."""
_LENGTH = 4


class _Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pending operation of the last release: its JSON parts stay as they are."""

    op_id: str
    version: int
    kind: str
    at: int
    payload: msgspec.Raw
    result: msgspec.Raw
    before: msgspec.Raw
    refused: str = ""
    first: int = 0


_records = msgspec.json.Decoder(_Record)


def operation_hash(op_id: str) -> bytes:
    return blake2b(op_id.encode(), digest_size=8).digest()


def remembered(entries: Iterable[LedgerEntry]) -> bytes:
    return b"".join(operation_hash(entry.op_id) + entry.version.to_bytes(8, "big") for entry in entries)


def unpacked(reply: bytes) -> list[bytes]:
    """The values that a script has packed into one, each behind its length."""
    values, at = [], 0
    while at < len(reply):
        begins = at + _LENGTH
        at = begins + int.from_bytes(reply[at:begins], "big")
        values.append(reply[begins:at])
    return values


def control(char_id: int, flat: Sequence[bytes]) -> Control:
    """The hash, given as field, value, field, value and so on. Raises UNREAD."""
    fields = dict(zip(flat[::2], flat[1::2], strict=True))
    named: dict[bytes, dict[str, bytes]] = {b"m:": {}, b"p:": {}, b"t:": {}}
    for name, value in fields.items():
        if (prefix := name[:2]) in named:
            named[prefix][name[2:].decode()] = value
    marks = {name: int(value) for name, value in named[b"m:"].items()}
    vitals = marks.pop(VITALS, None)
    earlier = sorted(map(_entry, named[b"p:"].values()), key=lambda entry: entry.version)
    pending = entries(fields.get(b"pending", b""), fields.get(b"bodies", b""))
    return Control(
        char_id=char_id,
        rev=fields[b"rev"].decode(),
        version=int(fields[b"version"]),
        synced_version=int(fields[b"synced_version"]),
        base=DatabaseRow(int(fields[b"base_version"]), fields[b"base_rev"].decode()),
        pending=(*earlier, *pending),
        tokens={name: int(value.split()[0]) for name, value in named[b"t:"].items()},
        marks={int(item_id): version for item_id, version in marks.items()},
        vitals_changed=vitals is not None,
        told=int(fields.get(b"told", 0)),
        lineage=fields.get(b"lineage", b"").decode(),
    )


def lineage(values: Sequence[bytes | None]) -> Lineage | None:
    """Of the fields LINEAGE; None where there is no session, or nobody can tell how far it goes."""
    name, version, synced, run = [value or b"" for value in values]
    if not (version.isdigit() and synced.isdigit()):
        return None
    return Lineage(name.decode(), int(version), int(synced), run.decode())


def revision_of(flat: Sequence[bytes]) -> bytes:
    """Of a hash that may not be understood; b'' where it has none."""
    return dict(zip(flat[::2], flat[1::2], strict=False)).get(b"rev", b"")


def _entry(data: bytes) -> LedgerEntry:
    record = _records.decode(data)
    parts = (bytes(record.payload), bytes(record.result), bytes(record.before))
    return LedgerEntry(
        record.op_id, record.version, record.kind, record.at, *parts, record.refused, record.first
    )

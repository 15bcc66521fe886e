"""The session protocol's Redis side: each step is one script, one round trip."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec
from redis.asyncio import Redis

from apps.game_core.adapters.redis import documents, keys
from apps.game_core.adapters.redis.client import Scripts, redis_errors
from apps.game_core.modules.inventory.errors import CorruptSessionError
from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.ports import (
    Acknowledgement,
    AlreadyApplied,
    AppliedOperation,
    Claim,
    Conflict,
    LedgerEntry,
    Read,
    Save,
    Saved,
)
from apps.game_core.modules.inventory.snapshot import InventorySnapshot


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """Seconds, and how many operation ids a session remembers."""

    ttl: float = 1800.0
    sync_delay: float = 5.0
    lease: float = 30.0
    load_lock: float = 5.0
    remembered: int = 256


_VITALS = "vitals"
_NOTHING = b""


class RedisSessionStore:
    """Implements `SessionStore`."""

    def __init__(self, redis: Redis, times: SessionTimes) -> None:
        self._redis = redis
        self._scripts = Scripts(redis)
        self._times = times
        self._ttl = round(times.ttl * 1000)

    async def read(self, char_id: int, op_id: str = "", cached: InventorySession | None = None) -> Read:
        known = cached.rev if cached else ""
        document, rev, seen = await self._scripts.run("read", _pair(char_id), (self._ttl, op_id, known))
        if document is None:
            return Read(None, seen)
        if cached is not None and document == _NOTHING:
            return Read(cached, seen)
        return Read(_decode(char_id, document, rev), seen)

    async def save(self, save: Save) -> Saved | Conflict | AlreadyApplied:
        version = save.session.version + (1 if save.dirty else 0)
        dirty = save.dirty or save.session.dirty
        saved = replace(save.session, rev=save.rev, version=version, dirty=dirty)
        status, *result = await self._scripts.run(
            "save", _triple(saved.char_id), self._save_args(save, saved)
        )
        if status == b"seen":
            return AlreadyApplied(result[0])
        return Saved(saved) if status == b"saved" else Conflict()

    async def lock(self, char_id: int, token: str) -> bool:
        lifetime = round(self._times.load_lock * 1000)
        with redis_errors():
            taken = await self._redis.set(keys.load_lock(char_id), token, nx=True, px=lifetime)
        return bool(taken)

    async def unlock(self, char_id: int, token: str) -> None:
        await self._scripts.run("unlock", (keys.load_lock(char_id),), (token,))

    async def create(self, session: InventorySession, snapshot: InventorySnapshot, lock_token: str) -> bool:
        args: list[object] = [lock_token, documents.encode(session), session.rev, session.version]
        args += [snapshot.version, snapshot.rev, self._ttl]
        for mark in snapshot.recent:
            args += [mark.op_id, mark.version, mark.result]
        names = (*_pair(session.char_id), keys.load_lock(session.char_id))
        return bool(await self._scripts.run("create", names, args))

    async def claim(self, char_id: int, token: str, *, only_due: bool = False) -> Claim | None:
        lease = round(self._times.lease * 1000)
        args = (char_id, token, lease, "1" if only_due else "0")
        reply = await self._scripts.run("claim", _triple(char_id), args)
        if not reply:
            return None
        document, *flat = reply
        return _claim(char_id, token, document, dict(zip(flat[::2], flat[1::2], strict=True)))

    async def acknowledge(self, done: Acknowledgement) -> bool:
        session = done.claim.session
        clean = documents.encode(replace(session, dirty=False))
        delay = round(self._times.sync_delay * 1000)
        args = (session.char_id, done.rev, done.version, session.rev, clean, self._ttl, delay)
        delete = "1" if done.delete else "0"
        reply = await self._scripts.run("acknowledge", _triple(session.char_id), (*args, delete))
        return bool(reply == 1)

    async def forget(self, char_id: int) -> None:
        await self._scripts.run("forget", _pair(char_id), ())

    async def due(self, limit: int) -> list[int]:
        return [int(member) for member in await self._scripts.run("due", (keys.DIRTY_INDEX,), (limit,))]

    async def dirty(self) -> list[int]:
        with redis_errors():
            members = await self._redis.zrange(keys.DIRTY_INDEX, 0, -1)
        return [int(member) for member in members]

    def _save_args(self, save: Save, saved: InventorySession) -> list[object]:
        op_id, result, record = "", _NOTHING, _NOTHING
        if save.applied is not None:
            op_id = save.applied.operation.op_id
            result = encode(save.applied.result)
            record = encode(_ledger_entry(save.applied, saved.version, result))
        args: list[object] = [saved.char_id, op_id, save.session.rev, save.rev, documents.encode(saved)]
        args += ["1" if save.dirty else "0", saved.version, result, record]
        args += [round(self._times.sync_delay * 1000), self._ttl, self._times.remembered]
        args += save.rows.changed
        args += save.rows.removed
        if save.rows.vitals:
            args.append(_VITALS)
        return args


def _pair(char_id: int) -> tuple[str, str]:
    return keys.session(char_id), keys.control(char_id)


def _triple(char_id: int) -> tuple[str, str, str]:
    return (*_pair(char_id), keys.DIRTY_INDEX)


def _decode(char_id: int, document: bytes, rev: bytes) -> InventorySession:
    try:
        return documents.decode(document, rev.decode())
    except documents.DocumentError as error:
        raise CorruptSessionError(char_id, str(error)) from error


class _Record(msgspec.Struct, frozen=True):
    """A pending operation inside the control hash: its JSON parts stay as they are."""

    op_id: str
    version: int
    kind: str
    at: int
    payload: msgspec.Raw
    result: msgspec.Raw
    before: msgspec.Raw


_records = msgspec.json.Decoder(_Record)


def _ledger_entry(applied: AppliedOperation, version: int, result: bytes) -> _Record:
    operation = applied.operation
    parts = (encode(operation), result, encode(applied.before))
    return _Record(operation.op_id, version, operation.kind, operation.at, *map(msgspec.Raw, parts))


def _claim(char_id: int, token: str, document: bytes, control: Mapping[bytes, bytes]) -> Claim:
    session = _decode(char_id, document, control[b"rev"])
    marked = {field[2:].decode(): int(value) for field, value in control.items() if field.startswith(b"m:")}
    vitals = marked.pop(_VITALS, None)
    tokens = {
        field[2:].decode(): int(value.split()[0])
        for field, value in control.items()
        if field.startswith(b"t:")
    }
    pending = [_pending(value) for field, value in control.items() if field.startswith(b"p:")]
    return Claim(
        session=session,
        token=token,
        base_version=int(control[b"base_version"]),
        base_rev=control[b"base_rev"].decode(),
        marks={int(item_id): version for item_id, version in marked.items()},
        vitals_changed=vitals is not None,
        pending=tuple(sorted(pending, key=lambda entry: entry.version)),
        tokens=tokens,
    )


def _pending(data: bytes) -> LedgerEntry:
    record = _records.decode(data)
    parts = (bytes(record.payload), bytes(record.result), bytes(record.before))
    return LedgerEntry(record.op_id, record.version, record.kind, record.at, *parts)

"""The session protocol's Redis side: each step is one script, one round trip."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from apps.game_core.adapters.redis import documents, keys
from apps.game_core.adapters.redis.claims import UnreadClaim, claimed
from apps.game_core.adapters.redis.client import redis_errors
from apps.game_core.adapters.redis.cluster_scripts import scripts_on
from apps.game_core.adapters.redis.control_records import (
    LINEAGE,
    lineage,
    remembered,
    unpacked,
)
from apps.game_core.adapters.redis.dirty_index import DirtyIndex
from apps.game_core.adapters.redis.documents import StoredDocument
from apps.game_core.adapters.redis.pending_records import body
from apps.game_core.adapters.redis.script_arguments import (
    identity,
    milliseconds,
    row_names,
    saved_as,
)
from apps.game_core.adapters.redis.server_identity import ServerIdentity
from apps.game_core.adapters.redis.session_times import SessionTimes
from apps.game_core.adapters.redis.set_aside import SetAside
from apps.game_core.adapters.redis.walk import Walk
from apps.game_core.modules.inventory.inventory.codec import ledger_entry
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation_ids import is_single_use
from apps.game_core.modules.inventory.metrics import InventoryMetrics
from apps.game_core.modules.inventory.session_store import (
    Acknowledgement,
    Claim,
    Conflict,
    Control,
    Created,
    Creation,
    InDoubt,
    Lineage,
    Orphan,
    Overdue,
    Read,
    Rebase,
    Repaired,
    Save,
    Saved,
)
from apps.game_core.modules.inventory.snapshot import InventorySnapshot
from apps.game_core.value import replace
from apps.redis_connections import Reading, as_it_is

log = structlog.get_logger(__name__)


_NOTHING = b""
_REFUSALS: Mapping[bytes, Conflict | InDoubt | Overdue] = {
    b"conflict": Conflict(),
    b"doubt": InDoubt(),
    b"overdue": Overdue(),
}


class RedisSessionStore:
    """Implements `SessionStore`."""

    def __init__(
        self, redis: Redis, times: SessionTimes, server: ServerIdentity, metrics: InventoryMetrics
    ) -> None:
        self._redis = redis
        self._names = keys.names_in(redis)
        self._scripts = scripts_on(redis, server)
        self._index = DirtyIndex(redis, self._scripts, times)
        self._walk = Walk(redis)
        self._times = times
        self._identity = server
        self._aside = SetAside(self._scripts, self._names, metrics)
        self._ttl = milliseconds(times.ttl)
        self._delay = milliseconds(times.sync_delay)
        self._lock = milliseconds(times.load_lock)
        self._patience = milliseconds(times.max_dirty_age)
        self._horizon = (milliseconds(times.longest_delay), milliseconds(times.parking))

    def server_of(self, char_id: int) -> str:
        return self._scripts.server_of(self._names.control(char_id))

    @property
    def generation(self) -> str:
        return self._identity.generation

    async def read(
        self,
        char_id: int,
        op_id: str = "",
        cached: InventorySession | None = None,
        *,
        lock: str = "",
        prolong: bool = True,
    ) -> Read:
        ttl = self._ttl if prolong else 0
        args = (ttl, *identity(op_id), cached.rev if cached else "", lock, self._lock)
        names = (*self._names.pair(char_id), self._names.load_lock(char_id))
        document, rev, doubt, version, synced, lineage, locked = await self._aside.found(
            char_id, "read", names, args
        )
        if document is None:
            return Read(None, unverified=rev is not None, locked=bool(locked))
        stands = cached is not None and document == _NOTHING
        session = cached
        if not stands:
            stored = await self._aside.stored(char_id, document, rev.decode(), version)
            session = stored.session() if stored else None
        return Read(session, bool(doubt), synced_version=synced, lineage=lineage.decode())

    async def save(self, save: Save) -> Saved | Conflict | InDoubt | Overdue:
        dirty = save.dirty or save.session.dirty
        version = save.session.version + (1 if dirty else 0)
        saved = replace(save.session, rev=save.rev, version=version, dirty=dirty)
        reply = await self._scripts.run(
            "save", self._names.triple(saved.char_id), self._save_args(save, saved)
        )
        if reply in _REFUSALS:
            return _REFUSALS[reply]
        return saved_as(saved, reply)

    async def lay(self, session: InventorySession, rev: str) -> Saved | Conflict:
        laid = replace(session, rev=rev)
        args = (session.rev, rev, documents.encode(laid))
        reply = await self._scripts.run("lay", self._names.pair(session.char_id), args)
        return Conflict() if reply == b"conflict" else saved_as(laid, reply)

    async def lock(self, char_id: int, token: str) -> bool:
        with redis_errors():
            taken = await self._redis.set(self._names.load_lock(char_id), token, nx=True, px=self._lock)
        return bool(taken)

    async def unlock(self, char_id: int, token: str) -> None:
        await self._scripts.run("unlock", (self._names.load_lock(char_id),), (token,))

    async def create(
        self, session: InventorySession, snapshot: InventorySnapshot, lock_token: str
    ) -> Creation:
        args: list[object] = [lock_token, documents.encode(session), session.rev, session.version]
        args += [snapshot.version, snapshot.rev, self._ttl, snapshot.generation]
        char_id = session.char_id
        names = (*self._names.pair(char_id), self._names.load_lock(char_id))
        outcome, *left = await self._scripts.run("create", names, args)
        if not left:
            return Creation(Created(outcome.decode()))
        document, rev = left
        stored = await self._aside.stored(char_id, document, rev.decode())
        if stored is None:  # nobody can tell what it says
            return await self.create(session, snapshot, lock_token)
        return Creation(Created.LEFT, stored.session())

    async def inspect(self, char_id: int) -> Control | None:
        found = await self._aside.found(char_id, "inspect", (self._names.control(char_id),), ())
        return await self._aside.control(char_id, unpacked(found))

    async def adopt(self, state: Control, generation: str) -> bool:
        args = (state.rev, state.base.rev, generation)
        return bool(await self._scripts.run("adopt", self._names.pair(state.char_id), args))

    async def rebase(self, rebase: Rebase) -> bool:
        session, snapshot = rebase.session, rebase.snapshot
        args: list[object] = [session.char_id, rebase.expected_rev, rebase.expected_base.rev, session.rev]
        args += [documents.encode(session), session.version, snapshot.version, snapshot.rev]
        args += ["1" if rebase.anew else "0"]
        args += [snapshot.generation, rebase.told, len(rebase.pending)]
        for entry in rebase.pending:
            args += [entry.version, entry.at, entry.op_id, body(entry)]
        args += row_names(rebase.rows)
        names = (*self._names.triple(session.char_id), self._names.quarantine(session.char_id))
        return bool(await self._scripts.run("rebase", names, args))

    async def claim(
        self, char_ids: Sequence[int], token: str, *, only_due: bool = False
    ) -> list[Claim | Orphan]:
        lease, due = milliseconds(self._times.lease), "1" if only_due else "0"
        times = (lease, due, *self._horizon)
        calls = [(each, (each, token, *times)) for each in char_ids]
        answers = await self._each("claim", calls, partial(claimed, token))
        claims = []
        for char_id, answer in zip(char_ids, answers, strict=True):
            unread = isinstance(answer, (UnreadClaim, ResponseError))
            claim = await self._unread(char_id, answer) if unread else answer
            if isinstance(claim, (Claim, Orphan)):  # else it is written, leased or still due
                claims.append(claim)
        return claims

    async def acknowledge(self, done: Sequence[Acknowledgement]) -> list[bool]:
        calls = [(each.claim.control.char_id, self._acknowledge_args(each)) for each in done]
        return [reply == 1 for reply in await self._each("acknowledge", calls)]

    async def forget(self, char_id: int) -> None:
        await self._scripts.run("forget", self._names.pair(char_id), ())

    async def discard(self, char_id: int) -> None:
        # The lock, too: whoever loads this moment must not make the session once more.
        names = (
            *self._names.triple(char_id),
            self._names.quarantine(char_id),
            self._names.load_lock(char_id),
        )
        await self._scripts.run("discard", names, (char_id,))

    async def due(self, limit: int, own: Collection[int] | None = None) -> list[int]:
        return await self._index.due(limit, own)

    async def dirty(self, without: Collection[int] = ()) -> list[int]:
        return await self._index.members(without)

    async def fail(self, char_id: int) -> bool:
        args = (char_id, self._times.failures, self._delay, milliseconds(self._times.parking))
        return bool(await self._scripts.run("fail", self._names.triple(char_id)[1:], args))

    async def parked(self) -> list[int]:
        return await self._index.parked()

    async def release(self, char_id: int) -> bool:
        return bool(await self._scripts.run("release", self._names.triple(char_id)[1:], (char_id,)))

    async def live(self, char_ids: Sequence[int]) -> list[int]:
        found = await self._scripts.ask([("EXISTS", self._names.session(char_id)) for char_id in char_ids])
        return [char_id for char_id, exists in zip(char_ids, found, strict=True) if exists]

    async def lineages(self, char_ids: Sequence[int]) -> Mapping[int, Lineage]:
        asked = [("HMGET", self._names.control(char_id), *LINEAGE) for char_id in char_ids]
        found = zip(char_ids, map(lineage, await self._scripts.ask(asked)), strict=True)
        return {char_id: each for char_id, each in found if each is not None}

    async def repair(self, cursor: int) -> Repaired:
        with redis_errors():
            following, found = await self._walk.step(cursor, keys.CONTROLS, self._times.scan)
        char_ids = [keys.owner(name) for name in found]
        replies = await self._each("repair", [(char_id, (char_id,)) for char_id in char_ids])
        repaired = (char_id for char_id, reply in zip(char_ids, replies, strict=True) if reply == 1)
        return Repaired(following, tuple(repaired))

    async def _each(
        self, script: str, calls: Sequence[tuple[int, Sequence[Any]]], read: Reading = as_it_is
    ) -> list[Any]:
        """One script for many characters, in one round trip; a call that failed answers with its error."""
        each = [(self._names.triple(char_id), args) for char_id, args in calls]
        return await self._scripts.run_each(script, each, read)

    async def _unread(self, char_id: int, claim: UnreadClaim | ResponseError) -> Orphan | None:
        """What can be written of it: one bad session must not stop the others."""
        if isinstance(claim, UnreadClaim) and claim.control:
            await self._aside.document(char_id, claim.stored, claim.error)
            return Orphan(claim.control)
        stored, error = (claim.stored, claim.error) if isinstance(claim, UnreadClaim) else ((), claim)
        if not await self._aside.strange(char_id, error, stored):
            log.error("session not understood", char_id=char_id, exc_info=error)
            await self.fail(char_id)
        return None

    def _save_args(self, save: Save, saved: InventorySession) -> list[object]:
        op_id, record = "", (0, _NOTHING)
        if save.applied is not None:
            entry = ledger_entry(save.applied, saved.version)
            op_id, record = entry.op_id, (entry.at, body(entry))
        is_new = save.is_new or is_single_use(op_id)
        args: list[object] = [saved.char_id, *identity(op_id, save.since), "1" if is_new else "0"]
        args += [save.session.rev, save.rev, documents.encode(saved), "1" if saved.dirty else "0"]
        args += [saved.version, *record, self._delay, self._ttl, self._patience]
        args += ["1" if save.rows.told else "0", *row_names(save.rows)]
        return args

    def _acknowledge_args(self, done: Acknowledgement) -> list[object]:
        control, stored = done.claim.control, done.claim.stored
        assert isinstance(stored, StoredDocument)  # noqa: S101 - the claim is one of ours
        args: list[object] = [control.char_id, done.row.rev, done.row.version, control.rev]
        args += [*stored.once_written(), self._ttl, self._delay, "1" if done.delete else "0"]
        written = (entry for entry in control.pending if entry.version <= done.row.version)
        args += [self._times.remembered, remembered(written)]
        return args

"""A session store in plain Python that keeps the same promises as the one on Redis."""

import asyncio
import time
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from apps.game_core.adapters.redis.keys import share_of
from apps.game_core.adapters.redis.session_times import SessionTimes
from apps.game_core.modules.inventory.inventory.codec import ledger_entry
from apps.game_core.modules.inventory.inventory.loadout import Loadout
from apps.game_core.modules.inventory.inventory.model import Hero, InventorySession, PlacedItem, Vitals
from apps.game_core.modules.inventory.inventory.operation_ids import drawn_for, is_single_use
from apps.game_core.modules.inventory.inventory.row_changes import RowChanges
from apps.game_core.modules.inventory.inventory.trail import Trail
from apps.game_core.modules.inventory.ports import AppliedOperation, DatabaseRow, LedgerEntry
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

VITALS = -1


@dataclass(frozen=True)
class Whole:
    """Implements `StoredSession`: all of it is at hand."""

    of: InventorySession

    @property
    def vitals(self) -> Vitals:
        return self.of.vitals

    @property
    def hero(self) -> Hero:
        return self.of.hero

    @property
    def coins(self) -> int:
        return self.of.coins

    @property
    def loadouts(self) -> tuple[Loadout, ...]:
        return self.of.loadouts

    def rows(self, ids: Container[int]) -> Iterable[PlacedItem]:
        return self.of.rows(ids)

    def session(self) -> InventorySession:
        return self.of


@dataclass
class Stored:
    document: InventorySession | None
    rev: str
    version: int
    synced: int
    base: DatabaseRow
    server: str
    expires: float | None
    since: float | None = None
    fails: int = 0
    floor: int = 0
    lineage: str = ""
    told: int = 0
    remembered: dict[str, int] = field(default_factory=dict)
    pending: dict[int, LedgerEntry] = field(default_factory=dict)
    marks: dict[int, int] = field(default_factory=dict)
    tokens: dict[str, tuple[int, float]] = field(default_factory=dict)

    @property
    def dirty(self) -> bool:
        return self.version != self.synced

    def doubts(self, op_id: str, *, since: int = 0, is_new: bool = False) -> bool:
        if not op_id or op_id in self.remembered:
            return bool(op_id)
        return not is_new and not self.floor <= max(since, drawn_for(op_id)) <= self.version


class FakeSessionStore:
    """Implements `SessionStore`."""

    def __init__(self, times: SessionTimes) -> None:
        self.server = "first"
        self.generation = ""
        self.times = times
        self.index: dict[int, float] = {}
        self._sessions: dict[int, Stored] = {}
        self._locks: dict[int, tuple[str, float]] = {}
        self._leftovers: dict[int, InventorySession] = {}

    def server_of(self, char_id: int) -> str:  # noqa: ARG002 - there is one
        return self.server

    async def read(
        self,
        char_id: int,
        op_id: str = "",
        cached: InventorySession | None = None,
        *,
        lock: str = "",
        prolong: bool = True,
    ) -> Read:
        await asyncio.sleep(0)
        found = self._get(char_id)
        if found is None or found.document is None:
            return Read(None, locked=bool(lock) and (self._holds(char_id, lock) or self._take(char_id, lock)))
        if found.server != self.server:
            return Read(None, unverified=True)
        if prolong:
            self._slide(found)
        session = cached if cached and cached.rev == found.rev else found.document
        return Read(session, found.doubts(op_id), synced_version=found.synced, lineage=found.lineage)

    async def save(self, save: Save) -> Saved | Conflict | InDoubt | Overdue:
        await asyncio.sleep(0)
        found = self._get(save.session.char_id)
        dirty = save.dirty or save.session.dirty
        version = save.session.version + (1 if dirty else 0)
        saved = replace(save.session, rev=save.rev, version=version, dirty=dirty)
        if found is not None and found.rev == save.rev:
            return Saved(saved, found.synced, found.lineage)
        op_id = save.applied.operation.op_id if save.applied else ""
        stands = found is not None and found.rev == save.session.rev and found.server == self.server
        if found is None or not stands or found.document is None:
            return Conflict()
        if found.doubts(op_id, since=save.since, is_new=save.is_new or is_single_use(op_id)):
            return InDoubt()
        if dirty and self._is_overdue(found):
            return Overdue()
        found.document, found.rev, found.version = saved, save.rev, version
        if dirty:
            self._note_change(found, save.applied, save.rows)
        else:
            found.synced = version
            self._slide(found)
        return Saved(saved, found.synced, found.lineage)

    async def lay(self, session: InventorySession, rev: str) -> Saved | Conflict:
        await asyncio.sleep(0)
        found, laid = self._get(session.char_id), replace(session, rev=rev)
        if found is None or found.document is None or found.server != self.server:
            return Conflict()
        if found.rev not in (rev, session.rev):
            return Conflict()
        laid = replace(laid, dirty=found.dirty)
        found.document, found.rev = laid, rev
        return Saved(laid, found.synced, found.lineage)

    async def lock(self, char_id: int, token: str) -> bool:
        await asyncio.sleep(0)
        return self._take(char_id, token)

    async def unlock(self, char_id: int, token: str) -> None:
        await asyncio.sleep(0)
        if self._holds(char_id, token):
            del self._locks[char_id]

    async def create(
        self, session: InventorySession, snapshot: InventorySnapshot, lock_token: str
    ) -> Creation:
        await asyncio.sleep(0)
        if not self._holds(session.char_id, lock_token):
            return Creation(Created.REFUSED)
        found = self._get(session.char_id)
        if found is None and session.char_id in self._leftovers:
            return Creation(Created.LEFT, self._leftovers[session.char_id])
        del self._locks[session.char_id]
        if found is not None and found.document is not None:
            return Creation(Created.REFUSED)
        if found is not None and found.dirty:
            return Creation(Created.UNWRITTEN)
        row, expires = DatabaseRow(snapshot.version, snapshot.rev), _now() + self.times.ttl
        made = Stored(session, session.rev, session.version, session.version, row, self.server, expires)
        made.floor, made.lineage = session.version, session.rev
        self._sessions[session.char_id] = made
        return Creation(Created.CREATED)

    async def inspect(self, char_id: int) -> Control | None:
        await asyncio.sleep(0)
        found = self._get(char_id)
        return _control(char_id, found) if found else None

    async def adopt(self, state: Control, _: str) -> bool:
        await asyncio.sleep(0)
        found = self._get(state.char_id)
        if found is None or (found.rev, found.base.rev) != (state.rev, state.base.rev):
            return False
        if found.server != self.server:
            found.lineage += self.server
        found.server = self.server
        if found.document and found.document.half:
            found.rev += self.server
            found.document = replace(found.document, half=None, rev=found.rev)
        return True

    async def rebase(self, rebase: Rebase) -> bool:
        await asyncio.sleep(0)
        session, snapshot = rebase.session, rebase.snapshot
        found = self._get(session.char_id) or self._unknown(session.char_id, rebase.expected_base)
        if found is None or (found.rev, found.base.rev) != (rebase.expected_rev, rebase.expected_base.rev):
            return False
        if not rebase.anew and (found.base.rev == snapshot.rev or snapshot.rev in found.tokens):
            return False
        found.document, found.rev, found.version, found.server = (
            session,
            session.rev,
            session.version,
            self.server,
        )
        found.base = DatabaseRow(snapshot.version, snapshot.rev)
        found.synced = snapshot.version
        found.tokens, found.fails = {}, 0
        found.told = rebase.told
        found.pending = {entry.version: entry for entry in rebase.pending}
        found.marks = dict.fromkeys(_names(rebase.rows), session.version)
        found.remembered = {entry.op_id: entry.version for entry in rebase.pending}
        found.floor, found.lineage = session.version, session.rev
        found.expires, found.since = None, found.since or _now()
        self.index[session.char_id] = _now()
        self._sessions[session.char_id] = found
        self._leftovers.pop(session.char_id, None)
        return True

    async def claim(
        self, char_ids: Sequence[int], token: str, *, only_due: bool = False
    ) -> list[Claim | Orphan]:
        await asyncio.sleep(0)
        claims = (self._claim(char_id, token, only_due=only_due) for char_id in char_ids)
        return [claim for claim in claims if claim]

    async def acknowledge(self, done: Sequence[Acknowledgement]) -> list[bool]:
        await asyncio.sleep(0)
        return [self._acknowledge(each) for each in done]

    async def forget(self, char_id: int) -> None:
        await asyncio.sleep(0)
        found = self._get(char_id)
        if found is not None and not found.dirty:
            del self._sessions[char_id]

    async def discard(self, char_id: int) -> None:
        await asyncio.sleep(0)
        self._sessions.pop(char_id, None)
        self._locks.pop(char_id, None)
        self.index.pop(char_id, None)

    async def due(self, limit: int, own: Collection[int] | None = None) -> list[int]:
        await asyncio.sleep(0)
        due = [each for each in await self.dirty() if self._is_due(each)]
        mine = [each for each in due if own is None or share_of(each) in own]
        late = [each for each in due if self.index[each] <= _now() - self.times.share_lease]
        return list(dict.fromkeys([*mine, *late]))[:limit]

    async def dirty(self, without: Collection[int] = ()) -> list[int]:
        await asyncio.sleep(0)
        found = sorted(self.index, key=lambda char_id: self.index[char_id])
        return [char_id for char_id in found if share_of(char_id) not in without]

    async def fail(self, char_id: int) -> bool:
        await asyncio.sleep(0)
        found = self._get(char_id)
        if found is None or not found.dirty:
            return False
        found.fails += 1
        parked = found.fails >= self.times.failures
        self._push(char_id, self.times.parking if parked else self.times.sync_delay)
        return found.fails == self.times.failures

    async def parked(self) -> list[int]:
        return [each for each in await self.dirty() if self.index[each] > _now() + self.times.parking / 2]

    async def release(self, char_id: int) -> bool:
        await asyncio.sleep(0)
        found = self._get(char_id)
        if char_id in self.index:
            self.index[char_id] = _now()
        parked = found is not None and found.fails > 0
        if found is not None:
            found.fails = 0
        return parked

    async def live(self, char_ids: Sequence[int]) -> list[int]:
        await asyncio.sleep(0)
        found = ((char_id, self._get(char_id)) for char_id in char_ids)
        return [char_id for char_id, stored in found if stored and stored.document]

    async def lineages(self, char_ids: Sequence[int]) -> Mapping[int, Lineage]:
        await asyncio.sleep(0)
        found = {char_id: self._get(char_id) for char_id in char_ids}
        return {
            char_id: Lineage(each.lineage, each.version, each.synced, each.server)
            for char_id, each in found.items()
            if each
        }

    async def repair(self, cursor: int) -> Repaired:
        await asyncio.sleep(cursor)
        repaired = []
        for char_id in list(self._sessions):
            found = self._get(char_id)
            if found is not None and found.dirty:
                if char_id not in self.index or found.expires is not None:
                    repaired.append(char_id)
                self.index.setdefault(char_id, _now())
                found.expires = None
        return Repaired(0, tuple(repaired))

    def lose_document(self, char_id: int) -> None:
        self._sessions[char_id].document = None

    def lose_control(self, char_id: int) -> None:
        document = self._sessions.pop(char_id).document
        if document is not None:
            self._leftovers[char_id] = replace(document, rev=f"left {document.rev}")

    def _get(self, char_id: int) -> Stored | None:
        found = self._sessions.get(char_id)
        if found is not None and found.expires is not None and found.expires <= _now():
            del self._sessions[char_id]
            return None
        return found

    def _unknown(self, char_id: int, base: DatabaseRow) -> Stored | None:
        """A document that lost its control data."""
        left = self._leftovers.get(char_id)
        return Stored(left, left.rev, left.version, 0, base, self.server, None) if left else None

    def _slide(self, found: Stored) -> None:
        if not found.dirty:
            found.expires = _now() + self.times.ttl

    def _take(self, char_id: int, token: str) -> bool:
        if char_id in self._locks and self._locks[char_id][1] > _now():
            return False
        self._locks[char_id] = (token, _now() + self.times.load_lock)
        return True

    def _holds(self, char_id: int, token: str) -> bool:
        held, until = self._locks.get(char_id, ("", 0.0))
        return held == token and until > _now()

    def _is_overdue(self, found: Stored) -> bool:
        waiting = _now() - found.since if found.dirty and found.since is not None else 0.0
        return waiting > self.times.max_dirty_age

    def _note_change(self, found: Stored, applied: AppliedOperation | None, rows: RowChanges) -> None:
        if applied is not None:
            found.pending[found.version] = ledger_entry(applied, found.version)
            found.remembered[applied.operation.op_id] = found.version
        found.marks.update(dict.fromkeys(_names(rows), found.version))
        found.told = found.version if rows.told else found.told
        found.expires, found.since = None, found.since or _now()
        assert found.document is not None
        self.index.setdefault(found.document.char_id, _now() + self.times.sync_delay)

    def _forget_written(self, found: Stored) -> None:
        done = [op_id for op_id, version in found.remembered.items() if version <= found.synced]
        for op_id in done[: -self.times.remembered]:
            found.floor = max(found.floor, found.remembered.pop(op_id))

    def _claim(self, char_id: int, token: str, *, only_due: bool) -> Claim | Orphan | None:
        found = self._get(char_id)
        if found is None or not found.dirty:
            self.index.pop(char_id, None)
            return None
        come = self._is_due(char_id)
        if only_due and not come:
            return None
        if come:
            self.index[char_id] = 0
        self._push(char_id, self.times.lease)
        if found.document is None:
            return Orphan(_control(char_id, found))
        found.tokens[token] = (found.version, _now())
        return Claim(Whole(found.document), token, _control(char_id, found))

    def _acknowledge(self, done: Acknowledgement) -> bool:
        char_id, written = done.claim.session.char_id, done.row.version
        found = self._get(char_id)
        if found is None or done.row.rev not in found.tokens:
            return False
        _, claimed_at = found.tokens[done.row.rev]
        found.tokens = {name: token for name, token in found.tokens.items() if token[0] > written}
        found.pending = {at: entry for at, entry in found.pending.items() if at > written}
        found.marks = {name: at for name, at in found.marks.items() if at > written}
        found.base, found.synced = done.row, written
        self._forget_written(found)
        found.told = 0 if found.told <= written else found.told
        found.fails, found.since = 0, None
        if found.version != written:
            found.since = claimed_at
            self.index[char_id] = _now() + self.times.sync_delay
            return False
        self.index.pop(char_id, None)
        stands = found.rev == done.claim.session.rev
        if found.document is not None:
            trail = Trail(found.document.trail.since) if stands else found.document.trail
            found.document = replace(found.document, dirty=False, trail=trail)
        found.expires = _now() + self.times.ttl
        if done.delete and stands:
            del self._sessions[char_id]
        return True

    def _is_due(self, char_id: int) -> bool:
        ahead = self.index.get(char_id, 0) - _now()
        return ahead <= 0 or self.times.longest_delay < ahead < self.times.parking / 2

    def _push(self, char_id: int, seconds: float) -> None:
        self.index[char_id] = max(self.index.get(char_id, 0), _now() + seconds)


def _now() -> float:
    return time.monotonic()


def _names(rows: RowChanges) -> Iterable[int]:
    return [*rows.changed, *rows.removed, *([VITALS] if rows.vitals else [])]


def _control(char_id: int, found: Stored) -> Control:
    return Control(
        char_id=char_id,
        rev=found.rev,
        version=found.version,
        synced_version=found.synced,
        base=found.base,
        pending=tuple(found.pending[version] for version in sorted(found.pending)),
        tokens={name: version for name, (version, _) in found.tokens.items()},
        marks={name: at for name, at in found.marks.items() if name != VITALS},
        vitals_changed=VITALS in found.marks,
        told=found.told,
        lineage=found.lineage,
    )

"""Claim, write, acknowledge: how a dirty session reaches the database."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.contracts import SyncResult
from apps.game_core.modules.inventory.errors import SyncFailedError
from apps.game_core.modules.inventory.ports import (
    Acknowledgement,
    Claim,
    Fence,
    InventoryData,
    Mismatch,
    SessionStore,
    UnitOfWorkFactory,
    Written,
)
from apps.game_core.system.protocols import IdMaker

INBOX_PREFIX = "inbox:"


@dataclass(frozen=True, slots=True)
class SessionSync:
    """Worker, close, state change, logout and shutdown all come through here.

    `aggressive` deletes a session once it is written and its player has left; otherwise it stays as a
    cache until its TTL ends.
    """

    store: SessionStore
    unit_of_work: UnitOfWorkFactory
    ids: IdMaker
    aggressive: bool = False

    async def sync(self, char_id: int, *, leaving: bool = False, only_due: bool = False) -> SyncResult:
        """Write what changed since the last write.

        Raises:
            SyncFailedError: the database row is not the one this session grew from.

        """
        delete = self.aggressive and leaving
        claim = await self.store.claim(char_id, self.ids.token(), only_due=only_due)
        if claim is None:
            if delete:
                await self.store.forget(char_id)
            return SyncResult(changes_saved=False)
        outcome = await self._write(claim)
        if isinstance(outcome, Mismatch):
            return await self._settle(claim, outcome, delete=delete)
        await self.store.acknowledge(Acknowledgement(claim, claim.session.version, claim.token, delete))
        return SyncResult(changes_saved=True, rows=outcome.rows)

    async def _write(self, claim: Claim) -> Written | Mismatch:
        async with self.unit_of_work() as unit:
            data = inventory_data(claim)
            outcome = await unit.inventories.update_character_inventory(claim.session.char_id, data)
            if isinstance(outcome, Written):
                await unit.commit()
            return outcome

    async def _settle(self, claim: Claim, row: Mismatch, *, delete: bool) -> SyncResult:
        """The fence did not hold: our own write whose acknowledgement was lost, or somebody else's."""
        if row.version is not None and row.rev is not None and row.rev in claim.tokens:
            await self.store.acknowledge(Acknowledgement(claim, row.version, row.rev, delete))
            return SyncResult(changes_saved=True)
        raise SyncFailedError(claim.session.char_id, f"database row is at version {row.version}")


def inventory_data(claim: Claim) -> InventoryData:
    """What a claim means for the database: the seed's ids by place, and the rows that changed."""
    session = claim.session
    rows = {placed.item.id: placed for placed in session.placed()}
    consumed = (entry.op_id.removeprefix(INBOX_PREFIX) for entry in claim.pending if is_inbox(entry.op_id))
    return InventoryData(
        equipped={slot: item.id if item else None for slot, item in session.equipped.items()},
        backpack=tuple(item.id for item in session.backpack),
        quick_slots=tuple(item.id if item else None for item in session.quick_slots),
        fence=Fence(claim.base_version, claim.base_rev, session.version, claim.token),
        changed=tuple(rows[item_id] for item_id in claim.marks if item_id in rows),
        removed=tuple(item_id for item_id in claim.marks if item_id not in rows),
        operations=claim.pending,
        vitals=session.vitals if claim.vitals_changed else None,
        inbox=tuple(int(inbox_id) for inbox_id in consumed),
    )


def is_inbox(op_id: str) -> bool:
    return op_id.startswith(INBOX_PREFIX)

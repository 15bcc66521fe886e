"""When a change may be called done."""

from dataclasses import dataclass
from typing import Protocol

from apps.game_core.modules.inventory.errors import OverruledError, SyncFailedError
from apps.game_core.modules.inventory.inventory.logic.sessions.session_sync import SessionSync
from apps.game_core.modules.inventory.ports import Copied, Copies, UnitOfWorkFactory


class DurabilityPromise(Protocol):
    async def before(self) -> None:
        """Raises what makes a promise impossible, before anything is changed."""
        ...

    async def after(self, char_id: int, op_id: str, /) -> None:
        """Returns once an operation that took effect, now or in an earlier call, is as safe as promised."""
        ...


class LazyDurability:
    """Redis holds it, the worker writes it."""

    async def before(self) -> None:
        return

    async def after(self, _: int, __: str) -> None:
        return


@dataclass(frozen=True, slots=True)
class StrictDurability:
    """PostgreSQL holds it before the player is told."""

    sync: SessionSync
    unit_of_work: UnitOfWorkFactory

    async def before(self) -> None:
        """Raises DatabaseDownError."""
        async with self.unit_of_work() as unit:
            await unit.ping()

    async def after(self, char_id: int, op_id: str) -> None:
        """Ask the ledger itself: a write that went well says nothing of an operation that a rebase dropped.

        Raises:
            OverruledError: the operation did not survive.
            InventoryUnavailableError: as `SessionSync.sync` says; it took effect and is not safe yet.

        """
        await self.sync.sync(char_id)
        await _require_written(self.unit_of_work, char_id, op_id)


@dataclass(frozen=True, slots=True)
class ReplicatedDurability:
    """A replica of Redis holds it before the player is told, or PostgreSQL does already."""

    copies: Copies
    unit_of_work: UnitOfWorkFactory

    async def before(self) -> None:
        """Without replicas Redis itself refuses, if it is told to: asking would be a trip more."""

    async def after(self, char_id: int, op_id: str) -> None:
        """Ask for this operation by its id: another master may have taken over without it.

        Raises:
            OverruledError: the operation did not survive.
            SyncFailedError: it took effect, and no replica says that it has it.
            InventoryUnavailableError: nobody can tell.

        """
        match await self.copies.of(char_id, op_id):
            case Copied.ALONE:
                raise SyncFailedError(char_id, "no replica of Redis has it yet")
            case Copied.NOT_WAITING:
                await _require_written(self.unit_of_work, char_id, op_id)


async def _require_written(unit_of_work: UnitOfWorkFactory, char_id: int, op_id: str) -> None:
    async with unit_of_work() as unit:
        if await unit.inventories.operation(char_id, op_id) is None:
            raise OverruledError(op_id)

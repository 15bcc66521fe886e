"""The inventory's use cases: what is wished for is done, looked at, and written."""

from dataclasses import dataclass
from typing import TypeVar

from apps.game_core.modules.inventory.contracts import (
    Added,
    Granted,
    GrantUnit,
    InventoryReader,
    ItemDetails,
    Outcome,
    SyncResult,
)
from apps.game_core.modules.inventory.errors import (
    CharacterNotFoundError,
    InventoryFullError,
    OperationIdTakenError,
    OperationRefusedError,
    SessionStoreDownError,
    TooHeavyError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.inventory.codec import decode_result
from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.logic.doing.additions import Additions
from apps.game_core.modules.inventory.inventory.logic.doing.operation_runner import OperationRunner
from apps.game_core.modules.inventory.inventory.logic.doing.resolving import Resolving
from apps.game_core.modules.inventory.inventory.operation import Result
from apps.game_core.modules.inventory.inventory.operation_ids import ARCHIVED
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.vocabulary import Vocabulary
from apps.game_core.modules.inventory.inventory.wishes import Wish
from apps.game_core.modules.inventory.keeping_errors import PurseFullError
from apps.game_core.modules.inventory.ports import CatalogProvider, UnitOfWorkFactory
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.value import replace

R = TypeVar("R", bound=Result)


@dataclass(frozen=True, slots=True)
class InventoryService(Vocabulary):
    """Performs what is wished for, exactly once.

    Every operation raises OperationRefusedError when the rules say no, CharacterNotFoundError, and
    InventoryUnavailableError when a store is down or too busy.
    """

    runner: OperationRunner
    resolving: Resolving
    additions: Additions
    unit_of_work: UnitOfWorkFactory
    catalog: CatalogProvider

    async def perform(
        self, char_id: int, wish: Wish[R], *, op_id: str | None = None, since: int = 0, unseen: bool = False
    ) -> Outcome[R]:
        wanted = replace(self.resolving.of(wish, op_id), since=since, unseen=unseen)
        return await self.runner.run(char_id, wanted)

    async def open(self, char_id: int) -> InventoryReader:
        """The inventory as it stands, loaded from the database if there is no session.

        While the session store is down: as the database has it, marked as stale.
        """
        try:
            session = await self.runner.current(char_id)
        except SessionStoreDownError:
            session = await self.runner.past_the_store(char_id)
        return self.runner.formatted(session)

    async def get_item_details(self, char_id: int, item_id: int) -> ItemDetails:
        return (await self.open(char_id)).item(item_id)

    async def add_or_keep(self, char_id: int, gift: Gift, key: str, *, announced: bool) -> Added:
        """Add items now if they fit; if not, they wait in the inbox. Either happens once for a `key`.

        Both go through the inbox, or an attempt that was cut short could do the other as well.
        """
        grant = (await self.grant(char_id, gift, None, key=key)).grant
        operation = replace(self.additions.add(grant), announced=announced)
        async with self.unit_of_work() as unit:
            # A session forgets old operations, the ledger does not.
            if done := await unit.inventories.operation(char_id, operation.op_id):
                if done.kind == ARCHIVED:
                    raise OperationIdTakenError(operation.op_id, ARCHIVED)
                return Added(decode_result(AddItem, done.result), grant.gift)
        try:
            outcome = await self.runner.execute(char_id, operation)
        except OperationRefusedError:
            await self.runner.keep_waiting(grant)
            return Added(None, grant.gift)
        return Added(outcome.result, grant.gift)

    async def sync_inventory(self, char_id: int, *, leaving: bool = False) -> SyncResult:
        return await self.runner.sessions.sync_to_db(char_id, leaving=leaving)

    async def discard(self, char_id: int) -> None:
        await self.runner.sessions.discard(char_id)

    async def parked(self) -> tuple[int, ...]:
        return await self.runner.sessions.parked()

    async def release(self, char_id: int) -> bool:
        return await self.runner.sessions.release(char_id)

    async def grant(
        self, char_id: int, gift: Gift, unit: GrantUnit | None, *, key: str | None = None
    ) -> Granted:
        """Raises UnknownItemError; CharacterNotFoundError only in a transaction of its own."""
        if self.catalog.current.get(gift.base_id) is None:
            raise UnknownItemError(gift.base_id)
        if unit is not None:
            return Granted(await unit.inventories.grant(char_id, gift, key))
        async with self.unit_of_work() as own:
            if await own.inventories.row(char_id) is None:
                raise CharacterNotFoundError(char_id)
            granted = Granted(await own.inventories.grant(char_id, gift, key))
            await own.commit()
        return granted

    async def deliver(self, grant: InboxGrant) -> bool:
        """Bring a grant into its session, once. False: it does not fit and waits, or there is nobody left."""
        try:
            await self.runner.execute(grant.char_id, self.additions.deliver(grant))
        except (InventoryFullError, TooHeavyError, PurseFullError):
            await self.runner.keep_waiting(grant)
            return False
        except (OperationRefusedError, CharacterNotFoundError):
            return False
        return True

"""Admins' commands: find the player, ask the module whose business it is, write down how it ended."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from apps.game_core.modules.admins.contracts import (
    BEGUN,
    DONE,
    Action,
    AdminContext,
    Compare,
    Compared,
    Give,
    Given,
    Inspect,
    Inspected,
    Paid,
    Pay,
    Previewed,
    PreviewRestore,
    ReadActions,
    ReadHistory,
    ReadMetrics,
    Recall,
    Recalled,
    RecordAction,
    Recounted,
    Restored,
    RestorePlayer,
    Sync,
    Synced,
    Trace,
    Traced,
)
from apps.game_core.modules.admins.errors import (
    NoLookingBackError,
    NoSuchItemError,
    NoTraceError,
    PlanOutdatedError,
    PlayerAmbiguousError,
    PlayerNotFoundError,
    TooFewCoinsError,
    TooManyCoinsError,
    TooManyItemsError,
)
from apps.game_core.modules.admins.ports import AdminUnitOfWorkFactory, CatalogSource, NewAction
from apps.game_core.modules.admins.subjects import Subject, action, search
from apps.game_core.modules.characters.contracts import Character
from apps.game_core.modules.inventory.contracts import (
    AddCoins,
    ComparePasts,
    Grant,
    InspectInventory,
    Inspection,
    InventoryNumbers,
    LedgerItem,
    LookAtPast,
    NotEnoughCoinsError,
    Perform,
    PlanRestore,
    PurseFullError,
    ReadLedger,
    RestoreInventory,
    SyncInventory,
    TakeCoins,
    TakeNumbers,
    TraceItem,
)
from apps.game_core.modules.inventory.errors import LedgerUnreadableError, OperationRefusedError
from apps.game_core.modules.inventory.keeping_errors import LedgerArchivedError
from apps.game_core.system.core_router import CoreRouter


@dataclass(frozen=True, slots=True)
class AdminService:
    """An action that cannot be written down is not answered."""

    router: CoreRouter
    unit_of_work: AdminUnitOfWorkFactory
    catalog: CatalogSource

    def register(self) -> None:
        self.router.register(Give, self.give)
        self.router.register(Pay, self.pay)
        self.router.register(Inspect, self.inspect)
        self.router.register(ReadHistory, self.history)
        self.router.register(Recall, self.recall)
        self.router.register(Compare, self.compare)
        self.router.register(Trace, self.trace)
        self.router.register(Sync, self.sync)
        self.router.register(PreviewRestore, self.preview_restore)
        self.router.register(RestorePlayer, self.restore)
        self.router.register(ReadMetrics, self.metrics)
        self.router.register(RecordAction, self.record)
        self.router.register(ReadActions, self.log)

    async def give(self, context: Give) -> Given:
        """The grant and its line in the log are one transaction."""
        async with self.audited(context) as subject:
            character = subject.character = await self.find(context.player)
            item = self._item(context.base_id, context.quantity)
            inspection = await self._inspection(character)
            _require_possible(inspection, item)
            async with self.unit_of_work() as unit:
                fresh = await unit.actions.add(action(context, subject, DONE))
                if fresh:
                    grant = Grant(character.id, context.base_id, context.quantity, unit)
                    await self.router.ask(grant)
                await unit.commit()
            return Given(character, item, inspection.session is not None, repeated=not fresh)

    async def pay(self, context: Pay) -> Paid:
        """Written down as begun before any coin moves: the purse is another store's."""
        async with self.audited(context) as subject:
            character = subject.character = await self.find(context.player)
            fresh = await self.write_down(action(context, subject, BEGUN))
            amount, op_id = context.amount, f"admin:{context.request_id}"
            wish = AddCoins(amount=amount) if amount > 0 else TakeCoins(amount=-amount)
            try:
                done = await self.router.ask(Perform(character.id, wish, op_id))
            except NotEnoughCoinsError as error:
                raise TooFewCoinsError(error.owned) from error
            except PurseFullError as error:
                raise TooManyCoinsError(error.most) from error
            return Paid(character, amount, done.left, repeated=not fresh)

    async def inspect(self, context: Inspect) -> Inspected:
        async with self.audited(context) as subject:
            character = subject.character = await self.find(context.player)
            return Inspected(character, await self._inspection(character))

    async def history(self, context: ReadHistory) -> Recounted:
        async with self.audited(context) as subject:
            character = subject.character = await self.find(context.player)
            asked = ReadLedger(char_id=character.id, page=context.page)
            return Recounted(character, await self.router.ask(asked))

    async def recall(self, context: Recall) -> Recalled:
        async with self.audited(context) as subject:
            character = subject.character = await self.find(context.player)
            with _looking_back(character):
                return Recalled(character, await self.router.ask(LookAtPast(character.id, context.at)))

    async def compare(self, context: Compare) -> Compared:
        async with self.audited(context) as subject:
            character = subject.character = await self.find(context.player)
            asked = ComparePasts(character.id, context.since, context.until)
            with _looking_back(character):
                return Compared(character, await self.router.ask(asked))

    async def trace(self, context: Trace) -> Traced:
        async with self.audited(context) as subject:
            asked = tuple([await self.find(player) for player in context.players])
            subject.are(*asked)
            life = await self.router.ask(TraceItem(context.item_id, tuple(each.id for each in asked)))
            if not life.events and not life.unread and not life.awaited:
                raise NoTraceError(context.item_id, asked)
            awaited = (life.awaited.char_id,) if life.awaited else ()
            had = reversed(life.owners)
            named = dict.fromkeys((*awaited, *had, *(each.char_id for each in life.unread)))
            characters = {char_id: await self.find(f"#{char_id}") for char_id in named}
            subject.are(*characters.values())
            return Traced(life, characters)

    async def sync(self, context: Sync) -> Synced:
        async with self.audited(context) as subject:
            character = subject.character = await self.find(context.player)
            result = await self.router.ask(SyncInventory(char_id=character.id))
            version = (await self._inspection(character)).database_version
            return Synced(character, result.changes_saved, result.rows, version)

    async def preview_restore(self, context: PreviewRestore) -> Previewed:
        async with self.audited(context) as subject:
            character = subject.character = await self.find(context.player)
            return await self._planned(character, context.to)

    async def restore(self, context: RestorePlayer) -> Restored:
        async with self.audited(context) as subject:
            character = subject.character = await self.find(context.player)
            asked = RestoreInventory(character.id, context.to, context.code, context.request_id)
            try:
                done = await self.router.ask(asked)
            except (OperationRefusedError, LedgerUnreadableError) as error:
                raise PlanOutdatedError(await self._planned(character, context.to)) from error
            return Restored(character, done.items, done.repeated)

    async def metrics(self, context: ReadMetrics) -> InventoryNumbers:
        async with self.audited(context):
            return await self.router.ask(TakeNumbers())

    async def record(self, context: RecordAction) -> None:
        asked = (context.char_id, context.arguments, context.outcome)
        await self.write_down(NewAction(context.request_id, context.actor, context.command, *asked))

    async def log(self, context: ReadActions) -> tuple[Action, ...]:
        async with self.unit_of_work() as unit:
            return tuple(await unit.actions.latest(context.limit))

    @asynccontextmanager
    async def audited(self, context: AdminContext[Any, Any]) -> AsyncIterator[Subject]:
        """Write down how the block ended."""
        subject = Subject()
        try:
            yield subject
        except Exception as error:
            failed = action(context, subject, type(error).__name__)
            # Under an id of its own: what failed may come again and succeed.
            await self.write_down(replace(failed, request_id=f"{context.request_id}:failed"))
            raise
        await self.write_down(action(context, subject, DONE))

    async def find(self, player: str) -> Character:
        """Raises PlayerNotFoundError, PlayerAmbiguousError."""
        sought = search(player)
        found = await self.router.ask(sought) if sought else ()
        if not found:
            raise PlayerNotFoundError(player)
        if len(found) > 1:
            raise PlayerAmbiguousError(player, found)
        return found[0]

    async def _planned(self, character: Character, to: int) -> Previewed:
        with _looking_back(character):
            return Previewed(character, await self.router.ask(PlanRestore(character.id, to)))

    async def _inspection(self, character: Character) -> Inspection:
        return await self.router.ask(InspectInventory(char_id=character.id))

    def _item(self, base_id: str, quantity: int) -> LedgerItem:
        catalog = self.catalog.current
        entry = catalog.get(base_id)
        if entry is None:
            raise NoSuchItemError(base_id, tuple(get_close_matches(base_id, catalog.entries)))
        return LedgerItem(base_id, entry.name, known=True, quantity=quantity)

    async def write_down(self, action: NewAction) -> bool:
        """As `ActionRepository.add`."""
        async with self.unit_of_work() as unit:
            fresh = await unit.actions.add(action)
            await unit.commit()
            return fresh


@contextmanager
def _looking_back(character: Character) -> Iterator[None]:
    try:
        yield
    except LedgerUnreadableError as error:
        raise NoLookingBackError(character, error.at, isinstance(error, LedgerArchivedError)) from error


def _require_possible(inspection: Inspection, item: LedgerItem) -> None:
    most = inspection.inventory.most_that_fit(item.base_id)
    if item.quantity > most:
        raise TooManyItemsError(item.base_id, item.quantity, most)

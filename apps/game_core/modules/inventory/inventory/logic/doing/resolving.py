"""How a wish becomes an operation: stamped, with ids for what it makes, by the session that it meets."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from apps.game_core.modules.inventory.errors import BetterSetError
from apps.game_core.modules.inventory.inventory.logic.doing.additions import Additions
from apps.game_core.modules.inventory.inventory.logic.doing.resolved import Resolve, Resolved, given
from apps.game_core.modules.inventory.inventory.logic.history.news import News
from apps.game_core.modules.inventory.inventory.logic.history.revert_history import RevertHistory
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.operation_ids import single_use, undo_id
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.batching import Batch, Part
from apps.game_core.modules.inventory.inventory.rules.dropping import DropMany
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.inventory.rules.junk import MarkJunk
from apps.game_core.modules.inventory.inventory.rules.laying import require_tradable
from apps.game_core.modules.inventory.inventory.rules.loadouts import SaveLoadout
from apps.game_core.modules.inventory.inventory.rules.noting import TakeNote
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet
from apps.game_core.modules.inventory.inventory.rules.stacks import SplitStack
from apps.game_core.modules.inventory.inventory.wishes import (
    Ask,
    ClearJunk,
    GiveHalf,
    JunkBy,
    LookBack,
    PutBack,
    SortOut,
    TakeBackDrop,
    WearBest,
    WearLoadout,
    Wish,
)
from apps.game_core.modules.inventory.keeping_errors import (
    NotConfirmedError,
    NotDoneError,
    NothingNewError,
    NothingToMarkError,
    NothingToWearError,
    OtherJunkError,
    OtherVersionError,
)
from apps.game_core.modules.inventory.keeping_views import PieceState
from apps.game_core.system.protocols import Clock, IdMaker
from apps.game_core.value import replace

R = TypeVar("R", bound=Result)


@dataclass(frozen=True, slots=True)
class Resolving:
    additions: Additions
    history: RevertHistory
    news: News
    formatted: Callable[[InventorySession], FormattedInventory]
    clock: Clock
    ids: IdMaker

    def of(self, wish: Wish[R], op_id: str | None) -> Resolved[R]:
        """Without an `op_id` it is an operation of its own."""
        if isinstance(wish, Batch):
            own = op_id or self._single_use()
            batch: Any = wish
            return Resolved(own, type(batch), partial(self._together, own, wish), asked=batch)
        if isinstance(wish, Operation):
            return given(self._stamped(wish, op_id or self._single_use()))
        match wish:
            case TakeBackDrop(of=of):
                return Resolved(undo_id(of), wish.becomes, partial(self.history.undo, op_id=of))
            case PutBack(of=of):
                return Resolved(undo_id(of), wish.becomes, partial(self.history.revert, op_id=of))
        own = op_id or self._single_use()
        return Resolved(own, wish.becomes, self._meeting(wish, own))

    def _meeting(self, wish: Ask[Any], op_id: str) -> Resolve:
        """How the operation is made by the session that it meets."""
        match wish:
            case WearBest(shown=shown):
                return partial(self._best, op_id, shown)
            case WearLoadout(loadout_id=loadout_id):
                return partial(self._dressed, op_id, loadout_id)

            case LookBack():
                return partial(self._told, op_id)
            case SortOut(by=by):
                return partial(self._sorted_out, op_id, by)
            case ClearJunk(shown=shown):
                return partial(self._cleared, op_id, shown)
            case GiveHalf():
                return partial(self._given, op_id, wish)
        raise TypeError(type(wish))

    def _stamped(self, operation: Operation[R], op_id: str) -> Operation[R]:
        stamped: Operation[R] = replace(self._able(operation), op_id=op_id, at=int(self.clock.now()))
        return stamped

    def _able(self, operation: Operation[Any]) -> Operation[Any]:
        """With ids for what it makes."""
        made: dict[str, Any] = {}
        match operation:
            case AddItem():
                made["new_ids"] = self.additions.ids_for(operation.base_id, operation.quantity)
            case SplitStack() | SaveLoadout():
                made["new_id"] = self.ids.item_id()
            case _:
                return operation
        return replace(operation, **made)

    async def _together(self, op_id: str, batch: Batch, session: InventorySession) -> Batch:
        """A later replay of it asks for no version: the player was told.

        Raises OtherVersionError, NotDoneError.
        """
        if batch.expected not in (None, session.version):
            raise OtherVersionError(batch.expected, session.version)
        if batch.after is not None and not await self.history.stands(session, batch.after):
            raise NotDoneError(batch.after)
        parts = tuple(Part(self._able(part.operation)) for part in batch.parts)
        return Batch(op_id=op_id, at=int(self.clock.now()), parts=parts, after=batch.after)

    async def _best(self, op_id: str, shown: int, session: InventorySession) -> WearSet:
        """Raises BetterSetError: another set is the best by now, or it is worn already."""
        found = self.formatted(session).best_set()
        if not found.items or found.fingerprint != shown:
            raise BetterSetError
        items = {slot: item.id for slot, item in found.items.items()}
        return WearSet(op_id=op_id, at=int(self.clock.now()), items=items)

    async def _dressed(self, op_id: str, loadout_id: int, session: InventorySession) -> WearSet:
        """Raises LoadoutNotFoundError, NothingToWearError."""
        formatted = self.formatted(session)
        items = formatted.formatter.to_wear(session, loadout_id)
        if not items:
            whole = not formatted.loadout(loadout_id).having(PieceState.GONE, PieceState.UNFIT)
            raise NothingToWearError(loadout_id, whole)
        worn = {slot: item.id for slot, item in items.items()}
        return WearSet(op_id=op_id, at=int(self.clock.now()), items=worn)

    async def _told(self, op_id: str, session: InventorySession) -> TakeNote:
        """Raises NothingNewError."""
        news = await self.news.of(session)
        if not any((news.came, news.went, news.earned, news.paid)):
            raise NothingNewError(news.waiting)
        return TakeNote(
            op_id=op_id,
            at=int(self.clock.now()),
            came=news.came,
            went=news.went,
            waiting=news.waiting,
            earned=news.earned,
            paid=news.paid,
        )

    async def _sorted_out(self, op_id: str, by: JunkBy, session: InventorySession) -> MarkJunk:
        """Raises NothingToMarkError."""
        junk = self.formatted(session).junk()
        ids = junk.worse if by is JunkBy.WORSE else junk.spare
        if not ids:
            raise NothingToMarkError
        return MarkJunk(op_id=op_id, at=int(self.clock.now()), item_ids=ids)

    async def _cleared(self, op_id: str, shown: int, session: InventorySession) -> DropMany:
        """Raises OtherJunkError: something else is junk by now, or nothing."""
        junk = self.formatted(session).junk()
        if not junk.items or junk.fingerprint != shown:
            raise OtherJunkError
        return DropMany(op_id=op_id, at=int(self.clock.now()), item_ids=tuple(item.id for item in junk.items))

    async def _given(self, op_id: str, wish: GiveHalf, session: InventorySession) -> Give:
        """Raises NotConfirmedError; and what is there, but may not be traded any more."""
        now, half = int(self.clock.now()), session.half
        if half is None or half.confirmed is None or half.partner is None or half.until <= now:
            raise NotConfirmedError(wish.trade)
        if (half.trade, half.mark, half.confirmed.mark) != (wish.trade, wish.own_mark, wish.other_mark):
            raise NotConfirmedError(wish.trade)
        require_tradable(session, half.items, self.formatted(session).formatter.rules)
        return Give(
            op_id=op_id,
            at=now,
            trade=half.trade,
            partner=half.partner,
            own_mark=half.mark,
            other_mark=half.confirmed.mark,
            items=half.items,
            coins=half.coins,
        )

    def _single_use(self) -> str:
        return single_use(self.ids.token())

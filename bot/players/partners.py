"""What players hear of a trade without a tap of theirs: in the menu that shows the table, else beside it.

No handler waits for any of it, and all of it comes out of the chats' budgets. What cannot be shown, the next
tap shows.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import replace

import structlog
from aiogram import Bot
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import BaseStorage, StorageKey

from apps.game_core.modules.characters.contracts import Character
from apps.game_core.modules.inventory.errors import InventoryError, InventoryUnavailableError
from apps.game_core.modules.trade.contracts import (
    Leave,
    LookAtTable,
    NoTableError,
    TableState,
    TableView,
    TradeError,
)
from apps.game_core.system.core_router import CoreRouter
from apps.game_core.system.nursery import Nursery
from bot.lanes import Lanes
from bot.lately import Lately
from bot.menus.board import MenuBoard
from bot.menus.orders import Order
from bot.outgoing.pacing import Allowance, Bucket, LoopClock, SteadyClock
from bot.outgoing.side_messages import Said
from bot.places import Place
from bot.players.characters import Player, Players
from bot.players.tables import chat_with, link_to
from bot.views.screen import Screen
from bot.views.trading import TradeScreens
from bot.views.ui import Uis

log = structlog.get_logger(__name__)

LOOKS = (1, 2, 3, 5, 8, 13, 21)
"""Seconds between looks at what is exchanged: the database takes a few, and ends it after half a minute."""
_INVITATIONS = Allowance(burst=3, per_second=1 / 20)
_AT_ONCE = 32
OUT_OF_TURN = 10**15
"""As an update's id: a later one than any, since what lies on a table now counts, whoever tapped last."""


class Partners:
    """`storage` is that of players' states. `clock` paces looks at what is exchanged."""

    def __init__(
        self,
        router: CoreRouter,
        players: Players,
        uis: Uis,
        *,
        storage: BaseStorage,
        board: MenuBoard,
        clock: SteadyClock | None = None,
    ) -> None:
        self._router = router
        self._players = players
        self._uis = uis
        self._storage = storage
        self._board = board
        self._clock = clock or LoopClock()
        self._showing = Lanes(_AT_ONCE)
        self._nursery = Nursery()
        self._followed: set[int] = set()
        self._invited: Lately[Bucket] = Lately()

    def hear(self, bot: Bot, view: TableView, *, told: bool = False) -> None:
        """Show the table to whoever sits opposite of whose `view` it is. Returns at once."""
        if view.other is not None:
            self.show(bot, view.other.char_id, view.trade, told=told)

    def show(self, bot: Bot, char_id: int, trade: int, *, told: bool = False) -> None:
        """Show a player the table as it is then. Returns at once.

        `told`: in a message of its own, if they look at something else.
        """
        lane = char_id, trade
        if told or not self._showing.waiting(lane):  # who waits sees the latest, too
            self._showing.put(lane, lambda: self._show(bot, char_id, trade, told=told))

    def follow(self, bot: Bot, trade: int, char_ids: Collection[int], *, told: bool = False) -> None:
        """Look at what is being exchanged a few times, and show them how it ends. Returns at once."""
        if trade not in self._followed:
            self._followed.add(trade)
            self._nursery.start("trade followed", self._follow(bot, trade, tuple(char_ids), told=told))

    def invite(self, bot: Bot, trade: int, inviter: Character, invited: Character, among: Place) -> bool:
        """In private if the bot may write there, else `among` others. False: they were asked enough."""
        who, now = (inviter.id, invited.id), self._clock.now()
        bucket = replace(self._invited.get(who) or Bucket(_INVITATIONS.burst, now))
        if bucket.spend(_INVITATIONS, now):
            return False
        self._invited.set(who, bucket)
        screens = self._screens(invited)
        alone = screens.invitation(trade, inviter, invited)
        public = screens.invitation(trade, inviter, invited, among_others=True)
        elsewhere = None if among.chat_id == invited.user_id else (among, _said(public))
        self._board.tell(bot, Place(invited.user_id), _said(alone, elsewhere))
        return True

    async def leave(self, bot: Bot, char_id: int, trade: int | None = None) -> bool:
        """Whether they sat at this table, or any, until now; who sat opposite is shown the empty chair."""
        try:
            before = await self._router.ask(LookAtTable(char_id, trade))
        except NoTableError:
            return False
        left = await self._router.ask(Leave(char_id, trade))
        if left:
            self.hear(bot, before)
        return left

    async def leave_behind(self, bot: Bot, char_id: int) -> bool:
        """For whoever goes elsewhere, which no table holds up: left alone, a half counts as left, too."""
        try:
            return await self.leave(bot, char_id)
        except InventoryUnavailableError as error:
            log.warning("table not left", char_id=char_id, error=repr(error))
            return False

    def decline(self, bot: Bot, trade: int, inviter: int, invited: Character) -> None:
        """Tell the inviter. Returns at once."""
        self._showing.put((inviter, trade), lambda: self._decline(bot, trade, inviter, invited))

    async def settled(self, within: float) -> None:
        """Wait until everybody is shown what happened so far, but not for ever."""
        await self._showing.settled(within)

    async def close(self) -> None:
        await self._nursery.close()
        await self._showing.close()

    async def _show(self, bot: Bot, char_id: int, trade: int, *, told: bool) -> None:
        player = await self._players.of(char_id)
        view = await self._look(char_id, trade) if player else None
        if player is None or view is None:
            return
        screens = self._screens(player.character)
        screen = screens.table(view, await link_to(bot, view), time.time())
        # The last thing that is asked: who looks away now is not shown the table again.
        chat_id = await chat_with(self._storage, bot.id, player.user_id, trade)
        if chat_id is not None:
            self._board.put(self._order(bot, player, chat_id, screen))
        elif told:
            self._board.tell(bot, Place(player.user_id), _said(screens.news(view)))

    async def _decline(self, bot: Bot, trade: int, inviter: int, invited: Character) -> None:
        player = await self._players.of(inviter)
        view = await self._look(inviter, trade) if player else None
        if player and view and view.state is TableState.INVITING:
            said = self._screens(player.character).declined(trade, invited)
            self._board.tell(bot, Place(player.user_id), _said(said))

    async def _follow(self, bot: Bot, trade: int, char_ids: Sequence[int], *, told: bool) -> None:
        try:
            for seconds in LOOKS:
                await self._clock.sleep(seconds)
                view = await self._look(char_ids[0], trade)
                if view is not None and view.state is not TableState.GIVEN:
                    for char_id in char_ids:
                        self.show(bot, char_id, trade, told=told)
                    return
        finally:
            self._followed.discard(trade)

    async def _look(self, char_id: int, trade: int) -> TableView | None:
        try:
            return await self._router.ask(LookAtTable(char_id, trade))
        except (TradeError, InventoryError) as error:
            log.warning("table not shown", char_id=char_id, error=repr(error))
            return None

    def _screens(self, character: Character) -> TradeScreens:
        language = self._uis.translations.choose(character.language)
        return TradeScreens(self._uis.of(language), character.user_id)

    def _order(self, bot: Bot, player: Player, chat_id: int, screen: Screen) -> Order:
        state = FSMContext(self._storage, StorageKey(bot.id, chat_id, player.user_id))
        place = Place(chat_id, person=player.user_id, known=False)
        return Order(bot, state, place, screen, update_id=OUT_OF_TURN, unasked=True)


def _said(screen: Screen, elsewhere: "tuple[Place, Said] | None" = None) -> Said:
    return Said(screen.text, screen.keyboard, elsewhere)

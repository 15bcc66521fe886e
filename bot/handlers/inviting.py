"""How two players come to one table: by a reply, by a button, by a link."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from apps.game_core.modules.characters.contracts import Character, FindCharacter
from apps.game_core.modules.trade.contracts import BusyError, Invite, LookAtTable, Sit, TableState, TableView
from apps.game_core.system.written_words import kept, shortened
from bot.callbacks.makers import Deals
from bot.callbacks.trading import AtTable, Deal, Invitation
from bot.middlewares.visits import BIRTH
from bot.places import author_of
from bot.players.characters import Players
from bot.players.partners import Partners
from bot.players.visit import Visit
from bot.views.screen import Notice

_MOST_OF_A_NAME = 40
INVITED = CommandStart(deep_link=True, magic=F.args.startswith("trade_"))
"""Somebody follows a link to a table."""


async def open_table(_: CallbackQuery | Message, visit: Visit) -> None:
    """The one they sit at, or a new one for whoever follows the link."""
    try:
        view = await visit.router.ask(Invite(visit.char_id))
    except BusyError as busy:
        view = await visit.router.ask(LookAtTable(visit.char_id, busy.trade))
    await visit.show(await visit.table(view))


async def command(message: Message, visit: Visit, partners: Partners) -> None:
    """Sent as a reply it invites whoever wrote that."""
    answered = answered_by(message, visit.menu.bot.id)
    if answered is None:
        await open_table(message, visit)
        return
    user = author_of(answered)
    if user is None:
        await visit.menu.say(Notice(visit.ui.notice("not_a_player")))
        return
    invited = await visit.router.ask(FindCharacter(user.id))
    if invited is None:
        name = shortened(kept(user.first_name), _MOST_OF_A_NAME)
        await visit.menu.say(Notice(visit.ui.notice("plays_not_yet", name=name)))
        return
    await _invite(visit, partners, invited)


async def invite_anew(
    query: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners, players: Players
) -> None:
    """Leave the table that the button names for another; who has left it already does not."""
    if not await partners.leave(visit.menu.bot, visit.char_id, callback_data.instead_of):
        await visit.show(await visit.table_or_home(), Notice(visit.ui.notice("outdated")))
    elif invited := await players.of(callback_data.partner):
        await _invite(visit, partners, invited.character)
    else:
        await open_table(query, visit)


async def follow_link(_: Message, command: CommandObject, visit: Visit, partners: Partners) -> None:
    """Whoever had no character has one by now."""
    invitation = Invitation.read(command.args or "")
    if invitation is None:
        home = await visit.home(new=visit.player.newcomer)
        await visit.show(home, Notice(visit.ui.notice("invitation_unread")))
    else:
        await _sit(visit, partners, invitation)


async def sit(query: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    if callback_data.instead_of:
        await partners.leave(visit.menu.bot, visit.char_id, callback_data.instead_of)
    await _sit(visit, partners, Invitation(callback_data.trade, callback_data.inviter))
    if not callback_data.instead_of:
        _take_back(visit, query)


async def decline(query: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    """The menu stays what it is; the invitation goes. Who was not invited declines nothing."""
    await visit.menu.answer(Notice(visit.ui.notice("declined")))
    if isinstance(query.message, Message) and _offers(query.message, query.data):
        visit.menu.take_back(query.message)
        partners.decline(visit.menu.bot, callback_data.trade, callback_data.inviter, visit.player.character)


def _take_back(visit: Visit, query: CallbackQuery) -> None:
    """An invitation among others: the table is shown in the player's own menu."""
    message = query.message
    if (
        isinstance(message, Message)
        and message.chat.type != ChatType.PRIVATE
        and _offers(message, query.data)
    ):
        visit.menu.take_back(message)


def _offers(message: Message, data: str | None) -> bool:
    """Whether it has the button at all: a forged tap may come with anybody's menu."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return any(button.callback_data == data for row in rows for button in row)


def answered_by(message: Message, bot_id: int) -> Message | None:
    """What somebody else wrote and this replies to, on purpose: topics and comments do by themselves."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created or answered.is_automatic_forward:
        return None
    return None if answered.from_user and answered.from_user.id == bot_id else answered


async def _invite(visit: Visit, partners: Partners, invited: Character) -> None:
    try:
        view = await visit.router.ask(Invite(visit.char_id, invited.id))
    except BusyError as busy:
        instead = Deals(visit.screens.owner).invite(invited.id, busy.trade)
        await _ask_which(visit, busy, instead)
        return
    place, inviter = visit.menu.place, visit.player.character
    asked = partners.invite(visit.menu.bot, view.trade, inviter, invited, place)
    words = "invited" if asked else "invited_already"
    await visit.show(await visit.table(view), Notice(visit.ui.notice(words, name=invited.name)))


async def _sit(visit: Visit, partners: Partners, invitation: Invitation) -> None:
    sits = (await visit.router.ask(LookAtTable(visit.char_id, invitation.trade))).state is TableState.LAYING
    try:
        view = await visit.router.ask(Sit(visit.char_id, invitation.trade, invitation.inviter))
    except BusyError as busy:
        deals = Deals(visit.screens.owner, invitation.trade)
        await _ask_which(visit, busy, deals.invited(Deal.SIT, invitation.inviter, busy.trade))
        return
    await visit.show(await visit.table(view), _welcome(visit))
    partners.hear(visit.menu.bot, view, told=not sits)


def _welcome(visit: Visit) -> Notice | None:
    """Above a table that was asked for in words nobody needs to be told that they sit there."""
    if visit.player.newcomer:
        return Notice(visit.ui.notice("born_at_table"))
    return Notice(visit.ui.notice("seated")) if visit.menu.query else None


async def _ask_which(visit: Visit, busy: BusyError, instead: AtTable) -> None:
    """Nobody sits at two tables."""
    view: TableView = await visit.router.ask(LookAtTable(visit.char_id, busy.trade))
    await visit.show(visit.trading.busy(view, instead))


def setup() -> Router:
    router = Router(name="inviting")
    router.message.register(follow_link, INVITED, flags={BIRTH: True})
    router.message.register(command, Command("trade"))
    router.callback_query.register(open_table, AtTable.filter(F.do == Deal.OPEN))
    router.callback_query.register(invite_anew, AtTable.filter(F.do == Deal.INVITE))
    router.callback_query.register(sit, AtTable.filter(F.do == Deal.SIT))
    router.callback_query.register(decline, AtTable.filter(F.do == Deal.DECLINE))
    return router

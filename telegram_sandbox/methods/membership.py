from aiogram.methods import GetChatAdministrators, GetChatMember, GetChatMemberCount, LeaveChat

from telegram_sandbox.chats.members import member_json
from telegram_sandbox.chats.membership import set_bot_status
from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.methods.call import Call
from telegram_sandbox.world.access import INSIDE, RULING, Access
from telegram_sandbox.world.model import THIS_BOT, Group, Json, User
from telegram_sandbox.world.views import user_json


def get_chat_member(call: Call, method: GetChatMember) -> Json:
    if method.user_id <= 0:
        raise BadRequestError("invalid user_id specified")
    is_own = method.user_id == call.bot.id
    chat = call.chat(method.chat_id, Access.READ if is_own else Access.MEMBERS)
    if is_own:
        status = call.bot.status_in(chat.id) if isinstance(chat, Group) else "member"
        return member_json(chat, call.bot.record.user, status)
    user = call.world.users.get(method.user_id)
    if user is None or (isinstance(chat, User) and chat is not user):
        raise BadRequestError("member not found")
    return member_json(
        chat, user_json(user), chat.status_of(user.id) if isinstance(chat, Group) else "member"
    )


def get_chat_administrators(call: Call, method: GetChatAdministrators) -> list[Json]:
    """The owner first. Of bots there is only the one that asks."""
    chat = call.chat(method.chat_id, Access.MEMBERS)
    if isinstance(chat, User):
        raise BadRequestError("there are no administrators in the private chat")
    ruling = [user_id for user_id in (chat.owner, *chat.administrators) if user_id in chat.members]
    listed = [member_json(chat, user_json(call.world.users[each]), chat.status_of(each)) for each in ruling]
    status = call.bot.status_in(chat.id)
    return listed + ([member_json(chat, call.bot.record.user, status)] if status in RULING else [])


def get_chat_member_count(call: Call, method: GetChatMemberCount) -> int:
    chat = call.chat(method.chat_id, Access.MEMBERS)
    if isinstance(chat, User):
        return 2
    return len(chat.members) + sum(bot.status_in(chat.id) in INSIDE for bot in call.world.bots)


def leave_chat(call: Call, method: LeaveChat) -> bool:
    chat = call.chat(method.chat_id, Access.READ)
    if isinstance(chat, User):
        raise BadRequestError("can't leave private chats")
    if call.bot.status_in(chat.id) in INSIDE:
        set_bot_status(call.world, call.bot, chat, "left", THIS_BOT)
    return True

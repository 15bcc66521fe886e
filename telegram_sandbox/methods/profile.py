import json
import re

from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMyCommands,
    GetChat,
    GetMe,
    GetMyCommands,
    SetMyCommands,
)

from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.bots.callbacks import Answer
from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.methods.call import Call
from telegram_sandbox.rules.botapi_rules import bot_commands, callback_answer
from telegram_sandbox.world.access import Access
from telegram_sandbox.world.model import Group, Json, User
from telegram_sandbox.world.views import bot_json, full_chat_json

MAX_COMMAND_LISTS = 100
_LANGUAGE = re.compile(r"([a-z]{2})?")


def get_me(call: Call, _: GetMe) -> Json:
    config = call.world.config
    return bot_json(call.bot.record, privacy_mode=config.privacy_mode, private_topics=config.private_topics)


def get_chat(call: Call, method: GetChat) -> Json:
    return full_chat_json(call.chat(method.chat_id, Access.READ))


def answer_callback_query(call: Call, method: AnswerCallbackQuery) -> bool:
    text = callback_answer(method.text)
    if method.url:
        raise BadRequestError("answers with a URL are known but not simulated by the sandbox")
    call.bot.taps.answer(method.callback_query_id, Answer(text, bool(method.show_alert)))
    return True


def set_my_commands(call: Call, method: SetMyCommands) -> bool:
    key, lists = _list_key(call, method), call.bot.record.commands
    commands = bot_commands(method.commands)
    if key not in lists and len(lists) >= MAX_COMMAND_LISTS:
        raise BadRequestError("BOT_COMMANDS_TOO_MUCH")
    lists[key] = commands
    _commands_changed(call)
    return True


def get_my_commands(call: Call, method: GetMyCommands) -> list[Json]:
    return call.bot.record.commands.get(_list_key(call, method), [])


def delete_my_commands(call: Call, method: DeleteMyCommands) -> bool:
    call.bot.record.commands.pop(_list_key(call, method), None)
    _commands_changed(call)
    return True


def _commands_changed(call: Call) -> None:
    call.world.events.publish("commands", lambda: {"bot_id": call.bot.id})
    call.world.on_change()


def _list_key(call: Call, method: SetMyCommands | GetMyCommands | DeleteMyCommands) -> str:
    scope: Json = method.scope.model_dump(mode="json") if method.scope else {"type": "default"}
    if "chat_id" in scope:
        chat = call.chat(scope["chat_id"], Access.READ)
        scope["chat_id"] = chat.id
        if isinstance(chat, User) and scope["type"] != "chat":
            raise BadRequestError("can't use specified scope in private chats")
    language = method.language_code or ""
    if not _LANGUAGE.fullmatch(language):
        raise BadRequestError("invalid language code specified")
    known = {key: scope[key] for key in ("type", "chat_id", "user_id") if key in scope}
    return json.dumps([known, language], sort_keys=True)


def commands_shown(bot: Bot, user: User, chat: User | Group) -> list[Json]:
    """The command list Telegram would suggest to this user in this chat: the narrowest that was set."""
    kind = "all_private_chats" if isinstance(chat, User) else "all_group_chats"
    scopes: list[Json] = [
        {"type": "chat_member", "chat_id": chat.id, "user_id": user.id},
        {"type": "chat", "chat_id": chat.id},
        {"type": kind},
        {"type": "default"},
    ]
    for scope in scopes:
        for language in (user.language_code[:2], ""):
            found = bot.record.commands.get(json.dumps([scope, language], sort_keys=True))
            if found:
                return found
    return []

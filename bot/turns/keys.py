"""Every Redis key of the bot's menus, made in one place. Only ints ever reach a name."""

from typing import TypeAlias

Bot: TypeAlias = int | str
"""Its id, as it stands in names."""


def tagged(bot_id: int) -> Bot:
    """All that a bot's processes share is in one slot of a cluster: scripts touch several keys of it."""
    return f"{{{bot_id:d}}}"


def menu(bot: Bot, chat_id: int, user_id: int) -> str:
    return f"bot:menu:{bot}:{chat_id:d}:{user_id:d}"


def menus(bot: Bot, user_id: int) -> str:
    """The chats in which the user has a menu."""
    return f"bot:menus:{bot}:{user_id:d}"


def chat(bot: Bot, chat_id: int) -> str:
    return f"bot:chat:{bot}:{chat_id:d}"


def everybody(bot: Bot) -> str:
    """What all chats of a bot share."""
    return f"bot:pace:{bot}"


def parked(bot: Bot) -> str:
    return f"bot:parked:{bot}"


def member(chat_id: int, user_id: int) -> str:
    """A menu in the index of parked screens."""
    return f"{chat_id:d}:{user_id:d}"


def place(member: bytes) -> tuple[int, int]:
    """Chat and user of an index member."""
    chat_id, _, user_id = member.decode().partition(":")
    return int(chat_id), int(user_id)

"""Every Redis key of the bot's menus, made in one place. Only ints ever reach a name."""


def menu(bot_id: int, chat_id: int, user_id: int) -> str:
    return f"bot:menu:{bot_id:d}:{chat_id:d}:{user_id:d}"


def menus(bot_id: int, user_id: int) -> str:
    """The chats in which the user has a menu."""
    return f"bot:menus:{bot_id:d}:{user_id:d}"


def chat(bot_id: int, chat_id: int) -> str:
    return f"bot:chat:{bot_id:d}:{chat_id:d}"


def everybody(bot_id: int) -> str:
    """What all chats of a bot share."""
    return f"bot:pace:{bot_id:d}"


def parked(bot_id: int) -> str:
    return f"bot:parked:{bot_id:d}"


def member(chat_id: int, user_id: int) -> str:
    """A menu in the index of parked screens."""
    return f"{chat_id:d}:{user_id:d}"


def place(member: bytes) -> tuple[int, int]:
    """Chat and user of an index member."""
    chat_id, _, user_id = member.decode().partition(":")
    return int(chat_id), int(user_id)

"""Updates as the messenger words them, those included that our library cannot read.

What cannot be read now cannot be read later: it is passed over, or it would come again for ever and keep all
others away.
"""

from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError
from aiogram.types import Update
from pydantic import ValidationError

from bot.incoming.plain_taps import plain_tap

log = structlog.get_logger(__name__)


def read_json(body: bytes, bot: Bot, charset: str = "utf-8") -> Update:
    """Like `read`. Raises LookupError for a charset that nobody knows."""
    return plain_tap(body, bot) or read(bot.session.json_loads(body.decode(charset)), bot)


def read(given: Any, bot: Bot) -> Update:
    """The update; one that has nothing but its id when the rest says nothing to us.

    Raises ValueError for what is no update at all.
    """
    try:
        return Update.model_validate(given, context={"bot": bot})
    except ValidationError as error:
        if not isinstance(given, dict) or not isinstance(given.get("update_id"), int):
            raise
        # Without what was written: players' words stay out of logs.
        where = sorted({".".join(map(str, each["loc"][:3])) for each in error.errors(include_input=False)})
        log.warning("an update cannot be read, passed over", update_id=given["update_id"], where=where[:5])
        return Update(update_id=given["update_id"])


def read_each(error: ClientDecodeError, bot: Bot) -> list[Update]:
    """The updates of an answer that could not be read as a whole. Raises `error` if there are none in it."""
    given = error.data.get("result") if isinstance(error.data, dict) else None
    if not isinstance(given, list):
        raise error
    try:
        return [read(each, bot) for each in given]
    except ValueError:
        raise error from None

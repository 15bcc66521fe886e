"""The calls that show a menu: no more is made ready for the wire, or read from it, than is needed."""

from typing import Any

from aiogram.methods import EditMessageText, SendMessage
from pydantic import BaseModel

_NO_PREVIEW = '{"is_disabled":true}'  # as the bot has it by default


class EditMenu(EditMessageText):
    """What it sends is what its parent would send, without a look at each field of each button.

    Nobody needs the message that comes back: it is not read.
    """

    __returning__ = Any  # type: ignore[assignment]  # aiogram's is narrower

    def model_dump(self, **_: Any) -> dict[str, Any]:
        """For sessions, which ask for nothing else."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        sent |= {"parse_mode": self.parse_mode, "link_preview_options": _NO_PREVIEW}
        if self.reply_markup is not None:
            sent["reply_markup"] = self.reply_markup.model_dump_json(exclude_none=True)
        return sent


class Sent(BaseModel):
    """Of a message that was sent, all that anybody asks for."""

    message_id: int


class SendMenu(SendMessage):
    """Reading the whole message takes longer, and the first one as long as Pydantic's plan for it."""

    __returning__ = Sent  # type: ignore[assignment]  # aiogram's is a message

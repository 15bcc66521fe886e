"""The call that bots make most, made ready for the wire with little ado."""

from typing import Any

from aiogram.methods import EditMessageText

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

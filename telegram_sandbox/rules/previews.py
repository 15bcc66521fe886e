"""Link previews: the sandbox makes none, and keeps that a bot wanted none."""

from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import LinkPreviewOptions

from telegram_sandbox.text.formatted_text import FormattedText

_LINKS = frozenset({"url", "text_link"})


def without_preview(method: SendMessage | EditMessageText, formatted: FormattedText) -> bool:
    """Telegram tells of it only where there is a link; what is not given is a default of aiogram's own."""
    options = method.link_preview_options
    given = (
        options.is_disabled if isinstance(options, LinkPreviewOptions) else method.disable_web_page_preview
    )
    return given is True and any(entity["type"] in _LINKS for entity in formatted.entities)

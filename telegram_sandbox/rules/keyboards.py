"""What Telegram accepts as a keyboard."""

from typing import Any

from aiogram.types import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.text.cleaning import cleaned
from telegram_sandbox.text.links import checked_link, linked_user

MAX_ROW = 8
MAX_BUTTONS = 100
MAX_REPLY_ROW = 12
MAX_REPLY_BUTTONS = 300
MAX_CALLBACK_DATA_BYTES = 64
MAX_COPY_TEXT = 256
STYLES = frozenset({"primary", "success", "danger"})
SIMULATED_ACTIONS = ("callback_data", "url", "copy_text", "disabled")
OTHER_ACTIONS = (
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
)
OTHER_REQUESTS = ("request_users", "request_chat", "request_poll", "web_app")
PRIVATE_REQUESTS = {"request_contact": "phone number", "request_location": "location"}

Json = dict[str, Any]
ReplyMarkup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply


def reply_markup(markup: ReplyMarkup | None) -> Json | None:
    """The markup as it is shown to the user; None when there is nothing to show."""
    if markup is None:
        return None
    if isinstance(markup, InlineKeyboardMarkup):
        return inline_keyboard(markup)
    if isinstance(markup, ReplyKeyboardMarkup):
        _check_size([len(row) for row in markup.keyboard], MAX_REPLY_ROW, MAX_REPLY_BUTTONS)
        if not all(cleaned(button.text) for row in markup.keyboard for button in row):
            raise BadRequestError("keyboard button text must be non-empty")
        _refuse_other_requests(markup)
        rows = [[_reply_button(button) for button in row] for row in markup.keyboard]
        return markup.model_dump(mode="json", exclude_none=True) | {"keyboard": rows}
    return markup.model_dump(mode="json", exclude_none=True)


def _reply_button(button: KeyboardButton) -> Json:
    if button.icon_custom_emoji_id:
        raise BadRequestError(
            "keyboard button icon_custom_emoji_id is known but not simulated by the sandbox"
        )
    shown: Json = button.model_dump(mode="json", exclude_none=True, exclude={"style"})
    shown["text"] = cleaned(button.text)
    style = _style(button.style, "keyboard button")
    return shown | ({"style": style} if style else {})


def _refuse_other_requests(markup: ReplyKeyboardMarkup) -> None:
    buttons = [button for row in markup.keyboard for button in row]
    for name in OTHER_REQUESTS:
        if any(getattr(button, name) for button in buttons):
            raise BadRequestError(f"keyboard button {name} is known but not simulated by the sandbox")


def check_place(markup: ReplyMarkup | None, *, is_private: bool) -> None:
    """Nobody is asked in a group for what is theirs alone."""
    if is_private or not isinstance(markup, ReplyKeyboardMarkup):
        return
    for name, what in PRIVATE_REQUESTS.items():
        if any(getattr(button, name) for row in markup.keyboard for button in row):
            raise BadRequestError(f"{what} can be requested in private chats only")


def inline_keyboard(markup: InlineKeyboardMarkup | None) -> Json | None:
    rows = [row for row in markup.inline_keyboard if row] if markup else []
    if not rows:
        return None
    _check_size([len(row) for row in rows])
    return {"inline_keyboard": [[_button(button) for button in row] for row in rows]}


def _check_size(row_lengths: list[int], most_in_a_row: int = MAX_ROW, most: int = MAX_BUTTONS) -> None:
    if sum(row_lengths) > most or max(row_lengths, default=0) > most_in_a_row:
        raise BadRequestError("reply markup is too long")


def _button(button: InlineKeyboardButton) -> Json:
    text = cleaned(button.text)
    if not text.strip():
        raise BadRequestError("inline keyboard button text must be non-empty")
    if button.icon_custom_emoji_id:
        raise BadRequestError(
            "inline keyboard button icon_custom_emoji_id is known but not simulated by the sandbox"
        )
    shown: Json = {"text": text}
    if style := _style(button.style, "inline keyboard button"):
        shown["style"] = style
    return shown | _action(button)


def _style(given: str | None, of_what: str) -> str | None:
    style = (given or "default").lower()
    if style == "default":
        return None
    if style not in STYLES:
        raise BadRequestError(f"can't parse {of_what}: invalid button style specified")
    return style


def _action(button: InlineKeyboardButton) -> Json:
    given = [name for name in SIMULATED_ACTIONS if getattr(button, name) not in (None, "")]
    other = [name for name in OTHER_ACTIONS if getattr(button, name) is not None]
    if other:
        raise BadRequestError(f"inline keyboard button {other[0]} is known but not simulated by the sandbox")
    if not given:
        raise BadRequestError(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(given) > 1:
        raise BadRequestError(f"inline keyboard button has several actions: {', '.join(given)}")
    return _ACTIONS[given[0]](button)


def _callback(button: InlineKeyboardButton) -> Json:
    return {"callback_data": callback_data(button.callback_data or "")}


def callback_data(data: str) -> str:
    if not 1 <= len(data.encode("utf-8", "surrogatepass")) <= MAX_CALLBACK_DATA_BYTES:
        raise BadRequestError("BUTTON_DATA_INVALID")
    return data


def _url(button: InlineKeyboardButton) -> Json:
    url = button.url or ""
    if user_id := linked_user(url):
        return {"url": f"tg://user?id={user_id}"}
    try:
        return {"url": checked_link(url)}
    except BadRequestError as fault:
        raise BadRequestError(f"inline keyboard button {fault.reason}") from None


def _copy_text(button: InlineKeyboardButton) -> Json:
    text = button.copy_text.text if button.copy_text else ""
    if not 1 <= len(text) <= MAX_COPY_TEXT:
        raise BadRequestError("BUTTON_COPY_TEXT_INVALID")
    return {"copy_text": {"text": text}}


def _disabled(_: InlineKeyboardButton) -> Json:
    return {"disabled": {}}


_ACTIONS = {"callback_data": _callback, "url": _url, "copy_text": _copy_text, "disabled": _disabled}

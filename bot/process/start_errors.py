"""What the messenger says at the start that an operator can set right, as a line with the setting."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from apps.game_core.errors import StartError


@contextmanager
def token_errors() -> Iterator[None]:
    """Raises StartError when the messenger does not know the bot."""
    try:
        yield
    except (TelegramUnauthorizedError, TelegramNotFound) as error:
        # The Bot API says 401 to a token that was revoked, and 404 to one that never was.
        raise StartError(f"BOT_TOKEN: Telegram does not know it: {error.message}") from error


@contextmanager
def webhook_errors(url: str, api_url: str) -> Iterator[None]:
    """Raises StartError when the messenger does not take the webhook."""
    try:
        with token_errors():
            yield
    except (TelegramNetworkError, TelegramServerError) as error:
        raise StartError(f"BOT_API_URL: {api_url} does not answer: {error.message}") from error
    except TelegramAPIError as error:
        raise StartError(f"WEBHOOK_URL: Telegram does not take {url}: {error.message}") from error

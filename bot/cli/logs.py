"""Log lines for people on a terminal, JSON elsewhere; tokens and passwords never in either."""

import logging
import re
import sys
import traceback
from functools import cache
from types import TracebackType
from typing import Any
from urllib.parse import unquote

import structlog
from pydantic import ValidationError

from apps.game_core.settings import CoreSettings
from bot.settings import BotSettings

_SHAPES = (
    (re.compile(r"\d{3,20}:[A-Za-z0-9_-]{30,}"), "<token>"),
    # To the last @ of the word: a password may have one of its own.
    (re.compile(r"(://[^:/@\s]*):\S*@"), r"\1:<password>@"),
    (re.compile(r"([?&](?:ssl_?|sentinel_)?password=)[^&#\s]+"), r"\1<password>"),
)
_PASSWORDS = (
    re.compile(r"://[^:/@\s]*:(\S*)@"),
    re.compile(r"[?&](?:ssl_?|sentinel_)?password=([^&#\s]+)"),
)
_SHORTEST = 6  # shorter ones are syllables of other words; in addresses they are known by their shape


def set_up_logs(level: str) -> None:
    """One way for structlog's lines and for those of libraries that use the standard library."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, renderer, redact],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer, redact],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)


def redact(_: object, __: str, line: Any) -> str:
    """The last processor: what it gets is what would be written, nested values and tracebacks included."""
    return clean(line)


def tell_crash(kind: type[BaseException], error: BaseException, tb: TracebackType | None) -> None:
    """For `sys.excepthook`: the usual traceback, without secrets."""
    sys.stderr.write(clean("".join(traceback.format_exception(kind, error, tb))))


def clean(text: str) -> str:
    """The text without what looks like a token or a password, and without the secrets of our settings."""
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    for secret in _our_secrets():
        text = text.replace(secret, "<secret>")
    return text


@cache
def _our_secrets() -> tuple[str, ...]:
    """Longest first, as written in an address and as meant."""
    try:
        bot, core = BotSettings(), CoreSettings()
    except ValidationError:
        return ()
    found = {secret.get_secret_value() for secret in (bot.bot_token, bot.webhook_secret) if secret}
    for url in (core.redis_url, core.database_url, bot.bot_api_url, bot.webhook_url):
        for password in (each for shape in _PASSWORDS for each in shape.findall(url)):
            found |= {password, unquote(password)}
    return tuple(sorted((each for each in found if len(each) >= _SHORTEST), key=len, reverse=True))

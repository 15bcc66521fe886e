"""What the environment must say before a process can start."""

from io import StringIO
from pathlib import Path

from dotenv.parser import Original, parse_stream
from pydantic import ValidationError

from apps.game_core.modules.inventory.errors import (
    DatabaseBusyError,
    DatabaseDownError,
    DatabaseRefusedError,
    InventoryUnavailableError,
    SessionStoreDownError,
)
from apps.game_core.settings import CoreSettings
from apps.settings_file import ENV_FILE

_SECRET = ("TOKEN", "URL", "SECRET", "PROXY")


class SettingsError(Exception):
    """A setting that is missing or makes no sense; the text says which, and what is allowed."""


def require_readable(path: Path = ENV_FILE) -> None:
    """Raises SettingsError when there is a file of settings that cannot be read, or a line of it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{path} is not UTF-8: save it as UTF-8 (PowerShell's > writes UTF-16)"
        ) from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    if "\0" in text:
        raise SettingsError(f"{path} is not UTF-8 but perhaps UTF-16: save it as UTF-8")
    for each in parse_stream(StringIO(text)):
        if each.error or (each.key is not None and each.value is None):
            # What stands there is not repeated: it may be a secret.
            raise SettingsError(f"{path}:{_line(each.original)}: not a setting, which is written NAME=value")


def _line(found: Original) -> int:
    """Where its first word stands: empty lines before it are counted to it."""
    before = found.string[: len(found.string) - len(found.string.lstrip())]
    return found.line + len(before.splitlines())


def require_servers() -> CoreSettings:
    """Settings of a production process: both addresses must be given."""
    settings = CoreSettings()
    if not settings.redis_url:
        raise SettingsError("REDIS_URL is not set. Example: redis://localhost:6379/0")
    require_database(settings)
    return settings


def require_database(settings: CoreSettings | None = None) -> str:
    """The database's address, which must be given."""
    address = (settings or CoreSettings()).database_url
    if not address:
        raise SettingsError("DATABASE_URL is not set. Example: postgresql://user:password@localhost/game")
    return address


def unavailable(error: InventoryUnavailableError) -> str:
    """A line with the setting of the server that it is about."""
    if isinstance(error, (DatabaseDownError, DatabaseRefusedError, DatabaseBusyError)):
        return f"DATABASE_URL: {error}"
    if isinstance(error, SessionStoreDownError):
        return f"REDIS_URL: {error}"
    return f"A server does not answer: {error!r}"


def explain(error: ValidationError) -> list[str]:
    """Settings errors as lines: which setting, what was given, what is allowed."""
    lines = []
    for each in error.errors(include_url=False):
        name = "_".join(str(part) for part in each["loc"]).upper()
        given = "(hidden)" if any(word in name for word in _SECRET) else repr(each["input"])
        reason = each["msg"].removeprefix("Value error, ")
        lines.append(f"{name}: {given} is not allowed: {reason}")
    return lines

"""Where settings are read from beside the environment: `.env` in the checkout, or where it is run."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

_ROOT = Path(__file__).resolve().parents[1]
CHECKOUT = _ROOT if (_ROOT / ".env.example").is_file() else None
"""The folder of the checkout that this runs from; None when it is installed."""
ENV_FILE = (CHECKOUT or Path()) / ".env"
# Editors of Windows begin a file with a mark of its encoding.
READ_FROM = SettingsConfigDict(
    frozen=True, env_file=ENV_FILE, env_file_encoding="utf-8-sig", extra="ignore", env_ignore_empty=True
)

"""Where settings are read from beside the environment: `.env` in the checkout."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

ENV_FILE = Path(__file__).resolve().parents[1] / ".env"
# Editors of Windows begin a file with a mark of its encoding.
READ_FROM = SettingsConfigDict(
    frozen=True, env_file=ENV_FILE, env_file_encoding="utf-8-sig", extra="ignore", env_ignore_empty=True
)

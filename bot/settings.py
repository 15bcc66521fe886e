"""The bot's settings: environment variables, checked before anything starts."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from apps.address_parts import apart, place
from apps.settings_file import READ_FROM

_EXAMPLE = "https://host:443/path"
STATE_TTL = 30 * 86_400


def _well_formed(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d{1,20}:[A-Za-z0-9_-]{30,64}", token.get_secret_value()):
        raise ValueError("a token looks like 123456789:AAE… as @BotFather gives it")
    return token


def _user_ids(given: object) -> object:
    if not isinstance(given, str):
        return given
    ids = [each.strip() for each in given.split(",") if each.strip()]
    if not all(re.fullmatch(r"[1-9]\d{0,15}", each) for each in ids):
        raise ValueError("these are user ids of Telegram, separated by commas: 12345678,23456789")
    return frozenset(map(int, ids))


def _secret_enough(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret.get_secret_value()):
        raise ValueError("a secret has 16 to 256 letters, digits, _ and -")
    return secret


def _on_the_web(url: str) -> str:
    """An address by HTTP; blank is none."""
    if url:
        _, _, host = apart(url, ("https", "http"), _EXAMPLE)
        if not host or host[0] == ":" or "," in host:
            raise ValueError(f"it names one host, as in {_EXAMPLE}")
        place(host, _EXAMPLE)
        if re.search(r"[{}\s]", url):
            raise ValueError(f"braces and blanks have no place in it: {_EXAMPLE}")
    return url


Web = Annotated[str, AfterValidator(_on_the_web)]


class BotSettings(BaseSettings):
    """`.env.example` explains each variable; a test keeps the two in step."""

    model_config = SettingsConfigDict(**READ_FROM)

    bot_token: Annotated[SecretStr, AfterValidator(_well_formed)] | None = None
    admin_ids: Annotated[frozenset[int], NoDecode, BeforeValidator(_user_ids)] = frozenset()
    bot_api_url: Annotated[Web, Field(min_length=1)] = "https://api.telegram.org"
    bot_proxy: Web = ""
    bot_messages_per_second: Annotated[int, Field(ge=0, le=10_000)] = 30
    webhook_url: Web = ""
    webhook_secret: Annotated[SecretStr, AfterValidator(_secret_enough)] | None = None
    webhook_host: str = "127.0.0.1"
    webhook_port: Annotated[int, Field(ge=1, le=65_535)] = 8080
    state_ttl: Annotated[int, Field(ge=60, le=2**31)] = STATE_TTL
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    updates_at_once: Annotated[int, Field(ge=1, le=1_000)] = 32
    drain_timeout: Annotated[float, Field(gt=0, le=3_600, allow_inf_nan=False)] = 5

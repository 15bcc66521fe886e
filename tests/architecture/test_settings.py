"""`.env.example` and the settings classes say the same; nonsense is refused in words."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from apps.game_core.settings import CoreSettings
from bot.cli.environment import SettingsError, explain, require_servers
from bot.settings import BotSettings

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"


def written() -> dict[str, str]:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_every_setting_is_in_the_example_and_every_example_is_a_setting() -> None:
    fields = {**CoreSettings.model_fields, **BotSettings.model_fields}

    assert set(written()) == {name.upper() for name in fields}


def test_the_example_shows_the_defaults() -> None:
    for settings in (CoreSettings, BotSettings):
        assert settings(_env_file=EXAMPLE) == settings(_env_file=None)


def test_every_example_is_explained() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    explained = [index for index, line in enumerate(lines) if line.startswith("# ") and "---" not in line]
    for index, line in enumerate(lines):
        if "=" in line and not line.startswith("#"):
            block = next(i for i in range(index - 1, -1, -1) if lines[i].startswith("#") or not lines[i])
            assert block in explained, line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INVENTORY_SESSION_TTL", "0"),
        ("INVENTORY_SESSION_TTL", "soon"),
        ("INVENTORY_CLEANUP", "sometimes"),
        ("DATABASE_POOL_SIZE", "-1"),
        ("INVENTORY_WORKER", "perhaps"),
        ("ADMIN_IDS", "12, me"),
        ("ADMIN_IDS", "-1"),
        ("ADMIN_IDS", "1;2"),
    ],
)
def test_nonsense_is_refused_with_name_value_and_reason(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError) as caught:  # noqa: PT012 - the setting is one of either
        CoreSettings(_env_file=None)
        BotSettings(_env_file=None)

    [line] = explain(caught.value)
    assert line.startswith(f"{name}: {value!r} is not allowed: ")


def test_admins_are_a_list_of_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_IDS", " 12345, 7,")

    assert BotSettings(_env_file=None).admin_ids == {12345, 7}


def test_a_bad_token_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "not-a-token-but-secret")

    with pytest.raises(ValidationError) as caught:
        BotSettings(_env_file=None)

    assert "secret" not in "".join(explain(caught.value))


def test_a_webhook_secret_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "webhook_secret_of_ours")

    secret = BotSettings(_env_file=None).webhook_secret

    assert secret is not None
    assert secret.get_secret_value() == "webhook_secret_of_ours"


def test_production_needs_both_addresses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="REDIS_URL"):
        require_servers()
    monkeypatch.setenv("REDIS_URL", "redis://localhost")
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        require_servers()
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/game")
    assert require_servers().database_url == "postgresql://localhost/game"


@pytest.mark.parametrize("name", ["BOT_API_URL", "BOT_PROXY", "WEBHOOK_URL"])
@pytest.mark.parametrize(
    "url",
    [
        *("ftp://h", "http://", "http://:8080", "https://h:port/x", "https://h:65536", "https://[::1/x"),
        *("https://[h]/x", "https://h/{x}", "https://h/a b", "https://u:p@s@h/", "h:8080", "https://h/x#y"),
    ],
)
def test_an_address_on_the_web_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str
) -> None:
    monkeypatch.setenv(name, url)
    with pytest.raises(ValidationError) as caught:
        BotSettings(_env_file=None)
    [line] = explain(caught.value)
    assert line.startswith(f"{name}: ")


@pytest.mark.parametrize("name", ["BOT_API_URL", "BOT_PROXY", "WEBHOOK_URL"])
@pytest.mark.parametrize(
    "url",
    ["https://h", "http://127.0.0.1:8080", "http://[::1]:8080/x", "https://u:p%40@h:1/x/y?z=1", "HTTPS://h"],
)
def test_and_a_good_one_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, url: str) -> None:
    monkeypatch.setenv(name, url)
    assert getattr(BotSettings(_env_file=None), name.lower()) == url


NUMBERS = [
    (settings, name)
    for settings in (CoreSettings, BotSettings)
    for name, field in settings.model_fields.items()
    if field.annotation in (int, float)
]


@pytest.mark.parametrize(("settings", "name"), NUMBERS, ids=[name for _, name in NUMBERS])
@pytest.mark.parametrize("value", ["inf", "nan", "1e300", "-1", "99999999999999999999"])
def test_every_number_has_its_bounds(
    monkeypatch: pytest.MonkeyPatch, settings: type[BaseSettings], name: str, value: str
) -> None:
    monkeypatch.setenv(name.upper(), value)
    with pytest.raises(ValidationError) as caught:
        settings()
    [line] = explain(caught.value)
    assert line.startswith(f"{name.upper()}: ")

"""The caller's world: proxies, ids without a name, no display, files of settings in odd encodings."""

import codecs
import getpass
import os
import threading
import webbrowser
from pathlib import Path

import pytest

from apps.game_core.errors import StartError
from apps.game_core.settings import CoreSettings
from bot.cli import asking
from bot.cli.environment import SettingsError, require_readable
from bot.outgoing.connections import proxy_for
from bot.settings import BotSettings
from tools.cli import demo

API = "https://api.telegram.org"
PROXY = "http://proxy.test:3128"
VARIABLES = (
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("variables", "url", "proxy"),
    [
        ({}, API, None),
        ({"HTTPS_PROXY": PROXY}, API, PROXY),
        ({"https_proxy": PROXY}, API, PROXY),
        ({"HTTPS_PROXY": "proxy.test:3128"}, API, PROXY),
        ({"HTTP_PROXY": PROXY}, API, None),
        ({"HTTP_PROXY": PROXY}, "http://api.test:8081", PROXY),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "telegram.org"}, API, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, API, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "example.org"}, API, PROXY),
        ({"HTTP_PROXY": PROXY}, "http://127.0.0.1:8088", None),
        ({"HTTP_PROXY": PROXY}, "http://localhost:8088", None),
        ({"HTTP_PROXY": PROXY}, "http://[::1]:8088", None),
        ({"ALL_PROXY": "socks5://127.0.0.1:1080"}, API, None),
    ],
)
def test_fault_63_the_usual_variables_name_the_proxy(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], url: str, proxy: str | None
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert proxy_for(url) == proxy


def test_fault_63_a_proxy_of_our_own_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://other.test:1")
    monkeypatch.setenv("NO_PROXY", "*")

    assert proxy_for(API, PROXY) == PROXY
    assert proxy_for("http://127.0.0.1:8088", PROXY) is None


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks4", "ftp"])
def test_fault_63_a_proxy_that_is_not_spoken_is_told_by_its_setting(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:1080")

    with pytest.raises(StartError, match=r"^HTTPS_PROXY: .* begins with http:// or https://$"):
        proxy_for(API)
    with pytest.raises(ValueError, match="bot_proxy"):
        BotSettings(_env_file=None, bot_proxy=f"{scheme}://127.0.0.1:1080")


@pytest.mark.parametrize("error", [KeyError("getpwuid(): uid not found: 123456"), OSError("no name")])
def test_fault_63_an_id_without_a_name_signs_with_its_number(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def nameless() -> str:
        raise error

    monkeypatch.setattr(getpass, "getuser", nameless)
    monkeypatch.setattr("os.getuid", lambda: 123456)

    assert asking.signed()["actor"] == "cli:uid 123456"


@pytest.mark.parametrize("name", [b"Zo\xeb", b"Zo\n"])
def test_fault_63_of_a_name_in_another_encoding_what_can_be_read_is_signed(
    monkeypatch: pytest.MonkeyPatch, name: bytes
) -> None:
    monkeypatch.setenv("LOGNAME", os.fsdecode(name))

    assert asking.signed()["actor"] == "cli:Zo?"


@pytest.mark.parametrize(
    ("platform", "environment", "opened"),
    [
        ("linux", {"TERM": "xterm"}, False),
        ("linux", {"TERM": "xterm", "DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"BROWSER": "code --open-url"}, True),
        ("darwin", {}, True),
    ],
)
def test_fault_63_a_browser_is_opened_where_there_is_a_screen_and_never_waited_for(
    monkeypatch: pytest.MonkeyPatch, platform: str, environment: dict[str, str], opened: bool
) -> None:
    asked, ended = threading.Event(), threading.Event()

    def a_browser_in_the_terminal(_: str) -> bool:
        asked.set()
        return ended.wait(30)

    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(webbrowser, "open", a_browser_in_the_terminal)

    assert demo.show("http://127.0.0.1:1/", environment) is opened
    assert asked.wait(10 if opened else 0) is opened
    assert all(each.daemon for each in threading.enumerate() if each.name == "browser")
    ended.set()


LINE = "LOG_LEVEL=DEBUG\n"
READABLE = {
    "UTF-8": LINE.encode(),
    "UTF-8 of Notepad": codecs.BOM_UTF8 + LINE.encode(),
    "lines of Windows": LINE.replace("\n", "\r\n").encode(),
    "Cyrillic": ("# комментарий\n" + LINE).encode(),
}
UNREADABLE = {
    "UTF-16 of PowerShell": codecs.BOM_UTF16_LE + LINE.encode("utf-16-le"),
    "UTF-16, the other way round": codecs.BOM_UTF16_BE + LINE.encode("utf-16-be"),
    "UTF-16 without a mark": LINE.encode("utf-16-le"),
    "Latin-1": "# né\n".encode("latin-1"),
    "Windows-1251": "# комментарий\n".encode("cp1251"),
}


@pytest.mark.parametrize("encoding", READABLE)
def test_fault_63_a_file_of_settings_as_editors_write_it(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / ".env"
    file.write_bytes(READABLE[encoding])

    require_readable(file)
    assert BotSettings(_env_file=file).log_level == "DEBUG"


@pytest.mark.parametrize("encoding", UNREADABLE)
def test_fault_63_a_file_of_settings_that_cannot_be_read_is_named(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / ".env"
    file.write_bytes(UNREADABLE[encoding])

    with pytest.raises(SettingsError, match=r"\.env is not UTF-8.*: save it as UTF-8"):
        require_readable(file)


NO_SETTINGS = {
    "a colon": "BOT_TOKEN: s3cret\n",
    "a blank in place of a sign": "BOT_TOKEN s3cret\n",
    "a name alone": "BOT_TOKEN\n",
    "an open quote": "BOT_TOKEN='s3cret\n",
    "words after a quote": 'BOT_TOKEN="s3cret" or so\n',
    "no name": "=s3cret\n",
    "what git left behind": "<<<<<<< HEAD\n",
}


@pytest.mark.parametrize("what", NO_SETTINGS)
def test_fault_63_a_line_that_sets_nothing_is_named_and_not_repeated(tmp_path: Path, what: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"# first\nTEXT='two\nlines'\n\n{NO_SETTINGS[what]}{LINE}")

    with pytest.raises(
        SettingsError, match=r"\.env:5: not a setting, which is written NAME=value"
    ) as refused:
        require_readable(file)
    assert "s3cret" not in str(refused.value)


def test_fault_63_lines_of_settings_may_be_written_as_for_a_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/game")
    file = tmp_path / ".env"
    file.write_text(
        f"\n  # of ours\n\nexport {LINE}EMPTY=\nSTATE_TTL = 61 # seconds\n"
        'BASE=${HOME}/rpg\nCATALOG_DIR="${BASE}/items"'
    )

    require_readable(file)
    bot, core = BotSettings(_env_file=file), CoreSettings(_env_file=file)
    assert (bot.log_level, bot.state_ttl, core.catalog_dir) == ("DEBUG", 61, Path("/home/game/rpg/items"))


def test_fault_63_a_folder_of_that_name_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        require_readable(tmp_path)

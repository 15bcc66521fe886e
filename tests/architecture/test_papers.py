"""What stands in the project's pages beside its words: links, paths of tests, the licence."""

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from tools.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "telegram_sandbox" / "README.md"])
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
_CODE = re.compile(r"^ *```\w*\n(.*?)^ *```|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"(?:^ *|python3? )(?:run\.py|-m bot)(?: (?! )([^|\n]*))?$", re.MULTILINE)
_MODULE = re.compile(r"python3? -m ([\w.]+)")
_FOLDER = re.compile(r"^\| In `([\w/]+/)` \|")
_ROW = re.compile(r"^\| ([^|]+) \|")
_FILE = re.compile(r"`([\w/.]+\.(?:py|j2|json))`")
_TESTS = re.compile(r"run\.py test((?:\s+tests/[\w/.]+)+)")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    broken = [link for link in _LINK.findall(text) if not (page.parent / link).exists()]
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_name_tests_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    paths = [path for found in _TESTS.findall(text) for path in found.split()]
    missing = [path for path in paths if not (ROOT / path).exists()]
    assert not missing


def written(page: str) -> list[str]:
    """What stands in a page as code, in lines and in blocks."""
    return [block or line for block, line in _CODE.findall(page)]


def unknown(command: str) -> str | None:
    """What a command of `run.py` names that there is not."""
    words = [word for word in shlex.split(command, comments=True) if word != "…"]
    if not words or (words[0].startswith("-") and words[0] != "--help"):
        words.insert(0, "demo")
    found: click.Command = cli
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        inner = found.get_command(click.Context(found), words[0])
        if inner is None:
            return words[0]
        found, words = inner, words[1:]
    if found.context_settings.get("ignore_unknown_options"):
        return None
    options = {"--help", *(option for each in found.params for option in each.opts)}
    given = [word.partition("=")[0] for word in words if word.startswith("--")]
    return next((each for each in given if each not in options), None)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_exist_with_their_options(page: Path) -> None:
    codes = written(page.read_text(encoding="utf-8"))
    commands = [found for code in codes for found in _COMMAND.findall(code)]
    assert [each for each in commands if unknown(each)] == []
    modules = [found for code in codes for found in _MODULE.findall(code)]
    assert [each for each in modules if find_spec(each) is None] == []


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("wroker", "wroker"),
        ("admin adit", "adit"),
        ("admin audit --job 4", "--job"),
        ("--fresher", "--fresher"),
        ("chaos --minutes 20", None),
        ("admin audit --jobs=4", None),
        ("", None),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(command: str, told: str | None) -> None:
    assert unknown(command) == told


def listed(page: str) -> list[str]:
    """The files in the first column of tables, below the folder that a table's head names."""
    found, folder = [], ""
    for line in page.splitlines():
        if head := _FOLDER.match(line):
            folder = head[1]
        elif not line.startswith("|"):
            folder = ""
        elif row := _ROW.match(line):
            found += [f"{folder}{name}" for name in _FILE.findall(row[1])]
    return found


def test_whoever_adds_an_operation_is_led_to_files_that_are_there() -> None:
    files = listed((ROOT / "docs" / "adding-an-operation.md").read_text(encoding="utf-8"))
    assert len(files) > 8
    assert [name for name in files if not (ROOT / name).is_file()] == []


def test_every_page_is_linked_from_another() -> None:
    linked = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in _LINK.findall(page.read_text(encoding="utf-8"))
    }
    entrances = {ROOT / "README.md", ROOT / "CHANGELOG.md"}
    assert not {name(page) for page in PAGES if page not in linked | entrances}


def test_the_changelog_leads_from_what_comes_to_what_was() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first, *released = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert first == "[Unreleased]"
    found = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", each) for each in released]
    versions = [(each[2], each[1]) for each in found if each]
    assert len(versions) == len(released)
    assert versions == sorted(versions, reverse=True)
    assert f'version = "{versions[0][1]}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= kinds


@pytest.mark.parametrize("project", [ROOT, ROOT / "telegram_sandbox"], ids=name)
def test_the_licence_is_there(project: Path) -> None:
    licence = (project / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("MIT License\n")
    assert licence == (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert 'license = "MIT"' in (project / "pyproject.toml").read_text(encoding="utf-8")

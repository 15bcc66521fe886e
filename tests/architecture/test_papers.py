"""What stands in the project's pages beside its words: links, paths of tests, the licence."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
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


def test_every_page_is_linked_from_another() -> None:
    linked = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in _LINK.findall(page.read_text(encoding="utf-8"))
    }
    entrances = {ROOT / "README.md", ROOT / "CHANGELOG.md"}
    assert not {name(page) for page in PAGES if page not in linked | entrances}


def test_the_licence_is_there() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")
    assert 'license = "MIT"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")

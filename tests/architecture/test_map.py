"""The README's map names what is there: every folder that a reader may look for, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_MAP = re.compile(r"^## Where things are\n+```\n(.*?)```", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(r"^( *)((?:\S+(?:/|\.\w+) ?)+)(?: .*)?$")
_INSIDE = re.compile(r"(?<!\S)((?:[\w-]+/)+)(?!\S)")
MAPPED = ("apps", "apps/game_core", "apps/game_core/modules", "bot", "telegram_sandbox", "tools", "tests")


def entries(page: str) -> Iterator[str]:
    """The paths that the map names, those that its words name inside of them included."""
    found = _MAP.search(page)
    above: list[tuple[int, str]] = []
    for line in found[1].splitlines() if found else ():
        if entry := _ENTRY.match(line):
            indent, names = len(entry[1]), entry[2].split()
            above = [each for each in above if each[0] < indent]
            place = above[-1][1] if above else ""
            yield from (f"{place}{name}" for name in names)
            above.append((indent, f"{place}{names[0]}"))
            words = line[entry.end(2) :]
        else:
            words = line
        yield from (f"{above[-1][1]}{name}" for name in _INSIDE.findall(words))


def places() -> set[str]:
    """What a reader may look for: folders of code, and the pages."""
    folders = {path for top in MAPPED for path in (ROOT / top).iterdir() if path.is_dir()}
    inner = {f"{path.relative_to(ROOT)}/" for path in folders if path.name[0] not in "_."}
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "apps").glob("[!_]*.py")}
    pages = {str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")}
    return inner | files | pages | {"docs/decisions/"}


def missing(page: str) -> set[str]:
    return places() - set(entries(page))


def invented(page: str) -> set[str]:
    return {name for name in entries(page) if not (ROOT / name).exists() or _folder(name) != name}


def _folder(name: str) -> str:
    return f"{name.rstrip('/')}/" if (ROOT / name).is_dir() else name


def test_the_map_names_every_place_and_nothing_else() -> None:
    assert missing(README) == set()
    assert invented(README) == set()
    assert {"apps/game_core/modules/inventory/inventory/rules/", "apps/game_core/adapters/redis/"} <= set(
        entries(README)
    )


@pytest.mark.parametrize("name", ["walk", "training", "callbacks", "explorer", "embedded"])
def test_a_place_that_is_left_out_is_noticed(name: str) -> None:
    found = _MAP.search(README)
    assert found
    page = README.replace(found[1], re.sub(rf"(?m)(?<=^)( *.*?)\b{name}/", r"\1", found[1]))
    assert any(f"/{name}/" in f"/{place}" for place in missing(page))


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("  walk/ ", "  stroll/ "),
        ("inventory/rules/ are", "inventory/laws/ are"),
        ("redis/ (Lua", "valkey/ (Lua"),
        ("  container.py ", "  wiring.py "),
        ("sandbox.md  ", "telegram.md  "),
    ],
)
def test_a_place_that_is_invented_is_noticed(true: str, false: str) -> None:
    assert true in README
    assert invented(README.replace(true, false))

"""One name for one thing: what production calls a class is not the name of another one."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.architecture.imports import FILES, ROOT, tree

# What is alike on both sides, and never met together.
BOTH_MEANT = {
    "CatalogProvider": "each module says what it needs of the item catalog",
    "Claim": "on a session by a writer, on a menu by whoever draws it",
    "Fight": "a fight, and the button for a move in it",
    "Give": "what an admin gives, and what leaves a bag for a trade",
    "Order": "what an admin's button orders, and a screen that was ordered for a menu",
}

_ARG = re.compile(r"\barg\s*=")


def given_twice(files: Iterable[Path]) -> dict[str, list[str]]:
    """Public classes at the top of modules, by names that several have."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in files:
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(path.name)
    return {name: places for name, places in found.items() if len(places) > 1}


def test_no_name_is_given_twice() -> None:
    production = (path for path in FILES if path.relative_to(ROOT).parts[0] in ("apps", "bot"))
    assert given_twice(production).keys() == BOTH_MEANT.keys()


def test_a_name_that_is_given_twice_is_noticed(tmp_path: Path) -> None:
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text("class Clock: ...\nclass _Own: ...\nclass Lone: ...\n")
    other.write_text("class Clock: ...\nclass _Own: ...\n")
    assert given_twice([one, other]) == {"Clock": ["one.py", "other.py"]}


def numbers_without_a_name(path: Path) -> list[int]:
    """Lines that write the number of a button as it is kept, not by what it means."""
    text = path.read_text(encoding="utf-8")
    if not _ARG.search(text):  # most files, and to read a file's tree takes a dozen times as long
        return []
    calls = (each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Call))
    return [each.lineno for each in calls if any(given.arg == "arg" for given in each.keywords)]


def test_what_a_button_says_is_written_by_its_name() -> None:
    files = (*FILES, *(ROOT / "tests").rglob("*.py"))
    assert {path.name for path in files if numbers_without_a_name(path)} == {"makers.py"}

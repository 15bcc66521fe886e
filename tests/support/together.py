"""Which tests run in one process: those of a file, for its fixtures, and files that share what is dear.

That is a browser, all screens of the shipped languages, all code as syntax trees, and the two packages once
they are built.

xdist's own groups (`loadgroup`) are names that it appends to the ids of tests. Since pytest 9.2 these stay as
they were, and every test is a group of its own.
"""

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

BROWSER, SCREENS, SYNTAX = "browser", "screens", "syntax"
PACKAGES = "tests/packages/"
_DRAWS = re.compile(r"\b(?:every|shipped)_screens?\(")
_PARSES = "from tests.architecture.imports import"
_ROOT = Path(__file__).parents[2]


def together(test_id: str) -> str:
    """The tests that share a process with this one: a file's path, or one of the names above."""
    return _of_file(test_id.partition("::")[0])


@cache
def _of_file(path: str) -> str:
    if path.startswith(PACKAGES):
        return PACKAGES
    file = _ROOT / path
    text = file.read_text() if file.suffix == ".py" and file.exists() else ""
    if "from playwright" in text:
        return BROWSER
    if _PARSES in text:
        return SYNTAX
    return SCREENS if _DRAWS.search(text) else path


class Together(LoadScopeScheduling):  # type: ignore[misc] # xdist ships no types
    def _split_scope(self, nodeid: str) -> str:
        return together(nodeid)

"""Which tests run in one process: those of a file, for its fixtures, and all that open a browser, for theirs.

xdist's own groups (`loadgroup`) are names that it appends to the ids of tests. Since pytest 9.2 these stay as
they were, and every test is a group of its own.
"""

from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

BROWSER = "browser"
_ROOT = Path(__file__).parents[2]


def together(test_id: str) -> str:
    """The tests that share a process with this one: a file's path, or `BROWSER`."""
    return _of_file(test_id.partition("::")[0])


@cache
def _of_file(path: str) -> str:
    file = _ROOT / path
    opens_one = file.suffix == ".py" and file.exists() and "from playwright" in file.read_text()
    return BROWSER if opens_one else path


class Together(LoadScopeScheduling):  # type: ignore[misc] # xdist ships no types
    def _split_scope(self, nodeid: str) -> str:
        return together(nodeid)

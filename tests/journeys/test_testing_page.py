"""The worked examples of docs/testing.md, run as they stand there: pytest collects what is defined here."""

import re
from pathlib import Path

from tests.bot.conftest import stage

__all__ = ["stage"]

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"
EXAMPLES = list(re.finditer(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL))

for example in EXAMPLES:
    lines_above = example.string.count("\n", 0, example.start(1))
    exec(compile("\n" * lines_above + example.group(1), PAGE, "exec"))


def test_each_example_is_one_test_of_its_own() -> None:
    names = [re.findall(r"^async def (test_\w+)", example.group(1), re.MULTILINE) for example in EXAMPLES]
    assert [len(found) for found in names] == [1, 1, 1]
    assert {name for found in names for name in found} <= globals().keys()

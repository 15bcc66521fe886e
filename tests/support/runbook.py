"""The commands that stand in docs/operations.md."""

import re
import shlex
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
_OURS = "python3 run.py "
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


def blocks(language: str, text: str = PAGE) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return [line for block in found for line in block.strip().splitlines()]


def ours(section: str) -> list[str]:
    """Commands of our own program that stand under the heading."""
    _, *parts = _SECTION.split(PAGE)
    [text] = [text for title, text in zip(parts[::2], parts[1::2], strict=True) if title == section]
    return [line for line in blocks("sh", text) if line.startswith(_OURS)]


def commands(section: str) -> list[list[str]]:
    return [shlex.split(line)[2:] for line in ours(section)]

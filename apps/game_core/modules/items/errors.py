"""Why a catalog was refused. Nothing of a refused catalog is ever in use.

ItemsError
└── CatalogError     carries every problem found, not just the first
"""

from dataclasses import dataclass


class ItemsError(Exception):
    """Base of everything the items module raises on purpose."""


@dataclass(frozen=True, slots=True)
class CatalogProblem:
    """`key` is a dotted path within the file, empty when the file as a whole is wrong."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place}: {self.reason}"


@dataclass(eq=False)
class CatalogError(ItemsError):
    problems: tuple[CatalogProblem, ...]

    def __str__(self) -> str:
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        return f"item catalog refused, {len(self.problems)} problem(s):\n{lines}"

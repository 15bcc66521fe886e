"""Typed values out of a TOML table of unknown content."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from apps.game_core.modules.items.texts import TextCheck, shown

Kind = TypeVar("Kind", bound=StrEnum)
Fail = Callable[[str, str], None]

GRAMS_PER_KG = 1_000


class TableReader:
    """Whatever is wrong is reported under its dotted key, and a harmless value stands in for it.

    `failed` names the keys with problems, so that later checks need not repeat what is known already.
    """

    def __init__(self, table: Mapping[str, object], report: Fail) -> None:
        self.failed: set[str] = set()
        self._table = table
        self._report = report
        self._known: set[str] = set()

    def fail(self, key: str, reason: str) -> None:
        self.failed.add(key)
        self._report(key, reason)

    def has(self, key: str) -> bool:
        return key in self._table

    def text(self, key: str, check: TextCheck) -> str:
        value = self._take(key, required=True)
        if value is None:
            return ""
        reason = check(value) if isinstance(value, str) else f"{shown(value)} is not a text"
        if reason or not isinstance(value, str):
            self.fail(key, reason)
            return ""
        return value

    def choice(self, key: str, kinds: type[Kind], default: Kind) -> Kind:
        value = self._take(key, required=True)
        return default if value is None else self._as_choice(key, value, kinds, default)

    def choices(self, key: str, kinds: type[Kind]) -> tuple[Kind, ...]:
        first = next(iter(kinds))
        found = tuple(self._as_choice(key, each, kinds, first) for each in self._list(key))
        if key not in self.failed and len(set(found)) < len(found):
            self.fail(key, "the same value twice")
        return found

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number; required unless there is a default."""
        value = self._take(key, required=default is None)
        if value is None:
            return low if default is None else default
        if isinstance(value, bool) or not isinstance(value, int):
            self.fail(key, f"{shown(value)} is not a whole number")
        elif not low <= value <= high:
            self.fail(key, f"{shown(value)} is not within {low} to {high}")
        else:
            return value
        return low

    def grams(self, key: str, most_kg: int) -> int:
        """Kilograms in the file, grams in the result."""
        value = self._take(key, required=True)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fail(key, f"{shown(value)} is not a number of kilograms")
        elif not 0 <= value <= most_kg:
            self.fail(key, f"{shown(value)} kg is not within 0 to {most_kg}")
        elif round(value * GRAMS_PER_KG, 6) % 1:
            self.fail(key, f"{shown(value)} kg is finer than a gram")
        else:
            return round(value * GRAMS_PER_KG)
        return 0

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._take(key)
        if isinstance(value, bool):
            return value
        if value is not None:
            self.fail(key, f"{shown(value)} is neither true nor false")
        return default

    def table(self, key: str) -> "TableReader":
        """A reader whose problems are also problems of `key` here."""
        value = self._take(key)
        return self._nested(key, {} if value is None else value, key) or TableReader({}, self._report)

    def tables(self, key: str) -> list["TableReader"]:
        nested = (self._nested(key, each, f"{key}.{index}") for index, each in enumerate(self._list(key)))
        return [reader for reader in nested if reader is not None]

    def refuse_unknown(self) -> None:
        for key in sorted(self._table.keys() - self._known):
            self.fail(key, "unknown key")

    def _nested(self, key: str, value: object, path: str) -> "TableReader | None":
        def report(inner: str, reason: str) -> None:
            self.failed.add(key)
            self._report(f"{path}.{inner}", reason)

        if isinstance(value, dict):
            return TableReader(value, report)
        self.fail(key, f"{shown(value)} is not a table")
        return None

    def _list(self, key: str) -> list[object]:
        value = self._take(key)
        if value is None or isinstance(value, list):
            return value or []
        self.fail(key, f"{shown(value)} is not a list")
        return []

    def _as_choice(self, key: str, value: object, kinds: type[Kind], default: Kind) -> Kind:
        for kind in kinds:
            if value == kind:
                return kind
        self.fail(key, f"{shown(value)} is none of {', '.join(kinds)}")
        return default

    def _take(self, key: str, *, required: bool = False) -> object:
        self._known.add(key)
        if required and key not in self._table:
            self.fail(key, "missing")
        return self._table.get(key)

"""Which key of an item comes from which column: a small TOML file, written once for each list."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tools.importing.tables import Row, TableError

TEXTS = frozenset(
    {"base_id", "type", "subtype", "icon", "rarity", "name", "description", "grip", "mended_with"}
)
_MOST_DIGITS = 18
_KNOWN = frozenset({"column", "words", "times", "always", "otherwise"})


class CellError(Exception):
    """A cell says nothing that the key could be."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where one key's value comes from.

    `words` say what each content of the column means; `times` is multiplied with a number; `otherwise` is for
    cells that are empty, or that no word is for. What comes out empty is left out.
    """

    column: str | None = None
    words: Mapping[str, object] | None = None
    times: Decimal | None = None
    always: object = None
    otherwise: object = None

    def value(self, row: Row, key: str) -> object:
        """None: the item does not have the key. Raises CellError."""
        if self.column is None:
            return self.always
        cell = row.cell(self.column)
        if self.words is not None:
            return self._word(cell, self.words)
        if cell is None:
            return self.otherwise
        return cell if key in TEXTS and isinstance(cell, str) else self._number(cell, key)

    def _word(self, cell: object, words: Mapping[str, object]) -> object:
        word = "" if cell is None else str(cell)
        if word in words:
            return words[word]
        if self.otherwise is None and cell is not None:
            raise CellError(f"{word!r} is none of {', '.join(map(repr, words))}")
        return self.otherwise

    def _number(self, cell: object, key: str) -> object:
        """Text that is a number is one; what is neither text nor a number is left to whoever reads items."""
        if isinstance(cell, bool | list | dict):
            return cell
        try:
            number = Decimal(str(cell))
            if self.times is not None:
                number = round(number * self.times, 3 if key == "weight" else 0)
        except ArithmeticError:
            number = Decimal("NaN")
        if not number.is_finite() or number.adjusted() > _MOST_DIGITS:
            raise CellError(f"{str(cell)[:40]!r} is not a number")
        return int(number) if number == number.to_integral_value() else float(number)


def read_columns(path: Path) -> Mapping[str, Source]:
    """Sources by dotted key (`stats.power`). Raises TableError."""
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise TableError(f"{path.name}: {error}") from error
    return {key: _source(path.name, key, value) for key, value in tables.items()}


def _source(file: str, key: str, value: object) -> Source:
    if isinstance(value, str):
        return Source(value)
    if not isinstance(value, dict) or ("column" in value) == ("always" in value):
        raise TableError(f"{file}: {key}: expected a column's name, or a table with `column` or `always`")
    if stray := sorted(value.keys() - _KNOWN):
        raise TableError(f"{file}: {key}.{stray[0]}: unknown key")
    column, times, words = value.get("column"), value.get("times"), value.get("words")
    if column is not None and not isinstance(column, str):
        raise TableError(f"{file}: {key}.column: expected a column's name")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int | float)):
        raise TableError(f"{file}: {key}.times: expected a number")
    if words is not None and not isinstance(words, dict):
        raise TableError(f"{file}: {key}.words: expected a table")
    factor = None if times is None else Decimal(str(times))
    return Source(column, words, factor, value.get("always"), value.get("otherwise"))

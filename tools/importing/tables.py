"""Somebody else's list of items, as rows of cells: CSV, or JSON."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEY = "@key"
"""The column of an object's own name, where a JSON file is an object of objects."""
_DELIMITERS = ",;\t|"


class TableError(Exception):
    """The file as a whole cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """`number` as a spreadsheet shows it, or the how-manieth of a JSON list. None: there is no such cell."""

    number: int
    cells: Mapping[str, object]

    def cell(self, column: str) -> object:
        """A dotted name leads into objects and lists: `cost.quantity`, `tags.0`. None: nothing is there."""
        if column in self.cells:
            return _told(self.cells[column])
        found: Any = self.cells
        for part in column.split("."):
            match found:
                case Mapping():
                    found = found.get(part)
                case list() if part.isdecimal() and int(part) < len(found):
                    found = found[int(part)]
                case _:
                    return None
        return _told(found)


def read_table(path: Path) -> list[Row]:
    """Raises TableError."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(f"{path.name}: not in UTF-8 (at byte {error.start})") from error
    except OSError as error:
        raise TableError(f"{path.name}: cannot be read: {error.strerror}") from error
    try:
        return list(_objects(text) if path.suffix.lower() == ".json" else _lines(text))
    except (TableError, ValueError, RecursionError, csv.Error) as error:
        raise TableError(f"{path.name}: {error}") from error


def _told(value: object) -> object:
    """Blank text is nothing."""
    return (value.strip() or None) if isinstance(value, str) else value


def _objects(text: str) -> Iterator[Row]:
    whole = json.loads(text)
    if isinstance(whole, dict):
        whole = [{KEY: name, **each} if isinstance(each, dict) else each for name, each in whole.items()]
    if not isinstance(whole, list):
        raise TableError("expected a list of objects, or an object of objects")
    for number, each in enumerate(whole, 1):
        if not isinstance(each, dict):
            raise TableError(f"row {number}: expected an object")
        yield Row(number, each)


def _lines(text: str) -> Iterator[Row]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = [name.strip() for name in next(reader, [])]
    if len(set(header)) < len(header):
        raise TableError("two columns have the same name")
    for number, cells in enumerate(reader, 2):
        if len(cells) > len(header):
            raise TableError(f"row {number}: more cells than columns")
        if any(map(str.strip, cells)):
            yield Row(number, dict(zip(header, cells, strict=False)))

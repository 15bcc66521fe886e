"""Somebody else's list of items, as rows of cells: CSV, or JSON."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

KEY = "@key"
"""The column of an object's own name, where a JSON file is an object of objects."""
WHOLE = "all of it"
"""Instead of a column, of a row that has none."""
_MOST_TOLD = 40
_DELIMITERS = ",;\t|"


class TableError(Exception):
    """The file as a whole cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Misshapen:
    """What keeps a row from being one of its table, and from which column on."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """`number` as a spreadsheet shows it, or the how-manieth of a JSON list.

    What is `misshapen` has no cells.
    """

    number: int
    cells: Mapping[str, object]
    misshapen: Misshapen | None = None

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


class _Object(dict[str, object]):
    """Of several with one name a dict has the last only; `pairs` are all."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def _objects(text: str) -> Iterator[Row]:
    whole = json.loads(text, object_pairs_hook=_Object)
    if isinstance(whole, _Object):
        yield from _named_objects(whole)
    elif isinstance(whole, list):
        yield from (_object(number, each) for number, each in enumerate(whole, 1))
    else:
        raise TableError("expected a list of objects, or an object of objects")


def _named_objects(whole: _Object) -> Iterator[Row]:
    homes = dict[str, int]()
    for number, (name, each) in enumerate(whole.pairs, 1):
        if (home := homes.setdefault(name, number)) != number:
            yield Row(number, {}, Misshapen(KEY, f"{name[:_MOST_TOLD]!r} is in row {home}, too"))
        else:
            row = _object(number, each)
            yield row if row.misshapen else replace(row, cells={KEY: name, **row.cells})


def _object(number: int, each: object) -> Row:
    if not isinstance(each, _Object):
        told = json.dumps(each, ensure_ascii=False)[:_MOST_TOLD]
        return Row(number, {}, Misshapen(WHOLE, f"expected an object, not {told}"))
    if twice := next(_repeated(each), None):
        return Row(number, {}, Misshapen(".".join(twice), "is there twice"))
    return Row(number, each)


def _repeated(value: object) -> Iterator[tuple[str, ...]]:
    """The paths to what an object says again, at any depth."""
    names = set[str]()
    for name, each in _parts(value):
        if name in names:
            yield (name,)
        names.add(name)
        yield from ((name, *path) for path in _repeated(each))


def _parts(value: object) -> Iterable[tuple[str, object]]:
    if isinstance(value, _Object):
        return value.pairs
    return ((str(number), each) for number, each in enumerate(value)) if isinstance(value, list) else ()


def _lines(text: str) -> Iterator[Row]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = [name.strip() for name in next(reader, [])]
    if len(set(header)) < len(header):
        raise TableError("two columns have the same name")
    for number, cells in enumerate(_records(reader), 2):
        if isinstance(cells, csv.Error):
            yield Row(number, {}, Misshapen(WHOLE, str(cells)))
        elif any(map(str.strip, cells)):
            yield _row(number, header, cells)


def _records(reader: Iterator[list[str]]) -> Iterator[list[str] | csv.Error]:
    """One after the other; after one that cannot be read the reader goes on in the next line."""
    while True:
        try:
            yield next(reader)
        except csv.Error as error:
            yield error
        except StopIteration:
            return


def _row(number: int, header: list[str], cells: list[str]) -> Row:
    more = len(cells) - len(header)
    if more == 0:
        return Row(number, dict(zip(header, cells, strict=True)))
    column = header[-1] if more > 0 else header[len(cells)]
    told = f"{abs(more)} {'more' if more > 0 else 'fewer'} cells than columns"
    return Row(number, {}, Misshapen(column, told))

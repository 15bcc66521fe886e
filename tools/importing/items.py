"""Rows to items: each one loaded as the game would load it, or refused with row, column and reason."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from apps.game_core.modules.items.contracts import CatalogEntry, ItemType
from apps.game_core.modules.items.entry_reader import read_entry
from apps.game_core.modules.items.kinds import Kinds
from tools.importing.columns import CellError, Source
from tools.importing.tables import Row, TableError

Columns = Mapping[str, Source]

_HAVE_A_ZERO = frozenset({"weight", "value"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """`column` is the table's, or the item's key where no column is to blame."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.reason}"


@dataclass(slots=True)
class Imported:
    """`tables` are as in an item file, by base_id; `entries` are what the game makes of them."""

    tables: dict[str, dict[str, object]] = field(default_factory=dict)
    entries: dict[str, CatalogEntry] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A row that is an item by itself."""

    row: int
    table: dict[str, object]
    entry: CatalogEntry

    @property
    def base_id(self) -> str:
        return self.entry.base_id


def imported(rows: Iterable[Row], columns: Columns, kinds: Kinds, there: Mapping[str, object]) -> Imported:
    """`there` are the types of items that the folder has already, by base_id."""
    found, left = Imported(), list[_Candidate]()
    for row in rows:
        read = _read(row, columns, kinds, there)
        if isinstance(read, _Candidate):
            left.append(read)
        else:
            found.refused += read
    while lacking := _lacking(left, there):
        blamed, gone = _to_blame("mended_with", columns), {each.row for each in lacking}
        for each in lacking:
            found.refused.append(Refusal(each.row, blamed, f"no material: {each.entry.mended_with}"))
        left = [each for each in left if each.row not in gone]
    _load(left, found, _to_blame("base_id", columns))
    return found


def _read(
    row: Row, columns: Columns, kinds: Kinds, there: Mapping[str, object]
) -> _Candidate | list[Refusal]:
    """What is wrong with it by itself, if it is no candidate."""
    if row.misshapen:
        return [Refusal(row.number, row.misshapen.column, row.misshapen.reason)]
    problems = list[Refusal]()
    table = dict(_values(row, columns, problems))
    base_id = slug(str(table.pop("base_id", table.get("name", ""))))
    if base_id in there:
        blamed = _to_blame("base_id", columns)
        problems.append(Refusal(row.number, blamed, f"{base_id} is in the folder already"))
    refuse = partial(_refuse, row, columns, problems)
    entry = None if problems else read_entry(base_id, table, kinds, refuse)
    return problems if entry is None else _Candidate(row.number, table, entry)


def _lacking(left: Sequence[_Candidate], there: Mapping[str, object]) -> list[_Candidate]:
    """What is mended with what no row is, or else what the row that goes first by that name is not."""
    first = {each.base_id: each for each in reversed(left)}.values()
    ours = {base_id for base_id, kind in there.items() if kind == ItemType.MATERIAL}
    for those in (left, first):
        materials = ours | {each.base_id for each in those if each.entry.type is ItemType.MATERIAL}
        if lacking := [each for each in those if each.entry.mended_with not in {None, *materials}]:
            return lacking
    return []


def _load(left: Iterable[_Candidate], found: Imported, blamed: str) -> None:
    homes = dict[str, int]()
    for each in left:
        if (home := homes.setdefault(each.base_id, each.row)) != each.row:
            found.refused.append(Refusal(each.row, blamed, f"{each.base_id} is in row {home}, too"))
        else:
            found.tables[each.base_id], found.entries[each.base_id] = each.table, each.entry


def require_columns(rows: Sequence[Row], columns: Columns) -> None:
    """Raises TableError for a column that no row has. Where all rows are misshapen nobody can tell."""
    if not rows:
        raise TableError("the table has no rows")
    if all(row.misshapen for row in rows):
        return
    wanted = {source.column for source in columns.values() if source.column is not None}
    for row in rows:
        wanted -= {column for column in wanted if column in row.cells or row.cell(column) is not None}
    if wanted:
        raise TableError(f"no row has a column {min(wanted)!r}")


def slug(name: str) -> str:
    """A base_id from a name: `Frost Sabre +1` is `frost_sabre_1`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain.replace("'", "")).strip("_")[:32].rstrip("_")


def _values(row: Row, columns: Columns, problems: list[Refusal]) -> Iterator[tuple[str, object]]:
    nested: dict[str, dict[str, object]] = {}
    for key, source in columns.items():
        try:
            value = source.value(row, key)
        except CellError as error:
            problems.append(Refusal(row.number, _to_blame(key, columns), str(error)))
            continue
        if value in (None, "", []) or _is_none_of_it(key, value):
            continue
        if key == "mended_with":
            value = slug(str(value))
        outer, _, inner = key.partition(".")
        if inner:
            nested.setdefault(outer, {})[inner] = value
        else:
            yield key, value
    yield from nested.items()


def _is_none_of_it(key: str, value: object) -> bool:
    """Lists say 0 where an item has no such stat; item files leave it out."""
    return value == 0 and value is not False and key not in _HAVE_A_ZERO


def _refuse(row: Row, columns: Columns, problems: list[Refusal], key: str, reason: str) -> None:
    """`key` begins with the base_id."""
    named = key.partition(".")[2] or "base_id"
    problems.append(Refusal(row.number, _to_blame(named, columns), reason))


def _to_blame(key: str, columns: Columns) -> str:
    source = columns.get(key) or (columns.get("name") if key == "base_id" else None)
    return f"{source.column} ({key})" if source and source.column else key

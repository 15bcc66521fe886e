"""Rows to items: each one loaded as the game would load it, or refused with row, column and reason."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from apps.game_core.modules.items.contracts import CatalogEntry, ItemType
from apps.game_core.modules.items.entry_reader import read_entry
from apps.game_core.modules.items.kinds import Kinds
from tools.importing.columns import CellError, Source
from tools.importing.tables import Row, TableError

Columns = Mapping[str, Source]


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


def imported(rows: Iterable[Row], columns: Columns, kinds: Kinds, there: Mapping[str, object]) -> Imported:
    """`there` are the types of items that the folder has already, by base_id."""
    found, homes = Imported(), dict[str, int]()
    for row in rows:
        problems = list[Refusal]()
        table = dict(_values(row, columns, problems))
        base_id = slug(str(table.pop("base_id", table.get("name", ""))))
        if base_id in homes or base_id in there:
            where = f"in row {homes[base_id]}, too" if base_id in homes else "in the folder already"
            problems.append(Refusal(row.number, _to_blame("base_id", columns), f"{base_id} is {where}"))
        homes.setdefault(base_id, row.number)
        refuse = partial(_refuse, row, columns, problems)
        entry = None if problems else read_entry(base_id, table, kinds, refuse)
        if entry is None:
            found.refused += problems
        else:
            found.tables[base_id], found.entries[base_id] = table, entry
    _require_materials(found, homes, columns, there)
    return found


def _require_materials(
    found: Imported, homes: Mapping[str, int], columns: Columns, there: Mapping[str, object]
) -> None:
    materials = {base_id for base_id, kind in there.items() if kind == ItemType.MATERIAL}
    materials |= {entry.base_id for entry in found.entries.values() if entry.type is ItemType.MATERIAL}
    for base_id, entry in list(found.entries.items()):
        if entry.mended_with and entry.mended_with not in materials:
            del found.entries[base_id], found.tables[base_id]
            blamed = _to_blame("mended_with", columns)
            found.refused.append(Refusal(homes[base_id], blamed, f"no material: {entry.mended_with}"))


def require_columns(rows: Iterable[Row], columns: Columns) -> None:
    """Raises TableError for a column that no row has."""
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
        if value in (None, "", []):
            continue
        if key == "mended_with":
            value = slug(str(value))
        outer, _, inner = key.partition(".")
        if inner:
            nested.setdefault(outer, {})[inner] = value
        else:
            yield key, value
    yield from nested.items()


def _refuse(row: Row, columns: Columns, problems: list[Refusal], key: str, reason: str) -> None:
    """`key` begins with the base_id."""
    named = key.partition(".")[2] or "base_id"
    problems.append(Refusal(row.number, _to_blame(named, columns), reason))


def _to_blame(key: str, columns: Columns) -> str:
    source = columns.get(key) or (columns.get("name") if key == "base_id" else None)
    return f"{source.column} ({key})" if source and source.column else key

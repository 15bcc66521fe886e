"""Reads the catalog's TOML files. A catalog with any problem is not loaded at all."""

import hashlib
import tomllib
from pathlib import Path
from types import MappingProxyType

from apps.game_core.modules.items.contracts import Catalog, CatalogEntry, ItemType
from apps.game_core.modules.items.entry_reader import item_key, read_entry
from apps.game_core.modules.items.errors import CatalogError, CatalogProblem
from apps.game_core.modules.items.kinds import KINDS_FILE, Kinds, read_kinds


def default_catalog_dir() -> Path:
    return Path(__file__).parent / "data"


def load_catalog(directory: Path) -> Catalog:
    """Every `*.toml` file of the directory. Raises `CatalogError` with everything that is wrong.

    Where it has no `kinds.toml`, the kinds are those that come with the game.
    """
    loading = _Loading(directory)
    for path in catalog_files(directory):
        loading.read_file(path)
    loading.check_materials()
    if not loading.problems and not loading.entries:
        loading.report(directory.name, "", f"no items in {directory}")
    if loading.problems:
        raise CatalogError(tuple(loading.problems))
    return Catalog(MappingProxyType(loading.entries), loading.digest.hexdigest())


def load_kinds(directory: Path) -> Kinds:
    """Those of its `kinds.toml`, or those that come with the game. Raises `CatalogError`."""
    return _Loading(directory).kinds


def catalog_files(directory: Path) -> list[Path]:
    """In the order of their names; hidden files are editors' business, and kinds are no items."""
    named = (path for path in directory.glob("*") if path.suffix.lower() == ".toml")
    return sorted(path for path in named if not path.name.startswith(".") and path.name != KINDS_FILE)


class _Loading:
    def __init__(self, directory: Path) -> None:
        self.entries: dict[str, CatalogEntry] = {}
        self.problems: list[CatalogProblem] = []
        self.digest = hashlib.sha256()
        self._homes: dict[str, str] = {}
        own = directory / KINDS_FILE
        self.kinds = self._read_kinds(own if own.exists() else default_catalog_dir() / KINDS_FILE)
        if self.problems:  # nothing can be said of items without
            raise CatalogError(tuple(self.problems))

    def report(self, file: str, key: str, reason: str) -> None:
        self.problems.append(CatalogProblem(file, key, reason))

    def read_file(self, path: Path) -> None:
        for base_id, value in self._tables(path).items():
            self._read_item(path.name, base_id, value)

    def _read_kinds(self, path: Path) -> Kinds:
        return read_kinds(self._tables(path), lambda key, reason: self.report(path.name, key, reason))

    def _tables(self, path: Path) -> dict[str, object]:
        try:
            content = path.read_bytes()
            tables = tomllib.loads(content.decode("utf-8-sig"))
        except OSError as error:
            self.report(path.name, "", f"cannot be read: {error.strerror}")
        except RecursionError:
            self.report(path.name, "", "nested too deeply")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            self.report(path.name, "", f"not in UTF-8 (at line {line})")
        except ValueError as error:  # bad TOML, numbers too long to convert
            self.report(path.name, "", f"not TOML: {error}")
        else:
            self.digest.update(f"{path.name} {len(content)} ".encode() + content)
            return tables
        return {}

    def check_materials(self) -> None:
        """What things are mended with may stand in any file."""
        for entry in self.entries.values():
            material = self.entries.get(entry.mended_with) if entry.mended_with else None
            if entry.mended_with and (material is None or material.type is not ItemType.MATERIAL):
                reason = f"no material: {item_key(entry.mended_with)}"
                self.report(self._homes[entry.base_id], f"{entry.base_id}.mended_with", reason)

    def _read_item(self, file: str, base_id: str, value: object) -> None:
        if base_id in self._homes:
            self.report(file, item_key(base_id), f"also defined in {self._homes[base_id]}")
        self._homes.setdefault(base_id, file)
        entry = read_entry(base_id, value, self.kinds, lambda key, reason: self.report(file, key, reason))
        if entry is not None:
            self.entries.setdefault(base_id, entry)

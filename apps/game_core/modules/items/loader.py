"""Reads the catalog's TOML files. A catalog with any problem is not loaded at all."""

import hashlib
import tomllib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from apps.game_core.modules.items.contracts import Catalog, CatalogEntry, ItemType, LootTable, Ware
from apps.game_core.modules.items.entry_reader import item_key, read_entry
from apps.game_core.modules.items.errors import CatalogError, CatalogProblem
from apps.game_core.modules.items.kinds import KINDS_FILE, Kinds, read_kinds
from apps.game_core.modules.items.loot_reader import LootReader
from apps.game_core.modules.items.shop_reader import ShopReader

LOOT = "loot"
SHOP = "shop"


def default_catalog_dir() -> Path:
    return Path(__file__).parent / "data"


def load_catalog(directory: Path) -> Catalog:
    """Every `*.toml` file of the directory, and of its folders `loot` and `shop`.

    Without those folders it has the shipped loot tables and wares, as far as it knows what is in them;
    without a `kinds.toml` the kinds are those that come with the game.

    Raises `CatalogError` with everything that is wrong.
    """
    loading = _Loading(directory)
    for path in catalog_files(directory):
        if path.name != KINDS_FILE:
            loading.read_items(path)
    loading.check_materials()
    loading.read_loot(*_folder(directory, LOOT))
    loading.read_shop(*_folder(directory, SHOP))
    if not loading.problems and not loading.entries:
        loading.report(directory.name, "", f"no items in {directory}")
    if loading.problems:
        raise CatalogError(tuple(loading.problems))
    return Catalog(
        MappingProxyType(loading.entries),
        loading.digest.hexdigest(),
        MappingProxyType(loading.loot),
        tuple(loading.wares.values()),
    )


def load_kinds(directory: Path) -> Kinds:
    """Those of its `kinds.toml`, or those that come with the game. Raises `CatalogError`."""
    return _Loading(directory).kinds


def catalog_files(directory: Path) -> list[Path]:
    """In the order of their names; hidden files are editors' business."""
    named = (path for path in directory.glob("*") if path.suffix.lower() == ".toml")
    return sorted(path for path in named if not path.name.startswith("."))


def _folder(directory: Path, name: str) -> tuple[Path, bool]:
    """The directory's own folder of that name, or the shipped one, and whether it is the shipped one."""
    own = directory / name
    return (own, False) if own.is_dir() else (default_catalog_dir() / name, True)


class _Loading:
    def __init__(self, directory: Path) -> None:
        self.entries: dict[str, CatalogEntry] = {}
        self.loot: dict[str, LootTable] = {}
        self.wares: dict[str, Ware] = {}
        self.problems: list[CatalogProblem] = []
        self.digest = hashlib.sha256()
        self._homes: dict[str, str] = {}
        own = directory / KINDS_FILE
        self.kinds = self._read_kinds(own if own.exists() else default_catalog_dir() / KINDS_FILE)
        if self.problems:  # nothing can be said of items without
            raise CatalogError(tuple(self.problems))

    def report(self, file: str, key: str, reason: str) -> None:
        self.problems.append(CatalogProblem(file, key, reason))

    def read_items(self, path: Path) -> None:
        for base_id, value in self._tables(path, path.name).items():
            self._read_item(path.name, base_id, value)

    def read_loot(self, folder: Path, any_kind: bool) -> None:
        """After all items: tables may name any of them."""
        reader = LootReader(self.entries, self._homes.keys(), any_kind)
        for path in catalog_files(folder):
            file = f"{LOOT}/{path.name}"
            for name, value in self._tables(path, file).items():
                if name in self.loot:
                    self.report(file, item_key(name), "the same loot table twice")
                self.loot[name] = reader.read(name, value, partial(self.report, file))

    def read_shop(self, folder: Path, any_kind: bool) -> None:
        """After all items, likewise; in the order of the files."""
        reader = ShopReader(self.entries, self._homes.keys(), any_kind)
        for path in catalog_files(folder):
            file = f"{SHOP}/{path.name}"
            for base_id, value in self._tables(path, file).items():
                if base_id in self.wares:
                    self.report(file, item_key(base_id), "the same ware twice")
                if ware := reader.read(base_id, value, partial(self.report, file)):
                    self.wares[base_id] = ware

    def _read_kinds(self, path: Path) -> Kinds:
        return read_kinds(self._tables(path, path.name), partial(self.report, path.name))

    def _tables(self, path: Path, name: str) -> Mapping[str, object]:
        try:
            content = path.read_bytes()
            tables = tomllib.loads(content.decode("utf-8-sig"))
        except OSError as error:
            self.report(name, "", f"cannot be read: {error.strerror}")
        except RecursionError:
            self.report(name, "", "nested too deeply")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            self.report(name, "", f"not in UTF-8 (at line {line})")
        except ValueError as error:  # bad TOML, numbers too long to convert
            self.report(name, "", f"not TOML: {error}")
        else:
            self.digest.update(f"{name} {len(content)} ".encode() + content)
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

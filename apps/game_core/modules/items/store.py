"""The catalog in use, exchanged as a whole while the game runs."""

from dataclasses import dataclass
from pathlib import Path

from apps.game_core.modules.items.changes import kind_changes
from apps.game_core.modules.items.contracts import Catalog
from apps.game_core.modules.items.loader import load_catalog


@dataclass(frozen=True, slots=True)
class CatalogDiff:
    """The base_ids that a reload brought, took away and altered, each sorted."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


class CatalogStore:
    """`current` is always a complete, valid catalog. Whoever needs two looks at it keeps the value."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._current = load_catalog(directory)

    @property
    def current(self) -> Catalog:
        return self._current

    def reload(self) -> CatalogDiff:
        """Raises `CatalogError` and keeps the old catalog when the files have any problem."""
        old, new = self._current, load_catalog(self._directory)
        self._current = new
        return compare_catalogs(old, new)


def compare_catalogs(old: Catalog, new: Catalog) -> CatalogDiff:
    changes = kind_changes(old, new)
    return CatalogDiff(
        added=tuple(each.base_id for each in changes if each.before is None),
        removed=tuple(each.base_id for each in changes if each.after is None),
        changed=tuple(each.base_id for each in changes if each.before and each.after),
    )

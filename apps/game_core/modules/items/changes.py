"""What tells two catalogs apart, kind by kind and field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from apps.game_core.modules.items.contracts import Catalog, CatalogEntry


@dataclass(frozen=True, slots=True)
class KindChange:
    """One kind as it is and as it would be; None: there is no such kind."""

    base_id: str
    before: CatalogEntry | None
    after: CatalogEntry | None

    def fields(self) -> Mapping[str, tuple[object, object]]:
        """Those that differ, each as it is and as it would be; none for what comes or goes as a whole."""
        before, after = self.before, self.after
        if before is None or after is None:
            return {}
        pairs = {
            each.name: (getattr(before, each.name), getattr(after, each.name)) for each in fields(before)
        }
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def kind_changes(old: Catalog, new: Catalog) -> tuple[KindChange, ...]:
    """Sorted by base_id."""
    known = sorted(old.entries.keys() | new.entries.keys())
    changes = (KindChange(base_id, old.get(base_id), new.get(base_id)) for base_id in known)
    return tuple(change for change in changes if change.before != change.after)

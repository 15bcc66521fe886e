"""One TOML table to one ware. Its name is the kind's base_id, the keys are the other fields of `Ware`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from apps.game_core.modules.items import shapes
from apps.game_core.modules.items.contracts import HOURS_A_DAY, CatalogEntry, Ware
from apps.game_core.modules.items.entry_reader import item_key
from apps.game_core.modules.items.table_reader import Fail, TableReader


@dataclass(frozen=True, slots=True)
class ShopReader:
    """`declared` are all base_ids that some file names, also those of entries that could not be read.

    Whoever asks for `any_kind` takes wares that were chosen for another catalog: what cannot be sold there is
    left out.
    """

    entries: Mapping[str, CatalogEntry]
    declared: Collection[str]
    any_kind: bool

    def read(self, base_id: str, value: object, report: Fail) -> Ware | None:
        """Everything that is wrong with it is reported."""
        key = item_key(base_id)
        if not isinstance(value, dict):
            report(key, "not a ware: expected a table")
            return None
        reader = TableReader(value, lambda field, reason: report(f"{key}.{field}", reason))
        stock = reader.whole("stock", 1, shapes.MAX_STOCK) if reader.has("stock") else None
        every = reader.whole("every", 1, shapes.MAX_HOURS, default=HOURS_A_DAY)
        if reader.has("every") and not reader.has("stock"):
            reader.fail("every", "only of what is limited by a stock")
        reader.refuse_unknown()
        obstacle = self._obstacle(base_id)
        if obstacle and not self.any_kind:
            report(key, obstacle)
        return None if obstacle or reader.failed else Ware(base_id, stock, every)

    def _obstacle(self, base_id: str) -> str:
        """Why nobody could buy it."""
        entry = self.entries.get(base_id)
        if entry is None:
            # What could not be read is named where it stands.
            return "" if base_id in self.declared and not self.any_kind else "no item of this name"
        if entry.quest:
            return "what quests need is not for sale"
        return "" if entry.value else "it is worth nothing, and would be given away"

"""One TOML table to one loot table. The keys are the fields of `LootTable` and `LootLine`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from apps.game_core.modules.items import shapes
from apps.game_core.modules.items.contracts import (
    CatalogEntry,
    LootLine,
    LootTable,
    Rarity,
    Span,
    Stat,
)
from apps.game_core.modules.items.entry_reader import item_key
from apps.game_core.modules.items.table_reader import Fail, TableReader
from apps.game_core.modules.items.texts import plain_text

_MOST_WEIGHT = 10_000
_ALL = 100
_MOST_STACKS = 5


@dataclass(frozen=True, slots=True)
class LootReader:
    """`declared` are all base_ids that some file names, also those of entries that could not be read.

    Whoever asks for `any_kind` takes tables that were made for another catalog.
    """

    entries: Mapping[str, CatalogEntry]
    declared: Collection[str]
    any_kind: bool

    def read(self, name: str, value: object, report: Fail) -> LootTable:
        """Everything that is wrong with it is reported."""
        key = item_key(name)
        if not isinstance(value, dict):
            report(key, "not a loot table: expected a table")
            return LootTable(())
        reader = TableReader(value, lambda field, reason: report(f"{key}.{field}", reason))
        table = LootTable(
            lines=tuple(self._line(each) for each in reader.tables("lines")),
            rarity=_chances(reader),
            affixes=self._affixes(reader.table("affixes")),
        )
        if not table.lines and "lines" not in reader.failed:
            reader.fail("lines", "missing: nothing can be found")
        reader.refuse_unknown()
        return table

    def _line(self, reader: TableReader) -> LootLine:
        weight = reader.whole("weight", 1, _MOST_WEIGHT)
        base_id, levels_below = "", None
        if reader.has("levels_below"):
            levels_below = reader.whole("levels_below", 0, shapes.MAX_LEVEL)
            if reader.has("base_id"):
                reader.fail("base_id", "either a kind, or gear by its level")
        else:
            base_id = reader.text("base_id", plain_text(shapes.MAX_NAME))
            if base_id and base_id not in self.declared and not self.any_kind:
                reader.fail("base_id", f"no item: {item_key(base_id)}")
        quantity = _span(reader, shapes.MAX_STACK, default=1)
        entry = self.entries.get(base_id)
        most = _MOST_STACKS * entry.max_stack if entry else 1
        if (entry or levels_below is not None) and quantity.most > most and "most" not in reader.failed:
            reader.fail("most", f"{quantity.most} are too many to be carried: at most {most}")
        durability = self._durability(reader, entry)
        reader.refuse_unknown()
        return LootLine(weight, base_id, levels_below, quantity, durability)

    def _durability(self, reader: TableReader, entry: CatalogEntry | None) -> Span | None:
        if not reader.has("durability"):
            return None
        inner = reader.table("durability")
        if "durability" in reader.failed:
            return None
        percent = _span(inner, _ALL, low=0)
        inner.refuse_unknown()
        if entry and entry.max_durability is None and not self.any_kind:
            reader.fail("durability", f"{item_key(entry.base_id)} never wears out")
        return percent

    def _affixes(self, reader: TableReader) -> Mapping[Stat, Span]:
        affixes: dict[Stat, Span] = {}
        for stat in Stat:
            if reader.has(stat):
                inner = reader.table(stat)
                affixes[stat] = _span(inner, shapes.MAX_STATS[stat])
                inner.refuse_unknown()
                self._require_within(stat, affixes[stat], reader)
        reader.refuse_unknown()
        return MappingProxyType(affixes)

    def _require_within(self, stat: Stat, span: Span, reader: TableReader) -> None:
        """With the affix it may say no more than an item file might."""
        most = max((entry.stats.get(stat, 0) for entry in self.entries.values()), default=0)
        if stat not in reader.failed and not self.any_kind and most + span.most > shapes.MAX_STATS[stat]:
            reader.fail(stat, f"{most + span.most} with it is more than {shapes.MAX_STATS[stat]}")


def _chances(reader: TableReader) -> Mapping[Rarity, int]:
    inner = reader.table("rarity")
    better: list[Rarity] = [rarity for rarity in Rarity if rarity.rank]
    chances = {rarity: inner.whole(rarity, 1, _ALL) for rarity in better if inner.has(rarity)}
    inner.refuse_unknown()
    if sum(chances.values()) > _ALL:
        reader.fail("rarity", f"{sum(chances.values())} of {_ALL}")
    return MappingProxyType(chances)


def _span(reader: TableReader, limit: int, default: int | None = None, *, low: int = 1) -> Span:
    least = reader.whole("least", low, limit, default)
    most = reader.whole("most", low, limit, default)
    if least > most and not reader.failed & {"least", "most"}:
        reader.fail("most", f"{most} is less than {least}")
    return Span(least, most)

"""What there is of each type of items, and the slots that it may name: data, beside the items."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from apps.game_core.modules.items.contracts import CatalogEntry, ItemType, Slot
from apps.game_core.modules.items.table_reader import Fail
from apps.game_core.modules.items.texts import shown

KINDS_FILE = "kinds.toml"
HANDS = frozenset({Slot.MAIN_HAND, Slot.OFF_HAND})
WORN_TYPES = frozenset({ItemType.WEAPON, ItemType.ARMOR, ItemType.ACCESSORY})
_SUBTYPE = re.compile(r"[a-z][a-z0-9_]{0,31}")

Slots = Mapping[str, frozenset[Slot]]
"""Slots by subtype; none: it cannot be worn."""


@dataclass(frozen=True, slots=True)
class Kinds:
    subtypes: Mapping[ItemType, Slots] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, kind: ItemType) -> Slots:
        return self.subtypes.get(kind, MappingProxyType({}))

    def slots(self, entry: CatalogEntry) -> frozenset[Slot] | None:
        """None: there is no such subtype."""
        return self.of(entry.type).get(entry.subtype)

    def is_held(self, entry: CatalogEntry) -> bool:
        """In a hand, or in both."""
        slots = self.slots(entry) or frozenset()
        return entry.type is ItemType.WEAPON or (bool(slots) and slots <= HANDS)


def read_kinds(tables: Mapping[str, object], report: Fail) -> Kinds:
    """Whatever is wrong is reported under its dotted key."""
    known = {kind.value: kind for kind in ItemType}
    found: dict[ItemType, Slots] = {}
    for name, value in tables.items():
        if name not in known:
            report(shown(name), f"no type of items: expected one of {', '.join(known)}")
        elif not isinstance(value, dict):
            report(name, "expected a table of subtypes with their slots")
        else:
            found[known[name]] = dict(_subtypes(known[name], value, report))
    return Kinds(MappingProxyType(found))


def _subtypes(
    kind: ItemType, table: Mapping[str, object], report: Fail
) -> Iterator[tuple[str, frozenset[Slot]]]:
    for name, value in table.items():
        key = f"{kind}.{name if _SUBTYPE.fullmatch(name) else shown(name)}"
        reason = _wrong(kind, name, value)
        if reason:
            report(key, reason)
        elif isinstance(value, list):
            yield name, frozenset(map(Slot, value))


def _wrong(kind: ItemType, name: str, value: object) -> str:
    if not _SUBTYPE.fullmatch(name):
        return f"a subtype must match {_SUBTYPE.pattern}"
    if not isinstance(value, list) or not all(each in [*Slot] for each in value):
        return f"expected a list of {', '.join(Slot)}"
    slots = frozenset(map(Slot, value))
    if bool(slots) != (kind in WORN_TYPES):
        return "where is it worn?" if kind in WORN_TYPES else f"{kind} items are not worn"
    if kind is ItemType.WEAPON and not slots <= HANDS:
        return "weapons are held in hands"
    return "it is held in hands, or worn elsewhere, not both" if slots & HANDS and slots - HANDS else ""

"""One TOML table to one catalog entry. The keys are the fields of `CatalogEntry`; `weight` is in kg."""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from apps.game_core.modules.items import shapes
from apps.game_core.modules.items.contracts import (
    Attribute,
    CatalogEntry,
    Effect,
    EffectKind,
    Grip,
    ItemType,
    Rarity,
    Slot,
    Stat,
)
from apps.game_core.modules.items.entry_rules import RULES
from apps.game_core.modules.items.kinds import Kinds
from apps.game_core.modules.items.table_reader import Fail, TableReader
from apps.game_core.modules.items.texts import plain_text, shown, single_emoji

Name = TypeVar("Name", bound=StrEnum)

BASE_ID = re.compile(r"[a-z][a-z0-9_]{1,31}")


def item_key(base_id: str) -> str:
    """The base_id as problems name it: a hostile one is quoted and cut."""
    return base_id if BASE_ID.fullmatch(base_id) else shown(base_id)


def read_entry(base_id: str, value: object, kinds: Kinds, report: Fail) -> CatalogEntry | None:
    """The entry, or None after reporting everything that is wrong with it."""
    key = item_key(base_id)
    if key != base_id:
        report(key, f"a base_id must match {BASE_ID.pattern}")
    if not isinstance(value, dict):
        report(key, "not an item: expected a table")
        return None
    reader = TableReader(value, lambda field, reason: report(f"{key}.{field}", reason))
    entry = _read_fields(base_id, reader)
    reader.refuse_unknown()
    _apply_rules(entry, kinds, reader)
    return None if reader.failed or key != base_id else entry


def _apply_rules(entry: CatalogEntry, kinds: Kinds, reader: TableReader) -> None:
    unreadable = frozenset(reader.failed)
    for rule in RULES:
        reason = "" if rule.reads & unreadable else rule.broken(entry, kinds)
        if reason:
            reader.fail(rule.key, reason)


def _read_fields(base_id: str, reader: TableReader) -> CatalogEntry:
    kind = reader.choice("type", ItemType, ItemType.MATERIAL)
    return CatalogEntry(
        base_id=base_id,
        type=kind,
        subtype=reader.text("subtype", plain_text(shapes.MAX_NAME)),
        icon=reader.text("icon", single_emoji),
        rarity=reader.choice("rarity", Rarity, Rarity.COMMON),
        name=reader.text("name", plain_text(shapes.MAX_NAME)),
        description=reader.text("description", plain_text(shapes.MAX_DESCRIPTION)),
        weight=reader.grams("weight", shapes.MAX_WEIGHT_KG),
        value=reader.whole("value", 0, shapes.MAX_VALUE),
        slots=reader.choices("slots", Slot),
        grip=reader.choice("grip", Grip, Grip.ONE_HAND) if reader.has("grip") else None,
        level=reader.whole("level", 1, shapes.MAX_LEVEL, default=1),
        max_stack=reader.whole("max_stack", 1, shapes.MAX_STACK, default=1),
        max_durability=_durability(reader),
        mended_with=_material(reader),
        stats=_amounts(reader.table("stats"), Stat, shapes.MAX_STATS),
        effects=tuple(_effect(each) for each in reader.tables("effects")),
        requirements=_amounts(reader.table("requirements"), Attribute, shapes.MAX_REQUIREMENTS),
        quest=reader.flag("quest", default=kind is ItemType.QUEST),
        usable_in_combat=reader.flag("usable_in_combat", default=False),
    )


def _durability(reader: TableReader) -> int | None:
    if not reader.has("max_durability"):
        return None
    return reader.whole("max_durability", 1, shapes.MAX_DURABILITY)


def _material(reader: TableReader) -> str | None:
    return reader.text("mended_with", plain_text(shapes.MAX_NAME)) if reader.has("mended_with") else None


def _amounts(reader: TableReader, names: type[Name], limits: Mapping[Name, int]) -> Mapping[Name, int]:
    amounts = {name: reader.whole(name, 1, limits[name]) for name in names if reader.has(name)}
    reader.refuse_unknown()
    return MappingProxyType(amounts)


def _effect(reader: TableReader) -> Effect:
    """Only a buff has a stat and a duration, and it must have both."""
    kind = reader.choice("kind", EffectKind, EffectKind.HEAL)
    stat = None
    duration = 0
    limit = shapes.MAX_HEALING
    if kind is EffectKind.BUFF:
        stat = reader.choice("stat", Stat, Stat.STRENGTH)
        duration = reader.whole("duration", 1, shapes.MAX_DURATION)
        limit = shapes.MAX_STATS[stat]
        if stat is Stat.QUICK_SLOTS:
            reader.fail("stat", "quick slots come from belts, a buff cannot add any")
    amount = reader.whole("amount", 1, limit)
    reader.refuse_unknown()
    return Effect(kind, amount, stat, duration)

"""What must hold between the fields of one entry. Each rule answers with the reason, or nothing."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from apps.game_core.modules.items.contracts import CatalogEntry, EffectKind, Grip, ItemType, Slot, Stat
from apps.game_core.modules.items.kinds import WORN_TYPES, Kinds


@dataclass(frozen=True, slots=True)
class Rule:
    """A problem is reported at `key`. `reads` are the fields that `broken` relies on."""

    key: str
    reads: frozenset[str]
    broken: Callable[[CatalogEntry, Kinds], str]


def subtype_fits(entry: CatalogEntry, kinds: Kinds) -> str:
    known = kinds.of(entry.type)
    return "" if entry.subtype in known else f"{entry.type} items are one of {', '.join(known)}"


def slots_fit(entry: CatalogEntry, kinds: Kinds) -> str:
    allowed = kinds.slots(entry)
    if allowed is None:
        return ""
    if allowed and not entry.slots:
        return f"a {entry.subtype} needs at least one of {_listed(allowed)}"
    if stray := set(entry.slots) - allowed:
        return f"a {entry.subtype} cannot be worn in {_listed(stray)}"
    return ""


def grip_fits(entry: CatalogEntry, kinds: Kinds) -> str:
    in_hand = kinds.is_held(entry)
    if in_hand and entry.grip is None:
        return "missing: what is held in a hand has a grip"
    if entry.grip and not in_hand:
        return "only what is held in a hand has a grip"
    return "" if not entry.grip or _held_well(entry, kinds) else f"{entry.grip} does not fit the slots"


def _held_well(entry: CatalogEntry, kinds: Kinds) -> bool:
    if not entry.slots or slots_fit(entry, kinds):
        return True  # the slots are to blame, and are reported
    if entry.grip is Grip.TWO_HAND:
        return entry.slots == (Slot.MAIN_HAND,)
    if entry.grip is Grip.OFF_HAND:
        return entry.slots == (Slot.OFF_HAND,)
    return Slot.MAIN_HAND in entry.slots


def stack_fits(entry: CatalogEntry) -> str:
    return "what can be worn does not stack" if _is_worn(entry) and entry.max_stack > 1 else ""


def durability_fits(entry: CatalogEntry) -> str:
    unworn = entry.max_durability is not None and not _is_worn(entry)
    return "only what can be worn wears out" if unworn else ""


def mending_fits(entry: CatalogEntry) -> str:
    whole = entry.mended_with is not None and entry.max_durability is None
    return "only what wears out is mended" if whole else ""


def stats_fit(entry: CatalogEntry) -> str:
    power = entry.stats.get(Stat.POWER, 0)
    if entry.stats and not _is_worn(entry):
        return "only what can be worn has stats"
    if entry.type is ItemType.WEAPON and not power:
        return "a weapon needs power"
    return "the spread is wider than the power" if entry.stats.get(Stat.SPREAD, 0) > power else ""


def effects_fit(entry: CatalogEntry) -> str:
    if entry.is_consumable and not entry.effects:
        return "missing: a consumable does something"
    return "only consumables have effects" if entry.effects and not entry.is_consumable else ""


def combat_fits(entry: CatalogEntry) -> str:
    if entry.usable_in_combat and not entry.is_consumable:
        return "only consumables are used in combat"
    harmful = bool(entry.effects) and all(effect.kind is EffectKind.DAMAGE for effect in entry.effects)
    return "what only does damage must be usable in combat" if harmful and not entry.usable_in_combat else ""


def requirements_fit(entry: CatalogEntry) -> str:
    idle = entry.requirements and not (_is_worn(entry) or entry.is_consumable)
    return "only what can be worn or used has requirements" if idle else ""


def quest_fits(entry: CatalogEntry) -> str:
    return "a quest item cannot be dropped" if entry.type is ItemType.QUEST and not entry.quest else ""


def _is_worn(entry: CatalogEntry) -> bool:
    return entry.type in WORN_TYPES


def _listed(slots: Collection[Slot]) -> str:
    return ", ".join(slot for slot in Slot if slot in slots)


def _of_kinds(key: str, reads: str, broken: Callable[[CatalogEntry, Kinds], str]) -> Rule:
    return Rule(key, frozenset(reads.split()), broken)


def _rule(key: str, reads: str, broken: Callable[[CatalogEntry], str]) -> Rule:
    return _of_kinds(key, reads, lambda entry, _: broken(entry))


RULES: tuple[Rule, ...] = (
    _of_kinds("subtype", "type subtype", subtype_fits),
    _of_kinds("slots", "type subtype slots", slots_fit),
    _of_kinds("grip", "type subtype slots grip", grip_fits),
    _rule("max_stack", "type max_stack", stack_fits),
    _rule("max_durability", "type max_durability", durability_fits),
    _rule("mended_with", "mended_with max_durability", mending_fits),
    _rule("stats", "type stats", stats_fit),
    _rule("effects", "type effects", effects_fit),
    _rule("usable_in_combat", "type effects usable_in_combat", combat_fits),
    _rule("requirements", "type requirements", requirements_fit),
    _rule("quest", "type quest", quest_fits),
)

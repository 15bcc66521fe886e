"""What gear is worth to one character, by the fight's own formulas: what is worn now, and any other set."""

from collections.abc import Iterable, Mapping
from operator import add, sub

from apps.game_core import combat
from apps.game_core.combat import Stats
from apps.game_core.modules.inventory.contracts import LEAST_HP, Buff, Verdict
from apps.game_core.modules.inventory.inventory.logic.showing.remembered import Same, Tried, tried
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.inventory.rules.wearing import displaced_slots
from apps.game_core.modules.inventory.views import Figures
from apps.game_core.modules.items.contracts import CatalogEntry, Grip, Slot, Stat

Worn = Mapping[Slot, Item | None]
Points = tuple[int, ...]  # of each Stat, in their order
_STATS = tuple(Stat)
_NONE: Points = (0,) * len(_STATS)
_NOTHING = 1e-9  # what floats make of nothing


def verdict(gain: float) -> Verdict:
    if abs(gain) < _NOTHING:
        return Verdict.EQUAL
    return Verdict.BETTER if gain > 0 else Verdict.WORSE


class Wearer:
    """One character as they stand, before a mirror. `now` (Unix seconds) decides which buffs run."""

    def __init__(self, rules: Rules, session: InventorySession, now: float) -> None:
        self.session = session
        self.rules = rules
        self.buffs = tuple(buff for buff in session.vitals.buffs if buff.expires_at > now)
        self._points: dict[int, Points] = {}
        self._known: dict[tuple[Points, tuple[Buff, ...], bool], Figures] = {}
        before = self._tried()
        self._gains = before.gains
        self._worn = before.worn = before.worn or self._sum(session.equipped.values())
        self.figures = before.figures = before.figures or self.dressed(session.equipped)

    @property
    def fighter(self) -> Stats:
        return self._fighter(self._worn, self.buffs, armed=self._armed(self.session.equipped))

    def dressed(self, worn: Worn, buffs: tuple[Buff, ...] | None = None) -> Figures:
        """What this set comes to, under the buffs that run, or others."""
        running = self.buffs if buffs is None else buffs
        return self._figures(self._sum(worn.values()), running, armed=self._armed(worn))

    def trying(self, item: Item, entry: CatalogEntry, slot: Slot) -> tuple[Worn, tuple[Item, ...]]:
        """The set with the item in this slot, and the items that this pushes out."""
        slots = displaced_slots(self.session, entry, slot, self.rules)
        out = tuple(old for each in slots if (old := self.session.equipped[each]) is not None)
        return {**self.session.equipped, **dict.fromkeys(slots), slot: item}, out

    def best_slot(self, item: Item, entry: CatalogEntry, wanted: Slot | None = None) -> Slot:
        """The wanted slot if the item fits there; else where it helps most, of equals a free one."""
        if wanted in entry.slots:
            return wanted
        return max(entry.slots, key=lambda slot: self._merit(item, entry, slot))

    def points(self, item: Item) -> Points:
        found = self._points.get(item.id)
        if found is None:
            found = self._points[item.id] = tuple(self.rules.item_stat(item, stat) for stat in _STATS)
        return found

    def gain(self, item: Item, entry: CatalogEntry, wanted: Slot | None = None) -> float:
        """By which share the worth grows once the item is worn. Pieces of one kind gain alike."""
        slots = (wanted,) if wanted in entry.slots else entry.slots
        return max(self._gain(item, entry, slot) for slot in slots)

    def _tried(self) -> Tried:
        """By whatever decides what becomes of this character in this gear."""
        session, rules = self.session, self.rules
        by = (Same(rules.catalog), rules.base_capacity, rules.capacity_per_strength)
        return tried(Same(session.equipped), session.hero, session.limits, self.buffs, by)

    def _merit(self, item: Item, entry: CatalogEntry, slot: Slot) -> tuple[float, int]:
        return self._gain(item, entry, slot), -len(self.trying(item, entry, slot)[1])

    def _gain(self, item: Item, entry: CatalogEntry, slot: Slot) -> float:
        key = (slot, item.base_id, item.broken, *item.affixes.items())
        if key not in self._gains:
            self._gains[key] = self._after(item, entry, slot).worth / self.figures.worth - 1
        return self._gains[key]

    def _after(self, item: Item, entry: CatalogEntry, slot: Slot) -> Figures:
        worn, out = self.trying(item, entry, slot)
        points = tuple(map(add, self._worn, self.points(item)))
        if out:
            points = tuple(map(sub, points, self._sum(out)))
        return self._figures(points, self.buffs, armed=self._armed(worn))

    def _figures(self, points: Points, buffs: tuple[Buff, ...], *, armed: bool) -> Figures:
        """Sets of other pieces often come to the same points."""
        key = (points, buffs, armed)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._figured(points, buffs, armed=armed)
        return found

    def _figured(self, points: Points, buffs: tuple[Buff, ...], *, armed: bool) -> Figures:
        hero, added = self.session.hero, dict(zip(_STATS, points, strict=True))
        fighter = self._fighter(points, buffs, armed=armed)
        attack, taken = combat.attack(fighter, hero.level), combat.taken(fighter, hero.level)
        max_hp = self.rules.max_hp_with(self.session, added[Stat.MAX_HP], buffs)
        return Figures(
            attack=attack,
            taken=taken,
            armor=fighter.armor,
            max_hp=max_hp,
            quick_slots=self.rules.quick_slots_with(self.session, added[Stat.QUICK_SLOTS]),
            max_weight=self.rules.capacity(hero.strength + added[Stat.STRENGTH]),
            worth=combat.worth(attack, taken, max(1, max_hp - LEAST_HP)),
        )

    def _fighter(self, points: Points, buffs: tuple[Buff, ...], *, armed: bool) -> Stats:
        together = dict(zip(_STATS, points, strict=True))
        for buff in buffs:
            together[buff.stat] += buff.amount
        return combat.fighter_stats(together, armed=armed)

    def _armed(self, worn: Worn) -> bool:
        return self._strikes(worn[Slot.MAIN_HAND]) or self._strikes(worn[Slot.OFF_HAND])

    def _strikes(self, item: Item | None) -> bool:
        """Whether it is a weapon in its own right, not one that only helps another."""
        entry = self.rules.catalog.get(item.base_id) if item else None
        return entry is not None and entry.grip in (Grip.ONE_HAND, Grip.TWO_HAND)

    def _sum(self, items: Iterable[Item | None]) -> Points:
        return tuple(map(sum, zip(_NONE, *(self.points(item) for item in items if item), strict=True)))

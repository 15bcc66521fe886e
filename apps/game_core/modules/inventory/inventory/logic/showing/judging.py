"""What is known of somebody's things before any is shown: of each kind once, and of the pieces little."""

import math

from apps.game_core.modules.inventory.contracts import Verdict
from apps.game_core.modules.inventory.inventory.logic.showing.comparing import Wearer, verdict
from apps.game_core.modules.inventory.inventory.logic.showing.remembered import Kind, Same, seen
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.inventory.rules.wearing import missing_requirements
from apps.game_core.modules.items.contracts import Slot

NEW_FOR = 5 * 60


class Judge:
    """One session at one moment: `now` in Unix seconds."""

    def __init__(self, rules: Rules, session: InventorySession, now: float) -> None:
        self.session = session
        self.wearer = Wearer(rules, session, now)
        self.max_hp = self.wearer.figures.max_hp
        self.seen = seen(Same(session), Same(rules.catalog))
        self._rules = rules
        self.now = now
        self._kinds = self.seen.kinds

    def wearer_of(self, session: InventorySession) -> Wearer:
        """At the same moment, with things that are otherwise."""
        return Wearer(self._rules, session, self.now)

    def kind(self, item: Item) -> Kind:
        found = self._kinds.get(item.base_id)
        if found is None:
            found = self._kinds[item.base_id] = self._look_up(item.base_id)
        return found

    def is_new(self, item: Item) -> bool:
        """Where everything is new, nothing is worth a mark."""
        return self.now - item.acquired_at < NEW_FOR <= self.now - self._oldest()

    def weight_and_value(self) -> tuple[int, int]:
        """Of everything carried, in grams and gold."""
        found = self.seen.weight_and_value
        if found is None:
            found = self.seen.weight_and_value = self._rules.weight_and_value(self.session)
        return found

    def gain(self, item: Item, wanted: Slot | None = None) -> float:
        """By which share the worth grows when it is worn, in the slot that is wanted if it fits there."""
        return self.wearer.gain(item, self._rules.entry(item), wanted) if self.kind(item).slots else 0.0

    def slots_to_fill(self) -> tuple[set[Slot], set[Slot]]:
        """Those for which the backpack has something that can be worn, and those it would improve."""
        last = self.seen.to_fill
        if last is None or last[0] != self.wearer.buffs:
            last = self.seen.to_fill = self.wearer.buffs, self._look_for_slots()
        return last[1]

    def _oldest(self) -> float:
        if self.seen.oldest is None:
            self.seen.oldest = min((item.acquired_at for item in self.session.backpack), default=math.inf)
        return self.seen.oldest

    def _look_for_slots(self) -> tuple[set[Slot], set[Slot]]:
        fitting: set[Slot] = set()
        better: set[Slot] = set()
        for item in self.session.backpack:
            if (kind := self.kind(item)).wearable:
                fitting.update(kind.slots)
                left = [slot for slot in kind.slots if slot not in better]
                better.update(slot for slot in left if verdict(self.gain(item, slot)) is Verdict.BETTER)
        return fitting, better

    def _look_up(self, base_id: str) -> Kind:
        entry = self._rules.catalog.get(base_id)
        if entry is None:
            return Kind(base_id)
        wearable = entry.is_equippable and not missing_requirements(entry, self.session.hero)
        return Kind(
            entry.name,
            entry.type,
            entry.level,
            entry.value,
            entry.slots,
            wearable=wearable,
            consumable=entry.is_consumable,
        )

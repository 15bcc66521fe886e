"""One inventory under the rules as they are, and under those of another catalog."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.game_core.modules.inventory.errors import OperationRefusedError
from apps.game_core.modules.inventory.foresight import Affected, Foresight, Oddity
from apps.game_core.modules.inventory.inventory.logic.foreseeing.comparison import RulesCompared, of_itself
from apps.game_core.modules.inventory.inventory.model import QUICK_SLOT, InventorySession, PlacedItem
from apps.game_core.modules.inventory.inventory.rules.laying import laid, to_lay
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.inventory.rules.wearing import (
    SLOTS,
    hands_are_free,
    missing_requirements,
    refit,
)
from apps.game_core.modules.items.contracts import Slot

_HANDS = (Slot.MAIN_HAND, Slot.OFF_HAND)


def foreseen(session: InventorySession, compared: RulesCompared) -> Foresight:
    """What becomes of what is in it."""
    now, then = (_looked_at(session, rules, compared.at) for rules in (compared.now, compared.then))
    pieces = (_affected(placed, now, then, compared) for placed in session.placed())
    return Foresight(
        char_id=session.char_id,
        pieces=tuple(piece for piece in pieces if piece),
        overweight=then.is_overweight and not now.is_overweight,
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """At a session under some rules: what lies on the `table` of a trade, what leaves its quick slot."""

    session: InventorySession
    rules: Rules
    table: frozenset[int]
    thrown_out: frozenset[int]

    @property
    def is_overweight(self) -> bool:
        return self.rules.weight(self.session) > self.rules.max_weight(self.session)

    def oddities(self, placed: PlacedItem) -> Iterator[Oddity]:
        yield from of_itself(placed.item, self.rules)
        if self._is_misplaced(placed):
            yield Oddity.MISPLACED
        if placed.item.id in self.thrown_out:
            yield Oddity.RETURNED
        if placed.item.id in self.table and not self._is_tradable(placed.item.id):
            yield Oddity.UNTRADABLE
        entry = self.rules.catalog.get(placed.item.base_id)
        if entry and placed.place in SLOTS and missing_requirements(entry, self.session.hero):
            yield Oddity.UNMET

    def _is_misplaced(self, placed: PlacedItem) -> bool:
        entry = self.rules.catalog.get(placed.item.base_id)
        if entry is None:
            return False
        if placed.place == QUICK_SLOT:
            return not entry.is_consumable
        if placed.place not in SLOTS:
            return False
        slot = Slot(placed.place)
        crowded = slot in _HANDS and not hands_are_free(self.session, self.rules)
        return slot not in entry.slots or crowded

    def _is_tradable(self, item_id: int) -> bool:
        try:
            to_lay(self.session, item_id, self.rules)
        except OperationRefusedError:
            return False
        return True


def _looked_at(session: InventorySession, rules: Rules, at: int) -> _Look:
    _, out = refit(session, rules, at)
    return _Look(session, rules, laid(session, at), frozenset(item.id for item in out))


def _affected(placed: PlacedItem, now: _Look, then: _Look, compared: RulesCompared) -> Affected | None:
    item, half = placed.item, now.session.half
    oddities = compared.told(item.base_id, {*now.oddities(placed)}, {*then.oddities(placed)})
    if oddities is None:
        return None
    trade = half.trade if half and item.id in now.table else None
    return Affected(item.id, item.base_id, item.quantity, placed.place, oddities, trade)

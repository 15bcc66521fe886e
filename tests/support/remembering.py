"""A formatter that judges each state of a bag once, for the screens of one bag in many languages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from apps.game_core.modules.inventory.contracts import BestSet, InventoryView
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.keeping_views import Junk

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Remembering(InventoryFormatter):
    """What is dearest to find out is kept by states, and equal states of the same pieces are one."""

    _views: list[tuple[InventorySession, InventoryView]] = field(default_factory=list, init=False)
    _junk: list[tuple[InventorySession, Junk]] = field(default_factory=list, init=False)
    _sets: list[tuple[InventorySession, BestSet]] = field(default_factory=list, init=False)

    def format_for_ui(self, session: InventorySession) -> InventoryView:
        return _once(self._views, session, lambda: InventoryFormatter.format_for_ui(self, session))

    def junk(self, session: InventorySession) -> Junk:
        return _once(self._junk, session, lambda: InventoryFormatter.junk(self, session))

    def best_set(self, session: InventorySession) -> BestSet:
        return _once(self._sets, session, lambda: InventoryFormatter.best_set(self, session))


def _once(
    found: list[tuple[InventorySession, Found]], session: InventorySession, find: Callable[[], Found]
) -> Found:
    for known, before in found:
        if known == session:
            return before
    found.append((session, find()))
    return found[-1][1]

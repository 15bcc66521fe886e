"""The inventory part of a character snapshot: what the context assembler reads in one transaction."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.inventory.model import Hero, Limits, PlacedItem, Vitals


@dataclass(frozen=True, slots=True)
class LedgerMark:
    """An operation whose fate the database holds: applied, or recorded as a conflict."""

    op_id: str
    version: int


@dataclass(frozen=True, slots=True)
class InboxGrant:
    """Items from another module that wait to be delivered."""

    inbox_id: int
    char_id: int
    base_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class InventorySnapshot:
    char_id: int
    version: int
    rev: str
    hero: Hero
    vitals: Vitals
    limits: Limits
    items: tuple[PlacedItem, ...]
    known: tuple[LedgerMark, ...] = ()
    inbox: tuple[InboxGrant, ...] = ()

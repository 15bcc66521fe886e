"""The codex as the bot knows it: which kinds of items a character has ever had."""

from dataclasses import dataclass
from typing import Literal

from apps.game_core.modules.items.contracts import CatalogEntry, ItemType
from apps.game_core.system.protocols import Context


@dataclass(frozen=True, slots=True)
class CodexEntry:
    """`number` stands for the kind for as long as it keeps its base_id."""

    kind: CatalogEntry
    number: int
    found: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """All kinds of a type, in the order of the item files."""

    type: ItemType
    entries: tuple[CodexEntry, ...]

    @property
    def found(self) -> int:
        return sum(entry.found for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Codex:
    """Without kinds that the item files do not know any more. `latest` were found last, newest first."""

    chapters: tuple[Chapter, ...]
    latest: tuple[CatalogEntry, ...]

    @property
    def found(self) -> int:
        return sum(chapter.found for chapter in self.chapters)

    @property
    def total(self) -> int:
        return sum(len(chapter.entries) for chapter in self.chapters)


@dataclass(frozen=True, slots=True)
class ViewCodex(Context[Literal["codex"], Literal["view"], Codex]):
    """Raises CharacterNotFoundError and InventoryUnavailableError of the inventory."""

    module = "codex"
    action = "view"

    char_id: int

"""What the codex needs from the outside."""

from collections.abc import Mapping
from typing import Protocol, Self

from apps.game_core.modules.items.contracts import Catalog


class CatalogProvider(Protocol):
    @property
    def current(self) -> Catalog: ...


class CodexRepository(Protocol):
    """Every method raises InventoryUnavailableError of the inventory."""

    async def found(self, char_id: int) -> Mapping[str, int]:
        """When each kind was found first, in Unix seconds, by base_id."""
        ...

    async def add(self, found: Mapping[tuple[int, str], int]) -> None:
        """The same of many, by character and base_id. What was found before, or by nobody, stays as it is."""
        ...


class CodexUnit(Protocol):
    """A transaction; whoever opened it commits."""

    @property
    def codex(self) -> CodexRepository: ...

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *exc_info: object) -> None: ...


class CodexUnitFactory(Protocol):
    def __call__(self) -> CodexUnit: ...

"""What the admins module needs from the database and the catalog."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from apps.game_core.modules.admins.contracts import Action
from apps.game_core.modules.inventory.contracts import GrantWriter
from apps.game_core.modules.items.contracts import Catalog


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action to be written down; the database adds number and time."""

    request_id: str
    actor: str
    command: str
    char_id: int | None
    arguments: Mapping[str, str | int]
    outcome: str


class ActionRepository(Protocol):
    async def add(self, action: NewAction) -> bool:
        """False: an action with this request id is there already, and not only begun."""
        ...

    async def latest(self, limit: int) -> Sequence[Action]:
        """Newest first."""
        ...


class AdminUnitOfWork(Protocol):
    """One transaction. Leaving the block without `commit` rolls back."""

    @property
    def actions(self) -> ActionRepository: ...
    @property
    def inventories(self) -> GrantWriter: ...

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *exc_info: object) -> None: ...
    async def commit(self) -> None: ...


class AdminUnitOfWorkFactory(Protocol):
    def __call__(self) -> AdminUnitOfWork: ...


class CatalogSource(Protocol):
    @property
    def current(self) -> Catalog: ...

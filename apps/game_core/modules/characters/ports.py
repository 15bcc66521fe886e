"""What the characters module needs from the database."""

from collections.abc import Sequence
from typing import Protocol, Self

from apps.game_core.modules.characters.contracts import Character
from apps.game_core.modules.inventory.contracts import Limits, PlacedItem


class CharacterRepository(Protocol):
    async def find(self, user_id: int) -> Character | None: ...

    async def search(
        self, char_id: int | None, user_id: int | None, name: str | None, limit: int
    ) -> Sequence[Character]:
        """Characters that one of the three fits, by id."""
        ...

    async def add(self, char_id: int, user_id: int, name: str, language: str, hp: int) -> Character | None:
        """A new character; None when the user has one already."""
        ...

    async def delete(self, char_id: int) -> Character | None:
        """Remove its row and all rows that belong to it. What it was; None when there is none."""
        ...

    async def set_language(self, user_id: int, language: str) -> Character | None: ...


class InventoryOpener(Protocol):
    async def add(self, char_id: int, items: Sequence[PlacedItem], limits: Limits, rev: str) -> None: ...

    async def tell_lost(self, char_id: int, lost: int) -> None:
        """The player of a character that was just made reads that another one was lost."""
        ...


class AdminLog(Protocol):
    async def forget(self, user_id: int, name: str) -> None:
        """Leave lines about the user, and by the user, without the user."""
        ...


class TradeLeaver(Protocol):
    async def leave(self, char_id: int) -> None:
        """Call off every trade of theirs that is open: what others have given goes back."""
        ...


class CharacterUnitOfWork(Protocol):
    """One transaction. Leaving the block without `commit` rolls back."""

    @property
    def characters(self) -> CharacterRepository: ...
    @property
    def inventories(self) -> InventoryOpener: ...
    @property
    def actions(self) -> AdminLog: ...
    @property
    def trades(self) -> TradeLeaver: ...

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *exc_info: object) -> None: ...
    async def commit(self) -> None: ...


class CharacterUnitOfWorkFactory(Protocol):
    def __call__(self) -> CharacterUnitOfWork: ...

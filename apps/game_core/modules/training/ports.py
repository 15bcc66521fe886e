"""What training needs from the outside."""

from typing import Protocol

from apps.game_core.modules.items.contracts import Catalog
from apps.game_core.modules.training.fight import Fight


class CatalogProvider(Protocol):
    @property
    def current(self) -> Catalog: ...


class FightStore(Protocol):
    """One fight a character, for a while. Every method raises SessionStoreDownError of the inventory."""

    async def load(self, char_id: int) -> Fight | None: ...

    async def save(self, fight: Fight) -> Fight | None:
        """Compare and set: the fight with its new `rev`, None if the stored one has another than `fight`.

        An empty `rev` is for a fight where none is stored.
        """
        ...

    async def forget(self, char_id: int) -> None: ...

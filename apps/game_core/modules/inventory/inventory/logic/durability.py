"""When a change may be called done."""

from dataclasses import dataclass
from typing import Protocol

from apps.game_core.modules.inventory.inventory.logic.session_sync import SessionSync
from apps.game_core.modules.inventory.ports import UnitOfWorkFactory


class Durability(Protocol):
    async def before(self) -> None:
        """Raises what makes a promise impossible, before anything is changed."""
        ...

    async def after(self, char_id: int, /) -> None:
        """Returns once what was changed, now or by an earlier delivery, is as safe as promised."""
        ...


class LazyDurability:
    """Redis holds it, the worker writes it."""

    async def before(self) -> None:
        return

    async def after(self, _: int) -> None:
        return


@dataclass(frozen=True, slots=True)
class StrictDurability:
    """PostgreSQL holds it before the player is told."""

    sync: SessionSync
    unit_of_work: UnitOfWorkFactory

    async def before(self) -> None:
        """Raises DatabaseDownError."""
        async with self.unit_of_work() as unit:
            await unit.ping()

    async def after(self, char_id: int) -> None:
        """Raises what `SessionSync.sync` raises: the change took effect and is not safe yet."""
        await self.sync.sync(char_id)

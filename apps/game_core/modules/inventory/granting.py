"""Items for a player who may be away: they wait in an inbox."""

from dataclasses import dataclass
from typing import Literal, Protocol

from apps.game_core.modules.inventory.inventory.gift import PLAIN, Gift, Roll
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.system.protocols import Context


class GrantWriter(Protocol):
    async def grant(self, char_id: int, gift: Gift, key: str | None = None) -> InboxGrant: ...


class GrantUnit(Protocol):
    """A transaction of the granting module's own; `commit` stays with that module."""

    @property
    def inventories(self) -> GrantWriter: ...


@dataclass(frozen=True, slots=True)
class Granted:
    """What the inbox holds: for a key that came before, what came with it then."""

    grant: InboxGrant


@dataclass(frozen=True, slots=True)
class Grant(Context[Literal["inventory"], Literal["grant"], Granted]):
    """Items for a player who may be playing or away: they arrive exactly once, as soon as they fit.

    With a `unit` the grant is part of that transaction, and is gone if it rolls back. With a `key` the same
    grant may be asked for again and again; it is made once, of what it was first asked for.
    `roll` as in `AddItem`.
    """

    module = "inventory"
    action = "grant"

    char_id: int
    base_id: str
    quantity: int
    unit: GrantUnit | None = None
    key: str | None = None
    roll: Roll = PLAIN

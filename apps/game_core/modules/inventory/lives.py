"""The life of one item, as ledgers tell it: where it came from, what was done to it, whose it was."""

from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from apps.game_core.modules.inventory.inventory.model import PlacedItem
from apps.game_core.modules.inventory.oversight import LedgerLine
from apps.game_core.system.protocols import Context

EDIT = "edit"
"""The deed of an edit by SQL."""


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """What one operation, or an edit by SQL, did to the item's row in one inventory.

    `line` tells the operation as pages of the ledger do; parts of a batch are told one by one. `before` and
    `after` are the row, None where there is none. `out_of` are ids of stacks that gave it pieces, `into` of
    those that took some. An edit has no `op_id`, but its number and an `editor`: the database's user. `half`,
    where it was given for a trade or came of one, is the trade and the mark of what it lay on there.
    """

    char_id: int
    op_id: str
    line: LedgerLine
    before: PlacedItem | None
    after: PlacedItem | None
    out_of: tuple[int, ...] = ()
    into: tuple[int, ...] = ()
    edit: int = 0
    editor: str = ""
    half: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """Whose ledger cannot be read from an entry on, made at `since` (Unix seconds).

    0: nobody wrote down what the character began with, so that nothing of it can be told.
    """

    char_id: int
    since: int


@dataclass(frozen=True, slots=True)
class Awaited:
    """It came of a `trade` and waits in the inbox of `char_id`; or they gave it, and the trade is open."""

    char_id: int
    trade: int
    given: bool


@dataclass(frozen=True, slots=True)
class ItemLife:
    """In order of time, as far as the ledgers can be read. `owner` has it now; None: nobody is known to.

    Of who is among the `unread`, the database's row says whether they have it. `awaited`: it is in no bag.
    """

    item_id: int
    events: tuple[LifeEvent, ...]
    owner: int | None
    unread: tuple[Unread, ...] = ()
    awaited: Awaited | None = None

    @property
    def owners(self) -> tuple[int, ...]:
        """Who had it, one after the other; whoever had it again is named again."""
        return tuple(char_id for char_id, _ in groupby(self.events, lambda event: event.char_id))


@dataclass(frozen=True, slots=True)
class TraceItem(Context[Literal["inventory"], Literal["life"], ItemLife]):
    """Told by the inventories that the database finds for it, and by those of `char_ids`.

    No events: none of them, as far as they can be read, knows the item.
    """

    module = "inventory"
    action = "life"

    item_id: int
    char_ids: tuple[int, ...] = ()

"""What admins may ask. That it is an admin who asks is the caller's business; that it is logged is ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from apps.game_core.modules.characters.contracts import Character
from apps.game_core.modules.inventory.contracts import (
    Difference,
    Inspection,
    InventoryNumbers,
    ItemLife,
    LedgerItem,
    LedgerPage,
    PastInventory,
    RestorePlan,
)
from apps.game_core.system.protocols import Context

A = TypeVar("A", bound=str)
R_co = TypeVar("R_co", covariant=True)
DONE, BEGUN = "done", "begun"
"""How an action ended, if it did not fail, and how it stands meanwhile."""


def messenger_actor(user_id: int) -> str:
    """An admin who asks through the messenger."""
    return f"telegram:{user_id}"


@dataclass(frozen=True, slots=True)
class Given:
    """The items wait in the inbox; `playing`: the worker brings them to an open session within a moment.

    `repeated`: this very request was answered before, and gave nothing now.
    """

    character: Character
    item: LedgerItem
    playing: bool
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Paid:
    """`amount` came into the purse, or below zero went out of it; `left` were in it then.

    `repeated` as in `Given`.
    """

    character: Character
    amount: int
    left: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Inspected:
    character: Character
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class Recounted:
    character: Character
    ledger: LedgerPage


@dataclass(frozen=True, slots=True)
class Recalled:
    character: Character
    past: PastInventory


@dataclass(frozen=True, slots=True)
class Compared:
    character: Character
    difference: Difference


@dataclass(frozen=True, slots=True)
class Traced:
    """`characters` are those whom the life names, by id."""

    life: ItemLife
    characters: Mapping[int, Character]


@dataclass(frozen=True, slots=True)
class Synced:
    """`rows` of items were written; the database then held `version`."""

    character: Character
    changes_saved: bool
    rows: int
    version: int


@dataclass(frozen=True, slots=True)
class Previewed:
    character: Character
    plan: RestorePlan


@dataclass(frozen=True, slots=True)
class Restored:
    """`repeated`: this very request was answered before, and brought back nothing now."""

    character: Character
    items: tuple[LedgerItem, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the log. `at` in Unix seconds; `outcome`: `done`, `begun`, or an error's name."""

    id: int
    at: int
    actor: str
    command: str
    char_id: int | None
    arguments: Mapping[str, str | int]
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminContext(Context[Literal["admins"], A, R_co]):
    """`actor` names who asks, e.g. `telegram:1`. The same `request_id` takes effect and is logged once."""

    module = "admins"

    actor: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerContext(AdminContext[A, R_co]):
    """`player`: a messenger's user id, `#` and a character id, or an exact name that only one character has.

    Raises PlayerNotFoundError and PlayerAmbiguousError, beside what the inventory raises.
    """

    player: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Give(PlayerContext[Literal["give"], Given]):
    """Raises NoSuchItemError and TooManyItemsError, too."""

    action = "give"

    base_id: str
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay(PlayerContext[Literal["coins"], Paid]):
    """`amount` coins into the purse or, below zero, out of it: all of them, or none.

    Raises TooFewCoinsError and TooManyCoinsError, too.
    """

    action = "coins"

    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspect(PlayerContext[Literal["inspect"], Inspected]):
    action = "inspect"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHistory(PlayerContext[Literal["history"], Recounted]):
    action = "history"

    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall(PlayerContext[Literal["at"], Recalled]):
    """`at` in Unix seconds. Raises NoLookingBackError, too."""

    action = "at"

    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(PlayerContext[Literal["diff"], Compared]):
    """`since` and `until` in Unix seconds. Raises NoLookingBackError, too."""

    action = "diff"

    since: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace(AdminContext[Literal["life"], Traced]):
    """The life of an item, by its id. `players` are asked beside those whom the database finds.

    Raises NoTraceError, beside what is raised for each player.
    """

    action = "life"

    item_id: int
    players: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync(PlayerContext[Literal["sync"], Synced]):
    action = "sync"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRestore(PlayerContext[Literal["preview_restore"], Previewed]):
    """`to` in Unix seconds. Raises NoLookingBackError, too."""

    action = "preview_restore"

    to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePlayer(PlayerContext[Literal["restore"], Restored]):
    """Carries out the plan with this `code`. Raises PlanOutdatedError and NoLookingBackError, too."""

    action = "restore"

    to: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMetrics(AdminContext[Literal["metrics"], InventoryNumbers]):
    action = "metrics"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAction(AdminContext[Literal["record"], None]):
    """Write down what was done elsewhere, e.g. by a command line tool."""

    action = "record"

    command: str
    outcome: str
    char_id: int | None = None
    arguments: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadActions(Context[Literal["admins"], Literal["log"], tuple[Action, ...]]):
    """The latest actions, newest first."""

    module = "admins"
    action = "log"

    limit: int = 50

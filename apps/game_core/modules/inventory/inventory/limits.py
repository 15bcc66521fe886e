"""What a caller may ask for, said in the types of fields: `input_checks` holds callers to it.

A field of an operation whose type has no limit here, and is no enumeration or flag, is not for callers.
"""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from apps.game_core.modules.items.contracts import Stat
from apps.game_core.value import Value

MAX_ID = 2**63 - 1
MAX_QUANTITY = 10_000
MAX_AT_ONCE = 1_000
MAX_PARTS = 50
MARK_BITS = 48
MAX_COINS = 2**63 - 1


class Within(Value):
    """A whole number between these two."""

    least: int
    most: int


class Letters(Value):
    """A text of 1 to `most` whole characters without NUL, which PostgreSQL does not store."""

    most: int


class Ids(Value):
    """At most so many item ids, in any order."""

    most: int


class InOrder(Value):
    """At most so many item ids, each once, in an order that means something."""

    most: int


class Several(Value):
    """From one to so many operations that a caller may ask for singly."""

    most: int


class OfStats(Value):
    """Points of some stats, each a whole number between these two and not 0."""

    least: int
    most: int


class UpToCoins(Value):
    """At least one coin, at most so many."""

    most: int


ItemId: TypeAlias = Annotated[int, Within(1, MAX_ID)]
CharId: TypeAlias = Annotated[int, Within(1, MAX_ID)]
ItemIds: TypeAlias = Annotated[tuple[int, ...], Ids(MAX_AT_ONCE)]
ItemOrder: TypeAlias = Annotated[tuple[int, ...], InOrder(MAX_QUANTITY)]
Quantity: TypeAlias = Annotated[int, Within(1, MAX_QUANTITY)]
HitPoints: TypeAlias = Annotated[int, Within(-MAX_ID, MAX_ID)]
LostHitPoints: TypeAlias = Annotated[int, Within(0, MAX_ID)]
Wear: TypeAlias = Annotated[int, Within(0, MAX_ID)]
PointsLeft: TypeAlias = Annotated[int, Within(0, MAX_QUANTITY)]
Coins: TypeAlias = Annotated[int, UpToCoins(MAX_COINS)]
Experience: TypeAlias = Annotated[int, Within(0, MAX_QUANTITY)]
Affixes: TypeAlias = Annotated[Mapping[Stat, int], OfStats(-1_000, 1_000)]
QuickSlotIndex: TypeAlias = Annotated[int, Within(0, 9)]
Mark: TypeAlias = Annotated[int, Within(0, 2**MARK_BITS - 1)]
Fingerprint: TypeAlias = Annotated[int, Within(0, MAX_ID)]
Name: TypeAlias = Annotated[str, Letters(128)]
LoadoutName: TypeAlias = Annotated[str, Letters(64)]
Version: TypeAlias = Annotated[int, Within(0, MAX_ID)]
OperationId: TypeAlias = Annotated[str, Letters(128)]

"""What happens to the master, what protects changes meanwhile, and whether the bots live through it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from apps.game_core.settings import DurabilityMode


class Accident(StrEnum):
    COORDINATED = "coordinated"
    """The master itself hands over: `SENTINEL FAILOVER … COORDINATED` (Valkey 9), `CLUSTER FAILOVER`."""
    PLANNED = "planned"
    """A replica is promoted while the master serves: `SENTINEL FAILOVER`, `CLUSTER FAILOVER TAKEOVER`."""
    HELD = "held"
    """Planned, when the master was told to write only while all replicas follow it."""
    KILLED = "killed"
    PAUSED = "paused"
    """It stands still, another one is named, and it goes on."""
    CUT_OFF = "cut off"
    """Planned, but no sentinel can be reached any more once one has named another: nobody is told."""


class Safety(StrEnum):
    NONE = "none"
    MIN_REPLICAS = "min-replicas"
    """The master takes writes only while a replica follows it."""
    REPLICATED = "replicated"
    STRICT = "strict"

    @property
    def durability(self) -> DurabilityMode:
        if self is Safety.REPLICATED:
            return DurabilityMode.REPLICATED
        return DurabilityMode.STRICT if self is Safety.STRICT else DurabilityMode.LAZY

    @property
    def config(self) -> Mapping[str, str]:
        """What the servers' redis.conf says."""
        if self is Safety.MIN_REPLICAS:
            return {"min-replicas-to-write": "1", "min-replicas-max-lag": "10"}
        return {}


@dataclass(frozen=True, slots=True)
class Case:
    """`bots_die`: all of them are killed at the worst moment, so that nobody knows what they have told.

    `in_a_cluster`: it befalls one master of three, and no sentinel is there.
    """

    accident: Accident
    safety: Safety
    bots_die: bool
    in_a_cluster: bool = False

    @property
    def loses_nothing(self) -> bool:
        """What bots have told they bring back, or tell that they cannot."""
        return not self.bots_die or self.safety is Safety.STRICT

    @property
    def takes_nothing_back(self) -> bool:
        """While there are two masters, a change at one may be in the way of what was told at the other."""
        return self.safety is Safety.STRICT or (not self.bots_die and self.safety is Safety.MIN_REPLICAS)

    def __str__(self) -> str:
        bots = "bots die, too" if self.bots_die else "bots run on"
        return f"{self.accident}, {self.safety}, {bots}"


_BY_SENTINELS_ONLY = (Accident.HELD, Accident.CUT_OFF)


def all_cases(*, in_a_cluster: bool = False) -> Iterator[Case]:
    for accident, safety, bots_die in product(Accident, Safety, (False, True)):
        if not (in_a_cluster and accident in _BY_SENTINELS_ONLY):
            yield Case(accident, safety, bots_die, in_a_cluster)

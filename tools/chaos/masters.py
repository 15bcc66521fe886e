"""What goes with a cluster's master: pure arithmetic on times."""

from collections.abc import Iterable
from dataclasses import dataclass

_UNREPLICATED = 1.0
"""Seconds that a replica may be behind, and an answer be on its way, at most; mostly it is milliseconds."""
_NOTICING = 5.0
"""Until a bot has brought back what it told and the new master does not know."""


@dataclass(frozen=True, slots=True)
class MasterChange:
    """Between these times, in seconds, a master may have become another one without handing over."""

    began: float
    ended: float

    def took(self, sent: float, told: float, bot_deaths: Iterable[float]) -> bool:
        """Whether what was told then may be lost: only if the bot that told it could not bring it back."""
        if not self.began - _UNREPLICATED <= told <= self.ended + _UNREPLICATED:
            return False
        return any(sent <= death <= self.ended + _NOTICING for death in bot_deaths)

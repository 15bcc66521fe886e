"""Why training answers no. Carries data, no player text."""

from dataclasses import dataclass


@dataclass(eq=False)
class NoFightError(Exception):
    """There is no fight: it ended long ago, or never began."""

    char_id: int

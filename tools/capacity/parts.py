"""Which processes carry what, and what each has spent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.support import processor


@dataclass(frozen=True, slots=True)
class Part:
    """Processes of one kind."""

    name: str
    pids: Sequence[int | None]

    def spent(self) -> tuple[float, ...]:
        """Seconds of CPU by process."""
        return tuple(map(processor.of_server, self.pids))


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of CPU of a part in a step: of all processes, and of the busiest one."""

    all: float
    busiest: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spent":
        return cls(sum(seconds), max(seconds, default=0.0))


def since(parts: Sequence[Part], before: Mapping[str, Sequence[float]]) -> dict[str, Spent]:
    found: dict[str, Spent] = {}
    for part in parts:
        pairs = zip(part.spent(), before[part.name], strict=True)
        found[part.name] = Spent.of([after - earlier for after, earlier in pairs])
    return found

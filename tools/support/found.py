"""What an exhaustive search found."""

from dataclasses import dataclass, field


@dataclass
class Found:
    """`violations` maps an invariant's name to the labels of a shortest trace."""

    states: int = 0
    transitions: int = 0
    depth: int = 0
    complete: bool = True
    violations: dict[str, tuple[str, ...]] = field(default_factory=dict)

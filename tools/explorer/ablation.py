"""One protection taken out, and the world in which that shows."""

from dataclasses import dataclass

from tools.explorer.protocol import Bounds, Protocol


@dataclass(frozen=True)
class Ablation:
    """`breaks` names an invariant that must fall; None: shown to be redundant, within its bounds."""

    what: str
    without: Protocol
    bounds: Bounds
    breaks: str | None


def ablation(what: str, breaks: str | None, bounds: Bounds, **changed: object) -> Ablation:
    return Ablation(what, Protocol(**changed), bounds, breaks)  # type: ignore[arg-type] # names checked by tests

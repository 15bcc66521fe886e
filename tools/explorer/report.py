"""What was found, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tools.explorer.ablation import Ablation
from tools.explorer.invariants import TEXTS
from tools.explorer.protocol import Bounds
from tools.explorer.search import Explorer
from tools.explorer.trading.ablations import TradeAblation
from tools.explorer.trading.invariants import TEXTS as TEXTS_OF_TRADES
from tools.explorer.trading.search import TradeExplorer
from tools.explorer.trading.world import World
from tools.support.found import Found

_ABLATION_LIMIT = 60_000


@dataclass(frozen=True)
class AblationResult:
    ablation: Ablation | TradeAblation
    found: Found

    @property
    def is_as_expected(self) -> bool:
        """It breaks what it should, or nothing in a complete search when it is known to be redundant."""
        if self.ablation.breaks is None:
            return self.found.complete and not self.found.violations
        return self.ablation.breaks in self.found.violations


@cache
def try_ablation(ablation: Ablation | TradeAblation) -> AblationResult:
    if isinstance(ablation, TradeAblation):
        trades = TradeExplorer(ablation.world, ablation.without, until=ablation.breaks, limit=_ABLATION_LIMIT)
        return AblationResult(ablation, trades.run())
    explorer = Explorer(
        ablation.without,
        ablation.bounds,
        at_first=ablation.breaks is None,
        until=ablation.breaks,
        limit=_ABLATION_LIMIT,
        drain=ablation.breaks in (None, "L"),
    )
    return AblationResult(ablation, explorer.run())


def scenario_lines(name: str, bounds: Bounds | World, found: Found, seconds: float) -> Iterator[str]:
    outcome = "exhausted" if found.complete else "given up at the limit"
    yield (
        f"{name}: {found.states:,} states, {found.transitions:,} transitions, depth {found.depth}, "
        f"{outcome}, {len(found.violations)} violations, {seconds:.0f} s — {shown(bounds)}"
    )
    yield from violation_lines(found)


def ablation_lines(name: str, result: AblationResult) -> Iterator[str]:
    broken = ", ".join(result.found.violations) or (
        "nothing: redundant within these bounds" if result.found.complete else "nothing yet, gave up"
    )
    mark = "" if result.is_as_expected else "  UNEXPECTED"
    yield f"{name} ({result.ablation.what}): breaks {broken}{mark}"
    yield from violation_lines(result.found)


def violation_lines(found: Found) -> Iterator[str]:
    texts = {**TEXTS, **TEXTS_OF_TRADES}
    for name, trace in found.violations.items():
        yield f"  {name}, {texts[name]}, fails after {len(trace)} steps:"
        yield from (f"    {position:2}. {label}" for position, label in enumerate(trace, 1))


def shown(bounds: Bounds | World) -> str:
    if isinstance(bounds, World):
        return bounds.in_words
    return ", ".join(f"{name} {value:d}" for name, value in vars(bounds).items() if value)

"""What became of a circle's trades, in words, and whether it is what was promised."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from apps.game_core.modules.trade.contracts import TableState
from tools.ring.circle import Told
from tools.support.riches import COINS, Wealth

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """`within` so many seconds all of it has to be settled or given back."""

    trades: int
    players: int
    bots: int
    seed: int
    within: float = 60.0


@dataclass(frozen=True, slots=True)
class Books:
    """What the database has, at one moment. `trades`: the state of each, by id."""

    wealth: Wealth
    deadlocks: int
    trades: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """`wrong`: what the books, ledgers and bags say, a line each."""

    plan: Plan
    seconds: float
    told: Sequence[Told]
    refused: Counter[str]
    unavailable: int
    taps: int
    before: Books
    after: Books
    wrong: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return not list(self.findings())

    @property
    def _rows(self) -> Counter[str]:
        return Counter(self.after.trades.values())

    def findings(self) -> Iterator[str]:
        """Why it is not."""
        plan, before, after = self.plan, self.before, self.after
        if self.seconds > plan.within:
            yield f"it took {self.seconds:.1f} s"
        if len({each.trade for each in self.told}) != plan.trades:
            yield f"{len(self.told)} of {plan.trades} trades were told how they ended"
        if 2 * self._rows["settled"] < plan.trades:
            yield f"only {self._rows['settled']} trades were settled"
        if after.deadlocks != before.deadlocks:
            yield f"{after.deadlocks - before.deadlocks} deadlocks"
        for kind in sorted({*before.wealth, *after.wealth}):
            if before.wealth[kind] != after.wealth[kind]:
                yield f"{kind}: {before.wealth[kind]} before, {after.wealth[kind]} after"
        yield from self._untrue()
        yield from self.wrong

    def _untrue(self) -> Iterator[str]:
        """What somebody was told of a trade, and the database says otherwise."""
        for told in self.told:
            row = self.after.trades.get(told.trade)
            settled = {state is TableState.SETTLED for state in (told.first, told.second)}
            if row == "open" or settled != {row == "settled"}:
                yield f"trade {told.trade}: {told.first} and {told.second} was told, {row} is the row"

    def lines(self) -> Iterator[str]:
        plan, before, after = self.plan, self.before, self.after
        rows = self._rows
        busy = ", ".join(f"{name} {times}" for name, times in self.refused.most_common()) or "nothing"
        findings = list(self.findings())
        yield f"seed {plan.seed}: {plan.trades} trades among {plan.players} players on {plan.bots} bots"
        yield f"  settled     {rows['settled']}"
        yield f"  given back  {rows['off']}, and {len(self.told) - rows.total()} left before anybody gave"
        yield f"  refused     {busy}; {self.unavailable} tapped again"
        yield f"  seconds     {self.seconds:.1f}, {self.taps} taps"
        yield f"  pieces      {_pieces(before.wealth)} before, {_pieces(after.wealth)} after"
        yield f"  coins       {before.wealth[COINS]} before, {after.wealth[COINS]} after"
        yield f"  deadlocks   {after.deadlocks - before.deadlocks}"
        yield from (f"  wrong: {each}" for each in findings[:_SHOWN])
        yield "FAIL" if findings else "PASS"


def _pieces(wealth: Wealth) -> int:
    return wealth.total() - wealth[COINS]

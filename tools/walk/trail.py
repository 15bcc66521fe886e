"""What one walk did and what was wrong with it."""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

_LAST_STEPS = 12
_MOST_FINDINGS = 20


@dataclass(slots=True)
class Trail:
    """`tapped` counts kinds of buttons, `answers` toasts, alerts and silent answers."""

    seed: int
    taps: int = 0
    tapped: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    _steps: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST_STEPS))

    def step(self, text: str) -> None:
        self._steps.append(f"{self.taps:4}  {text}")

    def found(self, what: str) -> None:
        if len(self.findings) < _MOST_FINDINGS:
            self.findings.append(f"after {self.taps} taps: {what}")

    def lines(self) -> Iterator[str]:
        """The findings, and how the walk ended."""
        yield f"walk {self.seed}:"
        yield from (f"  {finding}" for finding in self.findings)
        yield "  the last steps:"
        yield from (f"    {step}" for step in self._steps)
        yield f"Again: python3 run.py walk --seed {self.seed}"


_CURRENT: ContextVar[Trail | None] = ContextVar("walk", default=None)


def current() -> Trail | None:
    """The walk whose update is being handled; tasks that the handler starts belong to it, too."""
    return _CURRENT.get()


@contextmanager
def on(trail: Trail) -> Iterator[None]:
    token = _CURRENT.set(trail)
    try:
        yield
    finally:
        _CURRENT.reset(token)

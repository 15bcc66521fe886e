"""What was measured, a line each, and which of it must not be more."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """`most`: what it may be; None where nothing is promised of it."""

    name: str
    value: float
    unit: str
    most: float | None = None

    @property
    def good(self) -> bool:
        return self.most is None or self.value <= self.most

    def __str__(self) -> str:
        bound = "" if self.most is None else f"   at most {self.most:,g}"
        return (
            f"  {self.name:<66} {self.value:>14,.5g} {self.unit:<6}{bound}{'' if self.good else '   MISSED'}"
        )


@dataclass(slots=True)
class Figures:
    """In the order in which they were taken; `wrong` says what did not hold, in words."""

    all: list[Figure] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str, most: float | None = None) -> None:
        self.all.append(Figure(name, value, unit, most))

    def claim(self, true: bool, otherwise: str) -> None:
        if not true:
            self.wrong.append(otherwise)

    @property
    def good(self) -> bool:
        return not self.wrong and all(each.good for each in self.all)

    def lines(self) -> Iterator[str]:
        yield from map(str, self.all)
        yield from (f"WRONG: {each}" for each in self.wrong)

    def as_json(self) -> Mapping[str, object]:
        figures = [
            {"name": each.name, "value": each.value, "unit": each.unit, "most": each.most}
            for each in self.all
        ]
        return {"good": self.good, "figures": figures, "wrong": self.wrong}

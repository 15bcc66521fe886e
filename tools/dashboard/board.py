"""What stands on the dashboard, as Grafana's file has it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[2] / "deploy" / "grafana" / "game.json"


@dataclass(frozen=True, slots=True)
class Place:
    """In cells of the board, which is 24 wide."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Target:
    """`legend` names series by their labels, in double braces."""

    expression: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """`colours`: from which value on it has which, the lowest first; a row is a heading."""

    kind: str
    title: str
    place: Place
    targets: tuple[Target, ...]
    unit: str
    named: bool
    colours: tuple[tuple[float, str], ...]

    def colour(self, value: float) -> str:
        return [name for least, name in self.colours if value >= least][-1]


def read_board(file: Path = _FILE) -> tuple[Panel, ...]:
    return tuple(map(_panel, json.loads(file.read_text(encoding="utf-8"))["panels"]))


def _panel(told: dict[str, Any]) -> Panel:
    defaults = told.get("fieldConfig", {}).get("defaults", {})
    return Panel(
        told["type"],
        told["title"],
        Place(**told["gridPos"]),
        tuple(Target(each["expr"], each["legendFormat"]) for each in told.get("targets", ())),
        defaults.get("unit", "none"),
        told.get("options", {}).get("textMode") == "value_and_name",
        tuple(_colours(defaults.get("thresholds", {"steps": ()})["steps"])),
    )


def _colours(steps: list[dict[str, Any]]) -> Iterator[tuple[float, str]]:
    for each in steps:
        yield float("-inf") if each["value"] is None else float(each["value"]), each["color"]

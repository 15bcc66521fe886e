"""The table of what was measured, for people and for programs."""

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from tools.bench.baselines import fingerprint
from tools.bench.dialog_baseline import dialog_version
from tools.bench.figures import ELSEWHERE, Finding, Grade
from tools.bench.script_figure import benchmark_version, script_fingerprint
from tools.bench.webhook_figure import IS_TOLD


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the figures were taken on; `settings` are those that differ from the defaults."""

    redis: str
    postgres: str
    settings: Mapping[str, object]
    load: float

    def lines(self) -> Iterator[str]:
        yield (
            f"Python {platform.python_version()}, {self.redis}, {self.postgres},"
            f" aiogram {version('aiogram')}, redis-py {version('redis')},"
            f" {_dialog() or 'no aiogram-dialog'}, {benchmark_version() or 'no redis-benchmark'},"
            f" {os.cpu_count()} cores, load {self.load:.1f} before it began"
        )
        yield ", ".join(f"{name.upper()}={value}" for name, value in self.settings.items())
        yield (
            f"baselines {fingerprint()} (tools/bench/baselines.py, orm_baseline.py),"
            f" {script_fingerprint()} (script_baseline.lua)"
        )


@dataclass(frozen=True, slots=True)
class Report:
    surroundings: Surroundings
    findings: Sequence[Finding]

    @property
    def good(self) -> bool:
        """No floor is missed, or may be."""
        return all(each.verdict in {Grade.GOAL, Grade.FLOOR} for each in self.findings)

    def lines(self) -> Iterator[str]:
        yield from self.surroundings.lines()
        yield ""
        yield f"{'':<4} {'measured':>11}  {'floor':>7}  {'goal':>7}  {'spread':>6}  verdict"
        for each in self.findings:
            figure, sign = each.figure, "≥" if each.figure.better.value == "at least" else "≤"
            yield (
                f"{figure.number:<4} {each.value:>8.3g} {figure.unit:<2}  {sign}{figure.floor:>6g}"
                f"  {sign}{figure.goal:>6g}  {each.spread:>6.0%}  {each.verdict.value:<6}"
                f"  {figure.what} — against {figure.baseline}"
            )
        for number, why in self.not_here():
            yield f"{number:<4} {why}"

    def not_here(self) -> Iterator[tuple[str, str]]:
        """Figures that somebody may miss, each with the reason, or where it is."""
        yield from ELSEWHERE.items()
        if not benchmark_version():
            yield "P2", "left out: there is no redis-benchmark and no valkey-benchmark on the path"
        if not IS_TOLD:
            yield "P13", "left out: nobody tells here what another process takes"
        if not _dialog():
            yield "P12", "left out: aiogram-dialog is not installed (pip install --group bench)"

    def as_json(self) -> str:
        return json.dumps(
            {
                "surroundings": [*self.surroundings.lines()],
                "baselines": fingerprint(),
                "script baseline": script_fingerprint(),
                "findings": [_plain(each) for each in self.findings],
                "not here": dict(self.not_here()),
            },
            ensure_ascii=False,
            indent=1,
        )


def _dialog() -> str:
    found = dialog_version()
    return f"aiogram-dialog {found}" if found else ""


def _plain(finding: Finding) -> Mapping[str, object]:
    figure = finding.figure
    return {
        "number": figure.number,
        "what": figure.what,
        "baseline": figure.baseline,
        "value": finding.value,
        "unit": figure.unit,
        "floor": figure.floor,
        "goal": figure.goal,
        "better": figure.better.value,
        "spread": finding.spread,
        "verdict": finding.verdict.value,
        "raw": finding.raw,
    }

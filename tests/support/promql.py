"""What an expression for Prometheus names. No parser: `promtool` is one, where it is installed."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.exported import LABEL_VALUES, series

_SELECTOR = re.compile(r"(\w+)?\s*\{([^}]*)\}")
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
_GROUPING = re.compile(r"\b(?:by|on|without|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_DURATION = re.compile(r"\[[^\]]*\]")
_NAME = re.compile(r"(?<![\w.])([a-zA-Z_]\w*)\b(?!\s*\()")
_WORDS = frozenset({"and", "or", "unless", "bool", "offset", "inf", "nan"})
_BY_PROMETHEUS = frozenset({"job", "instance"})


@dataclass(frozen=True)
class Named:
    metrics: frozenset[str]
    labels: frozenset[str]
    values: frozenset[tuple[str, str]]


def named(expression: str) -> Named:
    matchers = [found for _, inside in _SELECTOR.findall(expression) for found in _MATCHER.findall(inside)]
    grouped = re.findall(r"\w+", " ".join(_GROUPING.findall(expression)))
    rest = _DURATION.sub("", _GROUPING.sub("", re.sub(r"\{[^}]*\}", "", expression)))
    return Named(
        frozenset(_NAME.findall(rest)) - _WORDS,
        frozenset([*(label for label, _, _ in matchers), *grouped]),
        frozenset((label, value) for label, _, given in matchers for value in given.split("|")),
    )


def made_up(expression: str) -> Iterator[str]:
    """What an expression names that nothing exports."""
    known, found = {**series(), "up": frozenset[str]()}, named(expression)
    if not found.metrics:
        yield "no metric at all"
    yield from sorted(found.metrics - known.keys())
    labels = _BY_PROMETHEUS.union(*(known.get(name, frozenset()) for name in found.metrics))
    yield from sorted(found.labels - labels)
    for label, value in sorted(found.values):
        if label in LABEL_VALUES and value not in LABEL_VALUES[label]:
            yield f"{label}={value}"


def promtool(*words: str | Path) -> None:
    """Has it judge something; skips the test where there is none."""
    program = shutil.which("promtool") or pytest.skip("no promtool here (Debian: apt install prometheus)")
    ran = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr

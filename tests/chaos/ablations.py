"""Protections of the session protocol, each with how to take it out from the outside.

Product code knows nothing of this: a pytest plugin (`-p tests.chaos.ablations`) changes what it reads before
the first test, when `ABLATION` names one.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
import sqlalchemy as sa

from apps.game_core.adapters.postgres import inventory_writes

VARIABLE = "ABLATION"


class Ablation(Protocol):
    what: str

    def apply(self) -> None:
        """Take the protection out of this process."""
        ...


@dataclass(frozen=True)
class WithoutInScript:
    """`protection` in a Lua script, replaced by `instead`."""

    what: str
    script: str
    protection: str
    instead: str = ""

    def apply(self) -> None:
        read = Path.read_text

        def read_without(path: Path, *args: str, **kwargs: str) -> str:
            text = read(path, *args, **kwargs)
            if path.name != f"{self.script}.lua":
                return text
            assert self.protection in text, f"{path.name} has changed: {self.protection!r}"
            return text.replace(self.protection, self.instead)

        Path.read_text = read_without  # type: ignore[method-assign,assignment]


@dataclass(frozen=True)
class WithoutInStatement:
    """`protection` in a statement of a sync, replaced by `instead`."""

    what: str
    statement: str
    protection: str
    instead: str = ""

    def apply(self) -> None:
        text = getattr(inventory_writes, self.statement).text
        assert self.protection in text, f"{self.statement} has changed: {self.protection!r}"
        setattr(inventory_writes, self.statement, sa.text(text.replace(self.protection, self.instead)))


ABLATIONS: Mapping[str, Ablation] = {
    "save-compare": WithoutInScript(
        "a session is saved whatever its revision", "save", "control[1] ~= ARGV[3] or "
    ),
    "save-memory": WithoutInScript(
        "the session does not look for the operation id", "save", "op ~= '' and control[6]", "false"
    ),
    "save-persist": WithoutInScript(
        "a dirty session keeps its expiry", "save", "redis.call('PERSIST', KEYS[2])"
    ),
    "save-index": WithoutInScript(
        "a dirty session is not indexed", "save", "redis.call('ZADD', KEYS[3], 'NX', now + ARGV[10], ARGV[1])"
    ),
    "claim-index": WithoutInScript(
        "a claim takes the session out of the index",
        "claim",
        "redis.call('ZADD', KEYS[3], 'GT', now + ARGV[3], ARGV[1])",
        "redis.call('ZREM', KEYS[3], ARGV[1])",
    ),
    "acknowledge-revision": WithoutInScript(
        "a write makes the session clean whatever came after it",
        "acknowledge",
        "rev ~= ARGV[4] or version ~= written",
        "false",
    ),
    "acknowledge-version": WithoutInScript(
        "an older write makes a newer session clean", "acknowledge", " or version ~= written"
    ),
    "create-lock": WithoutInScript(
        "a session is created without the load lock",
        "create",
        "redis.call('GET', KEYS[3]) ~= ARGV[1]",
        "false",
    ),
    "create-unwritten": WithoutInScript(
        "a session is created over operations that wait", "create", "control[1] ~= control[2]", "false"
    ),
    "read-run": WithoutInScript(
        "a session of an earlier server is trusted", "read", "control[5] ~= RUN", "false"
    ),
    "fence": WithoutInStatement(
        "a write does not look at the row it grew from",
        "FENCE",
        " AND row.version = new.base_version AND row.rev = new.base_rev",
    ),
    "inbox": WithoutInStatement(
        "a delivered grant stays unread", "CONSUMED", "WHERE id = ANY", "WHERE false AND id = ANY"
    ),
}


def pytest_configure() -> None:
    """What pytest calls first when this module is a plugin."""
    name = os.environ.get(VARIABLE)
    if name not in ABLATIONS:
        raise pytest.UsageError(f"{VARIABLE} must name one of {', '.join(ABLATIONS)}")
    ABLATIONS[name].apply()

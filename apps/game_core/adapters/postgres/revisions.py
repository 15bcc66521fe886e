"""Which schema a database has and which this release needs, found without Alembic: most starts only look."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import sqlalchemy as sa

VERSION_TABLE = "game_schema_version"
"""Our own: other applications in the same database keep theirs in Alembic's usual one."""
STEPS = Path(__file__).parent / "migrations" / "versions"

Reached = Callable[[int], None]
"""Hears how many steps the schema has behind it, after each."""


@cache
def known() -> frozenset[str]:
    """All revisions of this release, by the files of their steps: `m0022_checkpoints.py` leads to `0022`."""
    return frozenset(path.stem[1:].partition("_")[0] for path in STEPS.glob("m*.py"))


def newest() -> str:
    return max(known())


def present(connection: sa.Connection) -> set[str]:
    """Of the database; empty before the first step."""
    if not has(connection, VERSION_TABLE):
        return set()
    return set(connection.scalars(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")))  # noqa: S608 - ours


def has(connection: sa.Connection, table: str) -> bool:
    return connection.scalar(sa.select(sa.func.to_regclass(table))) is not None

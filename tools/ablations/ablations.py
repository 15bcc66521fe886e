"""How a protection of the session protocol is taken out from the outside; `protections` lists them.

Product code knows nothing of this: a pytest plugin (`-p tools.ablations.ablations`) changes what it reads and
runs before the first test, when `ABLATION` names one.
"""

import inspect
import os
import textwrap
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Protocol

import pytest
import sqlalchemy as sa

VARIABLE = "ABLATION"
_ROOT = Path(__file__).parents[2]
_ADAPTERS = _ROOT / "apps/game_core/adapters"
_SCRIPTS = (_ADAPTERS / "redis/scripts", _ROOT / "bot/turns/scripts")
_MIGRATIONS = _ADAPTERS / "postgres/migrations"


class Ablation(Protocol):
    @property
    def what(self) -> str:
        """What is true without the protection."""
        ...

    def stands(self) -> bool:
        """Whether the code as it is still has the protection."""
        ...

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

    def stands(self) -> bool:
        files = [folder / f"{self.script}.lua" for folder in _SCRIPTS]
        return any(self.protection in file.read_text(encoding="utf-8") for file in files if file.exists())

    def apply(self) -> None:
        read = Path.read_text

        def read_without(path: Path, *args: str, **kwargs: str) -> str:
            text = read(path, *args, **kwargs)
            return (
                replaced(text, self.protection, self.instead) if path.name == f"{self.script}.lua" else text
            )

        Path.read_text = read_without  # type: ignore[method-assign,assignment]


@dataclass(frozen=True)
class WithoutInStatement:
    """`protection` in an SQL statement of the PostgreSQL adapter, replaced by `instead`."""

    what: str
    statement: str
    protection: str
    instead: str = ""

    def stands(self) -> bool:
        return self.protection in getattr(*self._place()).text

    def apply(self) -> None:
        home, name = self._place()
        setattr(home, name, sa.text(replaced(getattr(home, name).text, self.protection, self.instead)))

    def _place(self) -> tuple[ModuleType, str]:
        module, _, name = self.statement.partition(":")
        return import_module(f"apps.game_core.adapters.postgres.{module}"), name


@dataclass(frozen=True)
class WithoutInFunction:
    """`protection` in a Python function (`module:Class.method`), replaced by `instead`."""

    what: str
    function: str
    protection: str
    instead: str = ""

    def stands(self) -> bool:
        return self.protection in _source(self._function())

    def apply(self) -> None:
        function = self._function()
        namespace: dict[str, Any] = {}
        exec(replaced(_source(function), self.protection, self.instead), function.__globals__, namespace)
        changed = inspect.unwrap(namespace[function.__name__])
        assert isinstance(changed, FunctionType)
        function.__code__ = changed.__code__

    def _function(self) -> FunctionType:
        module, _, path = self.function.partition(":")
        found: Any = import_module(module)
        for name in path.split("."):
            found = getattr(found, name)
        function = inspect.unwrap(found)
        assert isinstance(function, FunctionType)
        return function


@dataclass(frozen=True)
class WithoutTrigger:
    """A trigger that the migrations make, dropped again."""

    what: str
    trigger: str
    table: str

    def stands(self) -> bool:
        made = {f"CREATE TRIGGER {self.trigger} ", f"CREATE TRIGGER {self.table}_fence"}  # some by a template
        files = [file.read_text(encoding="utf-8") for file in _MIGRATIONS.rglob("*.py")]
        return any(each in text for each in made for text in files)

    def apply(self) -> None:
        migrate: Any = import_module("apps.game_core.adapters.postgres.migrate")
        run = migrate._run

        async def run_without(engine: Any, step: Any) -> None:
            await run(engine, step)
            async with engine.begin() as connection:
                if await connection.scalar(sa.text(f"SELECT to_regclass('{self.table}')")):
                    await connection.execute(
                        sa.text(f"DROP TRIGGER IF EXISTS {self.trigger} ON {self.table}")
                    )

        migrate._run = run_without


def _source(function: FunctionType) -> str:
    return textwrap.dedent(inspect.getsource(function))


def replaced(text: str, protection: str, instead: str) -> str:
    assert protection in text, f"the code has changed, there is no {protection!r}"
    return text.replace(protection, instead)


def pytest_configure() -> None:
    """What pytest calls first when this module is a plugin."""
    from tools.ablations.protections import PROTECTIONS  # noqa: PLC0415 - it imports this module

    name = os.environ.get(VARIABLE, "")
    if name not in PROTECTIONS:
        raise pytest.UsageError(f"{VARIABLE} must name one of {', '.join(PROTECTIONS)}")
    PROTECTIONS[name].ablation.apply()

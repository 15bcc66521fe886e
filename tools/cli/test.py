"""`test`: everything that must hold before a change may land, in the order of how fast it fails."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from tools.cli.scratch import scratch

ROOT = Path(__file__).resolve().parents[2]

_CODE = ("run.py", "apps", "bot", "telegram_sandbox", "tools", "tests")
_CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", *_CODE),
    ("ruff", "format", "--check", *_CODE),
    ("tools", "catalogs", "check"),
)
# It keeps one core busy for a while, and tests wait now and then: beside them it costs less.
_BESIDE_THE_TESTS = ("mypy",)
_COVERAGE = ("--cov", "--cov-report=term-missing:skip-covered", "--cov-fail-under=90")
# Twice as many processes as the machine has cores that it is measured on: tests wait, too.
_PARALLEL = ("-n", "4", "--dist", "loadscope", "--no-loadscope-reorder")


@click.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--coverage", is_flag=True, help="Measure branch coverage too, at least 90 %. Takes twice the time."
)
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def test(*, coverage: bool, pytest_arguments: tuple[str, ...]) -> None:
    """Lint, format, types, translation catalogs, then the tests on real servers.

    With arguments: only pytest, with these arguments.
    """
    if pytest_arguments:
        sys.exit(_call("pytest", *pytest_arguments))
    with ThreadPoolExecutor(1) as beside:
        slow = beside.submit(_check_and_tell_then, *_BESIDE_THE_TESTS)
        failed = [check for check in _CHECKS if _check(*check)]
        with scratch() as place:
            code = _call("pytest", *_PARALLEL, *(_COVERAGE if coverage else ()), "-q", "-rs", **place)
    failed += [_BESIDE_THE_TESTS] if slow.result() else []
    for check in failed:
        click.echo(f"failed: {' '.join(check)}", err=True)
    sys.exit(code or bool(failed))


def _check(module: str, *arguments: str) -> int:
    started = time.monotonic()
    code = _call(module, *arguments)
    click.echo(_outcome(code, started))
    return code


def _check_and_tell_then(module: str, *arguments: str) -> int:
    """What it says comes when it has ended, in one piece between what others say."""
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603 - ours
        _command(module, *arguments),
        cwd=ROOT,
        env=_environment(),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    click.echo(f"\n— {' '.join((module, *arguments))}\n{done.stdout}{_outcome(done.returncode, started)}")
    return done.returncode


def _call(module: str, *arguments: str, **variables: str) -> int:
    click.echo(f"— {' '.join((module, *arguments))}")
    command = _command(module, *arguments)
    env = {**_environment(), **variables}
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode  # noqa: S603 - ours


def _command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _environment() -> dict[str, str]:
    """Ours, and Python keeps what it compiles: else each of many processes rewrites all tests' asserts."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _outcome(code: int, started: float) -> str:
    return f"  {'ok' if code == 0 else f'exit {code}'} in {time.monotonic() - started:.1f} s"

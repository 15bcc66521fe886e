"""`test`: everything that must hold before a change may land, in the order of how fast it fails."""

import subprocess
import sys
import time
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]

_CODE = ("run.py", "apps", "bot", "telegram_sandbox", "tools", "tests")
_CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", *_CODE),
    ("ruff", "format", "--check", *_CODE),
    ("mypy",),
    ("tools", "catalogs", "check"),
)
_COVERAGE = ("--cov", "--cov-report=term-missing:skip-covered", "--cov-fail-under=90")
# One process more than this machine has cores that it is measured on: tests wait, too.
_PARALLEL = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")


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
    failed = [check for check in _CHECKS if _check(*check)]
    for check in failed:
        click.echo(f"failed: {' '.join(check)}", err=True)
    code = _call("pytest", *_PARALLEL, *(_COVERAGE if coverage else ()), "-q", "-rs")
    sys.exit(code or bool(failed))


def _check(module: str, *arguments: str) -> int:
    started = time.monotonic()
    code = _call(module, *arguments)
    click.echo(f"  {'ok' if code == 0 else f'exit {code}'} in {time.monotonic() - started:.1f} s")
    return code


def _call(module: str, *arguments: str) -> int:
    click.echo(f"— {module} {' '.join(arguments)}")
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 - ours

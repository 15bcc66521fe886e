"""Take the protocol's protections out one at a time; a test must notice each.

`python -m tools.ablations [name …]`; exit code 1 when one is missed by nobody, or noticed though it is said
to be redundant.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import click

from bot.cli.progress import Progress, quiet_option
from tools.ablations.ablations import VARIABLE
from tools.ablations.protections import PROTECTIONS, Protection

ALL_TESTS = ("tests/faults", "tests/integration", "tests/contracts", "tests/statemachine", "-n", "2")
AT_ONCE = 2
PATIENCE = 400.0
HUNG = "a test that does not end"


def first_failure(name: str, tests: Sequence[str]) -> str | None:
    """The first test that fails without the protection."""
    with tempfile.TemporaryDirectory(prefix="ablation-") as own:
        # Runs beside one another would clear away each other's files.
        options = ("-p", "tools.ablations.ablations", "-x", "-q", "--no-header", "--basetemp", f"{own}/tests")
        command = [sys.executable, "-m", "pytest", *options, *tests]
        environment = {**os.environ, VARIABLE: name}
        try:
            result = subprocess.run(
                command, check=False, capture_output=True, text=True, env=environment, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            return HUNG
    if result.returncode == 0:
        return None
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", result.stdout, re.MULTILINE)
    if failed is None:
        raise RuntimeError(f"{name}: pytest did not run:\n{result.stdout}{result.stderr}")
    return failed[1]


def tried(names: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Each name with the test that noticed: first where it is expected, then anywhere."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        expected = threads.map(lambda name: first_failure(name, [PROTECTIONS[name].tests]), names)
        for name, found in zip(names, expected, strict=True):
            yield name, found or first_failure(name, ALL_TESTS)


def verdict(protection: Protection, found: str | None) -> tuple[bool, str]:
    """Whether all is as it should be, and how to say it."""
    if found is not None:
        claim = f", but is said to be redundant: {protection.redundant}" if protection.redundant else ""
        return not claim, f"noticed by {found}{claim}"
    if protection.redundant:
        return True, f"redundant, it stays because: {protection.redundant}"
    return False, "noticed by NO TEST"


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]…")
@quiet_option
def main(names: tuple[str, ...], *, quiet: bool) -> None:
    """Take out these protections, or all."""
    chosen, bad = names or tuple(PROTECTIONS), []
    with Progress("Protections", len(chosen), quiet=quiet) as progress:
        for name, found in tried(chosen):
            is_fine, text = verdict(PROTECTIONS[name], found)
            progress.say(f"{name}: {PROTECTIONS[name].ablation.what}\n  {text}")
            progress.advance()
            bad += [] if is_fine else [name]
    click.echo(f"not as they should be: {', '.join(bad)}" if bad else "every protection is accounted for")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()

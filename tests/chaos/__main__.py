"""Take the protocol's protections out one at a time; the fault tests must notice each.

`python -m tests.chaos [name …]`; exit code 1 when one is missed by nobody.
"""

import os
import re
import subprocess
import sys

from tests.chaos.ablations import ABLATIONS, VARIABLE

TESTS = ("tests/faults", "tests/integration")


def first_failure(name: str) -> str | None:
    """The first test that fails without the protection."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.chaos.ablations",
        "-x",
        "-q",
        "--no-header",
        *TESTS,
    ]
    result = subprocess.run(
        command, check=False, capture_output=True, text=True, env={**os.environ, VARIABLE: name}
    )
    if result.returncode == 0:
        return None
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", result.stdout, re.MULTILINE)
    return failed[1] if failed else f"pytest did not run:\n{result.stdout}{result.stderr}"


def main(names: list[str]) -> int:
    unnoticed = 0
    for name in names or ABLATIONS:
        found = first_failure(name)
        unnoticed += found is None
        print(f"{name}: {ABLATIONS[name].what}\n  noticed by {found or 'NO TEST'}", flush=True)  # noqa: T201 - a script
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Whichever of the game's rules a process meets first, it can be imported: none needs others to come before.

Rules are listed in one place and applied in one, so that a circle is near.
"""

import subprocess
import sys

from tests.architecture.imports import ROOT, module_name

VALUES = ROOT / "apps" / "game_core" / "modules" / "inventory" / "inventory"
ONE_BY_ONE = """
import os, sys
import dataclasses, hashlib, random, msgspec
for module in sys.argv[1:]:
    if child := os.fork():
        if os.waitpid(child, 0)[1]:
            print(module)
    else:
        __import__(module)
        os._exit(0)
"""


def test_each_of_the_rules_can_be_the_first() -> None:
    paths = [path for folder in (VALUES, VALUES / "rules") for path in sorted(folder.glob("*.py"))]
    names = [module_name(path) for path in paths]

    told = subprocess.run(
        [sys.executable, "-c", ONE_BY_ONE, *names], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert len(names) > 30
    assert told.stdout.split() == [], told.stderr

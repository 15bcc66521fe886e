"""Both packages, built once from the checkout and installed where the checkout is not to be seen."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installed:
    """A wheel, and a folder with nothing but what is in it; all else comes from the tests' environment."""

    wheel: Path
    site: Path

    def run(self, *command: str | Path, within: Path, **env: str) -> subprocess.CompletedProcess[str]:
        """A console command by its name or a Python by `sys.executable`, in a folder of somebody else's."""
        program, *arguments = command
        found = self.site / "bin" / program
        return subprocess.run(
            [found if found.exists() else program, *arguments],
            cwd=within,
            env={**os.environ, "PYTHONPATH": str(self.site), "PYTHONSAFEPATH": "1", **env},
            capture_output=True,
            text=True,
            check=False,
        )


def installed(project: Path, folder: Path) -> Installed:
    call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, within=project)
    [wheel] = folder.glob("*.whl")
    site = folder / "site"
    quietly = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--no-compile")
    call(sys.executable, "-m", "pip", "install", *quietly, "--target", site, wheel, within=folder)
    return Installed(wheel, site)


def call(*command: str | Path, within: Path) -> None:
    done = subprocess.run(command, cwd=within, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installed(ROOT, tmp_path_factory.mktemp("bot"))


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installed(ROOT / "telegram_sandbox", tmp_path_factory.mktemp("sandbox"))

"""An earlier release of this software, from the repository's history."""

import compileall
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[2]
BEFORE = "f1f396d8"
"""The last that cannot read a packed ledger."""


class NoSuchReleaseError(Exception):
    """`why`: what git says."""

    def __init__(self, revision: str, why: str) -> None:
        super().__init__(f"there is no code of {revision}: {why}")


def unpack(revision: str, folder: Path) -> Path:
    """Put the code as of `revision` into `folder`. Raises NoSuchReleaseError."""
    git = subprocess.run(  # noqa: S603 - git, and what an operator names
        ["git", "archive", "--format=zip", "--end-of-options", revision],  # noqa: S607 - as installed
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if git.returncode:
        raise NoSuchReleaseError(revision, git.stderr.decode(errors="replace").strip())
    with zipfile.ZipFile(BytesIO(git.stdout)) as packed:
        packed.extractall(folder)
    for package in ("apps", "bot"):  # once, and not by each of its processes as it starts
        compileall.compile_dir(folder / package, quiet=2)
    return folder


@contextmanager
def unpacked(revision: str) -> Iterator[Path]:
    """Its code, in a folder that is there for as long as the block runs. Raises NoSuchReleaseError."""
    with tempfile.TemporaryDirectory(prefix="earlier-") as folder:
        yield unpack(revision, Path(folder))

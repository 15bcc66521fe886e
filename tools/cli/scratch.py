"""Where the tests' files go: into memory where there is plenty of it, for a run makes forty thousand."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, for nobody else
ROOM = 4 * 2**30
"""Bytes, three times what a run leaves there."""
SPARE = 2 * ROOM
"""Bytes that must be free in all: servers and browsers want theirs."""


@contextmanager
def scratch(place: Path = MEMORY) -> Iterator[Mapping[str, str]]:
    """What programs must know to use a folder in memory, gone afterwards; nothing where there is none."""
    if not has_room(place):
        yield {}
        return
    folder = tempfile.mkdtemp(prefix="tests-", dir=place)  # short: names of sockets are
    try:
        yield {"TMPDIR": folder}
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # whatever has not quite ended may still write


def has_room(place: Path) -> bool:
    """Whether files may be written and run there, and fit."""
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        return False
    found = os.statvfs(place)
    roomy = found.f_bavail * found.f_frsize >= ROOM and psutil.virtual_memory().available >= SPARE
    return roomy and not found.f_flag & os.ST_NOEXEC

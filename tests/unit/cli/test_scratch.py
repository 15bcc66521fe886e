"""The tests' files go into memory where they fit there, and stay on the disk where they do not."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from tools.cli.scratch import ROOM, SPARE, scratch


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the place is, and the machine; a test may change it."""
    found = {"f_bavail": ROOM, "f_frsize": 1, "f_flag": 0}
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(**found))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=SPARE))
    return found


def test_a_folder_of_its_own_is_used_and_gone_afterwards(tmp_path: Path, roomy: dict[str, Any]) -> None:
    with scratch(tmp_path) as variables:
        [folder] = tmp_path.iterdir()
        assert variables == {"TMPDIR": str(folder)}
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "left").mkdir()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lacking", [{"f_bavail": ROOM - 1}, {"f_flag": os.ST_NOEXEC}])
def test_a_small_place_and_one_where_nothing_runs_are_not_used(
    tmp_path: Path, roomy: dict[str, Any], lacking: dict[str, int]
) -> None:
    roomy |= lacking
    with scratch(tmp_path) as variables:
        assert variables == {}
        assert list(tmp_path.iterdir()) == []


def test_memory_is_left_to_a_machine_that_has_little(
    tmp_path: Path, roomy: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=SPARE - 1))
    with scratch(tmp_path) as variables:
        assert variables == {}


def test_where_there_is_no_such_place_all_is_as_ever(tmp_path: Path) -> None:
    with scratch(tmp_path / "nowhere") as variables:
        assert variables == {}

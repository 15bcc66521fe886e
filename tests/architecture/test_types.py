"""mypy checks whatever there is, tests included, and all of it strictly."""

import shutil
from pathlib import Path

import pytest
from mypy.main import process_options
from mypy.modulefinder import BuildSource
from mypy.options import Options

from tests.architecture.imports import ROOT

STRICT = ("check_untyped_defs", "disallow_untyped_defs", "disallow_any_generics", "warn_return_any")


def checked() -> tuple[list[BuildSource], Options]:
    """What `mypy` would check in the working directory."""
    return process_options([])


def test_every_file_is_checked_strictly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    sources, options = checked()

    there = {path for path in ROOT.rglob("*.py") if not any(part[0] == "." for part in _parts(path))}
    assert {Path(source.path or "").resolve() for source in sources} == there
    for source in sources:
        own = options.clone_for_module(source.module)
        assert not own.ignore_errors, source
        assert all(getattr(own, name) for name in STRICT), source


def test_a_new_folder_of_tests_is_on_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in ("tests/bot/conftest.py", "tests/brand/new/conftest.py", "a_room_beside/thing.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)

    sources, _ = checked()

    assert sorted(source.module for source in sources) == [
        "a_room_beside.thing",
        "tests.bot.conftest",
        "tests.brand.new.conftest",
    ]


def _parts(path: Path) -> tuple[str, ...]:
    return path.relative_to(ROOT).parts

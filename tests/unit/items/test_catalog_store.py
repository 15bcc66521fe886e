"""Hot reload: a good catalog replaces the old one as a whole, a bad one changes nothing."""

from pathlib import Path

import pytest

from apps.game_core.modules.items.errors import CatalogError
from apps.game_core.modules.items.store import CatalogDiff, CatalogStore

ORE = """
[{base_id}]
type = "material"
subtype = "ore"
icon = "⛏️"
rarity = "common"
name = "Ore"
description = "A stone."
weight = 1
value = {value}
"""


def write(directory: Path, **values: int) -> None:
    text = "".join(ORE.format(base_id=base_id, value=value) for base_id, value in values.items())
    (directory / "materials.toml").write_text(text, "utf-8")


def test_reload_tells_what_changed(tmp_path: Path) -> None:
    write(tmp_path, kept=1, gone_b=1, gone_a=1, altered=1)
    store = CatalogStore(tmp_path)
    write(tmp_path, altered=2, kept=1, new_b=1, new_a=1)
    assert store.reload() == CatalogDiff(("new_a", "new_b"), ("gone_a", "gone_b"), ("altered",))
    assert list(store.current.entries) == ["altered", "kept", "new_b", "new_a"]
    assert store.reload() == CatalogDiff((), (), ())


def test_fault_40_a_bad_reload_keeps_the_old_catalog(tmp_path: Path) -> None:
    write(tmp_path, kept=1)
    store = CatalogStore(tmp_path)
    before = store.current
    write(tmp_path, kept=2, broken=-1)
    with pytest.raises(CatalogError):
        store.reload()
    assert store.current is before
    write(tmp_path, kept=3)
    assert store.reload().changed == ("kept",)


def test_a_vanished_directory_keeps_the_old_catalog(tmp_path: Path) -> None:
    write(tmp_path, kept=1)
    store = CatalogStore(tmp_path)
    (tmp_path / "materials.toml").unlink()
    with pytest.raises(CatalogError):
        store.reload()
    assert store.current.get("kept") is not None


def test_a_look_taken_before_a_reload_stays_whole(tmp_path: Path) -> None:
    write(tmp_path, old=1)
    store = CatalogStore(tmp_path)
    look = store.current
    write(tmp_path, new=1)
    store.reload()
    assert list(look.entries) == ["old"]


def test_a_store_does_not_start_without_a_catalog(tmp_path: Path) -> None:
    with pytest.raises(CatalogError):
        CatalogStore(tmp_path)

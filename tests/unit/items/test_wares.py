"""Wares beside the items: read as they are written, and refused with file, row and reason."""

from pathlib import Path

import pytest

from apps.game_core.modules.items.contracts import Ware
from apps.game_core.modules.items.errors import CatalogError, CatalogProblem
from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from apps.game_core.modules.items.store import CatalogStore
from tests.unit.items.test_load_catalog import ORE, SWORD

LINES = """
[test_ore]

[test_sword]
stock = 3
every = 6
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "items.toml").write_text(f"[test_ore]\n{ORE}\n[test_sword]\n{SWORD}", "utf-8")
    return tmp_path


def write(folder: Path, text: str, file: str = "smith.toml") -> None:
    (folder / "shop" / file).write_text(text, "utf-8")


def problems(folder: Path) -> tuple[CatalogProblem, ...]:
    with pytest.raises(CatalogError) as refused:
        load_catalog(folder)
    return refused.value.problems


def test_wares_are_read_as_they_are_written(folder: Path) -> None:
    write(folder, LINES)
    assert load_catalog(folder).wares == (Ware("test_ore"), Ware("test_sword", 3, 6))

    write(folder, LINES.replace("every = 6", ""))
    assert load_catalog(folder).wares[1] == Ware("test_sword", 3, 24)


def test_they_come_in_the_order_of_the_files(folder: Path) -> None:
    write(folder, "[test_sword]", "first.toml")
    write(folder, "[test_ore]", "second.toml")

    assert [ware.base_id for ware in load_catalog(folder).wares] == ["test_sword", "test_ore"]


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("stock = 3", "stock = 0", "test_sword.stock", "0 is not within 1 to 10000"),
        ("stock = 3", "stock = true", "test_sword.stock", "True is not a whole number"),
        ("every = 6", "every = 0", "test_sword.every", "0 is not within 1 to 8760"),
        ("stock = 3", "", "test_sword.every", "only of what is limited by a stock"),
        ("every = 6", "price = 6", "test_sword.price", "unknown key"),
        ("[test_ore]", "[test_oar]", "test_oar", "no item of this name"),
        ("[test_ore]", "test_ore = 5", "test_ore", "not a ware: expected a table"),
    ],
)
def test_what_makes_no_sense_is_named_by_file_row_and_reason(
    folder: Path, old: str, new: str, key: str, reason: str
) -> None:
    assert old in LINES
    write(folder, LINES.replace(old, new))

    assert problems(folder) == (CatalogProblem("shop/smith.toml", key, reason),)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("value = 0", "it is worth nothing, and would be given away"),
        ("value = 1\nquest = true", "what quests need is not for sale"),
    ],
)
def test_what_nobody_could_buy_is_no_ware(folder: Path, line: str, reason: str) -> None:
    ore = ORE.replace("value = 1", line)
    (folder / "items.toml").write_text(f"[test_ore]\n{ore}", "utf-8")
    write(folder, "[test_ore]")

    assert problems(folder) == (CatalogProblem("shop/smith.toml", "test_ore", reason),)


def test_a_kind_is_for_sale_once(folder: Path) -> None:
    write(folder, LINES)
    write(folder, "[test_ore]", "tailor.toml")

    assert problems(folder) == (CatalogProblem("shop/tailor.toml", "test_ore", "the same ware twice"),)


def test_a_broken_item_does_not_make_its_ware_unknown(folder: Path) -> None:
    write(folder, LINES)
    (folder / "items.toml").write_text(f"[test_ore]\n{ORE}\nlevel = 0\n[test_sword]\n{SWORD}", "utf-8")

    assert [problem.file for problem in problems(folder)] == ["items.toml"]


def test_wares_are_reloaded_with_the_items_or_not_at_all(folder: Path) -> None:
    write(folder, LINES)
    store = CatalogStore(folder)
    before = store.current

    write(folder, LINES.replace("stock = 3", "stock = -3"))
    with pytest.raises(CatalogError):
        store.reload()
    assert store.current is before

    write(folder, LINES.replace("stock = 3", "stock = 4"))
    store.reload()
    assert store.current.wares[1].stock == 4
    assert store.current.revision != before.revision


def test_a_folder_of_before_there_were_wares_has_what_it_knows_of_the_shipped_ones(folder: Path) -> None:
    (folder / "shop").rmdir()
    assert load_catalog(folder).wares == ()

    items = (folder / "items.toml").read_text("utf-8")
    bread, worthless = "[bread]", f"[oak_log]\n{ORE}".replace("value = 1", "value = 0")
    (folder / "items.toml").write_text(f"{bread}\n{ORE}\n{worthless}\n{items}", "utf-8")
    assert load_catalog(folder).wares == (Ware("bread"),)


def test_the_shipped_wares_are_a_shop() -> None:
    wares = load_catalog(default_catalog_dir()).wares

    assert len(wares) > 9
    assert {ware.stock is None for ware in wares} == {True, False}

"""Loot tables beside the items: read as they are written, and refused with file, row and reason."""

from pathlib import Path

import pytest

from apps.game_core.loot import find
from apps.game_core.modules.items.contracts import LootLine, LootTable, Rarity, Span, Stat
from apps.game_core.modules.items.errors import CatalogError, CatalogProblem
from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from apps.game_core.modules.items.store import CatalogStore
from tests.unit.items.test_load_catalog import ORE, SWORD

LINES = """
[chest]
rarity = { rare = 30, epic = 5 }
affixes = { power = { least = 1, most = 3 } }
lines = [
    { weight = 3, base_id = "test_ore", least = 2, most = 4 },
    { weight = 1, levels_below = 0 },
    { weight = 2, base_id = "test_sword", durability = { least = 0, most = 60 } },
]
"""


ITEMS = f"[test_sword]\n{SWORD}max_durability = 80\n[test_ore]\n{ORE}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "loot").mkdir()
    (tmp_path / "items.toml").write_text(ITEMS, "utf-8")
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "loot" / "chests.toml").write_text(text, "utf-8")


def problems(folder: Path) -> tuple[CatalogProblem, ...]:
    with pytest.raises(CatalogError) as refused:
        load_catalog(folder)
    return refused.value.problems


def test_a_table_is_read_as_it_is_written(folder: Path) -> None:
    write(folder, LINES)

    assert load_catalog(folder).loot == {
        "chest": LootTable(
            (
                LootLine(3, "test_ore", None, Span(2, 4)),
                LootLine(1, "", 0),
                LootLine(2, "test_sword", durability=Span(0, 60)),
            ),
            {Rarity.RARE: 30, Rarity.EPIC: 5},
            {Stat.POWER: Span(1, 3)},
        )
    }


def test_a_table_may_say_no_more_than_its_lines(folder: Path) -> None:
    write(folder, '[chest]\nlines = [{ weight = 1, base_id = "test_ore" }]')

    assert load_catalog(folder).loot == {"chest": LootTable((LootLine(1, "test_ore"),))}


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("weight = 3", "weight = 0", "lines.0.weight", "0 is not within 1 to 10000"),
        ("weight = 3, ", "", "lines.0.weight", "missing"),
        ('"test_ore"', '"test_oar"', "lines.0.base_id", "no item: test_oar"),
        ("weight = 1, levels_below = 0", "weight = 1", "lines.1.base_id", "missing"),
        (
            "levels_below = 0",
            'levels_below = 0, base_id = "test_ore"',
            "lines.1.base_id",
            "either a kind, or gear by its level",
        ),
        ("levels_below = 0", "levels_below = -1", "lines.1.levels_below", "-1 is not within 0 to 100"),
        ("most = 4", "most = 1", "lines.0.most", "1 is less than 2"),
        ("most = 4", "most = 1000", "lines.0.most", "1000 is not within 1 to 999"),
        ("levels_below = 0", "levels_below = 0, luck = 1", "lines.1.luck", "unknown key"),
        ("most = 60", "most = 101", "lines.2.durability.most", "101 is not within 0 to 100"),
        ("most = 60", "luck = 60", "lines.2.durability.luck", "unknown key"),
        ("{ least = 0, most = 60 }", "60", "lines.2.durability", "60 is not a table"),
        ("least = 0, most = 60", "least = 61, most = 60", "lines.2.durability.most", "60 is less than 61"),
        (
            "least = 2, most = 4",
            "durability = { least = 2, most = 4 }",
            "lines.0.durability",
            "test_ore never wears out",
        ),
        ("epic = 5", "epic = 71", "rarity", "101 of 100"),
        ("epic = 5", "common = 5", "rarity.common", "unknown key"),
        ("epic = 5", "epic = 0", "rarity.epic", "0 is not within 1 to 100"),
        ("power = {", "luck = {", "affixes.luck", "unknown key"),
        ("least = 1, most = 3", "least = 4, most = 3", "affixes.power.most", "3 is less than 4"),
        ("least = 1, most = 3", "least = 1", "affixes.power.most", "missing"),
        ("most = 3 }", "most = 496 }", "affixes.power", "501 with it is more than 500"),
        ("rarity", "rarities", "rarities", "unknown key"),
        ("lines = [", "lines = []\nrows = [", "lines", "missing: nothing can be found"),
    ],
)
def test_what_makes_no_sense_is_named_by_file_row_and_reason(
    folder: Path, old: str, new: str, key: str, reason: str
) -> None:
    assert old in LINES
    write(folder, LINES.replace(old, new, 1))

    assert CatalogProblem("loot/chests.toml", f"chest.{key}", reason) in problems(folder)


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("chest = 5", "chest", "not a loot table: expected a table"),
        ("[chest", "", "not TOML: "),
        ("[chest]\nlines = 5", "chest.lines", "5 is not a list"),
        ("[chest]", "chest.lines", "missing: nothing can be found"),
    ],
)
def test_what_is_no_table_is_told(folder: Path, text: str, key: str, reason: str) -> None:
    write(folder, text)

    [problem] = problems(folder)

    assert (problem.file, problem.key) == ("loot/chests.toml", key)
    assert problem.reason.startswith(reason)


@pytest.mark.parametrize(
    ("line", "most"),
    [
        ("levels_below = 3, most = 2", 1),
        ('base_id = "test_ore", most = 6', 5),
        ('base_id = "test_sword", most = 6', 5),
    ],
)
def test_nobody_finds_more_than_can_be_carried(folder: Path, line: str, most: int) -> None:
    write(folder, f"[chest]\nlines = [{{ weight = 1, {line} }}]")

    [problem] = problems(folder)
    assert problem.key == "chest.lines.0.most"
    assert problem.reason.endswith(f"are too many to be carried: at most {most}")


def test_a_file_of_tables_may_have_any_name(folder: Path) -> None:
    (folder / "loot" / "kinds.toml").write_text(LINES, "utf-8")

    assert set(load_catalog(folder).loot) == {"chest"}


def test_a_name_stands_for_one_table(folder: Path) -> None:
    write(folder, LINES)
    (folder / "loot" / "more.toml").write_text(LINES, "utf-8")

    assert problems(folder) == (CatalogProblem("loot/more.toml", "chest", "the same loot table twice"),)


def test_a_broken_item_does_not_make_its_loot_unknown(folder: Path) -> None:
    write(folder, LINES)
    (folder / "items.toml").write_text(f"{ITEMS}level = 0", "utf-8")

    assert [problem.file for problem in problems(folder)] == ["items.toml"]


def test_tables_are_reloaded_with_the_items_or_not_at_all(folder: Path) -> None:
    write(folder, LINES)
    store = CatalogStore(folder)
    before = store.current

    write(folder, LINES.replace("weight = 3", "weight = 0"))
    with pytest.raises(CatalogError):
        store.reload()
    assert store.current is before

    write(folder, LINES.replace("weight = 3", "weight = 7"))
    store.reload()
    assert store.current.loot["chest"].lines[0].weight == 7
    assert store.current.revision != before.revision


def test_a_folder_of_before_there_was_loot_has_the_shipped_tables(folder: Path) -> None:
    """Whatever of them that catalog does not know is never found."""
    (folder / "loot").rmdir()

    catalog = load_catalog(folder)

    dummy = catalog.loot["dummy"]
    assert dummy == load_catalog(default_catalog_dir()).loot["dummy"]
    found = (find(dummy, catalog, level=1, seed=str(seed)) for seed in range(20))
    assert {each.base_id for each in found if each} == {"test_sword"}

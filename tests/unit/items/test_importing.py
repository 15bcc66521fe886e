"""Somebody else's list of items becomes item files: each row is loaded, or refused with what is wrong."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from apps.game_core.modules.items.contracts import Attribute, Slot, Stat
from apps.game_core.modules.items.kinds import KINDS_FILE
from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from tools.cli.catalogs import catalogs
from tools.importing.items import slug
from tools.importing.tables import KEY, read_table
from tools.importing.toml_text import written

COLUMNS = """
name = "Item"
description = "Text"
icon = { always = "🗡️" }
rarity = { column = "Tier", words = { 1 = "common", 2 = "rare" }, otherwise = "epic" }
type = { column = "Sort", words = { Blade = "weapon", Herb = "material" } }
subtype = { column = "Sort", words = { Blade = "sword", Herb = "herb" } }
slots = { column = "Sort", words = { Blade = ["main_hand", "off_hand"] }, otherwise = [] }
grip = { column = "Sort", words = { Blade = "1h" }, otherwise = "" }
weight = { column = "Pounds", times = 0.4536 }
value = { column = "Gold", otherwise = 0 }
"stats.power" = "Hit"
"requirements.strength" = { column = "Needs", words = { strong = 20 }, otherwise = "" }
"""
HEADER = "Item;Text;Tier;Sort;Pounds;Gold;Hit;Needs"
SABRE = "Frost Sabre;It is cold.;2;Blade;3;70;9;strong"
SAGE = "Sage;It smells.;1;Herb;0.1;;;"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "items"


def run(out: Path, table: str, columns: str = COLUMNS, name: str = "list.csv") -> Result:
    (out.parent / name).write_text(table, "utf-8")
    (out.parent / "columns.toml").write_text(columns, "utf-8")
    paths = [str(out.parent / name), "--columns", str(out.parent / "columns.toml"), "--out", str(out)]
    return CliRunner().invoke(catalogs, ["import", *paths])


def test_rows_become_items_and_texts_to_translate(out: Path) -> None:
    done = run(out, f"{HEADER}\n{SABRE}\n\n{SAGE}\n")

    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1] == "2 items loaded, 0 rows refused."
    found = load_catalog(out).entries
    sabre, sage = found["frost_sabre"], found["sage"]
    assert (sabre.weight, sabre.value, sabre.stats) == (1361, 70, {Stat.POWER: 9})
    assert (sabre.slots, sabre.requirements) == ((Slot.MAIN_HAND, Slot.OFF_HAND), {Attribute.STRENGTH: 20})
    assert (sage.weight, sage.value, sage.slots, sage.grip) == (45, 0, (), None)
    with (out / "list.pot").open("rb") as file:
        texts = {(message.context, message.id) for message in read_po(file) if message.id}
    assert texts == {
        ("item", "Frost Sabre"),
        ("item", "Sage"),
        ("item description", "It is cold."),
        ("item description", "It smells."),
    }


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        (SABRE.replace("Blade", "Gun"), "row 3, Sort (type): 'Gun' is none of 'Blade', 'Herb'"),
        (SABRE.replace(";3;", ";heavy;"), "row 3, Pounds (weight): 'heavy' is not a number"),
        (SABRE.replace(";3;", ";nan;"), "row 3, Pounds (weight): 'nan' is not a number"),
        (SABRE.replace(";3;", ";1e999999;"), "row 3, Pounds (weight): '1e999999' is not a number"),
        (SABRE.replace(";3;", ";9e999999999999999999;"), "row 3, Pounds (weight): '9e999999999999999999'"),
        (SABRE.replace(";70;", ";1e99999999;"), "row 3, Gold (value): '1e99999999' is not a number"),
        (SABRE.replace(";3;", ";;"), "row 3, Pounds (weight): missing"),
        (SABRE.replace(";70;", ";7.5;"), "row 3, Gold (value): 7.5 is not a whole number"),
        (SABRE.replace(";9;", ";9000;"), "row 3, Hit (stats.power): 9000 is not within 1 to 500"),
        (
            SAGE.replace(";;;", ";;4;").replace("Sage", "Mint"),
            "row 3, stats: only what can be worn has stats",
        ),
        (SABRE.replace("Frost Sabre", "冬"), "row 3, Item (base_id): a base_id must match"),
        (SABRE.replace("Frost Sabre", "SAGE!"), "row 3, Item (base_id): sage is in row 2, too"),
        (SABRE.replace("Frost Sabre", "x" * 65), "row 3, Item (name): 65 characters"),
    ],
)
def test_a_row_that_is_no_item_is_refused_with_column_and_reason(out: Path, row: str, refusal: str) -> None:
    done = run(out, f"{HEADER}\n{SAGE}\n{row}\n{SABRE.replace('Frost', 'Fire')}\n")

    assert done.exit_code == 1
    assert done.output.splitlines()[0].startswith(refusal)
    assert done.output.splitlines()[-1] == "2 items loaded, 1 rows refused."
    assert set(load_catalog(out).entries) == {"sage", "fire_sabre"}


def test_a_list_has_0_where_an_item_has_none_of_it(out: Path) -> None:
    columns = f'{COLUMNS}"stats.armor" = "Guard"\nmax_durability = "Lasts"\nquest = {{ always = false }}\n'

    done = run(out, f"{HEADER};Guard;Lasts\n{SABRE};0;60\n{SAGE.replace(';;;', ';0;0;')};0;0\n", columns)

    assert done.exit_code == 0, done.output
    found = load_catalog(out).entries
    assert (found["frost_sabre"].stats, found["frost_sabre"].max_durability) == ({Stat.POWER: 9}, 60)
    assert (found["sage"].stats, found["sage"].max_durability, found["sage"].value) == ({}, None, 0)
    assert "quest = false" in (out / "list.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        (f"{SABRE};more;", "row 3, Needs: 2 more cells than columns"),
        (SABRE.removesuffix(";strong"), "row 3, Needs: 1 fewer cells than columns"),
        ("Frost Sabre", "row 3, Text: 7 fewer cells than columns"),
        (SABRE.replace("It is", '"It" is'), "row 3, all of it: ';' expected after '\"'"),
    ],
)
def test_a_line_that_is_no_row_of_the_table_is_refused_by_itself(out: Path, row: str, refusal: str) -> None:
    """A cell too few is one that was forgotten, and what follows it is in the wrong column."""
    done = run(out, f"{HEADER}\n{SAGE}\n{row}\n{SABRE.replace('Frost', 'Fire')}\n")

    assert done.output.splitlines()[0] == refusal
    assert done.output.splitlines()[-1] == "2 items loaded, 1 rows refused."
    assert set(load_catalog(out).entries) == {"sage", "fire_sabre"}


def test_a_quote_that_is_never_closed_leaves_what_stands_before_it(out: Path) -> None:
    done = run(out, f'{HEADER}\n{SAGE}\n"{SABRE}\n{SABRE}\n')

    assert done.output.splitlines()[0] == "row 3, all of it: unexpected end of data"
    assert set(load_catalog(out).entries) == {"sage"}


@pytest.mark.parametrize("wrong", [3, None, "Sage", ["Sage"]])
def test_what_is_no_object_is_refused_by_itself(out: Path, wrong: object) -> None:
    sage = dict(zip(HEADER.split(";"), SAGE.split(";"), strict=True))

    done = run(out, json.dumps([wrong, sage]), name="list.json")

    assert done.output.splitlines()[0] == f"row 1, all of it: expected an object, not {json.dumps(wrong)}"
    assert done.output.splitlines()[-1] == "1 items loaded, 1 rows refused."
    assert run(out, json.dumps({"x": wrong, "y": sage}), name="list.json").output == done.output
    assert run(out, json.dumps([wrong]), name="list.json").output.endswith(
        "0 items loaded, 1 rows refused.\n"
    )


@pytest.mark.parametrize("twice", ['"Gold": 1, "Gold": 9', '"Gold": 1, "x": [{"y": 1, "y": 1}]'])
def test_an_object_that_says_something_twice_is_refused_by_itself(out: Path, twice: str) -> None:
    sage = dict(zip(HEADER.split(";"), SAGE.split(";"), strict=True))
    double = json.dumps(sage | {"Item": "Mint"}).replace('"Gold": ""', twice)

    done = run(out, f"[{double}, {json.dumps(sage)}]", name="list.json")

    column = "Gold" if "x" not in twice else "x.0.y"
    assert done.output.splitlines()[0] == f"row 1, {column}: is there twice"
    assert done.output.splitlines()[-1] == "1 items loaded, 1 rows refused."
    assert set(load_catalog(out).entries) == {"sage"}


def test_of_objects_with_one_name_the_later_one_is_refused(out: Path) -> None:
    sage, mint = (
        json.dumps(dict(zip(HEADER.split(";"), SAGE.replace("Sage", name).split(";"), strict=True)))
        for name in ("Sage", "Mint")
    )

    done = run(out, f'{{"a": {sage}, "a": {mint}, "b": {mint}}}', name="list.json")

    assert done.output.splitlines()[0] == "row 2, @key: 'a' is in row 1, too"
    assert done.output.splitlines()[-1] == "2 items loaded, 1 rows refused."
    assert set(load_catalog(out).entries) == {"sage", "mint"}


def test_a_row_that_was_refused_is_in_no_other_ones_way(out: Path) -> None:
    done = run(out, f"{HEADER}\n{SAGE.replace('0.1', 'heavy')}\n{SAGE}\n{SAGE}\n")

    assert done.output.splitlines()[:2] == [
        "row 2, Pounds (weight): 'heavy' is not a number",
        "row 4, Item (base_id): sage is in row 3, too",
    ]
    assert set(load_catalog(out).entries) == {"sage"}


def test_the_numbers_of_rows_are_a_spreadsheets(out: Path) -> None:
    told = SAGE.replace("It smells.", '"It\nsmells."')

    done = run(out, f"{HEADER}\n{told}\n\n{SABRE.replace('Blade', 'Gun')}\n")

    assert "row 4, Sort (type)" in done.output
    assert "row 2, Text (description)" in done.output


MENDED = """
name = "Item"
description = { always = "It is." }
icon = { always = "🗡️" }
rarity = { always = "common" }
type = { column = "Sort", words = { Blade = "weapon", Ore = "material" } }
subtype = { column = "Sort", words = { Blade = "sword", Ore = "ore" } }
slots = { column = "Sort", words = { Blade = ["main_hand"] }, otherwise = [] }
grip = { column = "Sort", words = { Blade = "1h" }, otherwise = "" }
max_durability = { column = "Sort", words = { Blade = 50 }, otherwise = "" }
mended_with = "Smith"
weight = { always = 1 }
value = "Gold"
"stats.power" = { column = "Sort", words = { Blade = 5 }, otherwise = "" }
"""


def test_what_things_are_mended_with_may_be_named_as_in_the_list(out: Path) -> None:
    done = run(out, "Item,Sort,Gold,Smith\nBlade,Blade,1,Hard Rock\nHard Rock,Ore,1,\n", MENDED)

    assert done.exit_code == 0, done.output
    assert load_catalog(out).entries["blade"].mended_with == "hard_rock"


@pytest.mark.parametrize("rock", ["Hard Rock,Ore,oops,", "Hard Rock,Blade,1,", ""])
def test_what_is_mended_with_what_is_not_there_is_refused_with_its_row(out: Path, rock: str) -> None:
    done = run(out, f"Item,Sort,Gold,Smith\nBlade,Blade,1,Hard Rock\n{rock}\nBow,Blade,1,\n", MENDED)

    assert "row 2, Smith (mended_with): no material: hard_rock" in done.output
    assert "blade" not in load_catalog(out).entries
    assert "bow" in load_catalog(out).entries


@pytest.mark.parametrize(
    ("rows", "refused", "loaded"),
    [
        (["Blade,Blade,1,Mud", "Blade,Blade,1,Rock", "Rock,Ore,1,"], {2}, {"blade", "rock"}),
        (["Blade,Blade,1,Rock", "Rock,Blade,1,Mud", "Rock,Ore,1,"], {3}, {"blade", "rock"}),
        (
            ["Blade,Blade,1,Rock", "Rock,Blade,1,Sand", "Rock,Ore,1,", "Blade,Blade,1,Sand", "Sand,Ore,1,"],
            {2, 4},
            {"blade", "rock", "sand"},
        ),
    ],
)
def test_what_lacks_its_material_is_in_no_other_ones_way(
    out: Path, rows: list[str], refused: set[int], loaded: set[str]
) -> None:
    done = run(out, "\n".join(["Item,Sort,Gold,Smith", *rows]), MENDED)

    assert {int(line.split(",")[0][4:]) for line in done.output.splitlines() if "row " in line[:4]} == refused
    assert set(load_catalog(out).entries) == loaded


def test_materials_that_are_in_the_folder_already_will_do(out: Path) -> None:
    run(out, "Item,Sort,Gold,Smith\nHard Rock,Ore,1,\n", MENDED, "ores.csv")

    done = run(out, "Item,Sort,Gold,Smith\nBlade,Blade,1,Hard Rock\n", MENDED, "blades.csv")

    assert done.exit_code == 0, done.output
    assert set(load_catalog(out).entries) == {"hard_rock", "blade"}


def test_what_is_in_the_folder_already_is_not_loaded_twice(out: Path) -> None:
    run(out, f"{HEADER}\n{SAGE}\n", name="herbs.csv")

    done = run(out, f"{HEADER}\n{SAGE}\n{SABRE}\n")

    assert "row 2, Item (base_id): sage is in the folder already" in done.output
    assert set(load_catalog(out).entries) == {"sage", "frost_sabre"}


def test_an_item_may_be_called_like_a_type(out: Path) -> None:
    out.mkdir()
    shutil.copy(default_catalog_dir() / KINDS_FILE, out)

    assert run(out, f"{HEADER}\n{SAGE.replace('Sage', 'Material')}\n").exit_code == 0


def test_an_import_may_be_repeated(out: Path) -> None:
    run(out, f"{HEADER}\n{SAGE}\n")

    assert run(out, f"{HEADER}\n{SAGE}\n{SABRE}\n").exit_code == 0
    assert set(load_catalog(out).entries) == {"sage", "frost_sabre"}


@pytest.mark.parametrize(
    ("there", "name", "reason"),
    [
        ("list.toml", "list.csv", "is there, and was not imported"),
        ("list.pot", "list.csv", "is there, and was not imported"),
        ("kinds.toml", "kinds.csv", "means something else"),
        (None, ".list.csv", "means something else"),
    ],
)
def test_files_that_were_not_imported_are_left_alone(
    out: Path, there: str | None, name: str, reason: str
) -> None:
    out.mkdir()
    if there:
        (out / there).write_text("# mine\n[material]\nherb = []\n", "utf-8")

    done = run(out, f"{HEADER}\n{SAGE}\n", name=name)

    assert done.exit_code == 1
    assert reason in done.output
    assert [path.name for path in out.iterdir()] == ([there] if there else [])
    assert not there or (out / there).read_text("utf-8").startswith("# mine")


def test_a_folder_that_would_not_load_is_left_as_it_is(out: Path) -> None:
    out.mkdir()
    (out / "other.toml").write_text("[broken]\n", "utf-8")

    done = run(out, f"{HEADER}\n{SAGE}\n")

    assert "other.toml: broken" in str(done.exception)
    assert [path.name for path in out.iterdir()] == ["other.toml"]


def test_a_json_list_leads_into_its_objects(out: Path) -> None:
    row = {"names": ["Sage", "Salvia"], "text": "It smells.", "cost": {"amount": 3}, "kg": 0.5}
    columns = """
    name = "names.0"
    description = "text"
    icon = { always = "🌿" }
    rarity = { always = "common" }
    type = { always = "material" }
    subtype = { always = "herb" }
    weight = "kg"
    value = "cost.amount"
    """

    done = run(out, json.dumps([row]), columns, "list.json")

    assert done.exit_code == 0, done.output
    assert load_catalog(out).entries["sage"].value == 3


def test_an_object_of_objects_has_its_names_in_a_column(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text('{"sage": {"cost": 3}}', "utf-8")

    [row] = read_table(tmp_path / "list.json")

    assert (row.number, row.cell(KEY), row.cell("cost"), row.cell("cost.x")) == (1, "sage", 3, None)


@pytest.mark.parametrize(
    ("table", "name", "reason"),
    [
        ("a,a\n1,2\n", "list.csv", "two columns have the same name"),
        ('"Item\nx\n', "list.csv", "unexpected end of data"),
        ("Item\nx\n", "list.csv", "no row has a column 'Gold'"),
        (f"{HEADER}\n", "list.csv", "the table has no rows"),
        ("[]", "list.json", "the table has no rows"),
        ("3", "list.json", "expected a list of objects"),
        ("[" * 100_000, "list.json", "list.json: "),
        ("{", "list.json", "list.json: "),
    ],
)
def test_a_table_that_cannot_be_read_makes_nothing(out: Path, table: str, name: str, reason: str) -> None:
    done = run(out, table, name=name)

    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert reason in done.output
    assert not out.exists()


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ("name = 3", "name: expected a column's name"),
        ("name = {}", "name: expected a column's name"),
        ('name = { column = "Item", always = "x" }', "name: expected a column's name"),
        ('name = { column = "Item", time = 3 }', "name.time: unknown key"),
        ('name = { column = "Item", times = "x" }', "name.times: expected a number"),
        ("name = { column = 5 }", "name.column: expected a column's name"),
        ('name = { column = ["Item"] }', "name.column: expected a column's name"),
        ('name = { column = "Item", words = 3 }', "name.words: expected a table"),
        ("name", "columns.toml: "),
    ],
)
def test_columns_that_make_no_sense_are_refused(out: Path, columns: str, reason: str) -> None:
    done = run(out, f"{HEADER}\n{SAGE}\n", columns)

    assert done.exit_code == 1
    assert reason in done.output


def test_a_table_that_is_not_in_utf_8_is_refused(out: Path) -> None:
    (out.parent / "list.csv").write_bytes("Item\nÄxte\n".encode("latin-1"))
    (out.parent / "columns.toml").write_text(COLUMNS, "utf-8")

    paths = [str(out.parent / "list.csv"), "--columns", str(out.parent / "columns.toml"), "--out", str(out)]
    done = CliRunner().invoke(catalogs, ["import", *paths])

    assert "not in UTF-8 (at byte 5)" in done.output


def test_what_is_written_is_read_again_whatever_is_in_it() -> None:
    tables = {
        "a": {"text": 'quo"te\\ \t 漢 💍', "flag": True, "list": [1, 2.5, "x"], "inner": {"x": {"y": []}}},
        "b": {},
    }
    assert tomllib.loads(written(tables)) == tables


def test_shipped_names_are_worth_their_base_ids() -> None:
    assert slug("Hunter's Bow +1 ") == "hunters_bow_1"
    assert slug("Épée") == "epee"
    entries = load_catalog(default_catalog_dir())
    assert sum(slug(each.name) == each.base_id for each in entries) > len(entries) / 2

"""Every way in which catalog files can be wrong, from real files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from apps.game_core.modules.items.contracts import EffectKind, Grip, ItemType, Rarity, Slot, Stat
from apps.game_core.modules.items.errors import CatalogError, CatalogProblem
from apps.game_core.modules.items.loader import load_catalog

SWORD = """
type = "weapon"
subtype = "sword"
icon = "🗡️"
rarity = "common"
name = "Test Sword"
description = "A blade."
weight = 1.2
value = 10
slots = ["main_hand"]
grip = "1h"
stats = { power = 5 }
"""
POTION = """
type = "consumable"
subtype = "potion"
icon = "🧪"
rarity = "rare"
name = "Test Potion"
description = "A drink."
weight = 0.25
value = 3
max_stack = 20
effects = [{ kind = "heal", amount = 5 }, { kind = "buff", stat = "armor", amount = 2, duration = 60 }]
usable_in_combat = true
"""
ORE = """
type = "material"
subtype = "ore"
icon = "⛏️"
rarity = "common"
name = "Test Ore"
description = "A stone."
weight = 1
value = 1
"""
HELMET = """
type = "armor"
subtype = "helmet"
icon = "👑"
rarity = "common"
name = "Test Helmet"
description = "A hat."
weight = 1
value = 1
slots = ["head"]
"""
SHIELD = """
type = "armor"
subtype = "shield"
icon = "🛡️"
rarity = "common"
name = "Test Shield"
description = "A board."
weight = 1
value = 1
slots = ["off_hand"]
grip = "off_hand"
"""
LETTER = ORE.replace('"material"', '"quest"').replace('"ore"', '"letter"')

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_files(**files: str) -> Path:
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text, "utf-8")
        return tmp_path

    return write_files


def problems(directory: Path) -> tuple[CatalogProblem, ...]:
    with pytest.raises(CatalogError) as caught:
        load_catalog(directory)
    return caught.value.problems


def test_reads_every_field(write: Write) -> None:
    catalog = load_catalog(
        write(
            a=f"[test_sword]\n{SWORD}\nlevel = 3\nmax_durability = 90\nrequirements = {{ strength = 7 }}",
            b=f"[test_potion]\n{POTION}",
        )
    )
    sword, potion = catalog.entries["test_sword"], catalog.entries["test_potion"]
    assert (sword.type, sword.subtype, sword.rarity) == (ItemType.WEAPON, "sword", Rarity.COMMON)
    assert (sword.name, sword.description, sword.icon) == ("Test Sword", "A blade.", "🗡️")
    assert (sword.weight, sword.value, sword.level, sword.max_durability) == (1200, 10, 3, 90)
    assert (sword.slots, sword.grip, sword.stats) == ((Slot.MAIN_HAND,), Grip.ONE_HAND, {Stat.POWER: 5})
    assert sword.requirements == {"strength": 7}
    assert [effect.kind for effect in potion.effects] == [EffectKind.HEAL, EffectKind.BUFF]
    assert (potion.effects[1].stat, potion.effects[1].duration) == (Stat.ARMOR, 60)
    assert (potion.max_stack, potion.usable_in_combat, potion.max_durability) == (20, True, None)


def test_a_loaded_catalog_cannot_be_changed(write: Write) -> None:
    catalog = load_catalog(write(a=f"[test_sword]\n{SWORD}"))
    for mapping in (catalog.entries, catalog.entries["test_sword"].stats):
        with pytest.raises(TypeError):
            mapping["power"] = 1  # type: ignore[index]


def test_quest_items_cannot_be_dropped_by_default(write: Write) -> None:
    assert load_catalog(write(a=f"[test_letter]\n{LETTER}")).entries["test_letter"].quest


BROKEN_FIELDS = [
    (SWORD, "type", '"gadget"', "none of weapon"),
    (SWORD, "type", "[]", "none of weapon"),
    (SWORD, "type", None, "missing"),
    (SWORD, "subtype", '"helmet"', "weapon items are one of sword"),
    (SWORD, "subtype", "1", "not a text"),
    (SWORD, "rarity", '"mythic"', "none of common"),
    (SWORD, "icon", '"X"', "not a single emoji"),
    (SWORD, "icon", '""', "not a single emoji"),
    (SWORD, "icon", '"🗡️🗡️"', "not a single emoji"),
    (SWORD, "icon", '"<b>"', "not a single emoji"),
    (SWORD, "name", '""', "empty"),
    (SWORD, "name", '"   "', "empty"),
    (SWORD, "name", '" Sword"', "spaces around"),
    (SWORD, "name", '"Sword\\nof lines"', "control characters"),
    (SWORD, "name", '"Sword\\u202E of mirrors"', "control characters"),
    (SWORD, "name", f'"{"x" * 65}"', "65 characters"),
    (SWORD, "name", None, "missing"),
    (SWORD, "description", f'"{"x" * 201}"', "201 characters"),
    (SWORD, "description", "1979-05-27", "not a text"),
    (SWORD, "weight", "-0.1", "not within 0 to 500"),
    (SWORD, "weight", "501", "not within 0 to 500"),
    (SWORD, "weight", "nan", "not within"),
    (SWORD, "weight", "inf", "not within"),
    (SWORD, "weight", "true", "not a number of kilograms"),
    (SWORD, "weight", '"1.2"', "not a number of kilograms"),
    (SWORD, "weight", "0.0005", "finer than a gram"),
    (SWORD, "value", "-1", "not within 0"),
    (SWORD, "value", "true", "not a whole number"),
    (SWORD, "value", "1.0", "not a whole number"),
    (SWORD, "value", f"0x{'f' * 5000}", "an unprintable value is not within"),
    (SWORD, "level", "0", "not within 1 to 100"),
    (SWORD, "max_durability", "0", "not within 1"),
    (SWORD, "max_stack", "5", "does not stack"),
    (SWORD, "slots", '"main_hand"', "not a list"),
    (SWORD, "slots", '["tail"]', "none of main_hand"),
    (SWORD, "slots", '["main_hand", "main_hand"]', "twice"),
    (SWORD, "slots", "[]", "needs at least one of"),
    (SWORD, "slots", '["head"]', "cannot be worn in head"),
    (HELMET, "slots", '["chest"]', "cannot be worn in chest"),
    (ORE, "slots", '["head"]', "cannot be worn in head"),
    (SWORD, "grip", '"tail"', "none of 1h"),
    (SWORD, "grip", None, "missing"),
    (SWORD, "grip", '"off_hand"', "does not fit the slots"),
    (HELMET, "grip", '"1h"', "only what is held"),
    (SHIELD, "grip", '"2h"', "does not fit the slots"),
    (SHIELD, "grip", '"1h"', "does not fit the slots"),
    (SWORD, "stats", "{ power = -5 }", "not within 1"),
    (SWORD, "stats", "{ power = 5, charm = 1 }", "unknown key"),
    (SWORD, "stats", "{ power = 5, spread = 6 }", "wider than the power"),
    (SWORD, "stats", "{ accuracy = 5 }", "needs power"),
    (SWORD, "stats", "[5]", "not a table"),
    (ORE, "stats", "{ power = 5 }", "only what can be worn has stats"),
    (ORE, "max_durability", "5", "only what can be worn wears out"),
    (SWORD, "requirements", "{ charm = 5 }", "unknown key"),
    (ORE, "requirements", "{ strength = 5 }", "only what can be worn or used"),
    (POTION, "effects", "[]", "a consumable does something"),
    (POTION, "effects", "[5]", "not a table"),
    (POTION, "effects", '[{ kind = "bless", amount = 1 }]', "none of heal"),
    (POTION, "effects", '[{ kind = "heal" }]', "missing"),
    (POTION, "effects", '[{ kind = "heal", amount = true }]', "not a whole number"),
    (POTION, "effects", '[{ kind = "heal", amount = 1, duration = 5 }]', "unknown key"),
    (POTION, "effects", '[{ kind = "buff", amount = 1, duration = 5 }]', "missing"),
    (POTION, "effects", '[{ kind = "buff", amount = 1, stat = "armor" }]', "missing"),
    (POTION, "effects", '[{ kind = "buff", amount = 1, stat = "quick_slots", duration = 1 }]', "belts"),
    (ORE, "effects", '[{ kind = "heal", amount = 1 }]', "only consumables have effects"),
    (ORE, "usable_in_combat", "true", "only consumables are used"),
    (POTION, "usable_in_combat", "1", "neither true nor false"),
    (LETTER, "quest", "false", "cannot be dropped"),
    (SWORD, "wieght", "1", "unknown key"),
]


@pytest.mark.parametrize(("item", "field", "value", "reason"), BROKEN_FIELDS)
def test_one_broken_field_is_one_problem(
    write: Write, item: str, field: str, value: str | None, reason: str
) -> None:
    lines = [line for line in item.splitlines() if not line.startswith(f"{field} =")]
    lines += [f"{field} = {value}"] if value is not None else []
    found = problems(write(weapons="[test_item]\n" + "\n".join(lines)))
    assert [problem.file for problem in found] == ["weapons.toml"], found
    assert found[0].key.startswith(f"test_item.{field}")
    assert reason in found[0].reason


def test_two_handed_weapons_take_the_main_hand_only(write: Write) -> None:
    text = SWORD.replace('"1h"', '"2h"').replace('["main_hand"]', '["main_hand", "off_hand"]')
    (problem,) = problems(write(a=f"[big_sword]\n{text}"))
    assert problem.key == "big_sword.grip"


def test_a_scroll_that_only_hurts_must_work_in_combat(write: Write) -> None:
    lines = [line for line in POTION.splitlines() if not line.startswith(("effects", "usable"))]
    text = "\n".join([*lines, 'effects = [{ kind = "damage", amount = 5 }]'])
    (problem,) = problems(write(a=f"[test_scroll]\n{text}"))
    assert problem.key == "test_scroll.usable_in_combat"


@pytest.mark.parametrize(
    "base_id", ["Sword", "x", "9lives", '"a b"', '"../etc"', "x" * 33, '"\\u001b[2J"', '""']
)
def test_bad_base_ids(write: Write, base_id: str) -> None:
    (problem,) = problems(write(a=f"[{base_id}]\n{SWORD}"))
    assert "must match" in problem.reason
    assert problem.key.isprintable()


def test_a_value_where_an_item_should_be(write: Write) -> None:
    (problem,) = problems(write(a="iron_sword = 5"))
    assert (problem.key, problem.reason) == ("iron_sword", "not an item: expected a table")


def test_all_problems_of_all_files_at_once(write: Write) -> None:
    broken = SWORD.replace("10", "-10").replace('"common"', '"odd"').replace('"1h"', '"3h"')
    directory = write(a=f"[one]\n{broken}", b="[two]\n[three]\nname = 5", c="][", d=f"[four]\n{ORE}")
    keys = [(problem.file, problem.key) for problem in problems(directory)]
    assert [("a.toml", f"one.{field}") for field in ("rarity", "value", "grip")] == keys[:3]
    assert ("b.toml", "two.name") in keys
    assert ("b.toml", "three.name") in keys
    assert keys[-1] == ("c.toml", "")


def test_the_error_reads_well(write: Write) -> None:
    with pytest.raises(CatalogError) as caught:
        load_catalog(write(a=f"[test_item]\n{ORE}\nlevel = 0"))
    assert str(caught.value) == (
        "item catalog refused, 1 problem(s):\n  a.toml: test_item.level: 0 is not within 1 to 100"
    )


@pytest.mark.parametrize("second", [SWORD, "type = 5"])
def test_duplicates_across_files(write: Write, second: str) -> None:
    found = problems(write(a=f"[test_sword]\n{SWORD}", b=f"[test_sword]\n{second}"))
    assert found[0] == CatalogProblem("b.toml", "test_sword", "also defined in a.toml")


def test_duplicates_of_a_broken_item_are_still_duplicates(write: Write) -> None:
    found = problems(write(a="[test_sword]\ntype = 5", b=f"[test_sword]\n{SWORD}"))
    assert found[-1] == CatalogProblem("b.toml", "test_sword", "also defined in a.toml")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[a]\n[a]\n", "not TOML"),
        (b"name = ", "not TOML"),
        (b"\xff\xfe", "not in UTF-8 (at line 1)"),
        (b"n = " + b"9" * 5000, "not TOML"),
        (b"n = " + b"[" * 50_000, "nested too deeply"),
    ],
)
def test_files_that_are_not_toml(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.toml").write_bytes(content)
    (problem,) = problems(tmp_path)
    assert problem.file == "a.toml"
    assert problem.reason.startswith(reason)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "gone.toml").symlink_to(tmp_path / "nowhere")
    assert [(problem.file, problem.reason) for problem in problems(tmp_path)] == [
        ("folder.toml", "cannot be read: Is a directory"),
        ("gone.toml", "cannot be read: No such file or directory"),
    ]


def test_editor_files_are_left_alone(write: Write) -> None:
    directory = write(a=f"[test_ore]\n{ORE}")
    (directory / ".#a.toml").symlink_to("nobody@nowhere")
    assert len(load_catalog(directory)) == 1


@pytest.mark.parametrize("folder", ["", "missing"])
def test_an_empty_catalog_is_refused(write: Write, folder: str) -> None:
    (problem,) = problems(write() / folder)
    assert problem.reason.startswith("no items in ")


def test_files_without_items_are_an_empty_catalog(write: Write) -> None:
    assert problems(write(a="# nothing here yet"))[0].reason.startswith("no items in ")


def test_the_revision_follows_the_content(write: Write) -> None:
    first = load_catalog(write(a=f"[test_ore]\n{ORE}")).revision
    assert load_catalog(write()).revision == first
    assert load_catalog(write(a=f"[test_ore]\n{ORE}#")).revision != first


ITEM = f"[test_ore]\n{ORE}"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(b"\xef\xbb\xbf" + ITEM.encode(), id="byte order mark of Notepad and Excel"),
        pytest.param(ITEM.replace("\n", "\r\n").encode(), id="lines of Windows"),
        pytest.param(b"\xef\xbb\xbf" + ITEM.replace("\n", "\r\n").encode(), id="both"),
        pytest.param(ITEM.replace(" = ", "\t=\t").replace("\n", "\t\n").encode(), id="tabs"),
        pytest.param(
            ITEM.replace("\nweight", "\n\tweight").rstrip().encode(), id="indented, no last line end"
        ),
        pytest.param(
            ITEM.replace('"A stone."', '"""\r\nA stone."""').encode(), id="a long string of Windows"
        ),
    ],
)
def test_fault_64_files_of_designers_tools_are_read(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "ores.toml").write_bytes(written)
    assert load_catalog(tmp_path).entries["test_ore"].description == "A stone."


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (ITEM.encode("utf-16"), "not in UTF-8 (at line 1)"),
        (ITEM.replace("stone", "st\u00f6ne").replace("⛏️", "o").encode("cp1252"), "not in UTF-8 (at line 8)"),
        (ITEM.replace("\n", "\r").encode(), "not TOML: .*(at line 1, column 11)"),
        (ITEM.replace('"A stone."', "\u201cA stone.\u201d").encode(), "not TOML: .*(at line 8, column 15)"),
        (ITEM.replace("weight = 1", "weight = 1,5").encode(), "not TOML: .*(at line 9, column 11)"),
        (ITEM.replace("weight =", "weight\u00a0=").encode(), "not TOML: .*(at line 9, column 7)"),
        (b"<<<<<<< HEAD\n" + ITEM.encode(), "not TOML: .*(at line 1, column 1)"),
    ],
    ids=["UTF-16", "Latin-1", "old Mac", "typographic quotes", "decimal comma", "hard space", "merge marks"],
)
def test_fault_64_what_designers_tools_spoil_is_told_with_its_line(
    tmp_path: Path, written: bytes, reason: str
) -> None:
    (tmp_path / "ores.toml").write_bytes(written)
    [problem] = problems(tmp_path)
    before, _, after = reason.partition(".*")
    assert problem.file == "ores.toml"
    assert (problem.reason.startswith(before), problem.reason.endswith(after)) == (True, True), problem


def test_fault_64_a_file_in_capitals_is_a_file_and_what_systems_add_is_none(tmp_path: Path) -> None:
    (tmp_path / "ORES.TOML").write_text(ITEM, "utf-8")
    (tmp_path / "._ORES.TOML").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / ".DS_Store").write_bytes(b"\x00")
    assert list(load_catalog(tmp_path).entries) == ["test_ore"]

"""What there is of each type is data beside the items."""

from pathlib import Path

import pytest

from apps.game_core.modules.items.contracts import Slot
from apps.game_core.modules.items.errors import CatalogError, CatalogProblem
from apps.game_core.modules.items.kinds import KINDS_FILE
from apps.game_core.modules.items.loader import load_catalog

CLOAK = """
[test_cloak]
type = "armor"
subtype = "cloak"
icon = "🧥"
rarity = "common"
name = "Test Cloak"
description = "It is warm."
weight = 1
value = 1
"""


def problems(directory: Path) -> tuple[CatalogProblem, ...]:
    with pytest.raises(CatalogError) as refused:
        load_catalog(directory)
    return refused.value.problems


def write(directory: Path, kinds: str | None, items: str = CLOAK) -> Path:
    (directory / "armor.toml").write_text(items, "utf-8")
    if kinds is not None:
        (directory / KINDS_FILE).write_text(kinds, "utf-8")
    return directory


def test_a_folder_without_kinds_has_those_of_the_game(tmp_path: Path) -> None:
    [unknown] = problems(write(tmp_path, None))
    assert unknown.key == "test_cloak.subtype"
    assert unknown.reason == "armor items are one of shield, helmet, chest, legs, boots"


def test_what_is_in_the_file_can_be_made_and_worn(tmp_path: Path) -> None:
    worn = f'{CLOAK}slots = ["chest"]\n'
    found = load_catalog(write(tmp_path, '[armor]\ncloak = ["chest", "feet"]', worn)).entries["test_cloak"]
    assert (found.subtype, found.slots) == ("cloak", (Slot.CHEST,))


@pytest.mark.parametrize(
    ("items", "key", "reason"),
    [
        (CLOAK, "slots", "a cloak needs at least one of chest"),
        (f'{CLOAK}slots = ["head"]\n', "slots", "a cloak cannot be worn in head"),
        (f'{CLOAK}slots = ["chest"]\ngrip = "1h"\n', "grip", "only what is held in a hand has a grip"),
        (CLOAK.replace('"cloak"', '"buckler"') + 'slots = ["off_hand"]\n', "grip", "missing: what is held"),
        (CLOAK.replace('"armor"', '"material"'), "subtype", "material items are one of "),
    ],
)
def test_items_are_held_against_the_kinds_of_the_file(
    tmp_path: Path, items: str, key: str, reason: str
) -> None:
    kinds = '[armor]\ncloak = ["chest"]\nbuckler = ["off_hand"]'
    [found] = problems(write(tmp_path, kinds, items))
    assert found.key == f"test_cloak.{key}"
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    ("kinds", "key", "reason"),
    [
        ("[armour]\n", "'armour'", "no type of items"),
        ('armor = "cloak"', "armor", "expected a table"),
        ("[armor]\ncloak = 3", "armor.cloak", "expected a list of main_hand"),
        ('[armor]\ncloak = ["back"]', "armor.cloak", "expected a list of main_hand"),
        ("[armor]\ncloak = [[]]", "armor.cloak", "expected a list of main_hand"),
        ("[armor]\ncloak = []", "armor.cloak", "where is it worn?"),
        ('[armor]\n"Long Cloak" = ["chest"]', "armor.'Long Cloak'", "a subtype must match"),
        ('[armor]\ncloak = ["chest", "off_hand"]', "armor.cloak", "it is held in hands, or worn elsewhere"),
        ('[weapon]\nkick = ["feet"]', "weapon.kick", "weapons are held in hands"),
        ('[material]\nfur = ["chest"]', "material.fur", "material items are not worn"),
        ("[armor", "", "not TOML"),
    ],
)
def test_kinds_that_make_no_sense_are_refused_before_any_item(
    tmp_path: Path, kinds: str, key: str, reason: str
) -> None:
    [found] = problems(write(tmp_path, kinds))
    assert (found.file, found.key) == (KINDS_FILE, key)
    assert found.reason.startswith(reason)


def test_kinds_belong_to_the_revision(tmp_path: Path) -> None:
    worn = f'{CLOAK}slots = ["chest"]\n'
    first = load_catalog(write(tmp_path, '[armor]\ncloak = ["chest"]', worn)).revision
    assert load_catalog(write(tmp_path, '[armor]\ncloak = ["chest", "legs"]', worn)).revision != first

"""docs/adding-an-item.md, taken step by step on a copy of the shipped files."""

import re
import shutil
import textwrap
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path

import pytest
from click.testing import CliRunner

from apps.game_core.modules.items.contracts import (
    CatalogEntry,
    EffectKind,
    Grip,
    ItemType,
    Rarity,
    Slot,
    Stat,
)
from apps.game_core.modules.items.errors import CatalogError
from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from tools.cli.main import cli

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "adding-an-item.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    [found] = re.findall(rf"^ *```{language}\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
    return textwrap.dedent(found)


@dataclass(frozen=True)
class Checkout:
    items: Path
    locales: Path

    def add(self, table: str) -> None:
        with (self.items / "weapons.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n{table}")

    def translate(self, entries: str) -> None:
        """Fill in what `catalogs update` has left empty."""
        path = self.locales / "ru" / "LC_MESSAGES" / "messages.po"
        text = path.read_text(encoding="utf-8")
        for entry in entries.strip().split("\n\n"):
            empty = re.sub(r'msgstr ".*"$', 'msgstr ""', entry)
            assert empty in text
            text = text.replace(empty, entry)
        path.write_text(text, encoding="utf-8")

    def catalogs(self, command: str) -> str:
        where = ["--items", str(self.items), "--locales", str(self.locales)]
        ran = CliRunner().invoke(cli, ["catalogs", *where, command])
        assert not isinstance(ran.exception, CatalogError)
        return ran.output


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """The shipped files, without the example in case that somebody has just followed the page."""
    items = shutil.copytree(default_catalog_dir(), tmp_path / "items")
    weapons = items / "weapons.toml"
    shipped = weapons.read_text(encoding="utf-8")
    weapons.write_text(re.sub(r"\n\[frost_sabre\]\n.*?(?=\n\[|\Z)", "", shipped, flags=re.DOTALL), "utf-8")
    for language in ("en", "ru"):
        shutil.copytree(ROOT / "locales" / language, tmp_path / "locales" / language)
    copied = Checkout(items, tmp_path / "locales")
    copied.catalogs("update")
    return copied


def test_the_example_is_an_item_in_all_languages(checkout: Checkout) -> None:
    checkout.add(block("toml"))
    assert "ru: missing, run `catalogs update`: [item] 'Frost Sabre'" in checkout.catalogs("check")
    checkout.catalogs("update")
    assert "ru: untranslated: [item] 'Frost Sabre'" in checkout.catalogs("check")
    checkout.translate(block("po"))
    assert checkout.catalogs("check") == "all languages are complete\n"
    added = load_catalog(checkout.items).entries["frost_sabre"]
    assert (added.stats[Stat.POWER], added.weight) == (14, 1400)


def test_a_slip_in_the_example_is_told_as_the_page_says(checkout: Checkout) -> None:
    checkout.add(block("toml").replace("power", "pwoer"))
    with pytest.raises(CatalogError) as refused:
        load_catalog(checkout.items)
    assert block("text").strip() in map(str, refused.value.problems)


def test_its_effects_are_effects(checkout: Checkout) -> None:
    effects = re.findall(r"`(\{ kind = [^`]+)`", PAGE)
    table = (checkout.items / "consumables.toml").read_text(encoding="utf-8").split("\n\n")[1]
    assert table.startswith("[")
    lines = [line for line in table.splitlines() if not line.startswith(("[", "effects", "usable"))]
    written = ["[page_potion]", *lines, f"effects = [{', '.join(effects)}]", "usable_in_combat = true"]
    checkout.add("\n".join(written))
    found = load_catalog(checkout.items).entries["page_potion"]
    assert {each.kind for each in found.effects} == set(EffectKind)


def test_the_page_explains_every_key_and_no_other() -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", PAGE, re.MULTILINE)
    explained = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert explained == {field.name for field in fields(CatalogEntry)} - {"base_id"}


@pytest.mark.parametrize("kind", [Rarity, Slot, Grip, Stat])
def test_the_page_names_every_choice(kind: type[StrEnum]) -> None:
    assert [each for each in kind if f"`{each}`" not in PAGE] == []
    assert [each for each in EffectKind if f'kind = "{each}"' not in PAGE] == []
    assert ItemType.WEAPON in block("toml")

"""Every item of the shipped catalog in every shipped language."""

from pathlib import Path

import pytest

from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from bot.i18n import ITEM_DESCRIPTION, ITEM_NAME, Translations
from tools.catalogs.files import template_of
from tools.cli.catalogs import ROOT, check_catalogs

OF_ITEMS = (f"[{ITEM_NAME}]", f"[{ITEM_DESCRIPTION}]")


@pytest.fixture(scope="module")
def translations() -> Translations:
    return Translations.load(ROOT / "locales")


def test_english_and_russian_are_there(translations: Translations) -> None:
    assert {"en", "ru"} <= set(translations.languages)


def test_no_item_text_is_missing_or_flawed(tmp_path: Path) -> None:
    items = template_of(tmp_path, load_catalog(default_catalog_dir()))
    found = check_catalogs(ROOT / "locales", items)
    assert [str(finding) for finding in found if finding.text.startswith(OF_ITEMS)] == []


def test_russian_items_are_told_apart(translations: Translations) -> None:
    russian = translations.get("ru")
    entries = list(load_catalog(default_catalog_dir()))
    assert len({russian.item_name(entry.name) for entry in entries}) == len(entries)
    assert len({russian.item_description(entry.description) for entry in entries}) == len(entries)


def test_russian_item_texts_are_russian_and_short(translations: Translations) -> None:
    russian = translations.get("ru")
    for entry in load_catalog(default_catalog_dir()):
        name, description = russian.item_name(entry.name), russian.item_description(entry.description)
        assert not any("a" <= letter.lower() <= "z" for letter in name + description), entry.base_id
        assert len(name) <= 32, entry.base_id
        assert description.endswith("."), entry.base_id

"""The catalog that ships with the game."""

import tomllib
from itertools import pairwise

import pytest

from apps.game_core.modules.items.contracts import Catalog, EffectKind, Grip, ItemType, Rarity, Slot, Stat
from apps.game_core.modules.items.kinds import KINDS_FILE
from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(default_catalog_dir())


def test_it_has_something_of_everything(catalog: Catalog) -> None:
    assert 70 <= len(catalog) <= 100
    assert {entry.type for entry in catalog} == set(ItemType)
    assert {entry.rarity for entry in catalog} == set(Rarity)
    assert {slot for entry in catalog for slot in entry.slots} == set(Slot)
    assert {entry.grip for entry in catalog} == {*Grip, None}
    kinds = tomllib.loads((default_catalog_dir() / KINDS_FILE).read_text("utf-8"))
    known = {subtype for subtypes in kinds.values() for subtype in subtypes}
    assert {entry.subtype for entry in catalog} == known


def test_names_and_descriptions_are_told_apart(catalog: Catalog) -> None:
    assert len({entry.name for entry in catalog}) == len(catalog)
    assert len({entry.description for entry in catalog}) == len(catalog)


def test_descriptions_are_sentences_and_names_are_short(catalog: Catalog) -> None:
    for entry in catalog:
        assert entry.description.endswith("."), entry.base_id
        assert len(entry.description) <= 80, entry.base_id
        assert len(entry.name) <= 25, entry.base_id


def test_what_the_rest_of_the_game_relies_on(catalog: Catalog) -> None:
    found = catalog.entries
    both_hands = (Slot.MAIN_HAND, Slot.OFF_HAND)
    assert (found["iron_sword"].grip, found["iron_sword"].slots) == (Grip.ONE_HAND, both_hands)
    assert found["flaming_longsword"].rarity is Rarity.RARE
    assert found["greatsword"].grip is found["hunting_bow"].grip is Grip.TWO_HAND
    assert found["iron_shield"].slots == (Slot.OFF_HAND,)
    assert found["copper_ring"].slots == (Slot.ACCESSORY_1, Slot.ACCESSORY_2)
    assert found["amulet_of_health"].stats[Stat.MAX_HP] > 0
    assert found["belt_of_pockets"].stats[Stat.QUICK_SLOTS] == 2
    assert (found["health_potion"].max_stack, found["health_potion"].usable_in_combat) == (20, True)
    assert found["strength_elixir"].effects[0].duration > 0
    assert found["fireball_scroll"].effects[0].kind is EffectKind.DAMAGE
    assert not found["bread"].usable_in_combat
    assert found["iron_ore"].max_stack == 99
    assert found["sealed_letter"].quest
    dragon_blade = found["dragon_blade"]
    assert (dragon_blade.rarity, dragon_blade.level) == (Rarity.LEGENDARY, 20)
    assert dragon_blade.requirements == {"strength": 30}


def test_the_starter_kit_can_be_worn_at_once(catalog: Catalog) -> None:
    kit = ("iron_sword", "iron_shield", "leather_helmet", "leather_armor", "leather_pants", "leather_boots")
    for base_id in (*kit, "copper_ring", "hunting_bow"):
        assert catalog.entries[base_id].level == 1
        assert not catalog.entries[base_id].requirements


@pytest.mark.parametrize("subtype", ["sword", "bow", "staff", "helmet", "chest", "ring"])
def test_rarer_things_are_worth_more(catalog: Catalog, subtype: str) -> None:
    kin = sorted(
        (entry for entry in catalog if entry.subtype == subtype), key=lambda entry: entry.rarity.rank
    )
    for plainer, rarer in pairwise(kin):
        assert plainer.rarity is rarer.rarity or plainer.value < rarer.value

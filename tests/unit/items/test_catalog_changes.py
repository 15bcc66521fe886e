"""Two catalogs told apart."""

from dataclasses import fields, replace
from types import MappingProxyType

from apps.game_core.modules.items.changes import KindChange, kind_changes
from apps.game_core.modules.items.contracts import Catalog, CatalogEntry, Stat
from tools.support.bags import rules

SHIPPED = rules().catalog


def other(**entries: CatalogEntry | None) -> Catalog:
    """The shipped items with these in place of those of their names; None: without."""
    kept = {**SHIPPED.entries, **entries}
    return Catalog(MappingProxyType({name: each for name, each in kept.items() if each}), "other")


def test_what_comes_goes_and_changes_is_told_by_kind() -> None:
    bread, sword = SHIPPED.entries["bread"], SHIPPED.entries["iron_sword"]
    heavier = replace(bread, weight=bread.weight + 1)
    new = replace(bread, base_id="aaa")

    found = kind_changes(SHIPPED, other(bread=heavier, iron_sword=None, aaa=new))

    assert found == (
        KindChange("aaa", None, new),
        KindChange("bread", bread, heavier),
        KindChange("iron_sword", sword, None),
    )
    assert [each.fields() for each in found] == [{}, {"weight": (bread.weight, bread.weight + 1)}, {}]


def test_every_field_that_differs_is_named() -> None:
    bread, bow = SHIPPED.entries["bread"], SHIPPED.entries["hunting_bow"]
    change = KindChange("x", bread, bow)

    differing = {each.name for each in fields(bread) if getattr(bread, each.name) != getattr(bow, each.name)}
    assert set(change.fields()) == differing
    assert change.fields()["stats"] == (bread.stats, bow.stats)
    assert bow.stats[Stat.POWER]


def test_files_of_another_revision_with_the_same_items_change_nothing() -> None:
    assert kind_changes(SHIPPED, other()) == ()

"""What was worked out for a session serves its next screen, and no screen of anything else."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.game_core.modules.inventory.contracts import BackpackQuery, SortBy
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing import arranging, comparing
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.logic.showing.judging import NEW_FOR
from apps.game_core.modules.inventory.inventory.model import Buff, InventorySession, Vitals, with_item
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.items.contracts import ItemType, Slot, Stat
from tests.support.altered import replace
from tests.support.big_bags import kinds
from tools.support.bags import NOW, bag, item, rules

Looks = Callable[[FormattedInventory], object]


def shown(session: InventorySession, now: float = NOW) -> FormattedInventory:
    return FormattedInventory(session, InventoryFormatter(rules(), now))


def session(size: int = 60) -> InventorySession:
    return bag(*(item(kind) for kind in kinds(size)), worn={Slot.MAIN_HAND: item("iron_sword")}, max_slots=99)


def refuse(*_: Any, **__: Any) -> Any:
    pytest.fail("worked out again")


@pytest.mark.parametrize(
    "look",
    [
        lambda inventory: inventory.view().equipped,
        lambda inventory: inventory.backpack(BackpackQuery(page=2)).items,
        lambda inventory: inventory.backpack(BackpackQuery(sort_by=SortBy.VERDICT)).items,
        lambda inventory: inventory.item(inventory.session.backpack[5].id),
    ],
    ids=["doll", "page", "sorted", "card"],
)
def test_the_same_session_is_looked_through_once(look: Looks, monkeypatch: pytest.MonkeyPatch) -> None:
    same = session()
    before = look(shown(same))
    for owner, name in (
        (arranging, "chosen"),
        (comparing.Wearer, "_after"),
        (Rules, "weight_and_value"),
    ):
        monkeypatch.setattr(owner, name, refuse)

    assert look(shown(same, NOW + 1)) == before


def test_pages_are_turned_without_a_look_at_the_whole_bag(monkeypatch: pytest.MonkeyPatch) -> None:
    same = session()
    expected = [shown(replace(same)).backpack(BackpackQuery(page=page)).items for page in range(5)]
    shown(same).backpack(BackpackQuery())
    monkeypatch.setattr(arranging, "chosen", refuse)

    assert [shown(same).backpack(BackpackQuery(page=page)).items for page in range(5)] == expected


def test_another_question_has_another_answer() -> None:
    same = session()
    asked = [BackpackQuery(), BackpackQuery(filter_type=ItemType.WEAPON), BackpackQuery(sort_by=SortBy.VALUE)]

    for query in (*asked, *asked):
        found = shown(same).backpack(query)
        anew = shown(replace(same)).backpack(query)
        assert (found.items, found.pages, found.stats) == (anew.items, anew.pages, anew.stats)


def test_a_change_of_one_piece_leaves_what_the_gear_makes_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = session()
    expected = shown(before).item(before.backpack[5].id).comparison
    after = with_item(before, replace(before.backpack[5], locked=True))
    monkeypatch.setattr(comparing.Wearer, "_after", refuse)

    card = shown(after).item(after.backpack[5].id)

    assert card.item.locked
    assert card.comparison == expected


@pytest.mark.parametrize(
    "change",
    [
        lambda before: replace(before, equipped={**before.equipped, Slot.MAIN_HAND: None}),
        lambda before: replace(before, hero=replace(before.hero, strength=before.hero.strength + 10)),
        lambda before: replace(before, vitals=Vitals(50, (Buff(Stat.POWER, 50, NOW + 60),))),
        lambda before: replace(before, backpack=before.backpack[:-1]),
    ],
    ids=["gear", "hero", "buffs", "bag"],
)
def test_whatever_decides_is_asked(change: Callable[[InventorySession], InventorySession]) -> None:
    before = session()
    shown(before).view()
    changed = change(before)

    assert shown(changed).view() == shown(replace(changed, equipped={**changed.equipped})).view()
    assert shown(changed).view() != shown(before).view()


def test_a_buff_that_has_ended_counts_no_longer() -> None:
    buffed = replace(session(), vitals=Vitals(50, (Buff(Stat.POWER, 50, NOW + 60),)))
    plain = replace(buffed, vitals=Vitals(50), equipped={**buffed.equipped})

    assert shown(buffed, NOW).view().figures != shown(plain, NOW).view().figures
    assert shown(buffed, NOW + 60).view().figures == shown(plain, NOW + 60).view().figures
    assert shown(buffed, NOW).backpack(BackpackQuery(sort_by=SortBy.VERDICT)).items[0].gain != pytest.approx(
        shown(buffed, NOW + 60).backpack(BackpackQuery(sort_by=SortBy.VERDICT)).items[0].gain
    )


def test_what_is_new_grows_old_in_a_session_that_stays() -> None:
    same = bag(item("bread", acquired_at=NOW - NEW_FOR), item("iron_sword", acquired_at=NOW))

    assert [row.is_new for row in shown(same).view().backpack] == [False, True]
    assert [row.is_new for row in shown(same, NOW + NEW_FOR).view().backpack] == [False, False]


def test_another_catalog_has_its_own_say() -> None:
    same, catalog = session(), rules().catalog
    entries = {name: replace(entry, weight=entry.weight + 1) for name, entry in catalog.entries.items()}
    heavier = Rules(replace(catalog, entries=entries))
    before = shown(same).view().stats.weight

    assert FormattedInventory(same, InventoryFormatter(heavier, NOW)).view().stats.weight > before

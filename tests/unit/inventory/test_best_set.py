"""The best set there is: found by the fight's score, put on in one operation."""

import random
from collections.abc import Iterator, Mapping
from itertools import islice, product

import pytest

from apps.game_core.modules.inventory.contracts import BestSet, Verdict
from apps.game_core.modules.inventory.errors import (
    InvalidSlotError,
    InventoryFullError,
    ItemNotFoundError,
    RequirementsNotMetError,
)
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.showing.best_set import best_set
from apps.game_core.modules.inventory.inventory.logic.showing.comparing import Wearer
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet, dressed_in
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.value import replace
from tools.fights.gear import random_piece, reader
from tools.support.bags import NOW, bag, item, rules, stamp

STARTER = (
    *("iron_sword", "iron_shield", "leather_helmet", "leather_armor"),
    *("leather_pants", "leather_boots", "copper_ring", "hunting_bow"),
)


def put_on(session: InventorySession) -> tuple[InventorySession, BestSet]:
    best = reader(session).best_set()
    items = {slot: row.id for slot, row in best.items.items()}
    return apply(session, WearSet(**stamp(), items=items), rules())[0], best


def closets(seed: int, most: int) -> Iterator[InventorySession]:
    """Endlessly: somebody who wears and carries random pieces."""
    dice = random.Random(seed)
    while True:
        level = dice.randint(1, 30)
        session = bag(
            *(random_piece(dice, 30) for _ in range(dice.randint(0, most))),
            level=level,
            strength=dice.choice((5, 99)),
            max_slots=500,
        )
        for piece in session.backpack:
            if dice.random() < 0.3:
                session = tried(session, piece)
        yield session


def tried(session: InventorySession, piece: Item) -> InventorySession:
    if not reader(session).item(piece.id).item.wearable:
        return session
    return apply(session, EquipItem(**stamp(), item_id=piece.id), rules())[0]


def kinds(worn: Mapping[Slot, Item | None]) -> dict[Slot, str]:
    return {slot: each.base_id for slot, each in worn.items() if each}


def test_a_newcomer_is_dressed_by_it_in_one_go() -> None:
    session = bag(*map(item, STARTER), level=1, strength=5)

    after, best = put_on(session)

    left = {each.base_id for each in after.backpack}
    assert left in ({"hunting_bow"}, {"iron_sword", "iron_shield"})
    assert len(best.items) == 8 - len(left)
    assert best.after.attack > best.before.attack
    assert best.after.armor > best.before.armor == 0
    assert reader(after).best_set().items == {}


@pytest.mark.parametrize("seed", range(5))
def test_what_is_shown_is_what_is_worn_and_nothing_better_is_left(seed: int) -> None:
    for session in islice(closets(seed, 14), 25):
        after, best = put_on(session)

        left = reader(after)
        assert left.view().figures == best.after
        assert best.after.worth >= best.before.worth
        assert left.best_set().items == {}
        ahead = [row for row in left.view().backpack if row.wearable and row.verdict is Verdict.BETTER]
        assert ahead == []
        owned = sorted(placed.item.id for placed in session.placed())
        assert sorted(placed.item.id for placed in after.placed()) == owned
        positions = [each.position for each in after.backpack]
        assert positions == sorted(set(positions))


def test_no_set_of_a_small_closet_is_better() -> None:
    """Against all sets there are."""
    for session in islice(closets(9, 6), 25):
        wearer = Wearer(rules(), session, NOW)
        most = max(wearer.dressed(worn).worth for worn in every_set(session))

        assert reader(session).best_set().after.worth == pytest.approx(most)


def every_set(session: InventorySession) -> Iterator[Mapping[Slot, Item | None]]:
    able = [row.id for row in reader(session).view().backpack if row.wearable]
    here = [each for each in session.backpack if each.id in able]
    items = [*here, *(each for each in session.equipped.values() if each)]
    fits = [[None, *(each for each in items if slot in rules().entry(each).slots)] for slot in Slot]
    for choice in product(*fits):
        ids = [each.id for each in choice if each]
        chosen = {slot: each for slot, each in zip(Slot, choice, strict=True) if each}
        if len(set(ids)) == len(ids):
            try:
                yield dressed_in(session.equipped, chosen, rules())
            except InvalidSlotError:
                continue


def test_sword_and_shield_may_be_better_than_a_spear_though_neither_is_alone() -> None:
    session = bag(
        item("steel_sword"), item("iron_shield"), worn={Slot.MAIN_HAND: item("boar_spear")}, level=20
    )
    sword, shield = session.backpack
    verdicts = {row.base_id: row.verdict for row in reader(session).view().backpack}

    after, best = put_on(session)

    assert verdicts == {"steel_sword": Verdict.WORSE, "iron_shield": Verdict.WORSE}
    assert kinds(after.equipped) == {Slot.MAIN_HAND: "steel_sword", Slot.OFF_HAND: "iron_shield"}
    assert [row.base_id for row in best.taken_off] == ["boar_spear"]
    assert [each.base_id for each in after.backpack] == ["boar_spear"]
    assert after.backpack[0].position == min(sword.position, shield.position)


def test_nothing_is_changed_for_the_sake_of_change() -> None:
    worn = {Slot.ACCESSORY_1: item("copper_ring"), Slot.ACCESSORY_2: item("amulet_of_health")}
    session = bag(item("copper_ring"), item("copper_ring"), worn=worn)

    assert reader(session).best_set().items == {}


def test_a_belt_with_potions_in_its_slots_stays() -> None:
    worn = {Slot.ACCESSORY_1: item("rope_belt"), Slot.ACCESSORY_2: item("copper_ring")}
    free = bag(item("amulet_of_health"), item("amulet_of_health"), worn=worn)
    full = replace(free, quick_slots=(*free.quick_slots, item("bread")))

    assert kinds(put_on(free)[0].equipped).get(Slot.ACCESSORY_1) == "amulet_of_health"
    after, _ = put_on(full)
    assert kinds(after.equipped)[Slot.ACCESSORY_1] == "rope_belt"
    assert after.quick_slots == full.quick_slots


def test_what_the_item_files_forgot_stays_where_it_is_worn() -> None:
    relic = Item(id=77, base_id="forgotten_relic")
    session = bag(item("iron_sword"), item("leather_helmet"), worn={Slot.HEAD: relic})

    after, _ = put_on(session)

    assert kinds(after.equipped)[Slot.MAIN_HAND] == "iron_sword"
    assert len(reader(after).view().backpack) in (0, 1)


@pytest.mark.parametrize(
    ("items", "error"),
    [
        ({Slot.HEAD: 404}, ItemNotFoundError),
        ({Slot.HEAD: 0}, InvalidSlotError),
        ({Slot.MAIN_HAND: 0, Slot.OFF_HAND: 0}, ItemNotFoundError),
        ({Slot.MAIN_HAND: 1, Slot.OFF_HAND: 2}, InvalidSlotError),
        ({Slot.MAIN_HAND: 3}, RequirementsNotMetError),
    ],
)
def test_a_set_that_cannot_be_worn_is_refused_whole(items: dict[Slot, int], error: type[Exception]) -> None:
    session = bag(item("iron_sword"), item("hunting_bow"), item("iron_shield"), item("dragon_blade"))
    ids = {slot: session.backpack[index].id if index < 404 else 404 for slot, index in items.items()}

    with pytest.raises(error):
        apply(session, WearSet(**stamp(), items=ids), rules())


def test_a_full_backpack_is_no_obstacle_to_an_exchange() -> None:
    hands = {Slot.MAIN_HAND: item("rusty_sword"), Slot.OFF_HAND: item("wooden_shield")}
    swords = bag(item("steel_sword"), item("iron_shield"), worn=hands, max_slots=2)
    axe = bag(item("battle_axe"), worn=hands, max_slots=1)

    assert len(put_on(swords)[0].backpack) == 2
    with pytest.raises(InventoryFullError):
        put_on(axe)


def test_a_thousand_things_are_looked_through_in_no_time() -> None:
    """Counted, not timed: not every piece is tried with every other."""
    dice = random.Random(4)
    session = bag(level=30, strength=99, max_slots=2_000)
    pieces = tuple(replace(random_piece(dice, 30), position=at) for at in range(1_000))
    tries = 0

    class Counting(Wearer):
        def dressed(self, *args: object) -> object:  # type: ignore[override]
            nonlocal tries
            tries += 1
            return super().dressed(*args)  # type: ignore[arg-type]

    assert best_set(Counting(rules(), replace(session, backpack=pieces), NOW))
    assert tries < 10_000

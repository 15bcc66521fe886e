"""From the first fight to the last piece of gear, by the rules alone."""

import random
from contextlib import suppress

import pytest

from apps.game_core import combat
from apps.game_core.loot import Found
from apps.game_core.modules.characters.starter_kit import STARTER_KIT
from apps.game_core.modules.inventory.contracts import LEAST_HP, FightEnd, SettleFight
from apps.game_core.modules.inventory.errors import OperationRefusedError
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.model import Hero, InventorySession
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable
from apps.game_core.modules.inventory.inventory.rules.dropping import DropItem
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet
from apps.game_core.modules.inventory.inventory.rules.wearing import UnequipItem, missing_requirements
from apps.game_core.modules.items.contracts import Attribute, Slot
from apps.game_core.modules.training.fight import (
    Fight,
    FightState,
    Lesson,
    Move,
    experience_of,
    fought,
    loot_of,
)
from tests.support.altered import replace
from tools.fights.gear import reader
from tools.support.bags import bag, item, rules, stamp

MOST_FIGHTS = 230
"""From birth until nothing that is shipped is too good for one, with one tap for a fight."""
TO_THE_END = Move(to_end=True)


class Player:
    """Fights to the end each time; wears the best; drinks what heals; throws away what is worse than worn."""

    def __init__(self, seed: int) -> None:
        kit = (item(base_id, quantity) for base_id, quantity in STARTER_KIT)
        newborn = bag(*kit, level=1, strength=10, hp=70)
        self.session = replace(newborn, hero=Hero("Aetheron", 1, 10, 100))
        self.dice = random.Random(seed)
        self.ends: list[FightState] = []

    def fight(self) -> None:
        view = reader(self.session).view()
        begun = Fight(f"{self.dice.getrandbits(64):016x}", 1, view.level, combat.dummy_hp(view.level))
        over = fought(begun, view.fighter, view.stats.hp, TO_THE_END)
        self.ends.append(over.outcome)
        won = over.outcome is FightState.WON
        end = FightEnd.WON if won else FightEnd.LOST
        settle = SettleFight(**stamp(), end=end, hurt=over.hurt, experience=experience_of(over))
        self.session, told = apply(self.session, settle, rules())
        lesson = Lesson(told.gained, told.level, told.risen)
        loot = loot_of(replace(over, lesson=lesson), rules().catalog)
        if loot is not None:
            self.carry(loot)

    def carry(self, loot: Found) -> None:
        with suppress(OperationRefusedError):  # it waits for room
            added = AddItem(
                **stamp(),
                base_id=loot.base_id,
                quantity=loot.quantity,
                rarity=loot.rarity,
                affixes=loot.affixes,
                durability=loot.durability,
                new_ids=(self.dice.getrandbits(62),),
            )
            self.do(added)

    def rest(self) -> None:
        """What somebody does between two fights who thinks no further than that."""
        best = reader(self.session).best_set()
        if best.items:
            self.do(WearSet(**stamp(), items={slot: each.id for slot, each in best.items.items()}))
        view = reader(self.session).view()
        for row in view.backpack:
            heals = row.consumable and not row.wasted and view.stats.hp < view.stats.max_hp // 2
            if heals and any(effect.kind == "heal" for effect in row.effects):
                self.do(UseConsumable(**stamp(), item_id=row.id))
                view = reader(self.session).view()
            elif row.equippable and row.wearable and row.gain < 0:
                self.do(DropItem(**stamp(), item_id=row.id))

    def do(self, operation: object) -> None:
        self.session, _ = apply(self.session, operation, rules())  # type: ignore[arg-type]

    def wears_everything(self) -> bool:
        return all(not missing_requirements(entry, self.session.hero) for entry in rules().catalog)


@pytest.mark.parametrize("seed", range(5))
def test_whoever_plays_can_wear_everything(seed: int) -> None:
    player = Player(seed)
    while not player.wears_everything():
        assert len(player.ends) < MOST_FIGHTS, player.session.hero
        player.fight()
        player.rest()

    assert player.ends.count(FightState.WON) > len(player.ends) // 3


@pytest.mark.parametrize("level", [1, 5, 20])
def test_a_level_is_worth_a_few_wins(level: int) -> None:
    win = combat.earned(level, combat.dummy_hp(level))

    assert 2 <= combat.needed(level) / win <= 15
    assert combat.risen(level, combat.needed(level)) == (level + 1, 0)
    assert combat.risen(level, combat.needed(level) - 1) == (level, combat.needed(level) - 1)
    assert 0 < combat.earned(level, combat.dummy_hp(level) // 2) < win
    assert combat.earned(level, 10**9) == win


@pytest.mark.parametrize("level", [-(10**9), 0, 10**9])
@pytest.mark.parametrize("experience", [0, 10**9])
def test_whatever_level_rows_say_a_fight_can_be_settled(level: int, experience: int) -> None:
    session = replace(bag(), hero=Hero("Aetheron", level, 2**31 - 1, 2**31 - 1, experience))

    changed, _ = apply(session, SettleFight(**stamp(), end=FightEnd.WON, hurt=0, experience=10), rules())

    hero = changed.hero
    assert max(hero.level, hero.strength, hero.max_hp, hero.experience) < 2**31
    assert hero.level >= level


def settled(session: InventorySession, end: FightEnd, hurt: int, experience: int = 0) -> InventorySession:
    operation = SettleFight(**stamp(), end=end, hurt=hurt, experience=experience)
    return apply(session, operation, rules())[0]


def test_whose_experience_was_put_below_nothing_learns_from_the_next_fight() -> None:
    taken_by_sql = replace(bag(), hero=Hero("Aetheron", 1, 10, 100, -1000))

    assert settled(taken_by_sql, FightEnd.WON, 0, 7).hero.experience == 7


def test_a_new_level_heals_and_strengthens() -> None:
    hurt = bag(level=1, strength=10, hp=50)

    grown = settled(hurt, FightEnd.WON, 40, combat.needed(1) + 3)

    assert grown.hero == Hero("Aetheron", 2, 11, 110, 3)
    assert grown.vitals.hp == 110


def test_a_fight_costs_what_it_hurt_and_never_the_last_hit_point() -> None:
    assert settled(bag(hp=50), FightEnd.WON, 20).vitals.hp == 30
    assert settled(bag(hp=50), FightEnd.LEFT, 500).vitals.hp == LEAST_HP
    assert settled(bag(hp=50), FightEnd.LOST, 49).vitals.hp == LEAST_HP + 50


def test_whose_level_falls_keeps_on_what_is_worn() -> None:
    """By SQL: nothing is taken off, everything can be, and the screens say what is missing."""
    axe, plate = item("battle_axe"), item("knight_plate")
    fallen = bag(axe, level=1, strength=5, worn={Slot.CHEST: plate, Slot.MAIN_HAND: item("dragon_blade")})

    shown = reader(fallen).item(plate.id)
    assert set(shown.missing) == {Attribute.LEVEL, Attribute.STRENGTH}
    assert reader(fallen).view().figures.armor == 14
    assert Slot.CHEST not in reader(fallen).best_set().items

    off, _ = apply(fallen, UnequipItem(**stamp(), slot=Slot.CHEST), rules())
    assert not next(row for row in reader(off).view().backpack if row.id == plate.id).wearable
    assert settled(fallen, FightEnd.LOST, 10, 7).equipped[Slot.CHEST] == plate
    assert settled(fallen, FightEnd.WON, 0, 10).hero.level == 1

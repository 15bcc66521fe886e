"""Fights: each turn happens once, whoever dies in the middle of it. The inventory hears of blows at the end.

A move is written down before it is made (the fight's `intent`). Whoever comes next finishes a move that was
cut short; the idempotency keys of its steps keep them from happening twice.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

import structlog

from apps.game_core import combat
from apps.game_core.modules.inventory.contracts import (
    LEAST_HP,
    ChangeHealth,
    Durability,
    FightEnd,
    GiveItem,
    InventoryView,
    ItemView,
    Perform,
    Result,
    Roll,
    SettleFight,
    Source,
    SyncInventory,
    UseConsumable,
    ViewInventory,
    Wish,
)
from apps.game_core.modules.inventory.errors import (
    InvalidInputError,
    InventoryUnavailableError,
    OperationRefusedError,
)
from apps.game_core.modules.items.contracts import EffectKind
from apps.game_core.modules.training import fight as rules
from apps.game_core.modules.training.contracts import (
    FightView,
    ForgetFight,
    GiveUpFight,
    LookAtFight,
    MakeMove,
    Prize,
    StartFight,
)
from apps.game_core.modules.training.errors import NoFightError
from apps.game_core.modules.training.fight import Fight, FightState, Lesson, Move, Use
from apps.game_core.modules.training.ports import CatalogProvider, FightStore
from apps.game_core.system.core_router import CoreRouter
from apps.game_core.system.protocols import IdMaker

log = structlog.get_logger(__name__)

_ID_LENGTH = 12
_ENDS = {FightState.WON: FightEnd.WON, FightState.LOST: FightEnd.LOST, FightState.GIVEN_UP: FightEnd.LEFT}
R = TypeVar("R", bound=Result)


@dataclass(frozen=True, slots=True)
class TrainingService:
    router: CoreRouter
    store: FightStore
    catalog: CatalogProvider
    ids: IdMaker

    def register(self) -> None:
        self.router.register(StartFight, self.start)
        self.router.register(LookAtFight, self.look)
        self.router.register(MakeMove, self.move)
        self.router.register(GiveUpFight, self.give_up)
        self.router.register(ForgetFight, self.forget)

    async def start(self, context: StartFight) -> FightView:
        before = await self.store.load(context.char_id)
        if before and before.intent and before.intent.leaves:
            before = await self._latest(context.char_id)
        if before is not None and (not before.is_over or context.op_id in before.starts):
            return replace(await self.look(LookAtFight(context.char_id)), repeated=True)
        await self._write_inventory(context.char_id)
        fighter = await self._fighter(context.char_id)
        fight_id = self.ids.token()[:_ID_LENGTH]
        fresh = rules.begin(fight_id, context.char_id, fighter.level, context.op_id, before=before)
        begun = await self.store.save(replace(fresh, since=fighter.version))
        return await self._seen(begun) if begun else await self.start(context)

    async def look(self, context: LookAtFight) -> FightView:
        return await self._seen(await self._settled(context.char_id))

    async def move(self, context: MakeMove) -> FightView:
        fight = await self._settled(context.char_id)
        if fight.is_over or (fight.id, fight.turn) != (context.fight_id, context.turn):
            return replace(await self._seen(fight), repeated=True)
        fighter = await self._fighter(context.char_id)
        hp = max(LEAST_HP, fighter.stats.hp - fight.hurt)
        begun = await self.store.save(replace(fight, intent=context.move, stats=fighter.fighter, hp=hp))
        if begun is None:
            return replace(await self._seen(await self._settled(context.char_id)), repeated=True)
        return await self._seen(await self._finish(begun, context.move))

    async def give_up(self, context: GiveUpFight) -> bool:
        fight = await self._latest(context.char_id)
        if fight is None or fight.is_over or context.fight_id not in {None, fight.id}:
            return False
        leaving = Move(leaves=True)
        begun = await self.store.save(replace(fight, intent=leaving))
        if begun is None:
            return await self.give_up(context)
        await self._finish(begun, leaving)
        return True

    async def forget(self, context: ForgetFight) -> None:
        await self.store.forget(context.char_id)

    async def _settled(self, char_id: int) -> Fight:
        fight = await self._latest(char_id)
        if fight is None or fight.outcome in {FightState.GIVEN_UP, FightState.OVERRULED}:
            raise NoFightError(char_id)
        return fight

    async def _latest(self, char_id: int) -> Fight | None:
        """The fight, with a move finished that was begun by somebody who died or is slow."""
        fight = await self.store.load(char_id)
        return fight if fight is None or fight.intent is None else await self._finish(fight, fight.intent)

    async def _finish(self, fight: Fight, move: Move) -> Fight:
        try:
            moved = await self._moved(fight, move)
        except (OperationRefusedError, InvalidInputError):
            await self.store.save(replace(rules.unmoved(fight), hurt=0))
            raise
        ended = await self._ended(moved) if moved.is_over else moved
        saved = await self.store.save(ended) or await self._latest(fight.char_id)
        if saved is None:
            raise NoFightError(fight.char_id)
        return saved

    async def _moved(self, fight: Fight, move: Move) -> Fight:
        if move.leaves or fight.stats is None:
            return rules.given_up(fight)
        used = None
        if move.item_id is not None:
            used = await self._use(fight, move.item_id, move.slot_index)
        if fight.hp is None:
            return await self._moved_as_before(fight, fight.stats, used)
        return rules.fought(fight, fight.stats, fight.hp + (used.healed if used else 0), move, used)

    async def _moved_as_before(self, fight: Fight, stats: combat.Stats, used: Use | None) -> Fight:
        """A process of the last release has begun the move, and may have written what the answer cost."""
        turn = rules.exchange(fight, stats, used)
        if turn.answer is None or not turn.answer.damage:
            return rules.after(fight, turn, standing=True)
        hurt = await self._perform(fight, "hurt", ChangeHealth(amount=-turn.answer.damage))
        return rules.after(fight, turn, standing=hurt.hp > LEAST_HP)

    async def _use(self, fight: Fight, item_id: int, slot_index: int) -> Use:
        if fight.hurt:
            await self._perform(fight, "before", ChangeHealth(amount=-fight.hurt))
        use = UseConsumable(item_id=item_id, source=Source.QUICK_SLOT, slot_index=slot_index, in_combat=True)
        result = await self._perform(fight, "use", use)
        damage = sum(effect.amount for effect in result.effects if effect.kind is EffectKind.DAMAGE)
        return Use(self._name(result.item.base_id), damage, result.healed)

    async def _ended(self, fight: Fight) -> Fight:
        """With what it comes to written down, once; whoever cannot keep that is not caught in the fight."""
        if fight.outcome is FightState.GIVEN_UP and fight.turn == 1:
            return fight
        settle = SettleFight(
            end=_ENDS[fight.outcome],
            hurt=fight.hurt,
            experience=rules.experience_of(fight),
            wear=combat.wear(fight.turn - 1),
        )
        key = f"training:{fight.id}:end"
        try:
            told = await self.router.ask(Perform(fight.char_id, settle, key, fight.since))
        except OperationRefusedError as error:
            log.warning("fight overruled", char_id=fight.char_id, fight=fight.id, error=repr(error))
            return replace(fight, outcome=FightState.OVERRULED, hurt=0)
        broke = tuple(self._name(item.base_id) for item in told.worn.values() if item.broken)
        lesson = Lesson(told.gained, told.level, told.risen)
        ended = replace(fight, hurt=0, lesson=lesson, broke=broke)
        await self._prize(ended)
        return ended

    async def _prize(self, fight: Fight) -> Prize | None:
        """However often it is asked for, it is given once, as it was found first.

        None for what the game does not know any more.
        """
        loot = rules.loot_of(fight, self.catalog.current)
        if loot is None:
            return None
        key = f"training:{fight.id}:loot"
        roll = Roll(loot.rarity, loot.affixes, durability=loot.durability)
        what = (fight.char_id, loot.base_id, loot.quantity)
        added = await self.router.ask(GiveItem(*what, key, or_inbox=True, announced=True, roll=roll))
        entry = self.catalog.current.get(added.gift.base_id)
        if entry is None:
            return None
        roll = added.gift.roll
        return Prize(
            entry.name,
            entry.icon,
            roll.rarity or entry.rarity,
            added.gift.quantity,
            waits=added.result is None,
            durability=_left(roll, entry.max_durability or 0),
        )

    async def _perform(self, fight: Fight, step: str, wish: Wish[R]) -> R:
        """Once for each step of a turn."""
        key = f"training:{fight.id}:{fight.turn}:{step}"
        return await self.router.ask(Perform(fight.char_id, wish, key, fight.since))

    async def _seen(self, fight: Fight) -> FightView:
        fighter = await self._fighter(fight.char_id)
        prize = await self._prize(fight)
        hp = max(LEAST_HP, fighter.stats.hp - fight.hurt)
        return FightView(
            fight,
            fighter.hero_name,
            hp,
            fighter.stats.max_hp,
            _usable(fighter.quick_slots, hurt=hp < fighter.stats.max_hp),
            combat.attack(fighter.fighter, fight.level),
            combat.taken(fighter.fighter, fight.level),
            fighter.experience,
            fighter.needed,
            prize,
        )

    async def _fighter(self, char_id: int) -> InventoryView:
        return await self.router.ask(ViewInventory(char_id))

    async def _write_inventory(self, char_id: int) -> None:
        try:
            await self.router.ask(SyncInventory(char_id))
        except InventoryUnavailableError as error:
            # It stays dirty and indexed: the worker writes it, and the game goes on.
            log.warning("inventory not written before the fight", char_id=char_id, error=repr(error))

    def _name(self, base_id: str) -> str:
        entry = self.catalog.current.get(base_id)
        return entry.name if entry else base_id


def _left(roll: Roll, most: int) -> Durability | None:
    left = roll.points_of(most)
    return Durability(left, most) if left < most else None


def _usable(quick_slots: tuple[ItemView | None, ...], *, hurt: bool) -> tuple[ItemView | None, ...]:
    """What does something now: the inventory's word is of before the fight."""
    return tuple(
        item if item and item.usable_in_combat and (hurt or not item.wasted) else None for item in quick_slots
    )

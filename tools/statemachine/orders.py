"""Taps as operations: what a player means by one, and what it will add or take."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.game_core.modules.inventory.contracts import (
    AddCoins,
    AddItem,
    Batch,
    FightEnd,
    ForgetLoadout,
    LockItem,
    PlanRestore,
    RestoreInventory,
    SaveLoadout,
    SettleFight,
    TakeCoins,
    TakeItem,
    TakeKind,
)
from apps.game_core.modules.inventory.inventory.model import QUICK_SLOT
from apps.game_core.modules.inventory.inventory.operation_ids import undo_id
from apps.game_core.modules.inventory.inventory.operations import OPERATIONS
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet
from apps.game_core.modules.items.contracts import Slot
from tools.statemachine.actions import DRIVEN, Kind, Tap
from tools.statemachine.sight import Sight
from tools.statemachine.world import COINS, EXPERIENCE, NOW, Process, Row, row_of
from tools.support.any_operation import Choice, by_limits

KINDS = ("health_potion", "bread", "iron_ore")
_WORN = {
    "iron_shield": Slot.OFF_HAND,
    "leather_helmet": Slot.HEAD,
    "leather_armor": Slot.CHEST,
    "leather_pants": Slot.LEGS,
    "leather_boots": Slot.FEET,
    "copper_ring": Slot.ACCESSORY_1,
}
REVERTED = frozenset(kind for kind in DRIVEN if OPERATIONS[kind].reverts)
_EACH = 9
"""Experience: two or three fights make a level."""
_PAY = 3
DROPS = (Kind.DROP, Kind.DROP_MANY)
_ON_STACKS = (*DROPS, Kind.USE, Kind.SPLIT, Kind.MERGE, Kind.QUICK)
Send = Callable[[Process, str], Awaitable[Any]]
Made = tuple[Send, Counter[str] | None]


@dataclass(frozen=True)
class Order:
    """A tap as it was made: the same operation, however often it is sent.

    `delta` in pieces by kind of item; None: what it comes to is read off the stores.
    """

    op_id: str
    kind: str
    send: Send
    delta: Counter[str] | None


def order(char_id: int, op_id: str, tap: Tap, sight: Sight) -> Order | None:
    """None when the player owns nothing to do this with."""
    found = made(char_id, tap, _owned(sight), _loadouts(sight))
    return None if found is None else Order(op_id, tap.kind, *found)


def undo(char_id: int, of: Order) -> Order:
    """What it brings back depends on what was done under that id: the model knows."""

    async def send(process: Process, _: str) -> Any:
        return await process.core.gateway.undo(char_id, of.op_id)

    return Order(undo_id(of.op_id), Kind.UNDO, send, None)


def revert(char_id: int, of: Order) -> Order:
    """As `undo`, of what moved or used something."""

    async def send(process: Process, _: str) -> Any:
        return await process.core.gateway.revert(char_id, of.op_id)

    return Order(undo_id(of.op_id), Kind.REVERT, send, None)


def restore(char_id: int, op_id: str, request: str) -> Order:
    """An admin's, of everything since the beginning."""

    async def send(process: Process, _: str) -> Any:
        ask = process.core.router.ask
        plan = await ask(PlanRestore(char_id, 0))
        return await ask(RestoreInventory(char_id, 0, plan.code, request))

    return Order(op_id, Kind.RESTORE, send, None)


def _owned(sight: Sight) -> Mapping[int, Row]:
    """What the player saw last: the session, or what will be loaded."""
    if sight.session is None:
        return sight.rows
    return {each.item.id: row_of(each) for each in sight.session.placed()}


def _loadouts(sight: Sight) -> Sequence[int]:
    return [each.id for each in sight.session.loadouts] if sight.session else []


def made(char_id: int, tap: Tap, owned: Mapping[int, Row], loadouts: Sequence[int]) -> Made | None:
    """How it is sent, and its delta; None when nothing is `owned` to do this with."""
    slots, kind = tuple(Slot), KINDS[tap.first % len(KINDS)]
    if by_itself := _with_nothing(char_id, tap, loadouts):
        return by_itself
    if not owned:
        return None
    # Not by their ids, which are others each time.
    everything = sorted(owned, key=lambda item_id: (owned[item_id].place, owned[item_id].position, item_id))
    ids = [item_id for item_id in everything if _suits(tap.kind, owned[item_id])] or everything
    one, other = ids[tap.first % len(ids)], ids[tap.second % len(ids)]
    base_id = owned[one].base_id
    choices: dict[str, Made] = {
        Kind.DROP: (_call("drop_item", char_id, one, tap.quantity), Counter({base_id: -tap.quantity})),
        Kind.DROP_MANY: (_call("drop_many", char_id, tuple({one: None, other: None})), None),
        Kind.USE: (_call("use_consumable", char_id, one), Counter({base_id: -1})),
        Kind.EQUIP: (_call("equip_item", char_id, one), Counter()),
        Kind.WEAR: (_wear_set(char_id, {_slot(owned[each]): each for each in (one, other)}), Counter()),
        Kind.SPLIT: (_call("split_stack", char_id, one, tap.quantity), Counter()),
        Kind.MERGE: (_call("merge_stacks", char_id, one, other), Counter()),
        Kind.QUICK: (_call("move_to_quick_slot", char_id, one, tap.second % 4), Counter()),
        Kind.BATCH: _exchange(char_id, one, owned[one], kind, tap),
        Kind.TAKE: (_call("perform", char_id, _take(one, tap)), Counter({base_id: -tap.quantity})),
        Kind.FROM_QUICK: (_call("move_from_quick_slot", char_id, owned[one].position % 4), Counter()),
    }
    choice = Choice(one, other, tap.second, tap.quantity, kind, slots[tap.first % len(slots)])
    return choices.get(tap.kind) or _by_limits(char_id, tap.kind, choice)


def _with_nothing(char_id: int, tap: Tap, loadouts: Sequence[int]) -> Made | None:
    """What needs no item to be owned; None for everything else."""
    slots, kind = tuple(Slot), KINDS[tap.first % len(KINDS)]
    loadout = loadouts[tap.first % len(loadouts)] if loadouts else 404
    choices: dict[str, Made] = {
        Kind.ADD: (_call("add_item", char_id, kind, tap.quantity), Counter({kind: tap.quantity})),
        Kind.UNEQUIP: (_call("unequip_item", char_id, slots[tap.first % len(slots)]), Counter()),
        Kind.SAVE: (_call("perform", char_id, SaveLoadout(name=f"{tap.second % 7}")), Counter()),
        Kind.FORGET: (_call("perform", char_id, ForgetLoadout(loadout_id=loadout)), Counter()),
        Kind.TAKE_KIND: (
            _call("perform", char_id, TakeKind(base_id=kind, quantity=tap.quantity, in_use=True)),
            Counter({kind: -tap.quantity}),
        ),
        Kind.EARN: (
            _call("perform", char_id, AddCoins(amount=_PAY * tap.quantity)),
            _coins(_PAY * tap.quantity),
        ),
        Kind.PAY: (_call("perform", char_id, TakeCoins(amount=tap.quantity)), _coins(-tap.quantity)),
        Kind.FIGHT: (_call("perform", char_id, _fight(tap)), Counter({EXPERIENCE: _EACH * tap.quantity})),
    }
    return choices.get(tap.kind)


def _by_limits(char_id: int, kind: str, choice: Choice) -> Made:
    """What neither adds nor takes is known by its fields alone."""
    return _call("perform", char_id, by_limits(OPERATIONS[kind], choice)), Counter()


def _suits(kind: str, row: Row) -> bool:
    """Whether there is a point in doing it with this one."""
    if kind in _ON_STACKS:
        return row.base_id in KINDS
    if kind == Kind.FROM_QUICK:
        return row.place == QUICK_SLOT
    return kind != Kind.MEND or row.place in {*Slot}


def _exchange(char_id: int, item_id: int, row: Row, kind: str, tap: Tap) -> tuple[Send, Counter[str]]:
    """So many pieces of one for as many of the other, with change; the rest of the stack is a favourite."""
    taken, made = _take(item_id, tap), AddItem(base_id=kind, quantity=tap.quantity)
    change = AddCoins(amount=_PAY * tap.quantity), TakeCoins(amount=tap.quantity)
    exchange = Batch.of(taken, made, LockItem(item_id=item_id, locked=True), *change)
    delta = Counter({row.base_id: -tap.quantity, COINS: (_PAY - 1) * tap.quantity})
    delta[kind] += tap.quantity
    return _call("perform", char_id, exchange), delta


def _coins(number: int) -> Counter[str]:
    return Counter({COINS: number})


def _take(item_id: int, tap: Tap) -> TakeItem:
    return TakeItem(item_id=item_id, quantity=tap.quantity, in_use=bool(tap.second % 2), locked=True)


def _fight(tap: Tap) -> SettleFight:
    end = tuple(FightEnd)[tap.second % len(FightEnd)]
    return SettleFight(end=end, hurt=tap.first, experience=_EACH * tap.quantity, wear=tap.second)


def _slot(row: Row) -> Slot:
    return _WORN.get(row.base_id, Slot.MAIN_HAND)


def _wear_set(char_id: int, items: Mapping[Slot, int]) -> Send:
    async def send(process: Process, op_id: str) -> Any:
        wear = WearSet(op_id=op_id, at=int(NOW), items=items)
        return await process.core.gateway.service.runner.execute(char_id, wear)

    return send


def _call(method: str, *arguments: Any) -> Send:
    async def send(process: Process, op_id: str) -> Any:
        return await getattr(process.core.gateway, method)(*arguments, op_id=op_id)

    return send

"""Where a player is. Leaving inventory, training, merchant or table, by whatever way, writes what changed."""

from aiogram.fsm.state import State, StatesGroup


class Lobby(StatesGroup):
    idle = State()
    away = State()


class Inventory(StatesGroup):
    browsing = State()
    searching = State()
    naming = State()


class Training(StatesGroup):
    fighting = State()


class Merchant(StatesGroup):
    dealing = State()


class Trading(StatesGroup):
    """At a table of a trade, or about to say how many coins lie there."""

    sitting = State()
    counting = State()


INVENTORY_STATES = frozenset(state.state for state in Inventory.__all_states__)
TRADING_STATES = frozenset(state.state for state in Trading.__all_states__)
_WRITTEN_ON_LEAVING: dict[str | None, type[StatesGroup]] = {
    state.state: group for group in (Inventory, Training, Merchant, Trading) for state in group.__all_states__
}


def leaves(before: str | None, after: str | None) -> bool:
    """Whether going from one state to the other leaves a group that is written on leaving."""
    group = _WRITTEN_ON_LEAVING.get(before)
    return group is not None and _WRITTEN_ON_LEAVING.get(after) is not group

"""Where a player is. Leaving the inventory group, by whatever way, writes the inventory."""

from aiogram.fsm.state import State, StatesGroup


class Lobby(StatesGroup):
    idle = State()


class Inventory(StatesGroup):
    browsing = State()
    searching = State()


INVENTORY_STATES = frozenset(state.state for state in Inventory.__all_states__)

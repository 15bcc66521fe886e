"""Checks what comes from outside: each answers with the value, or raises InvalidInputError."""

from apps.game_core.modules.inventory.contracts import Source
from apps.game_core.modules.inventory.errors import InvalidInputError
from apps.game_core.modules.items.contracts import Slot

MAX_ID = 2**63 - 1
MAX_QUANTITY = 10_000
MAX_QUICK_SLOT = 9
MAX_OP_ID = 128
MAX_DROPPED = 1_000


def integer(field: str, value: object, least: int, most: int) -> int:
    # bool is an int to Python, not to a player
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidInputError(field, value)
    return value


def identity(field: str, value: object) -> int:
    return integer(field, value, 1, MAX_ID)


def pair(char_id: object, item_id: object) -> tuple[int, int]:
    return identity("char_id", char_id), identity("item_id", item_id)


def quantity_of(value: object) -> int:
    return integer("quantity", value, 1, MAX_QUANTITY)


def slot_index_of(value: object) -> int:
    return integer("slot_index", value, 0, MAX_QUICK_SLOT)


def text(field: str, value: object) -> str:
    # PostgreSQL stores no NUL
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_OP_ID or "\x00" in value:
        raise InvalidInputError(field, value)
    return value


def key_of(value: object) -> str | None:
    return None if value is None else text("op_id", value)


def slot_named(value: object) -> Slot:
    try:
        return Slot(text("slot", value))
    except ValueError as error:
        raise InvalidInputError("slot", value) from error


def source_named(value: object) -> Source:
    try:
        return Source(text("source", value))
    except ValueError as error:
        raise InvalidInputError("source", value) from error

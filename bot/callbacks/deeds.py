"""What a button does to the inventory, and what takes it back."""

from collections.abc import Mapping
from enum import StrEnum


class Do(StrEnum):
    EQUIP = "eq"
    EQUIP_CHOSEN = "ec"
    WEAR_BEST = "wb"
    UNEQUIP = "un"
    USE = "us"
    USE_QUICK = "uq"
    TO_QUICK = "tq"
    FROM_QUICK = "fq"
    DROP = "dr"
    DROP_MARKED = "dm"
    UNDO = "ud"
    UNDO_MARKED = "um"
    UNDO_EQUIP = "xe"
    UNDO_EQUIP_CHOSEN = "xc"
    UNDO_WEAR_BEST = "xb"
    UNDO_UNEQUIP = "xn"
    UNDO_USE = "xu"
    UNDO_USE_QUICK = "xq"
    UNDO_TO_QUICK = "xt"
    UNDO_FROM_QUICK = "xf"
    UNDO_SPLIT = "xs"
    UNDO_MERGE = "xm"
    SPLIT = "sp"
    MERGE = "mg"
    SORT = "so"
    UNDO_SORT = "xo"
    LOCK = "lk"
    UNLOCK = "ul"
    JUNK = "jk"
    UNJUNK = "nj"
    MARK_WORSE = "mw"
    UNDO_MARK_WORSE = "xw"
    MARK_SPARE = "ms"
    UNDO_MARK_SPARE = "xp"
    CLEAR_JUNK = "cj"
    UNDO_CLEAR_JUNK = "xj"
    WEAR_LOADOUT = "wl"
    UNDO_WEAR_LOADOUT = "xl"
    SAVE_LOADOUT = "sl"
    FORGET_LOADOUT = "fl"
    LOOK_BACK = "lb"
    MEND = "md"
    UNDO_MEND = "xd"


UNDOING: Mapping[Do, Do] = {
    Do.DROP: Do.UNDO,
    Do.DROP_MARKED: Do.UNDO_MARKED,
    Do.EQUIP: Do.UNDO_EQUIP,
    Do.EQUIP_CHOSEN: Do.UNDO_EQUIP_CHOSEN,
    Do.WEAR_BEST: Do.UNDO_WEAR_BEST,
    Do.UNEQUIP: Do.UNDO_UNEQUIP,
    Do.USE: Do.UNDO_USE,
    Do.USE_QUICK: Do.UNDO_USE_QUICK,
    Do.TO_QUICK: Do.UNDO_TO_QUICK,
    Do.FROM_QUICK: Do.UNDO_FROM_QUICK,
    Do.SPLIT: Do.UNDO_SPLIT,
    Do.MERGE: Do.UNDO_MERGE,
    Do.SORT: Do.UNDO_SORT,
    Do.MARK_WORSE: Do.UNDO_MARK_WORSE,
    Do.MARK_SPARE: Do.UNDO_MARK_SPARE,
    Do.CLEAR_JUNK: Do.UNDO_CLEAR_JUNK,
    Do.WEAR_LOADOUT: Do.UNDO_WEAR_LOADOUT,
    Do.MEND: Do.UNDO_MEND,
}
"""What takes back what."""
UNDONE = {undo: do for do, undo in UNDOING.items()}

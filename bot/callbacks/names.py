"""What buttons name: screens, sides of a choice, steps of marking and of a fight."""

from enum import StrEnum


class ScreenName(StrEnum):
    LOBBY = "lo"
    LANGUAGE = "la"
    LOGOUT = "ex"
    ERASE = "er"
    CODEX = "cx"
    CHAPTER = "cc"
    KIND = "ck"
    MERCHANT = "me"
    WARES = "wa"
    WARE = "wr"
    SELLABLE = "sa"
    STACK = "st"
    REPAIRS = "rp"
    SOLD = "so"
    MAIN = "ma"
    BACKPACK = "bp"
    FILTER = "fi"
    ORDER = "or"
    SEARCH = "se"
    MARKING = "mk"
    CONFIRM_MARKED = "cm"
    SLOT = "sl"
    BEST_SET = "bs"
    JUNK = "ju"
    BENCH = "be"
    LOADOUTS = "ld"
    LOADOUT = "lt"
    NAME_LOADOUT = "nl"
    FORGET_LOADOUT = "fl"
    ITEM = "it"
    QUICK_SLOTS = "qs"
    FILL_QUICK_SLOT = "fq"
    PICK_SLOT = "ps"
    PICK_QUICK_SLOT = "pq"
    PICK_SPLIT = "pt"
    PICK_DROP = "pd"
    CONFIRM_DROP = "cd"
    CONFIRM_USE = "cu"
    CONFIRM_USE_QUICK = "cq"


class Facet(StrEnum):
    """A side of the choice what to see of the backpack; ALL is every side at once.

    VIEW is all of them as they were kept, KEEP whether what is chosen is kept.
    """

    SORT = "s"
    GROUP = "g"
    TYPE = "t"
    RARITY = "r"
    WEARABLE = "w"
    SEARCH = "q"
    ALL = "a"
    VIEW = "v"
    KEEP = "k"


class Marking(StrEnum):
    ADD = "a"
    REMOVE = "r"
    ALL = "l"
    NONE = "n"


class Train(StrEnum):
    START = "s"
    MOVE = "m"
    FINISH = "f"
    LEAVE = "l"


class ShopDeed(StrEnum):
    BUY = "b"
    SELL = "s"
    SELL_JUNK = "j"
    MEND_ONE = "m"
    MEND_ALL = "a"
    BUY_BACK = "r"

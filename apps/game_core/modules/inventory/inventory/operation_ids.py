"""What an operation is called, and what its name tells of its age.

`at:{stamp}:…` was made for one state of the inventory, `once:…` for a single call, and any other id may be as
old as its character. An undo is as old as what it takes back.
"""

import re
from hashlib import blake2b
from string import ascii_letters, digits

_DIGITS = f"{digits}{ascii_letters}-_"
_NONCE_BITS = 48
_NONCE_LENGTH = _NONCE_BITS // 6
_STAMPED = re.compile(rf"at:([0-9A-Za-z_-]{{1,11}}?)[0-9A-Za-z_-]{{{_NONCE_LENGTH}}}:")
_TAPPED = re.compile(r"(?:undo:)?(?:at:|[0-9a-f]{8}:)")
_ONCE = "once:"
UNDO_PREFIX = "undo:"
INBOX_PREFIX = "inbox:"
_DELIVERS = re.compile(rf"{INBOX_PREFIX}[0-9]{{1,19}}")
LOST = "lost"
"""Kind of the entry that stands for changes which nobody knows any more."""
LOST_PREFIX = "lost:"
ARCHIVED = "archived"
"""Kind of what stands for an operation that took effect and went into a file: more is not known of it."""
_RESTORE = "restore:"
_RESERVED = (_ONCE, UNDO_PREFIX, INBOX_PREFIX, LOST_PREFIX, _RESTORE)
STARTER = "starter"
"""Kind and id of a ledger's first entry: what the character was born with. The audit counts on from it."""


def stamp(version: int, rev: str) -> str:
    """The name of one state: its version, and 48 bits that tell it from the same version of another past."""
    nonce = int.from_bytes(blake2b(rev.encode(), digest_size=_NONCE_BITS // 8).digest(), "big")
    return _in_base_64(version) + _in_base_64(nonce).rjust(_NONCE_LENGTH, _DIGITS[0])


def stamped(stamp: str, what: str) -> str:
    """The id of an operation that was meant for the state with this stamp."""
    return f"at:{stamp}:{what}"


def single_use(token: str) -> str:
    """The id of an operation that nobody can send again."""
    return f"{_ONCE}{token}"


def is_single_use(op_id: str) -> bool:
    return op_id.startswith(_ONCE)


def drawn_for(op_id: str) -> int:
    """The version that the operation was meant for: it can only have taken effect after it."""
    found = _STAMPED.match(op_id.removeprefix(UNDO_PREFIX))
    return _from_base_64(found[1]) if found else 0


def _in_base_64(number: int) -> str:
    text = ""
    while number or not text:
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return text


def _from_base_64(text: str) -> int:
    number = 0
    for each in text:
        number = number * len(_DIGITS) + _DIGITS.index(each)
    return number


def undo_id(op_id: str) -> str:
    return f"{UNDO_PREFIX}{op_id}"


def is_tap(op_id: str) -> bool:
    """Whether a button of the player's was behind it; those of the last release carry eight digits."""
    return _TAPPED.match(op_id) is not None


def is_reserved(op_id: str) -> bool:
    """Whether only the inventory itself may give an operation this name: it says what the operation is."""
    return op_id == STARTER or op_id.startswith(_RESERVED)


def restore_id(request_id: str) -> str:
    return f"{_RESTORE}{request_id}"


def lost_id(past: str) -> str:
    return f"{LOST_PREFIX}{past}"


def inbox_id(row: int) -> str:
    return f"{INBOX_PREFIX}{row}"


def inbox_row(op_id: str) -> int:
    """The row that the operation delivers."""
    return int(op_id.removeprefix(INBOX_PREFIX))


def is_inbox(op_id: str) -> bool:
    """Whether the operation delivers a grant from the inbox."""
    return _DELIVERS.fullmatch(op_id) is not None

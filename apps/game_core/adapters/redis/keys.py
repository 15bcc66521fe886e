"""Every Redis key of the game, made in one place. Only ints and hex ids ever reach a name."""

from uuid import UUID

DIRTY_INDEX = "inventory:dirty"

SESSION = "session:inventory:"

QUARANTINE = "inventory:quarantine:"
QUARANTINES = f"{QUARANTINE}*"


def session(char_id: int) -> str:
    return f"{SESSION}{char_id:d}"


def control(char_id: int) -> str:
    return f"inventory:control:{char_id:d}"


def load_lock(char_id: int) -> str:
    return f"inventory:lock:{char_id:d}"


def snapshot(snapshot_id: UUID) -> str:
    return f"temp:inventory:{snapshot_id}"


def quarantine(char_id: int) -> str:
    return f"{QUARANTINE}{char_id:d}"


def fight(char_id: int) -> str:
    return f"training:fight:{char_id:d}"


CONTROLS = "inventory:control:*"


def owner(control_key: bytes) -> int:
    """The character of a control key."""
    return int(control_key.rpartition(b":")[2])

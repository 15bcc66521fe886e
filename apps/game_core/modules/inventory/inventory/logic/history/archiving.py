"""What of a history may go into a file, and what stands in its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.game_core.modules.inventory.history import Edit, History
from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.inventory.logic.audit import misfits
from apps.game_core.modules.inventory.inventory.logic.history.account import Account, account_of
from apps.game_core.modules.inventory.inventory.logic.history.past import Happened, happened, times_of
from apps.game_core.modules.inventory.ports import LedgerEntry

# Far longer than anything can be taken back, by whichever clock.
_UNDOABLE = 86_400


@dataclass(frozen=True, slots=True)
class Portion:
    """One inventory's entries up to `version`, the last of them made `at`; with the birth if it begins there.

    `before` is the digest of those that went before, `state` as in `Checkpoint`.
    """

    char_id: int
    version: int
    at: int
    before: bytes
    entries: tuple[LedgerEntry, ...]
    state: bytes


class NotExplainedError(Exception):
    """A ledger that does not explain itself stays whole: somebody has to look at it."""


def portion(history: History, upto: int, now: int) -> Portion:
    """All that was done up to this version. Raises NotExplainedError."""
    account = account_of(history)
    if account is None or history.begins_at is None:
        raise NotExplainedError("nobody can read what it begins with")
    done = list(happened(history, ()))
    _, *times = times_of(history.begins_at, done, now)
    passed = [(each, at) for each, at in zip(done, times, strict=True) if each.version <= upto]
    _require_explained(history, account, [each for each, _ in passed])
    at = passed[-1][1] if passed else history.begins_at
    account.forget_drops(at - _UNDOABLE)
    birth = (history.birth,) if history.birth and not history.checkpoint else ()
    entries = (*birth, *(each for each, _ in passed if isinstance(each, LedgerEntry)))
    before = history.checkpoint.digest if history.checkpoint else b""
    return Portion(history.snapshot.char_id, upto, at, before, entries, encode(account.state))


def _require_explained(history: History, account: Account, passed: Sequence[Happened]) -> None:
    if history.unreadable:
        raise NotExplainedError(history.unreadable[0])
    for offence, detail in misfits(history):
        raise NotExplainedError(f"{offence}: {detail}")
    for each in passed:
        for offence, detail in account.edit(each) if isinstance(each, Edit) else account.enter(each):
            raise NotExplainedError(f"{offence}: {detail}")

"""Hit points and running effects as a ledger tells them."""

from collections.abc import Iterator
from typing import Any

from apps.game_core.modules.inventory.inventory.model import Buff, Vitals
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumableResult, running
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import RevertResult

Expected = tuple[int | None, bool]
"""Hit points, None while nothing has told them; whether that is only the most that they can be."""


class VitalsAccount:
    """As with rows, an edit by SQL is an offence until an entry has built on it."""

    def __init__(self, hp: int | None) -> None:
        self._hp: Expected = (hp, False)
        self._buffs: tuple[Buff, ...] = ()
        self._hp_before_edits: Expected | None = None
        self._buffs_before_edits: tuple[Buff, ...] | None = None

    def edit(self, vitals: Vitals) -> None:
        if self._hp_before_edits is None:
            self._hp_before_edits = self._hp
        if self._buffs_before_edits is None:
            self._buffs_before_edits = self._buffs
        self._hp, self._buffs = (vitals.hp, False), vitals.buffs

    def enter(self, deed: Deed, operation: Operation[Any], result: object) -> Iterator[str]:
        if deed.hp_before is not None:
            if not _possible(deed.hp_before, self._hp):
                yield f"health was {deed.hp_before}; by the ledger {_shown(self._hp)}"
            self._hp, self._hp_before_edits = (deed.hp, False), None
        elif deed.sinks:
            self._hp = (self._hp[0], True)
        if isinstance(result, UseConsumableResult):
            self._buffs = running(self._buffs, result.effects, operation.at)
            self._buffs_before_edits = None
        elif isinstance(result, RevertResult):
            self._buffs, self._buffs_before_edits = result.buffs, None

    def close(self, vitals: Vitals) -> Iterator[str]:
        expected = self._hp if self._hp_before_edits is None else self._hp_before_edits
        if not _possible(vitals.hp, expected):
            yield f"health {vitals.hp}; by the ledger {_shown(expected)}"
        buffs = self._buffs if self._buffs_before_edits is None else self._buffs_before_edits
        if vitals.buffs != buffs:
            yield f"running: {_listed(vitals.buffs)}; by the ledger {_listed(buffs)}"


def _possible(hp: int, expected: Expected) -> bool:
    known, most = expected
    return known is None or hp == known or (most and hp < known)


def _shown(expected: Expected) -> str:
    known, most = expected
    return f"at most {known}" if most else str(known)


def _listed(buffs: tuple[Buff, ...]) -> str:
    return ", ".join(f"{buff.amount} {buff.stat} until {buff.expires_at}" for buff in buffs) or "nothing"

"""Hit points and running effects as a ledger tells them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from apps.game_core.modules.inventory.inventory.model import Buff, Vitals
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumableResult, running
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import RevertResult

Expected = tuple[int | None, bool]
"""Hit points, None while nothing has told them; whether that is only the most that they can be."""


@dataclass(slots=True)
class VitalsAccount:
    """As with rows, an edit by SQL is an offence until an entry has built on it."""

    hp: Expected
    buffs: tuple[Buff, ...] = ()
    hp_before_edits: Expected | None = None
    buffs_before_edits: tuple[Buff, ...] | None = None

    def edit(self, vitals: Vitals) -> None:
        if self.hp_before_edits is None:
            self.hp_before_edits = self.hp
        if self.buffs_before_edits is None:
            self.buffs_before_edits = self.buffs
        self.hp, self.buffs = (vitals.hp, False), vitals.buffs

    def enter(self, deed: Deed, operation: Operation[Any], result: object) -> Iterator[str]:
        if deed.hp_before is not None:
            if not _possible(deed.hp_before, self.hp):
                yield f"health was {deed.hp_before}; by the ledger {_shown(self.hp)}"
            self.hp, self.hp_before_edits = (deed.hp, False), None
        elif deed.sinks:
            self.hp = (self.hp[0], True)
        if isinstance(result, UseConsumableResult):
            self.buffs = running(self.buffs, result.effects, operation.at)
            self.buffs_before_edits = None
        elif isinstance(result, RevertResult):
            self.buffs, self.buffs_before_edits = result.buffs, None

    def close(self, vitals: Vitals) -> Iterator[str]:
        expected = self.hp if self.hp_before_edits is None else self.hp_before_edits
        if not _possible(vitals.hp, expected):
            yield f"health {vitals.hp}; by the ledger {_shown(expected)}"
        buffs = self.buffs if self.buffs_before_edits is None else self.buffs_before_edits
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

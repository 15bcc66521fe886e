"""Coins as a ledger tells them. A newborn has none."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.game_core.modules.inventory.history import PurseChange
from apps.game_core.modules.inventory.inventory.rules.deed import Deed


@dataclass(slots=True)
class PurseAccount:
    """As with rows, an edit by SQL is an offence until an entry has built on it.

    `untold` are coins, or below zero the lack of them, that were met and that nothing tells of.
    """

    coins: int = 0
    untold: int = 0
    before_edits: int | None = None

    def edit(self, edit: PurseChange) -> Iterator[str]:
        yield from self._met(edit.before)
        if self.before_edits is None:
            self.before_edits = self.coins
        self.coins = edit.after

    def enter(self, deed: Deed) -> Iterator[str]:
        if deed.coins_before is None or deed.coins is None:
            return
        yield from self._met(deed.coins_before)
        self.coins, self.before_edits = deed.coins, None

    def close(self, coins: int) -> Iterator[str]:
        expected = self.coins if self.before_edits is None else self.before_edits
        if coins != expected:
            yield f"{coins} coins; by the ledger {expected}"

    def _met(self, coins: int) -> Iterator[str]:
        """A purse that was another is counted on from there."""
        if coins != self.coins:
            self.untold += coins - self.coins
            yield f"{coins} coins were there; by the ledger {self.coins}"

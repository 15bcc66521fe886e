"""Levels and experience as a ledger tells them: what fights have taught, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.game_core.modules.inventory.history import TRAITS, Traits, traits
from apps.game_core.modules.inventory.inventory.model import Hero
from apps.game_core.modules.inventory.inventory.rules.fighting import FightResult, taught


@dataclass(slots=True)
class HeroAccount:
    """As with rows, an edit by SQL is an offence until an entry has built on it.

    What nobody wrote down of the newborn is not known, but for the level once a fight has told it.
    """

    traits: Traits
    before_edits: Traits | None = None

    def edit(self, before: Traits, after: Traits) -> None:
        if self.before_edits is None:
            self.before_edits = {**before, **self.traits}
        self.traits = after

    def enter(self, result: object) -> Iterator[str]:
        if not isinstance(result, FightResult):
            return
        met = result.level - result.risen
        if (says := self.traits.get("level", met)) != met:
            yield f"level was {met}; by the ledger {says}"
        grown = traits(taught(_hero({**self.traits, "level": met}), result.gained))
        if grown["level"] != result.level:
            yield f"level {result.level} was reached; by the ledger {grown['level']}"
        known = self.traits.keys() | {"level"}
        self.traits = {name: value for name, value in grown.items() if name in known}
        self.before_edits = None

    def close(self, hero: Hero) -> Iterator[str]:
        found = traits(hero)
        expected = self.traits if self.before_edits is None else self.before_edits
        for name in found:
            if name in expected and found[name] != expected[name]:
                yield f"{name} {found[name]}; by the ledger {expected[name]}"


def _hero(known: Traits) -> Hero:
    """What is not known is not looked at afterwards."""
    return Hero("", **{name: known.get(name, 0) for name in TRAITS})

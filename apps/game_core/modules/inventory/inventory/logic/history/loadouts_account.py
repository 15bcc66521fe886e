"""Loadouts as a ledger tells them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from apps.game_core.modules.inventory.inventory.loadout import Loadout
from apps.game_core.modules.inventory.inventory.rules.loadouts import ForgetLoadoutResult, SaveLoadoutResult


@dataclass(slots=True)
class LoadoutsAccount:
    kept: dict[int, Loadout] = field(default_factory=dict)

    def enter(self, result: object) -> Iterator[str]:
        match result:
            case SaveLoadoutResult(loadout=loadout, replaced=replaced):
                if replaced != self.kept.get(loadout.id):
                    yield f"loadout {loadout.id} was another before than in the answer"
                self.kept[loadout.id] = loadout
            case ForgetLoadoutResult(loadout=loadout):
                if self.kept.pop(loadout.id, None) != loadout:
                    yield f"loadout {loadout.id} was another before than in the answer"
            case _:
                pass

    def close(self, loadouts: Sequence[Loadout]) -> Iterator[str]:
        found = {each.id: each for each in loadouts}
        for loadout_id in sorted(found.keys() | self.kept.keys()):
            stands, says = found.get(loadout_id), self.kept.get(loadout_id)
            if stands != says:
                yield f"loadout {loadout_id}: {_shown(stands)}; by the ledger {_shown(says)}"


def _shown(loadout: Loadout | None) -> str:
    if loadout is None:
        return "none"
    pieces = ", ".join(f"{piece.base_id} {piece.item_id}" for piece in loadout.pieces.values())
    return f"{loadout.name!r} of {pieces}"

"""What owners were seen to have, each as they were looked at last, while things change hands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from apps.game_core.modules.inventory.foresight import Foresight, Owner


@dataclass(slots=True)
class Looks:
    """`unreadable`: of whom something cannot be read. `moving`: how many were not looked at again."""

    moving: int = 0
    unreadable: set[int] = field(default_factory=set)
    _owners: dict[int, Owner] = field(default_factory=dict, init=False)
    _found: dict[int, Foresight] = field(default_factory=dict, init=False)
    """Those who were looked at last come last."""

    def due(self, owners: Sequence[Owner]) -> list[Owner]:
        """Who of these must be looked at, or looked at again. Who is not among them has nothing any more."""
        for char_id in self._owners.keys() - {owner.char_id for owner in owners}:
            self._forget(char_id)
        return [owner for owner in owners if self._owners.get(owner.char_id) != owner]

    def add(self, owner: Owner, found: Foresight | None = None, *, readable: bool = True) -> None:
        """What was found, if there is such a character."""
        self._forget(owner.char_id)
        self._owners[owner.char_id] = owner
        if not readable:
            self.unreadable.add(owner.char_id)
        if found is not None and found.pieces:
            self._found[owner.char_id] = found

    def found(self) -> Iterator[Foresight]:
        """Of each who has something. A piece that two were seen with is with whom it was seen last."""
        seen = set[int]()
        for char_id in reversed([*self._found]):
            found = self._found[char_id]
            pieces = tuple(piece for piece in found.pieces if piece.item_id not in seen)
            seen.update(piece.item_id for piece in pieces if piece.item_id is not None)
            if pieces:
                yield replace(found, pieces=pieces)

    def _forget(self, char_id: int) -> None:
        self._owners.pop(char_id, None)
        self._found.pop(char_id, None)
        self.unreadable.discard(char_id)

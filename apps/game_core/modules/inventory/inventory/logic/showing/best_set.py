"""The best set of gear that somebody has, by the fight's score. Each place is filled anew until none gains.

Places are what is chosen together: both hands, both accessories, each other slot. Of a very big bag only the
most promising pieces are tried as pairs; every piece is tried alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from heapq import nlargest
from itertools import cycle, islice, product
from zlib import crc32

from apps.game_core.modules.inventory.inventory.logic.showing.comparing import Wearer
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.inventory.inventory.rules.outfitting import dressed_in
from apps.game_core.modules.inventory.inventory.rules.wearing import missing_requirements
from apps.game_core.modules.items.contracts import Grip, Slot

Worn = Mapping[Slot, Item | None]
Options = list[Item | None]
_HANDS = (Slot.MAIN_HAND, Slot.OFF_HAND)
_ACCESSORIES = (Slot.ACCESSORY_1, Slot.ACCESSORY_2)
_PLACES = (_HANDS, (Slot.HEAD,), (Slot.CHEST,), (Slot.LEGS,), (Slot.FEET,), _ACCESSORIES)
_PROMISING = 16
_ROUNDS = 10


def best_set(wearer: Wearer) -> dict[Slot, Item]:
    """What to put on where; of equals what is worn stays. Nothing leaves a quick slot for it."""
    closet = _Closet(wearer)
    now = wearer.session.equipped
    worn: Worn = now
    stood = 0
    for place in islice(cycle(_PLACES), _ROUNDS * len(_PLACES)):
        best = max(closet.fillings(worn, place), key=closet.merit)
        stood = stood + 1 if best == worn else 0
        if stood == len(_PLACES):
            break
        worn = best
    return {slot: item for slot, item in worn.items() if item and item is not now[slot]}


def fingerprint(items: Mapping[Slot, int]) -> int:
    """A number that names a set, so that a button can say which one was shown."""
    return crc32(" ".join(f"{slot}:{item_id}" for slot, item_id in sorted(items.items())).encode())


class _Closet:
    """All that can be worn. Nothing is only taken off, but a hand for what the other holds."""

    def __init__(self, wearer: Wearer) -> None:
        self._wearer = wearer
        self._now = wearer.session.equipped
        self._needed = max((at for at, item in enumerate(wearer.session.quick_slots, 1) if item), default=0)
        self._fits: dict[Slot, Options] = {slot: [] for slot in Slot}
        alike: Counter[tuple[object, ...]] = Counter()
        for item in (*self._now.values(), *wearer.session.backpack):
            if item is None:
                continue
            kind = (item.base_id, item.broken, *item.affixes.items())
            if alike[kind] == len(_HANDS):
                continue
            alike[kind] += 1
            for slot in self._slots(item):
                self._fits[slot].append(item)

    def merit(self, worn: Worn) -> tuple[int, float, int, int, int]:
        """The fight's score first; then quick slots and what can be carried; then few changes."""
        figures = self._wearer.dressed(worn)
        same = sum(worn[slot] is self._now[slot] for slot in Slot)
        lost = min(0, figures.quick_slots - self._needed)
        return lost, figures.worth, figures.quick_slots, figures.max_weight, same

    def fillings(self, worn: Worn, place: tuple[Slot, ...]) -> Iterator[Worn]:
        """The set as it is, then with each piece alone, then with each pair of promising ones."""
        yield worn
        for slot in place:
            for item in self._fits[slot]:
                if item is not None and all(item is not worn[other] for other in place):
                    alone = dressed_in(worn, {slot: item}, self._wearer.rules)
                    yield alone | {slot: item}
        if len(place) > 1:
            options = [self._promising(worn, slot) for slot in place]
            for choice in product(*options):
                if self._possible(place, choice):
                    yield {**worn, **dict(zip(place, choice, strict=True))}

    def _promising(self, worn: Worn, slot: Slot) -> Options:
        def alone(item: Item | None) -> float:
            return self._wearer.dressed({**worn, slot: item}).worth

        best = nlargest(_PROMISING, self._fits[slot], key=alone)
        kept = [worn[slot], self._now[slot], None]
        return [*best, *(item for item in kept if all(item is not each for each in best))]

    def _possible(self, place: tuple[Slot, ...], choice: tuple[Item | None, ...]) -> bool:
        ids = [item.id for item in choice if item]
        emptied = any(self._now[slot] and not item for slot, item in zip(place, choice, strict=True))
        if len(set(ids)) < len(ids):
            return False
        if place != _HANDS:
            return not emptied
        main, off = choice
        if self._two_handed(main):
            return off is None
        return not emptied or (off is not None and self._two_handed(self._now[Slot.MAIN_HAND]))

    def _slots(self, item: Item) -> tuple[Slot, ...]:
        entry = self._wearer.rules.catalog.get(item.base_id)
        if entry is None or missing_requirements(entry, self._wearer.session.hero):
            return ()
        return entry.slots

    def _two_handed(self, item: Item | None) -> bool:
        entry = self._wearer.rules.catalog.get(item.base_id) if item else None
        return entry is not None and entry.grip is Grip.TWO_HAND

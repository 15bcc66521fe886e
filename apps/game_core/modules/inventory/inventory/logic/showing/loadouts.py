"""Loadouts as they stand: of each piece whether it is worn, can be, cannot be, or is gone."""

from collections.abc import Mapping

from apps.game_core.modules.inventory.inventory.loadout import Loadout
from apps.game_core.modules.inventory.inventory.logic.showing.comparing import Wearer
from apps.game_core.modules.inventory.inventory.model import QUICK_SLOT, InventorySession, Item
from apps.game_core.modules.inventory.inventory.rules.outfitting import dressed_in
from apps.game_core.modules.inventory.inventory.rules.wearing import missing_requirements
from apps.game_core.modules.inventory.keeping_views import LoadoutView, PieceState, PieceView
from apps.game_core.modules.inventory.views import LoadoutTitle
from apps.game_core.modules.items.contracts import Grip, Slot

UNKNOWN_ICON = "❔"


def titles(session: InventorySession) -> tuple[LoadoutTitle, ...]:
    worn = {slot: item.id for slot, item in session.equipped.items() if item}
    return tuple(
        LoadoutTitle(
            id=each.id,
            name=each.name,
            item_ids=frozenset(piece.item_id for piece in each.pieces.values()),
            worn=all(worn.get(slot) == piece.item_id for slot, piece in each.pieces.items()),
        )
        for each in by_name(session)
    )


def by_name(session: InventorySession) -> list[Loadout]:
    return sorted(session.loadouts, key=lambda each: (each.name.casefold(), each.id))


def to_wear(wearer: Wearer, loadout: Loadout) -> dict[Slot, Item]:
    """What of it is put on: the pieces that are there, fit, and are not worn in their slots already."""
    session = wearer.session
    there = {each.item.id: each.item for each in session.placed() if each.place != QUICK_SLOT}
    chosen = {
        slot: item
        for slot, piece in loadout.pieces.items()
        if (item := there.get(piece.item_id))
        and _fits(wearer, item, slot)
        and not _is_worn(session, item, slot)
    }
    main = chosen.get(Slot.MAIN_HAND) or _worn_of_it(session, loadout, Slot.MAIN_HAND)
    if _two_handed(wearer, main):
        chosen.pop(Slot.OFF_HAND, None)
    return chosen


def view(wearer: Wearer, loadout: Loadout) -> LoadoutView:
    chosen = to_wear(wearer, loadout)
    worn = dressed_in(wearer.session.equipped, chosen, wearer.rules)
    return LoadoutView(
        id=loadout.id,
        name=loadout.name,
        pieces=tuple(_piece(wearer, loadout, slot, chosen) for slot in Slot if slot in loadout.pieces),
        before=wearer.figures,
        after=wearer.dressed(worn),
    )


def _piece(wearer: Wearer, loadout: Loadout, slot: Slot, chosen: Mapping[Slot, Item]) -> PieceView:
    piece = loadout.pieces[slot]
    entry = wearer.rules.catalog.get(piece.base_id)
    return PieceView(
        slot=slot,
        item_id=piece.item_id,
        base_id=piece.base_id,
        name=entry.name if entry else piece.base_id,
        icon=entry.icon if entry else UNKNOWN_ICON,
        known=entry is not None,
        state=_state(wearer.session, piece.item_id, slot, chosen),
    )


def _state(session: InventorySession, item_id: int, slot: Slot, chosen: Mapping[Slot, Item]) -> PieceState:
    if slot in chosen:
        return PieceState.READY
    item = next((each.item for each in session.placed() if each.item.id == item_id), None)
    if item is None:
        return PieceState.GONE
    return PieceState.WORN if _is_worn(session, item, slot) else PieceState.UNFIT


def _fits(wearer: Wearer, item: Item, slot: Slot) -> bool:
    entry = wearer.rules.catalog.get(item.base_id)
    return entry is not None and slot in entry.slots and not missing_requirements(entry, wearer.session.hero)


def _is_worn(session: InventorySession, item: Item, slot: Slot) -> bool:
    worn = session.equipped[slot]
    return worn is not None and worn.id == item.id


def _worn_of_it(session: InventorySession, loadout: Loadout, slot: Slot) -> Item | None:
    worn, piece = session.equipped[slot], loadout.pieces.get(slot)
    return worn if worn and piece and worn.id == piece.item_id else None


def _two_handed(wearer: Wearer, item: Item | None) -> bool:
    entry = wearer.rules.catalog.get(item.base_id) if item else None
    return entry is not None and entry.grip is Grip.TWO_HAND

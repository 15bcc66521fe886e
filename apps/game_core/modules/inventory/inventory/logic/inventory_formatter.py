"""From a session to values that any UI can show. Changes nothing and speaks no human language."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from apps.game_core.modules.inventory.contracts import (
    BACKPACK,
    BackpackQuery,
    BestSet,
    Comparison,
    InventoryView,
    ItemDetails,
    ItemView,
    SlotView,
    StatsView,
)
from apps.game_core.modules.inventory.errors import ItemNotFoundError
from apps.game_core.modules.inventory.inventory.logic.showing import loadouts
from apps.game_core.modules.inventory.inventory.logic.showing.arranging import arranged
from apps.game_core.modules.inventory.inventory.logic.showing.backpack_rows import Rows
from apps.game_core.modules.inventory.inventory.logic.showing.bench import damaged
from apps.game_core.modules.inventory.inventory.logic.showing.best_set import best_set, fingerprint
from apps.game_core.modules.inventory.inventory.logic.showing.cards import merge_target, requirements
from apps.game_core.modules.inventory.inventory.logic.showing.comparing import verdict
from apps.game_core.modules.inventory.inventory.logic.showing.judging import Judge
from apps.game_core.modules.inventory.inventory.logic.showing.junk import (
    going_and_kept,
    is_junk,
    spare,
    stacks_fingerprint,
    wanted,
    worse,
)
from apps.game_core.modules.inventory.inventory.logic.showing.unknown_rows import unknown_row
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item, PlacedItem
from apps.game_core.modules.inventory.inventory.rules.adding import is_as_made
from apps.game_core.modules.inventory.inventory.rules.consuming import affected, only_heals, only_hurts
from apps.game_core.modules.inventory.inventory.rules.loadouts import found
from apps.game_core.modules.inventory.inventory.rules.outfitting import dressed_in
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.inventory.rules.wearing import missing_requirements
from apps.game_core.modules.inventory.keeping_views import Damaged, Junk, LoadoutView
from apps.game_core.modules.inventory.views import Consequence
from apps.game_core.modules.items.contracts import (
    CatalogEntry,
    Grip,
    Slot,
)


@dataclass(frozen=True, slots=True)
class InventoryFormatter:
    """Sessions as views. `now` in Unix seconds decides what is NEW."""

    rules: Rules
    now: float
    _judges: list[Judge] = field(default_factory=list, init=False, compare=False)

    def format_for_ui(self, session: InventorySession) -> InventoryView:
        judge = self._judge(session)
        wearer = judge.wearer
        row = partial(self._row, session)
        fitting, better = judge.slots_to_fill()
        return InventoryView(
            char_id=session.char_id,
            version=session.version,
            hero_name=session.hero.name,
            level=session.hero.level,
            experience=session.hero.experience,
            equipped=tuple(
                self._slot(session, slot, better=slot in better, fitting=slot in fitting) for slot in Slot
            ),
            backpack=Rows(session.backpack, row),
            consumables=Rows([item for item in session.backpack if judge.kind(item).consumable], row),
            quick_slots=self.format_quick_slots(session),
            stats=self.calculate_stats(session),
            fighter=wearer.fighter,
            figures=wearer.figures,
            buffs=wearer.buffs,
            junk=sum(is_junk(item) for item in session.backpack),
            loadouts=loadouts.titles(session),
            coins=session.coins,
        )

    def format_backpack(self, session: InventorySession, query: BackpackQuery) -> Rows:
        """All rows that pass the filters, sorted and grouped; paging is the caller's."""
        items = arranged(self._judge(session), query).items
        return Rows(items, partial(self._row, session, wanted=query.filter_slot))

    def together(self, session: InventorySession, query: BackpackQuery) -> Sequence[Sequence[int]]:
        """Of those rows the places of what looks the same."""
        return arranged(self._judge(session), query).together

    def in_one_row(self, session: InventorySession, items: Sequence[Item], wanted: Slot | None) -> ItemView:
        """The first of pieces that look the same stands for all; one new piece makes the row new."""
        first, *others = items
        alike = tuple([item.id for item in others])
        is_new = any(map(self._judge(session).is_new, others))
        return self._row(session, first, wanted, alike, is_new=is_new)

    def row(self, session: InventorySession, item: Item) -> ItemView:
        """Of a thing from anywhere, judged for the hero of the session."""
        return self._row(session, item)

    def format_quick_slots(self, session: InventorySession) -> tuple[ItemView | None, ...]:
        return tuple(self._row_or_none(session, item) for item in session.quick_slots)

    def calculate_stats(self, session: InventorySession) -> StatsView:
        judge = self._judge(session)
        limit, max_hp = judge.wearer.figures.max_weight, judge.max_hp
        used, slots = len(session.backpack), session.limits.max_slots
        weight, value = judge.weight_and_value()
        return StatsView(
            weight=weight,
            max_weight=limit,
            weight_percent=weight * 100 // limit,
            slots_used=used,
            max_slots=slots,
            slots_percent=used * 100 // slots,
            total_value=value,
            is_overweight=weight > limit,
            hp=min(session.vitals.hp, max_hp),
            max_hp=max_hp,
        )

    def generate_tooltip(
        self,
        session: InventorySession,
        item_id: int,
        slot: Slot | None = None,
        alike: tuple[int, ...] = (),
    ) -> ItemDetails:
        """The item, judged for the slot if it fits there; `alike` are ids of others that look the same."""
        placed = next((each for each in session.placed() if each.item.id == item_id), None)
        if placed is None:
            raise ItemNotFoundError(item_id)
        item = placed.item
        entry = self.rules.catalog.get(item.base_id)
        row = self._row(session, item, slot, alike)
        return ItemDetails(
            item=row,
            place=placed.place,
            slot_index=placed.position if row.consumable and placed.place == "quick_slot" else None,
            description=entry.description if entry else "",
            stats=entry.stats if entry else {},
            affixes=item.affixes,
            effects=entry.effects if entry else (),
            requirements=requirements(entry, session) if entry else {},
            missing=missing_requirements(entry, session.hero) if entry else {},
            valid_slots=entry.slots if entry else (),
            comparison=self._comparison(session, placed, entry, slot),
            usable=row.consumable and not only_hurts(entry),
            quick_slots=self.format_quick_slots(session),
            merges_into=merge_target(session, item, entry) if entry and placed.place == BACKPACK else None,
            consequence=self._consequence(session, entry) if entry and entry.is_consumable else None,
            loadouts=tuple(each.name for each in loadouts.titles(session) if item.id in each.item_ids),
        )

    def compare(
        self, session: InventorySession, item: Item, entry: CatalogEntry, wanted: Slot | None = None
    ) -> Comparison:
        """With what the item would replace, in the wanted slot or the one where it would help most."""
        wearer = self._judge(session).wearer
        slot = wearer.best_slot(item, entry, wanted)
        worn, replaced = wearer.trying(item, entry, slot)
        return Comparison(
            slot=slot,
            replaced=tuple(self._row(session, each) for each in replaced),
            before=wearer.figures,
            after=wearer.dressed(worn),
            verdict=verdict(wearer.gain(item, entry, slot)),
        )

    def best_set(self, session: InventorySession) -> BestSet:
        wearer = self._judge(session).wearer
        chosen = best_set(wearer)
        worn = dressed_in(session.equipped, chosen, self.rules)
        kept = {item.id for item in worn.values() if item}
        off = (item for item in session.equipped.values() if item and item.id not in kept)
        return BestSet(
            items={slot: self._row(session, item, slot) for slot, item in chosen.items()},
            taken_off=tuple(self._row(session, item) for item in off),
            before=wearer.figures,
            after=wearer.dressed(worn),
            fingerprint=fingerprint({slot: item.id for slot, item in chosen.items()}),
        )

    def junk(self, session: InventorySession) -> Junk:
        judge, row = self._judge(session), partial(self._row, session)
        needed = wanted(judge)
        going, kept = going_and_kept(judge, needed)
        return Junk(
            items=tuple(map(row, going)),
            kept=tuple(map(row, kept)),
            fingerprint=stacks_fingerprint(going),
            worse=tuple(item.id for item in worse(judge, needed)),
            spare=tuple(item.id for item in spare(judge, needed)),
        )

    def damaged(self, session: InventorySession) -> tuple[Damaged, ...]:
        return damaged(self._judge(session), partial(self._row, session))

    def loadouts(self, session: InventorySession) -> tuple[LoadoutView, ...]:
        wearer = self._judge(session).wearer
        return tuple(loadouts.view(wearer, each) for each in loadouts.by_name(session))

    def loadout(self, session: InventorySession, loadout_id: int) -> LoadoutView:
        return loadouts.view(self._judge(session).wearer, found(session, loadout_id))

    def to_wear(self, session: InventorySession, loadout_id: int) -> dict[Slot, Item]:
        """What of a loadout is put on. Raises LoadoutNotFoundError."""
        return loadouts.to_wear(self._judge(session).wearer, found(session, loadout_id))

    def _consequence(self, session: InventorySession, entry: CatalogEntry) -> Consequence | None:
        if only_hurts(entry):
            return None
        wearer = self._judge(session).wearer
        changed = affected(session, entry.effects, int(self.now), self.rules)
        after = wearer.dressed(session.equipped, changed.buffs)
        hp = min(session.vitals.hp, self._judge(session).max_hp)
        return Consequence(hp, changed.hp, wearer.figures, after)

    def _judge(self, session: InventorySession) -> Judge:
        """Kept for the session at hand: it remembers what it has tried on."""
        if not self._judges or self._judges[0].session is not session:
            self._judges[:] = [Judge(self.rules, session, self.now)]
        return self._judges[0]

    def _comparison(
        self,
        session: InventorySession,
        placed: PlacedItem,
        entry: CatalogEntry | None,
        wanted: Slot | None,
    ) -> Comparison | None:
        if entry is None or not entry.slots or placed.place in set(Slot):
            return None
        return self.compare(session, placed.item, entry, wanted)

    def _slot(self, session: InventorySession, slot: Slot, *, better: bool, fitting: bool) -> SlotView:
        item = session.equipped[slot]
        main = session.equipped[Slot.MAIN_HAND]
        weapon = self.rules.catalog.get(main.base_id) if main else None
        blocked = slot is Slot.OFF_HAND and weapon is not None and weapon.grip is Grip.TWO_HAND
        return SlotView(slot, self._row_or_none(session, item), blocked and item is None, better, fitting)

    def _row_or_none(self, session: InventorySession, item: Item | None) -> ItemView | None:
        return None if item is None else self._row(session, item)

    def _row(
        self,
        session: InventorySession,
        item: Item,
        wanted: Slot | None = None,
        alike: tuple[int, ...] = (),
        *,
        is_new: bool = False,
    ) -> ItemView:
        entry = self.rules.catalog.get(item.base_id)
        if entry is None:
            return unknown_row(item)
        judge, compared = self._judge(session), bool(entry.slots) and not _is_worn(session, item)
        gain = judge.gain(item, wanted) if compared else 0.0
        return ItemView(
            id=item.id,
            base_id=item.base_id,
            known=True,
            name=entry.name,
            icon=entry.icon,
            type=entry.type,
            subtype=entry.subtype,
            rarity=item.rarity,
            quantity=item.quantity,
            level=entry.level,
            value=entry.value * item.quantity,
            weight=entry.weight * item.quantity,
            locked=item.locked,
            junk=is_junk(item),
            is_new=is_new or judge.is_new(item),
            is_quest=entry.quest,
            consumable=entry.is_consumable,
            usable_in_combat=entry.usable_in_combat,
            wasted=only_heals(entry) and session.vitals.hp >= judge.max_hp,
            slots=entry.slots,
            wearable=judge.kind(item).wearable,
            durability=item.durability,
            verdict=verdict(gain) if compared else None,
            gain=gain,
            acquired_at=item.acquired_at,
            effects=entry.effects,
            alike=alike,
            affixes=item.affixes,
            as_made=is_as_made(item, entry),
        )


def _is_worn(session: InventorySession, item: Item) -> bool:
    return any(item is each for each in session.equipped.values())

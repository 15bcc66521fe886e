"""Every screen, in one player's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aiogram.types import InlineKeyboardMarkup

from apps.game_core.modules.characters.contracts import Character
from apps.game_core.modules.inventory.contracts import (
    BackpackQuery,
    InventoryReader,
    ItemView,
    PieceState,
    TakeNoteResult,
)
from apps.game_core.modules.inventory.errors import ItemNotFoundError
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.modules.training.contracts import FightView
from bot.callbacks.buttons import Act, numbered_slot
from bot.keyboards import backpack as backpack_keyboards
from bot.keyboards import bench as bench_keyboards
from bot.keyboards import inventory as inventory_keyboards
from bot.keyboards import item as item_keyboards
from bot.keyboards import junk as junk_keyboards
from bot.keyboards import loadouts as loadout_keyboards
from bot.keyboards import lobby as lobby_keyboards
from bot.keyboards import quick_slots as quick_slot_keyboards
from bot.keyboards import slot as slot_keyboards
from bot.keyboards import training as training_keyboards
from bot.players.choices import BackpackChoice
from bot.views.codex_screens import CodexScreens
from bot.views.gathering import by_name, fitting, gathered, is_dressed
from bot.views.merchant_screens import MerchantScreens
from bot.views.screen import SUCCESS, Screen, button, keyboard
from bot.views.ui import Ui

_MOST_CANDIDATES = 8
_MOST_OTHERS = 4


@dataclass(frozen=True, slots=True)
class Screens:
    """`owner` is the Telegram user whose menu this is."""

    ui: Ui
    owner: int
    choice: BackpackChoice = field(default_factory=BackpackChoice)

    @property
    def codex(self) -> CodexScreens:
        return CodexScreens(self.ui, self.owner)

    @property
    def merchant(self) -> MerchantScreens:
        return MerchantScreens(self.ui, self.owner, self.choice)

    def lobby(self, character: Character, *, new: bool = False) -> Screen:
        text = self.ui.html("lobby", character=character, new=new)
        return Screen(text, lobby_keyboards.lobby(self.ui, self.owner))

    def languages(self, names: Mapping[str, str], current: str) -> Screen:
        text = self.ui.html("language")
        return Screen(text, lobby_keyboards.languages(self.ui, self.owner, names, current))

    def logout(self) -> Screen:
        return Screen(self.ui.html("logout"), lobby_keyboards.logout(self.ui, self.owner))

    def left(self, *, saved: bool) -> Screen:
        return Screen(self.ui.html("left", saved=saved))

    def fight(self, view: FightView) -> Screen:
        return Screen(self.ui.html("fight", view=view), training_keyboards.fight(self.ui, self.owner, view))

    def erase(self) -> Screen:
        return Screen(self.ui.html("erase", sure=False), lobby_keyboards.erase(self.ui, self.owner))

    def erase_for_sure(self, char_id: int) -> Screen:
        keyboard = lobby_keyboards.erase_for_sure(self.ui, self.owner, char_id)
        return Screen(self.ui.html("erase", sure=True), keyboard)

    def erased(self) -> Screen:
        return Screen(self.ui.html("erased"))

    def help(self, *, admin: bool = False) -> Screen:
        return Screen(self.ui.html("help", admin=admin), lobby_keyboards.help_page(self.ui, self.owner))

    def undoable(self, screen: Screen, undo: Act) -> Screen:
        """With a button that takes back what has led to it."""
        rows = screen.keyboard.inline_keyboard if screen.keyboard else []
        return replace(screen, keyboard=keyboard([*rows, [button(self.ui.label("undo"), undo, SUCCESS)]]))

    def main(self, inventory: InventoryReader, undo: Act | None = None) -> Screen:
        view = inventory.view()
        keyboard = inventory_keyboards.main(self.ui, self.owner, view, inventory.stamp, undo=undo)
        return Screen(self.ui.html("main", view=view, inventory=inventory), keyboard, inventory.version)

    def backpack(self, inventory: InventoryReader, page: int, undo: Act | None = None) -> Screen:
        """`undo` takes back what was dropped a moment ago."""
        shown = inventory.backpack(self._query(page))
        keyboard = backpack_keyboards.backpack(self.ui, self.owner, shown, self.choice, undo=undo)
        text = self.ui.html("backpack", page=shown, choice=self.choice, inventory=inventory)
        return Screen(text, keyboard, inventory.version)

    def filters(self) -> Screen:
        keyboard = backpack_keyboards.filters(self.ui, self.owner, self.choice)
        return Screen(self.ui.html("choosing", what="filter", choice=self.choice), keyboard)

    def orders(self, inventory: InventoryReader) -> Screen:
        keyboard = backpack_keyboards.orders(self.ui, self.owner, self.choice, inventory.stamp)
        return Screen(self.ui.html("choosing", what="order", choice=self.choice), keyboard)

    def search(self, *, among_others: bool = False) -> Screen:
        keyboard = backpack_keyboards.search(self.ui, self.owner, self.choice)
        return Screen(self.ui.html("search", among_others=among_others), keyboard)

    def marking(self, inventory: InventoryReader, page: int) -> Screen:
        shown, marked = inventory.backpack(self._query(page)), self.marked(inventory)
        keyboard = backpack_keyboards.marking(self.ui, self.owner, shown, marked)
        text = self.ui.html("marking", page=shown, choice=self.choice, marked=marked)
        return Screen(text, keyboard, inventory.version)

    def confirm_marked(self, inventory: InventoryReader, page: int) -> Screen:
        marked = self.marked(inventory)
        if not marked:
            return self.marking(inventory, page)
        keyboard = backpack_keyboards.confirm_marked(self.ui, self.owner, marked, page, inventory.stamp)
        rows = gathered(inventory, marked)
        return Screen(self.ui.html("confirm_marked", marked=marked, rows=rows), keyboard, inventory.version)

    def slot(self, inventory: InventoryReader, number: int) -> Screen:
        """What is worn there, and what could be, best first."""
        slot = numbered_slot(number)
        if slot is None:
            return self.main(inventory)
        view = inventory.view()
        worn = next(each for each in view.equipped if each.slot is slot)
        able = fitting(inventory, slot, _MOST_CANDIDATES)
        keyboard = slot_keyboards.slot(self.ui, self.owner, worn, able, stamp=inventory.stamp)
        text = self.ui.html("slot", worn=worn, fitting=able, view=view, inventory=inventory)
        return Screen(text, keyboard, inventory.version)

    def best_set(self, inventory: InventoryReader) -> Screen:
        """What would be put on to wear the best there is."""
        best = inventory.best_set()
        keyboard = slot_keyboards.best_set(self.ui, self.owner, best, inventory.stamp)
        return Screen(self.ui.html("best_set", best=best, inventory=inventory), keyboard, inventory.version)

    def junk(self, inventory: InventoryReader) -> Screen:
        """What would go, by name, and what could be marked."""
        found = inventory.junk()
        keyboard = junk_keyboards.junk(self.ui, self.owner, found, inventory.stamp)
        rows = by_name(found.items)
        text = self.ui.html("junk", junk=found, rows=rows, inventory=inventory)
        return Screen(text, keyboard, inventory.version)

    def bench(self, inventory: InventoryReader) -> Screen:
        """What can be mended, and what is missing for it."""
        damaged = inventory.damaged()
        keyboard = bench_keyboards.bench(self.ui, self.owner, damaged, inventory.stamp)
        text = self.ui.html("bench", damaged=damaged, most=bench_keyboards.MOST, inventory=inventory)
        return Screen(text, keyboard, inventory.version)

    def news(self, inventory: InventoryReader, told: TakeNoteResult) -> Screen:
        keyboard = inventory_keyboards.news(self.ui, self.owner)
        return Screen(self.ui.html("news", told=told, inventory=inventory), keyboard, inventory.version)

    def loadouts(self, inventory: InventoryReader) -> Screen:
        found = inventory.loadouts()
        able = is_dressed(inventory)
        keyboard = loadout_keyboards.loadouts(self.ui, self.owner, found, able=able)
        text = self.ui.html("loadouts", loadouts=found, able=able, inventory=inventory)
        return Screen(text, keyboard, inventory.version)

    def loadout(self, inventory: InventoryReader, loadout_id: int) -> Screen:
        """Raises LoadoutNotFoundError."""
        each = inventory.loadout(loadout_id)
        # Saving what is worn already would change nothing.
        able = is_dressed(inventory) and len(each.having(PieceState.WORN)) < len(each.pieces)
        keyboard = loadout_keyboards.loadout(self.ui, self.owner, each, inventory.stamp, able=able)
        return Screen(self.ui.html("loadout", loadout=each, inventory=inventory), keyboard, inventory.version)

    def name_loadout(self, inventory: InventoryReader, *, among_others: bool) -> Screen:
        taken = {each.name.casefold() for each in inventory.view().loadouts}
        names = {number: self.ui.label("loadout_name", number) for number in loadout_keyboards.PROPOSED}
        free = [number for number, name in names.items() if name.casefold() not in taken]
        keyboard = loadout_keyboards.naming(self.ui, self.owner, free, inventory.stamp)
        return Screen(self.ui.html("name_loadout", among_others=among_others), keyboard, inventory.version)

    def forget_loadout(self, inventory: InventoryReader, loadout_id: int) -> Screen:
        """Raises LoadoutNotFoundError."""
        each = inventory.loadout(loadout_id)
        keyboard = loadout_keyboards.forgetting(self.ui, self.owner, each, inventory.stamp)
        return Screen(self.ui.html("forget_loadout", loadout=each), keyboard, inventory.version)

    def quick_slots(self, inventory: InventoryReader) -> Screen:
        view = inventory.view()
        keyboard = quick_slot_keyboards.quick_slots(self.ui, self.owner, view)
        return Screen(self.ui.html("quick_slots", view=view), keyboard, inventory.version)

    def fill_quick_slot(self, inventory: InventoryReader, index: int) -> Screen:
        """What could go into a quick slot."""
        view = inventory.view()
        keyboard = quick_slot_keyboards.fill(self.ui, self.owner, view, index, inventory.stamp)
        text = self.ui.html("fill_quick_slot", number=index + 1, view=view)
        return Screen(text, keyboard, inventory.version)

    def item(self, inventory: InventoryReader, item_id: int, page: int, chosen: Slot | None = None) -> Screen:
        """The item's card; judged for the slot that was chosen, and worn there."""
        card = inventory.item(item_id, chosen)
        worn = card.place in set(Slot)
        others = fitting(inventory, Slot(card.place), _MOST_OTHERS) if worn else ()
        chosen = chosen if chosen in card.valid_slots else None
        keyboard = item_keyboards.card(
            self.ui, self.owner, card, page, stamp=inventory.stamp, others=others, chosen=chosen
        )
        return Screen(self.ui.html("item", card=card, others=others), keyboard, inventory.version)

    def item_or_backpack(
        self, inventory: InventoryReader, item_id: int, page: int, undo: Act | None = None
    ) -> Screen:
        """The item's card, or the page it was on when the item is gone."""
        try:
            card = self.item(inventory, item_id, page)
        except ItemNotFoundError:
            return self.backpack(inventory, page, undo)
        return self.undoable(card, undo) if undo else card

    def pick_slot(self, inventory: InventoryReader, item_id: int, page: int) -> Screen:
        card = inventory.item(item_id)
        keyboard = item_keyboards.slots(self.ui, self.owner, card, page, inventory.stamp)
        return self._question(inventory, "slot", card.item, keyboard)

    def pick_quick_slot(self, inventory: InventoryReader, item_id: int, page: int) -> Screen:
        card = inventory.item(item_id)
        keyboard = item_keyboards.quick_slots(self.ui, self.owner, card, page, inventory.stamp)
        return self._question(inventory, "quick_slot", card.item, keyboard)

    def pick_split(self, inventory: InventoryReader, item_id: int, page: int) -> Screen:
        item = inventory.item(item_id).item
        keyboard = item_keyboards.split_amounts(self.ui, self.owner, item, page, inventory.stamp)
        return self._question(inventory, "split", item, keyboard)

    def pick_drop(self, inventory: InventoryReader, item_id: int, page: int) -> Screen:
        item = inventory.item(item_id).item
        keyboard = item_keyboards.drop_amounts(self.ui, self.owner, item, page)
        return self._question(inventory, "drop", item, keyboard)

    def confirm_drop(self, inventory: InventoryReader, item_id: int, page: int, amount: int) -> Screen:
        item = inventory.item(item_id).item
        quantity = min(max(amount, 1), item.quantity)
        keyboard = item_keyboards.confirm_drop(
            self.ui, self.owner, item, page, quantity=quantity, stamp=inventory.stamp
        )
        return self._question(inventory, "confirm_drop", item, keyboard, quantity)

    def confirm_use(self, inventory: InventoryReader, item_id: int, page: int) -> Screen:
        item = inventory.item(item_id).item
        keyboard = item_keyboards.confirm_use(self.ui, self.owner, item, page, inventory.stamp)
        return self._question(inventory, "confirm_use", item, keyboard)

    def confirm_use_quick(self, inventory: InventoryReader, item_id: int, index: int) -> Screen:
        item = inventory.item(item_id).item
        keyboard = item_keyboards.confirm_use_quick(self.ui, self.owner, item, index, inventory.stamp)
        return self._question(inventory, "confirm_use", item, keyboard)

    def marked(self, inventory: InventoryReader) -> tuple[ItemView, ...]:
        """Of the marked items those that are there and may be dropped, in backpack order."""
        if not self.choice.marked:
            return ()
        rows = inventory.view().backpack
        return tuple(item for item in rows if item.id in self.choice.marked and item.droppable)

    def found(self, inventory: InventoryReader) -> tuple[ItemView, ...]:
        """All that the filters let through."""
        return tuple(inventory.backpack(self._query(0)).found)

    def _query(self, page: int) -> BackpackQuery:
        return self.choice.query(page, self.ui.translator)

    def _question(
        self,
        inventory: InventoryReader,
        question: str,
        item: ItemView,
        keyboard: InlineKeyboardMarkup,
        quantity: int = 1,
    ) -> Screen:
        text = self.ui.html("question", question=question, item=item, quantity=quantity)
        return Screen(text, keyboard, inventory.version)

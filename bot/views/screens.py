"""Every screen, in one player's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.game_core.modules.characters.contracts import Character
from apps.game_core.modules.inventory.contracts import BackpackQuery, InventoryReader
from apps.game_core.modules.inventory.errors import ItemNotFoundError
from bot.keyboards import inventory as inventory_keyboards
from bot.keyboards import item as item_keyboards
from bot.keyboards import lobby as lobby_keyboards
from bot.views.screen import Screen
from bot.views.ui import Ui


@dataclass(frozen=True, slots=True)
class Screens:
    """`owner` is the Telegram user whose menu this is."""

    ui: Ui
    owner: int

    def lobby(self, character: Character, *, new: bool = False) -> Screen:
        text = self.ui.html("lobby", character=character, new=new)
        return Screen(text, lobby_keyboards.lobby(self.ui, self.owner))

    def languages(self, names: Mapping[str, str], current: str) -> Screen:
        text = self.ui.html("language")
        return Screen(text, lobby_keyboards.languages(self.ui, self.owner, names, current))

    def logout(self) -> Screen:
        return Screen(self.ui.html("logout"), lobby_keyboards.logout(self.ui, self.owner))

    def left(self) -> Screen:
        return Screen(self.ui.html("left"))

    def help(self) -> Screen:
        return Screen(self.ui.html("help"))

    def main(self, inventory: InventoryReader) -> Screen:
        view = inventory.view()
        keyboard = inventory_keyboards.main(self.ui, self.owner, view, inventory.stamp)
        return Screen(self.ui.html("main", view=view), keyboard)

    def backpack(self, inventory: InventoryReader, page: int) -> Screen:
        shown = inventory.backpack(BackpackQuery(page=page))
        keyboard = inventory_keyboards.backpack(self.ui, self.owner, shown)
        return Screen(self.ui.html("backpack", page=shown), keyboard)

    def quick_slots(self, inventory: InventoryReader) -> Screen:
        view = inventory.view()
        keyboard = inventory_keyboards.quick_slots(self.ui, self.owner, view.quick_slots)
        return Screen(self.ui.html("quick_slots", view=view), keyboard)

    def item(self, inventory: InventoryReader, item_id: int, page: int) -> Screen:
        card = inventory.item(item_id)
        keyboard = item_keyboards.card(self.ui, self.owner, card, page, inventory.stamp)
        return Screen(self.ui.html("item", card=card), keyboard)

    def item_or_backpack(self, inventory: InventoryReader, item_id: int, page: int) -> Screen:
        """The item's card, or the page it was on when the item is gone."""
        try:
            return self.item(inventory, item_id, page)
        except ItemNotFoundError:
            return self.backpack(inventory, page)

    def pick_slot(self, inventory: InventoryReader, item_id: int, page: int) -> Screen:
        card = inventory.item(item_id)
        keyboard = item_keyboards.slots(self.ui, self.owner, card, page, inventory.stamp)
        return Screen(self.ui.html("question", question="slot", item=card.item), keyboard)

    def pick_quick_slot(self, inventory: InventoryReader, item_id: int, page: int) -> Screen:
        card = inventory.item(item_id)
        keyboard = item_keyboards.quick_slots(self.ui, self.owner, card, page, inventory.stamp)
        return Screen(self.ui.html("question", question="quick_slot", item=card.item), keyboard)

    def pick_split(self, inventory: InventoryReader, item_id: int, page: int) -> Screen:
        item = inventory.item(item_id).item
        keyboard = item_keyboards.split_amounts(self.ui, self.owner, item, page, inventory.stamp)
        return Screen(self.ui.html("question", question="split", item=item), keyboard)

    def pick_drop(self, inventory: InventoryReader, item_id: int, page: int) -> Screen:
        item = inventory.item(item_id).item
        keyboard = item_keyboards.drop_amounts(self.ui, self.owner, item, page)
        return Screen(self.ui.html("question", question="drop", item=item), keyboard)

    def confirm_drop(self, inventory: InventoryReader, item_id: int, page: int, amount: int) -> Screen:
        item = inventory.item(item_id).item
        quantity = min(max(amount, 1), item.quantity)
        keyboard = item_keyboards.confirm_drop(
            self.ui, self.owner, item, page, amount=quantity, stamp=inventory.stamp
        )
        text = self.ui.html("question", question="confirm_drop", item=item, quantity=quantity)
        return Screen(text, keyboard)

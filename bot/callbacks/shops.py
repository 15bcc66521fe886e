"""What a button deals with the merchant, and for how much."""

from aiogram.filters.callback_data import CallbackData

from apps.game_core.modules.inventory.contracts import drawn_for, stamped
from bot.callbacks.codes import Base36, Stamp
from bot.callbacks.names import ShopDeed


class Shop(CallbackData, prefix="b"):
    """Deal with the merchant for so much as was shown: `quantity` pieces of a ware, or of the stack `item`.

    What `item` stands for is the deal's to say, by the names below. `page` is the one to come back to.
    """

    do: ShopDeed
    owner: Base36
    item: Base36
    quantity: Base36
    price: Base36
    stamp: Stamp
    page: Base36 = 0

    @property
    def ware(self) -> int:
        """The key of what is bought."""
        return self.item

    @property
    def lot(self) -> int:
        """The key of what was sold and comes back."""
        return self.item

    @property
    def shown(self) -> int:
        """The fingerprint of the junk that was shown."""
        return self.item

    @property
    def order(self) -> str:
        """Equal for taps on one button, and for no others."""
        return f"{self.stamp}:{self.do.value}:{self.item}:{self.quantity}:{self.price}"

    @property
    def since(self) -> int:
        """The version of the inventory that it was drawn for."""
        return drawn_for(stamped(self.stamp, ""))

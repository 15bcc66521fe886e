"""Why the merchant says no. Carries data, no player text.

MerchantError
├── PriceChangedError
├── WareGoneError
├── SoldOutError
├── NotForSaleError
├── SoldOnError
└── OrderLapsedError
"""

from dataclasses import dataclass

from apps.game_core.modules.merchant.prices import Obstacle


class MerchantError(Exception):
    """Base of everything that the merchant refuses; nothing changed."""


@dataclass(eq=False)
class PriceChangedError(MerchantError):
    """The deal was offered at another price than `price`, which it is by now."""

    price: int


class WareGoneError(MerchantError):
    """It is not among the wares any more."""


@dataclass(eq=False)
class SoldOutError(MerchantError):
    """There are `left` pieces, fewer than were asked for; all are there again in so many seconds."""

    left: int
    restocks_in: int


@dataclass(eq=False)
class NotForSaleError(MerchantError):
    """A player's thing that the merchant does not take."""

    obstacle: Obstacle


class SoldOnError(MerchantError):
    """It is not among the last things that were sold."""


class OrderLapsedError(MerchantError):
    """The order did not come about when it was made, and never will."""

"""Who looks on while updates are handled."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from aiogram.types import Update


class Watcher(Protocol):
    def handling(self, update: Update, waited: float) -> AbstractContextManager[object]:
        """Around the handling of an update that waited so many seconds for its turn."""
        ...

    def turned_away(self, update: Update) -> None:
        """It is not handled: its player has too many waiting."""
        ...


class Nobody:
    """Implements `Watcher`."""

    def handling(self, update: Update, waited: float) -> AbstractContextManager[object]:  # noqa: ARG002 - the protocol's
        return nullcontext()

    def turned_away(self, update: Update) -> None:
        """Nothing is counted."""

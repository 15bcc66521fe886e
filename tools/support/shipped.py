"""What bots read of what is shipped: read once by a process, for itself and for those forked from it."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from apps.game_core.modules.items import store
from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from bot.i18n import LOCALES, Translations

T = TypeVar("T")


def remembering(load: Callable[[Path], T], shipped: Path) -> Callable[[Path], T]:
    """Other folders are read anew."""
    known = cache(load)
    return lambda directory: (known if directory == shipped else load)(directory)


def read_once() -> None:
    """Items take a third of a worker's start."""
    items, words = remembering(load_catalog, default_catalog_dir()), remembering(Translations.load, LOCALES)
    items(default_catalog_dir())
    words(LOCALES)
    vars(store)["load_catalog"] = items
    Translations.load = words  # type: ignore[assignment, method-assign]

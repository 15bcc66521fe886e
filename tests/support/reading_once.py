"""What every bot reads when it starts, read once for all bots of a test process."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import pytest

from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from bot.i18n import LOCALES, Translations

T = TypeVar("T")


@contextmanager
def reading_once() -> Iterator[None]:
    """Shipped items and words, and the machine's certificates. Folders that tests write are read anew."""
    certificates = SimpleNamespace(create_default_context=cache(ssl.create_default_context))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Translations, "load", _remembering(Translations.load, LOCALES))
        patch.setattr(
            "apps.game_core.modules.items.store.load_catalog",
            _remembering(load_catalog, default_catalog_dir()),
        )
        patch.setattr("aiogram.client.session.aiohttp.ssl", certificates)
        yield


def _remembering(load: Callable[[Path], T], shipped: Path) -> Callable[[Path], T]:
    known = cache(load)
    return lambda directory: (known if directory == shipped else load)(directory)

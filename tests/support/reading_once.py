"""What every bot reads when it starts, read once for all bots of a test process."""

import inspect
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, SimpleNamespace
from typing import Any, TypeVar

import pytest
import redis.utils

from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from bot.i18n import LOCALES, Translations
from bot.views import ui

T = TypeVar("T")


@contextmanager
def reading_once() -> Iterator[None]:
    """Shipped items, words, templates, the machine's certificates, the driver's version, what handlers take.

    Folders that tests write are read anew.
    """
    certificates = SimpleNamespace(create_default_context=cache(ssl.create_default_context))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Translations, "load", _remembering(Translations.load, LOCALES))
        patch.setattr(
            "apps.game_core.modules.items.store.load_catalog",
            _remembering(load_catalog, default_catalog_dir()),
        )
        patch.setattr("bot.views.ui._environment", cache(ui._environment))
        patch.setattr("aiogram.client.session.aiohttp.ssl", certificates)
        patch.setattr("redis.utils.get_lib_version", cache(redis.utils.get_lib_version))
        looking = SimpleNamespace(**{**vars(inspect), "signature": _signatures()})
        patch.setattr("aiogram.dispatcher.event.handler.inspect", looking)
        yield


def _remembering(load: Callable[[Path], T], shipped: Path) -> Callable[[Path], T]:
    known = cache(load)
    return lambda directory: (known if directory == shipped else load)(directory)


def _signatures() -> Callable[..., inspect.Signature]:
    """For a dispatcher, which asks for names: functions of the same code have the same."""
    known: dict[CodeType, inspect.Signature] = {}

    def signature(called: Any, **options: Any) -> inspect.Signature:
        if type(called) is not FunctionType:
            return inspect.signature(called, **options)
        if called.__code__ not in known:
            known[called.__code__] = inspect.signature(called, **options)
        return known[called.__code__]

    return signature

"""What every bot reads when it starts, read once for all bots of a test process."""

import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, SimpleNamespace
from typing import Any

import pytest
import redis.utils
from aiogram.dispatcher.event.handler import CallableObject

from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from bot.i18n import LOCALES, Translations
from bot.views import ui
from tools.catalogs.files import _template_texts
from tools.support.shipped import remembering


@contextmanager
def reading_once() -> Iterator[None]:
    """Items, words, templates and their texts, all as shipped; and what machine, driver and handlers say.

    Folders that tests write are read anew.
    """
    certificates = SimpleNamespace(create_default_context=cache(ssl.create_default_context))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Translations, "load", remembering(Translations.load, LOCALES))
        patch.setattr(
            "apps.game_core.modules.items.store.load_catalog",
            remembering(load_catalog, default_catalog_dir()),
        )
        patch.setattr("bot.views.ui._environment", cache(ui._environment))
        patch.setattr("tools.catalogs.files._template_texts", _texts_once(ui.TEMPLATES))
        patch.setattr("aiogram.client.session.aiohttp.ssl", certificates)
        patch.setattr("redis.utils.get_lib_version", cache(redis.utils.get_lib_version))
        patch.setattr(CallableObject, "__post_init__", _described(CallableObject.__post_init__))
        yield


def _texts_once(shipped: Path) -> Callable[[Path], Iterable[Any]]:
    """What translators are given of a template of ours: Jinja takes half a second for all of them."""
    known = cache(lambda path: tuple(_template_texts(path)))
    return lambda path: (known if path.is_relative_to(shipped) else _template_texts)(path)


def _described(describe: Callable[[CallableObject], None]) -> Callable[[CallableObject], None]:
    """What a dispatcher has to know of what it calls: what runs the same code takes the same."""
    known: dict[tuple[CodeType, type], tuple[bool, set[str], bool]] = {}

    def described(self: CallableObject) -> None:
        called: Any = self.callback
        function = (
            called if type(called) is FunctionType else getattr(called, "__func__", type(called).__call__)
        )
        if type(function) is not FunctionType or hasattr(called, "__wrapped__"):
            describe(self)
            return
        key = function.__code__, type(called)
        if key not in known:
            describe(self)
            known[key] = self.awaitable, self.params, self.varkw
        self.awaitable, self.params, self.varkw = known[key]

    return described

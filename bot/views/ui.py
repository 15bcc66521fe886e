"""Templates in one player's language."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from apps.game_core.modules.inventory.contracts import ItemView, LedgerItem, Verdict
from apps.game_core.modules.items.contracts import Effect, Rarity
from apps.game_core.modules.merchant.contracts import Goods
from bot.i18n import LOCALES, SOURCE_LANGUAGE, Translations, Translator
from bot.languages.moments import moment
from bot.stopwatch import Stopwatch, untimed
from bot.views.compiled import Compiled
from bot.views.fitting import shares
from bot.views.foreign_words import cut
from bot.views.naming import NamingEnvironment
from bot.views.widths import ROOM, narrowed, width

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
_RARITY_MARKS = {
    Rarity.COMMON: "⚪\ufe0f",  # asks for the coloured form
    Rarity.UNCOMMON: "🟢",
    Rarity.RARE: "🔵",
    Rarity.EPIC: "🟣",
    Rarity.LEGENDARY: "🟠",
}
_BLANK_LINES = re.compile(r"\n{3,}")
_BAR_WIDTH = 10
_MOST_OF_A_NOTICE = 200
_ANY = "x"
_NBSP = "\u00a0"  # keeps an icon and its number on one line
# Telegram sends quotes back as they are; a screen is known by its text.
_QUOTES = {"&#39;": "'", "&#34;": '"'}
MAX_MESSAGE = 4096
_COMPILED = Compiled(TEMPLATES / "__pycache__")
_TITLES = 4_096


class _Look(NamedTuple):
    """All that a title says of a row but for its name: most rows look like one that somebody has seen."""

    rarity: Rarity
    icon: str
    pieces: int
    equippable: bool
    wearable: bool
    verdict: Verdict | None
    gain: float
    effects: tuple[Effect, ...]
    broken: bool
    locked: bool
    junk: bool
    is_new: bool


_looks = attrgetter(*_Look._fields)


class Ui:
    """Renders texts and labels. `*.html.j2` escape what they show, `*.txt.j2` are plain text."""

    def __init__(self, translator: Translator, stopwatch: Stopwatch = untimed) -> None:
        self.translator = translator
        self._stopwatch = stopwatch
        self._environment = _environment(translator)
        self._title = lru_cache(_TITLES)(self._titled)
        self._page = cache(lambda name: self._environment.get_template(f"{name}.html.j2"))
        self._constant = cache(lambda name: self._say(self._labels, name, (), {}))
        self._constant_notice = cache(lambda name: self._say(self._notices, name, (), {})[:_MOST_OF_A_NOTICE])

    def html(self, template: str, **values: Any) -> str:
        """A message text, as HTML."""
        with self._stopwatch("render"):
            text = self._page(template).render(values)
        for escaped, quote in _QUOTES.items():
            text = text.replace(escaped, quote)
        return _BLANK_LINES.sub("\n\n", text).strip()

    def label(self, name: str, /, *values: Any) -> str:
        """A button's text, in the words of `labels` or, where it changes something, `deeds` or `trade`."""
        return self._say(self._labels, name, values, {}) if values else self._constant(name)

    def notice(self, name: str, /, **values: Any) -> str:
        """A toast or alert, at most 200 characters: of `deeds`, `trade`, `refusals` or `notices.txt.j2`."""
        if not values:
            return self._constant_notice(name)
        return self._say(self._notices, name, (), values)[:_MOST_OF_A_NOTICE]

    def told(self, deed: str, items: str, number: int, name: str) -> str:
        """What an operation is called in a history; `number` is a quick slot's, `name` a loadout's."""
        return self._say(self._deeds, "told", (deed, items, number, name), {})

    def said(self, name: str, /, *values: Any) -> str:
        """A sentence for operators, in the words of `operators.txt.j2`."""
        return self._say(self._operators, name, values, {})

    def command(self, name: str) -> str:
        """A command's description in the messenger's menu."""
        return self._say(self._commands, name, (), {})

    def item_name(self, row: ItemView | LedgerItem) -> str:
        return self.translator.item_name(row.name) if row.known else self.label("unknown_item", row.base_id)

    def goods_name(self, goods: Goods) -> str:
        return (
            self.translator.item_name(goods.name)
            if goods.known
            else self.label("unknown_item", goods.base_id)
        )

    def row_title(self, row: ItemView, within: str = "", *values: Any) -> str:
        """An item in a list: mark, icon, name, count and what sets it apart.

        In the label `within`, if any, which gets the `values`, too. Where there is no room for all of it, the
        name gives way.
        """
        return self._title(_Look(*_looks(row)), self.item_name(row), within, values)

    def _titled(self, look: _Look, name: str, within: str, values: tuple[Any, ...]) -> str:
        title = self._row_title(look, name, within, values)
        if (missing := width(title) - ROOM[1]) <= 0:
            return title
        return self._row_title(look, narrowed(name, width(name) - missing), within, values)

    def _row_title(self, look: _Look, name: str, within: str, values: tuple[Any, ...]) -> str:
        title = self.label("row", look, rarity_mark(look.rarity), name)
        return self.label(within, title, *values) if within else title

    def fitted(self, label: str, name: str, *values: Any, beside: int = 1) -> str:
        """A label that ends its values with a name, which gives way where `beside` buttons share a row."""
        room = ROOM[beside] + width(_ANY) - width(self.label(label, *values, _ANY))
        return self.label(label, *values, narrowed(name, room))

    @cached_property
    def _labels(self) -> Mapping[str, Any]:
        return self._macros("labels") | self._deeds | self._trade

    @cached_property
    def _commands(self) -> Mapping[str, Any]:
        return self._macros("commands")

    @cached_property
    def _operators(self) -> Mapping[str, Any]:
        return self._macros("operators")

    @cached_property
    def _notices(self) -> Mapping[str, Any]:
        return self._macros("notices") | self._macros("refusals") | self._deeds | self._trade

    @cached_property
    def _trade(self) -> dict[str, Any]:
        return self._macros("trade")

    @cached_property
    def _deeds(self) -> dict[str, Any]:
        return self._macros("deeds")

    def _macros(self, template: str) -> dict[str, Any]:
        return dict(vars(self._environment.get_template(f"{template}.txt.j2").module))

    @staticmethod
    def _say(macros: Mapping[str, Any], name: str, values: tuple[Any, ...], named: Mapping[str, Any]) -> str:
        return str(macros[name](*values, **named)).strip()


class Uis:
    """One `Ui` a language, made when first needed."""

    def __init__(self, translations: Translations, stopwatch: Stopwatch = untimed) -> None:
        self.translations = translations
        self._stopwatch = stopwatch
        self.of = cache(self._make)

    def _make(self, language: str) -> Ui:
        return Ui(self.translations.get(language), self._stopwatch)


def compile_all() -> None:
    """Into files, for where nothing can be written later."""
    environment = _environment(Translations.load(LOCALES).get(SOURCE_LANGUAGE))
    for name in environment.list_templates(extensions=["j2"]):
        environment.get_template(name)


def rarity_mark(rarity: Rarity) -> str:
    return _RARITY_MARKS[rarity]


def bar(value: int, most: int) -> str:
    """Ten blocks, rounded down: all are full only if nothing lacks, none only if there is nothing."""
    filled = min(_BAR_WIDTH, max(value * _BAR_WIDTH // most, 1 if value > 0 else 0))
    return "▓" * filled + "░" * (_BAR_WIDTH - filled)


def _environment(translator: Translator) -> Environment:
    environment = NamingEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        gettext=translator.gettext,
        ngettext=translator.ngettext,
        pgettext=translator.pgettext,
        npgettext=translator.npgettext,
        newstyle=True,
    )
    environment.know(translator)
    environment.globals.update(nbsp=_NBSP)
    environment.filters.update(
        number=translator.format_number,
        weight=translator.format_weight,
        tenths=translator.format_tenths,
        percent=translator.format_change,
        item_name=translator.item_name,
        item_description=translator.item_description,
        mark=rarity_mark,
        bar=bar,
        moment=moment,
        cut=cut,
        narrow=narrowed,
        shares=shares,
        together=_together,
    )
    return environment


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of a list that share a value of `key`'s attribute."""

    key: object
    rows: tuple[ItemView, ...]


def _together(rows: Iterable[ItemView], attribute: str) -> list[Group]:
    """Neighbours with the same attribute; unlike Jinja's own `groupby` it leaves the order alone."""
    return [Group(key, tuple(group)) for key, group in groupby(rows, attrgetter(attribute))]

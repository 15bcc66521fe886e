"""Languages: texts from `locales/<language>/LC_MESSAGES/messages.po`, numbers and sorting from Babel.

English is the source: whatever a language lacks is shown in English.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, PoFileParser
from babel.numbers import format_decimal, format_percent

from bot.languages.catalog_rules import flaw_of, is_blank, plural_flaw, texts_of
from bot.languages.tags import named, nearest

_HERE = Path(__file__).resolve().parent
LOCALES = _HERE / "locales" if (_HERE / "locales").is_dir() else _HERE.parent / "locales"
"""In an installation the catalogs lie within this package, in a checkout beside it."""
SOURCE_LANGUAGE = "en"
ITEM_NAME = "item"
ITEM_DESCRIPTION = "item description"

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_KEYWORD = r"msgctxt|msgid_plural|msgid|msgstr\[\d\]|msgstr"
_LINE = re.compile(rf"\s*(?:#.*|(?P<keyword>{_KEYWORD})?\s*(?P<strings>(?:{_QUOTED}\s*)+))?\s*")
_TAGS_REMEMBERED = 1_024
_NUMBERS_REMEMBERED = 4_096  # of each kind
_TELLING = 0.02
_GRAMS_PER_KG = 1000
# Letters of their own, though Unicode takes them apart like an accented letter.
_LETTERS = {"ru": frozenset("й")}


@dataclass(eq=False)
class CatalogFileError(Exception):
    """A translation file that cannot be used. `line` counts from 1; 0 means the file as a whole."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.reason}"


class Translator:
    """One language. Formats no text: placeholders are filled by the templates."""

    def __init__(self, language: str, catalog: Catalog) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self._letters = _LETTERS.get(self.locale.language, frozenset())
        translations = _compile(catalog)
        self.gettext = translations.gettext
        self.ngettext = translations.ngettext
        self.pgettext = translations.pgettext
        self.npgettext = translations.npgettext
        # A screen's numbers are small or come again with the next tap; Babel takes longer for one than a
        # template for all else.
        remembered = lru_cache(_NUMBERS_REMEMBERED)
        self.format_number = remembered(self._format_number)
        self.format_weight = remembered(self._format_weight)
        self.format_tenths = remembered(self._format_tenths)
        self.format_change = remembered(self._format_change)
        self.item_name = remembered(self._item_name)

    def _item_name(self, entry_name: str) -> str:
        return self.pgettext(ITEM_NAME, entry_name)

    def item_description(self, entry_description: str) -> str:
        return self.pgettext(ITEM_DESCRIPTION, entry_description)

    def collation_key(self, text: str) -> tuple[str, str, str]:
        """Letters first, then accents, then case, so that ё stands next to е and `a` next to `A`."""
        folded = unicodedata.normalize("NFC", text).casefold()
        return self.fold(text), folded, text

    def fold(self, text: str) -> str:
        """The text as a search sees it: case and accents do not matter."""
        return "".join(map(self._base, unicodedata.normalize("NFC", text).casefold()))

    def _format_number(self, number: int) -> str:
        return format_decimal(number, locale=self.locale)

    def _format_weight(self, grams: int) -> str:
        """Kilograms without the unit, at most two decimals."""
        return format_decimal(Decimal(grams) / _GRAMS_PER_KG, format="#,##0.##", locale=self.locale)

    def _format_tenths(self, number: float) -> str:
        return format_decimal(number, format="#,##0.0", locale=self.locale)

    def _format_change(self, share: float) -> str:
        """A share as a percentage with its sign: whole where that tells, else with one decimal."""
        digits = "#,##0" if abs(share) >= _TELLING else "0.0"
        text = format_percent(abs(share), format=f"{digits}\u00a0%", locale=self.locale)
        return f"{'+' if share > 0 else '−'}{text}"

    def _base(self, letter: str) -> str:
        if letter in self._letters:
            return letter
        # Korean letters come apart into letters, which are all needed; only accents go.
        parts = unicodedata.normalize("NFD", letter)
        return parts[0] + "".join(each for each in parts[1:] if not unicodedata.combining(each))


class Translations:
    """All languages of a folder. `languages` is the allow-list, the source language first."""

    def __init__(self, catalogs: Mapping[str, Catalog]) -> None:
        complete = {SOURCE_LANGUAGE: Catalog(locale=SOURCE_LANGUAGE), **catalogs}
        self._translators = {language: Translator(language, complete[language]) for language in complete}
        self.languages = tuple(complete)
        self._nearest = lru_cache(_TAGS_REMEMBERED)(self._look_for)
        self.names: Mapping[str, str] = MappingProxyType(
            {language: _own_name(each.locale) for language, each in self._translators.items()}
        )

    @classmethod
    def load(cls, directory: Path) -> "Translations":
        """Raises `CatalogFileError` for a missing folder and for a file that cannot be used."""
        if not directory.is_dir():
            raise CatalogFileError(directory, 0, "no such folder")
        catalogs = {language: read_catalog(path, language) for language, path in catalog_paths(directory)}
        for language, catalog in catalogs.items():
            _require_usable(catalog_path(directory, language), catalog)
        return cls(catalogs)

    def choose(self, requested: str | None) -> str:
        """The nearest language that there is: `ru-RU`, `RU` and `ru` are `ru`, nonsense is English."""
        return self._nearest(requested or "")

    def get(self, language: str) -> Translator:
        return self._translators[self.choose(language)]

    def _look_for(self, requested: str) -> str:
        if requested in self._translators:
            return requested
        return nearest(requested, self.languages) or SOURCE_LANGUAGE


def catalog_path(directory: Path, language: str) -> Path:
    return directory / language / "LC_MESSAGES" / "messages.po"


def catalog_paths(directory: Path) -> Iterator[tuple[str, Path]]:
    """Languages and their files, sorted by language."""
    for path in sorted(directory.glob(str(catalog_path(Path(), "*")))):
        yield path.parent.parent.name, path


def read_catalog(path: Path, language: str) -> Catalog:
    """Raises `CatalogFileError`. The file is UTF-8, whatever its header says."""
    lines = _Lines(path)
    try:
        if (name := named(language)) != language:
            raise CatalogFileError(path, 0, f"call the folder {name!r} instead of {language!r}")
        catalog = _Read(path, language)
        PoFileParser(catalog, abort_invalid=True).parse(lines)
        lines.number = lines.plural_forms
        catalog.charset = "utf-8"
        _require_plurals(catalog)
        _compile(catalog)
    except PoFileError as error:
        raise CatalogFileError(path, error.lineno + 1, str(error.args[0])) from error
    except OSError as error:
        raise CatalogFileError(path, 0, f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CatalogFileError(path, lines.number, str(error)) from error
    return catalog


def is_translated(message: Message) -> bool:
    """Whether every form of the message has a text."""
    return all(message.string or ("",)) if message.pluralizable else bool(message.string)


def _require_usable(path: Path, catalog: Catalog) -> None:
    """Raises `CatalogFileError` for the first text that would fail when it is shown."""
    for message in catalog:
        if not message.id or message.fuzzy or not is_translated(message):
            continue
        if is_blank(message):
            raise CatalogFileError(path, message.lineno or 0, "nothing of the translation can be seen")
        # Names and words on items are shown as they stand.
        if message.context not in (ITEM_NAME, ITEM_DESCRIPTION) and (flaw := flaw_of(message)):
            raise CatalogFileError(path, message.lineno or 0, flaw)


def _require_plurals(catalog: Catalog) -> None:
    """Raises ValueError."""
    if flaw := plural_flaw(catalog.plural_expr, catalog.num_plurals):
        raise ValueError(flaw)


class _Read(Catalog):
    """As its file has it: of a text that is there twice, Babel itself keeps the first without complaint."""

    def __init__(self, path: Path, language: str) -> None:
        super().__init__(locale=language)
        self._path = path
        self._has_header = False

    def __setitem__(self, source: str | list[str] | tuple[str, ...], message: Message) -> None:
        known = self.get(source, message.context) if source else self._has_header
        if known:
            shown = texts_of(message.id)[0][:80]
            reason = f"{shown!r} is there a second time" if source else "a second header"
            raise CatalogFileError(self._path, message.lineno or 0, reason)
        self._has_header = self._has_header or not source
        super().__setitem__(source, message)


class _Lines:
    """The lines of a file, checked one by one: Babel itself takes an unclosed quote without complaint."""

    def __init__(self, path: Path) -> None:
        self.number = 0
        self.plural_forms = 0
        """Where the rule of plurals stands."""
        self._path = path

    def __iter__(self) -> Iterator[str]:
        for line in self._path.read_bytes().splitlines():
            self.number += 1
            text = line.decode("utf-8-sig")
            if not (found := _LINE.fullmatch(text)):
                raise ValueError(f"not a line of a catalog: {text[:80]!r}")
            if not self.plural_forms and "plural-forms:" in text.lower():
                self.plural_forms = self.number
            yield _as_babel_reads(found)


def _as_babel_reads(line: re.Match[str]) -> str:
    """Tabs, several strings on a line, and what is obsolete are more than Babel can read."""
    if line["strings"] is None:
        return "#" if line[0].startswith("#~") else line[0]
    whole = "".join(string[1:-1] for string in re.findall(_QUOTED, line["strings"]))
    return f'{line["keyword"] or ""} "{whole}"'


def _compile(catalog: Catalog) -> GNUTranslations:
    """Messages that lack a plural form are left out: English is better than half a language."""
    usable = Catalog(locale=catalog.locale, charset="utf-8", fuzzy=False)
    usable.mime_headers = catalog.mime_headers
    for message in catalog:
        if message.id and is_translated(message):
            usable[message.id] = message
    content = BytesIO()
    write_mo(content, usable)
    content.seek(0)
    return GNUTranslations(content)


def _own_name(locale: Locale) -> str:
    name = locale.get_display_name(locale) or str(locale)
    return name[:1].upper() + name[1:]

"""What is wrong with a language's texts."""

import gettext
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural

from bot.i18n import SOURCE_LANGUAGE, is_translated
from bot.languages.catalog_rules import TAG, is_blank, placeholders, texts_of

ENOUGH_NUMBERS = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    language: str
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.language}: {self.kind}: {self.text}"


def findings(template: Catalog, language: str, catalog: Catalog) -> list[Finding]:
    """Empty when the catalog is complete and in step with the sources."""
    wanted, present = _by_source(template), _by_source(catalog)
    missing = [message for key, message in wanted.items() if key not in present]
    obsolete = [message for key, message in present.items() if key not in wanted]
    found = [Finding(language, "missing, run `catalogs update`", _shown(each)) for each in missing]
    found += [Finding(language, "obsolete, run `catalogs update`", _shown(each)) for each in obsolete]
    needed = get_plural(language).num_plurals
    if catalog.num_plurals != needed:
        found.append(Finding(language, "plural forms", f"{catalog.num_plurals} declared, {needed} needed"))
    for message in present.values():
        found += [Finding(language, kind, _shown(message)) for kind in _flaws(language, message)]
    return found


def _flaws(language: str, message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield "fuzzy"
    if is_translated(message):
        if is_blank(message):
            yield "blank"
        forms = texts_of(message.string)
        if any(_placeholders_differ(language, message, form) for form in range(len(forms))):
            yield "placeholders differ"
        sources = [_tags(text) for text in texts_of(message.id)]
        if any(_tags(text) not in sources for text in forms):
            yield "markup differs"
    elif language != SOURCE_LANGUAGE or message.pluralizable:
        yield "untranslated"


def _placeholders_differ(language: str, message: Message, form: int) -> bool:
    """A form that stands for one number only may spell the number out."""
    singular, plural = (placeholders(texts_of(message.id)[index]) for index in (0, -1))
    found = placeholders(texts_of(message.string)[form])
    if message.pluralizable and _is_for_one_number(language, form):
        return not singular & plural <= found <= singular | plural
    return found != plural


def _is_for_one_number(language: str, form: int) -> bool:
    form_of = gettext.c2py(get_plural(language).plural_expr)
    return sum(form_of(number) == form for number in range(ENOUGH_NUMBERS)) == 1


def _tags(text: str) -> Counter[str]:
    return Counter(TAG.findall(text))


def _by_source(catalog: Catalog) -> dict[tuple[str | None, tuple[str, ...]], Message]:
    return {(each.context, texts_of(each.id)): each for each in catalog if each.id}


def _shown(message: Message) -> str:
    context = f"[{message.context}] " if message.context else ""
    return f"{context}{texts_of(message.id)[0]!r}"

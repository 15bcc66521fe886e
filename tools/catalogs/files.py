"""Texts out of templates and items, into translation files."""

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po
from jinja2 import TemplateSyntaxError

from apps.game_core.modules.items.contracts import Catalog as ItemCatalog
from apps.game_core.modules.items.contracts import CatalogEntry
from bot.i18n import ITEM_DESCRIPTION, ITEM_NAME, SOURCE_LANGUAGE, CatalogFileError
from bot.languages.catalog_rules import texts_of

# As in the bot's own Jinja environment, or the extracted texts would differ in white space.
TEMPLATE_OPTIONS = {
    "silent": "false",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
}
HEADER = "# Texts of the game. `catalogs update` keeps this file in step with the sources."
WIDTH = 110
NOISE = re.compile(
    rb'^"(?:Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator'
    rb"|Language-Team|Generated-By):.*\n",
    re.MULTILINE,
)
KEPT_IN_PSEUDO = re.compile(r"(%\(\w+\)s|%%|<[^<>]*>|&\w+;)")
ACCENTS = str.maketrans("AEIOUYCNSZaeiouycnsz", "ÅÉÎÖÛÝÇÑŠŽåéîöûýçñšž")


def template_of(templates: Path, items: ItemCatalog) -> Catalog:
    """Every text that can be translated, without translations, in a stable order."""
    template = Catalog(charset="utf-8", fuzzy=False)
    for path in sorted(templates.rglob("*.j2")):
        place = f"templates/{path.relative_to(templates).as_posix()}"
        for text, comments, context in _template_texts(path):
            template.add(text, context=context, auto_comments=comments, locations=[(place, 1)])
    add_items(template, items)
    return template


def add_items(template: Catalog, items: Iterable[CatalogEntry]) -> None:
    for entry in items:
        template.add(entry.name, context=ITEM_NAME, auto_comments=[entry.base_id])
        template.add(entry.description, context=ITEM_DESCRIPTION, auto_comments=[entry.base_id])


def _template_texts(path: Path) -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    tags = ("translators:",)
    try:
        with path.open("rb") as file:
            for _, text, comments, context in extract(
                "jinja2.ext:babel_extract", file, comment_tags=tags, options=TEMPLATE_OPTIONS
            ):
                yield text, comments, context
    except TemplateSyntaxError as error:
        raise CatalogFileError(path, error.lineno, str(error.message)) from error


def updated(template: Catalog, language: str, old: Catalog | None = None) -> Catalog:
    """The texts of the template with the translations that there were; obsolete ones are dropped."""
    catalog = Catalog(locale=language, header_comment=HEADER, charset="utf-8", fuzzy=False)
    for message in old or ():
        if message.id:
            catalog[message.id] = message
    catalog.update(deepcopy(template), no_fuzzy_matching=True)
    if language == SOURCE_LANGUAGE:
        _fill_plurals(catalog)
    return catalog


def rendered(catalog: Catalog) -> bytes:
    """The file's content: without line numbers and dates, which would change with every run."""
    content = BytesIO()
    write_po(content, catalog, width=WIDTH, include_lineno=False, ignore_obsolete=True)
    return NOISE.sub(b"", content.getvalue())


def pseudo_catalog(template: Catalog) -> Catalog:
    """A catalog of the source language in which every text is marked: what stays plain was left out."""
    catalog = Catalog(locale=SOURCE_LANGUAGE, charset="utf-8", fuzzy=False)
    for message in template:
        if message.id:
            strings = [pseudo_text(text) for text in texts_of(message.id)]
            string = tuple(strings) if message.pluralizable else strings[0]
            catalog.add(message.id, string, context=message.context)
    return catalog


def pseudo_text(text: str) -> str:
    parts = KEPT_IN_PSEUDO.split(text)
    parts[::2] = [part.translate(ACCENTS) for part in parts[::2]]
    return f"⟦{''.join(parts)}⟧"


def _fill_plurals(catalog: Catalog) -> None:
    for message in catalog:
        if message.pluralizable and not any(texts_of(message.string)):
            message.string = message.id

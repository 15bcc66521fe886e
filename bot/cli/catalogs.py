"""Keeps translation files in step with the templates and the item catalog, and tells what is missing."""

import gettext
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.plurals import get_plural
from babel.messages.pofile import write_po
from jinja2 import TemplateSyntaxError
from jinja2.ext import babel_extract

from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from bot.i18n import (
    ITEM_DESCRIPTION,
    ITEM_NAME,
    SOURCE_LANGUAGE,
    CatalogFileError,
    catalog_paths,
    is_translated,
    read_catalog,
)

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 110
HEADER = "# Texts of the game. Kept in step with the sources by `run.py catalogs update`."
DATES = re.compile(rb'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator):.*\n', re.MULTILINE)
# The same as the bot's Jinja environment, or the extracted texts would differ in white space.
TEMPLATE_OPTIONS = {
    "silent": "false",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
}
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|%")
TAG = re.compile(r"<[^<>]*>")
ENOUGH_NUMBERS = 1_000

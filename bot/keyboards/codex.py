"""Buttons of the codex: its chapters, and what was found in each."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.codex.contracts import Chapter, Codex, CodexEntry
from apps.game_core.modules.items.contracts import CatalogEntry
from bot.callbacks.buttons import Open, ScreenName, chapter_number
from bot.callbacks.makers import Opens
from bot.keyboards.pages import turning
from bot.views.screen import Row, button, disabled, keyboard
from bot.views.ui import Ui
from bot.views.widths import ROOM, width

_MOST = 10
_BESIDE = 0.95 * ROOM[2]
"""Other phones have letters that are a little wider, and there are many names here."""


def pages_of(shown: Chapter) -> Sequence[Sequence[CodexEntry]]:
    """All about as long."""
    entries = shown.entries
    number = -(-len(entries) // _MOST)
    most = -(-len(entries) // number)
    return [entries[start : start + most] for start in range(0, len(entries), most)]


def cover(ui: Ui, owner: int, codex: Codex) -> InlineKeyboardMarkup:
    opens = Opens(owner)
    rows = [
        [
            button(
                ui.label("chapter", each.type, each.found, len(each.entries)),
                opens.chapter(chapter_number(each.type)),
            )
        ]
        for each in codex.chapters
    ]
    return keyboard([*rows, [button(ui.label("back"), Open(screen=ScreenName.LOBBY, owner=owner))]])


def chapter(ui: Ui, owner: int, shown: Chapter, page: int) -> InlineKeyboardMarkup:
    """`page` counts from 0 and is one that exists."""
    opens, pages = Opens(owner), pages_of(shown)
    number = chapter_number(shown.type)
    return keyboard(
        [
            *_paired([_entry(ui, opens, each, page) for each in pages[page]]),
            turning(ui, page, len(pages), lambda other: opens.chapter(number, other)),
            [button(ui.label("back"), Open(screen=ScreenName.CODEX, owner=owner))],
        ]
    )


def kind(ui: Ui, owner: int, shown: CatalogEntry, page: int) -> InlineKeyboardMarkup:
    back = Opens(owner).chapter(chapter_number(shown.type), page)
    return keyboard([[button(ui.label("back"), back)]])


def _entry(ui: Ui, opens: Opens, entry: CodexEntry, page: int) -> InlineKeyboardButton:
    kind = entry.kind
    if not entry.found:
        return disabled(ui.label("silhouette", kind.rarity))
    name = ui.translator.item_name(kind.name)
    return button(ui.fitted("found", name, kind.rarity, kind.icon), opens.kind(entry.number, page))


def _paired(buttons: Sequence[InlineKeyboardButton]) -> list[Row]:
    """In their order, two beside each other where both have room for that."""
    rows: list[Row] = []
    for each in buttons:
        fits = width(each.text) <= _BESIDE
        if fits and rows and len(rows[-1]) == 1 and width(rows[-1][0].text) <= _BESIDE:
            rows[-1].append(each)
        else:
            rows.append([each])
    return rows

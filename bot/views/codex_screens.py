"""The codex as a player sees it: how much is found, chapter by chapter, kind by kind."""

from dataclasses import dataclass

from apps.game_core.modules.codex.contracts import Codex
from bot.callbacks.buttons import numbered_chapter
from bot.keyboards import codex as keyboards
from bot.views.screen import Screen
from bot.views.ui import Ui


@dataclass(frozen=True, slots=True)
class CodexScreens:
    """`owner` is the Telegram user whose menu this is."""

    ui: Ui
    owner: int

    def cover(self, codex: Codex) -> Screen:
        return Screen(self.ui.html("codex", codex=codex), keyboards.cover(self.ui, self.owner, codex))

    def chapter(self, codex: Codex, number: int, page: int) -> Screen:
        """A page that there is; the cover where there is no such chapter."""
        wanted = numbered_chapter(number)
        shown = next((each for each in codex.chapters if each.type is wanted), None)
        if shown is None:
            return self.cover(codex)
        pages = len(keyboards.pages_of(shown))
        page = min(page, pages - 1)
        text = self.ui.html("codex_chapter", chapter=shown, page=page, pages=pages)
        return Screen(text, keyboards.chapter(self.ui, self.owner, shown, page))

    def kind(self, codex: Codex, number: int, page: int) -> Screen | None:
        """None: the player has not found it, or there is no such kind any more."""
        for chapter in codex.chapters:
            for each in chapter.entries:
                if each.found and each.number == number:
                    text = self.ui.html("codex_kind", kind=each.kind)
                    return Screen(text, keyboards.kind(self.ui, self.owner, each.kind, page))
        return None

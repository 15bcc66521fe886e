"""What a player hears in answer to taps, written down."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass

from apps.game_core.modules.inventory.inventory.operation_ids import undo_id
from bot.callbacks.buttons import Act
from bot.i18n import LOCALES, Translations
from bot.views.ui import Uis
from telegram_sandbox.bots.callbacks import Answer, Tap
from tools.chaos.journal import Journal, Key, Word

_FRESH, _REPEATED = "done", "done already"


@dataclass(frozen=True, slots=True)
class Phrases:
    """How bots say that something is done already, and that a button does nothing any more."""

    repeated: Collection[str]
    idle: Collection[str]


def phrases() -> Phrases:
    """In each language."""
    uis = Uis(Translations.load(LOCALES))
    every = [uis.of(language) for language in uis.translations.languages]
    idle = {ui.notice(name) for ui in every for name in ("no_fight", "outdated")}
    return Phrases(frozenset(ui.notice("repeated") for ui in every), frozenset(idle))


@dataclass(frozen=True, slots=True)
class Hearing:
    """`now`: seconds since the start."""

    journal: Journal
    user_id: int
    now: Callable[[], float]
    phrases: Phrases

    def tapped(self, tap: Tap, act: Act | None, habit: str) -> None:
        """Listen to the answer. `act` is None for what changes nothing."""
        self.journal.taps[habit] += 1
        sent = self.now()
        if act is not None:
            self.journal.note((self.user_id, operation(act)), sent, f"tapped ({habit})")
        tap.answer.add_done_callback(lambda future: self._answered(act, future, sent))

    def _answered(self, act: Act | None, future: asyncio.Future[Answer], sent: float) -> None:
        """Refusals are alerts; only what worked is a toast on an action's button."""
        if future.cancelled():
            return
        kind = self._kind(answer := future.result())
        self.journal.answers[kind] += 1
        if act is None or act.owner != self.user_id:
            return
        key = (self.user_id, operation(act))
        self._compare(key, sent, kind)
        if kind in (_FRESH, _REPEATED):
            self.journal.told(key, Word(sent, self.now(), kind == _REPEATED), str(answer.text))
        else:
            self.journal.note(key, self.now(), f"{kind}: {answer.text}")

    def _kind(self, answer: Answer) -> str:
        if not answer.text or answer.text in self.phrases.idle:
            return "idle"
        if answer.show_alert:
            return "alert"
        return _REPEATED if answer.text in self.phrases.repeated else _FRESH

    def _compare(self, key: Key, sent: float, kind: str) -> None:
        """Count what is said of something that the player was told before."""
        words = self.journal.words.get(key)
        if words and words[0].at < sent:
            self.journal.redelivered[kind] += 1
            self.journal.oldest = max(self.journal.oldest, sent - words[0].at)


def operation(act: Act) -> str:
    """The id under which the ledger has what the button does."""
    return undo_id(act.undone) if act.undoes else act.op_id

"""What a player hears in answer to taps, written down."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass

from apps.game_core.modules.trade.contracts import HalfView, TableState, TableView
from bot.callbacks.shops import Shop
from bot.callbacks.trading import AtTable, Deal
from bot.i18n import LOCALES, Translations
from bot.views.trading import TradeScreens
from bot.views.ui import Ui, Uis
from telegram_sandbox.bots.callbacks import Answer, Tap
from tools.chaos.journal import Journal, Key, Word
from tools.chaos.names import Deed, as_deed, as_table, operation, settled

_FRESH, _REPEATED = "done", "done already"
_SOMEBODY = "§"


@dataclass(frozen=True, slots=True)
class Phrases:
    """How bots say that something is done already, and that a button does nothing any more.

    `settled`, `left`: that a trade is done, and that a table was left before. `news`, `off`: how messages
    begin that tell of a trade that is done, or has come to nothing.
    """

    repeated: Collection[str]
    idle: Collection[str]
    settled: Collection[str]
    left: Collection[str]
    news: tuple[str, ...]
    off: tuple[str, ...]


def phrases() -> Phrases:
    """In each language."""
    uis = Uis(Translations.load(LOCALES))
    every = [uis.of(language) for language in uis.translations.languages]
    idle = {ui.notice(name) for ui in every for name in ("no_fight", "outdated")}
    return Phrases(
        frozenset(ui.notice("repeated") for ui in every),
        frozenset(idle),
        frozenset(ui.notice("table_settled") for ui in every),
        frozenset(ui.notice("table_left") for ui in every),
        tuple(_news(ui, TableState.SETTLED) for ui in every),
        tuple(_news(ui, TableState.OFF) for ui in every),
    )


def _news(ui: Ui, state: TableState) -> str:
    """As far as it is the same whoever sat opposite."""
    view = TableView(0, state, other=HalfView(0, _SOMEBODY, (), 0))
    return TradeScreens(ui, 0).news(view).text.partition(_SOMEBODY)[0].strip()


@dataclass(frozen=True, slots=True)
class Hearing:
    """`now`: seconds since the start."""

    journal: Journal
    user_id: int
    now: Callable[[], float]
    phrases: Phrases

    def tapped(self, tap: Tap, data: str, habit: str) -> None:
        """Listen to the answer."""
        self.journal.taps[habit] += 1
        sent, deed, table = self.now(), as_deed(data), as_table(data)
        if deed is not None:
            self.journal.note((self.user_id, operation(deed)), sent, f"tapped ({habit})")
        if table is not None and table.trade:
            self.journal.note((self.user_id, settled(table.trade)), sent, f"tapped {table.do.name} ({habit})")
            if table.do is Deal.SIT:
                self.sits_down(table.trade)
        tap.answer.add_done_callback(lambda future: self._answered(deed, table, future, sent))

    def sits_down(self, trade: int) -> None:
        """At a table that they may have been told they left: something can come of it again."""
        self.journal.sat[self.user_id, settled(trade)] = self.now()

    def told_of_trade(self, trade: int, text: str) -> None:
        """In a message."""
        if text.startswith(self.phrases.news):
            self._settled(trade, self.now(), text)
        elif text.startswith(self.phrases.off):
            self._off(trade, self.now(), text)

    def _answered(
        self, deed: Deed | None, table: AtTable | None, future: asyncio.Future[Answer], sent: float
    ) -> None:
        """Refusals are alerts; only what worked is a toast on an action's button."""
        if future.cancelled():
            return
        kind = self._kind(answer := future.result())
        self.journal.answers[kind] += 1
        if table is not None and table.owner == self.user_id:
            self._at_table(table, answer, sent)
        if deed is None or deed.owner != self.user_id:
            return
        key = (self.user_id, operation(deed))
        if isinstance(deed, Shop) and kind == _FRESH:
            self.journal.deals[deed.do.name.lower().replace("_", " ")] += 1
        self._compare(key, sent, kind)
        if kind in (_FRESH, _REPEATED):
            self.journal.told(key, Word(sent, self.now(), kind == _REPEATED), str(answer.text))
        else:
            self.journal.note(key, self.now(), f"{kind}: {answer.text}")

    def _at_table(self, table: AtTable, answer: Answer, sent: float) -> None:
        text = answer.text or ""
        if table.trade:
            said = "alert" if answer.show_alert else "toast"
            self.journal.note((self.user_id, settled(table.trade)), self.now(), f"{said}: {text}")
        if text in self.phrases.settled:
            self._settled(table.trade, sent, text)
        elif text in self.phrases.left and table.do is Deal.LEAVE:
            self._off(table.trade, sent, text)

    def _settled(self, trade: int, sent: float, text: str) -> None:
        """However often it is said, it was settled once."""
        key = (self.user_id, settled(trade))
        self.journal.trades.add(trade)
        self.journal.told(key, Word(sent, self.now(), key in self.journal.words), text)

    def _off(self, trade: int, at: float, text: str) -> None:
        key = (self.user_id, settled(trade))
        self.journal.off[key] = at
        self.journal.note(key, self.now(), f"told: {text}")

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

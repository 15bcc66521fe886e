"""What the bot counts, beside the core's own numbers; docs/operations.md says what each one means."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from time import perf_counter, time

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Update
from prometheus_client import Counter, Gauge, Histogram

from apps.game_core.adapters.metrics import PrometheusMetrics
from bot.callbacks import buttons
from bot.callbacks.buttons import Act, Do, Open, ScreenName
from bot.endings import Ending, begun
from bot.outgoing.connections import UnreadableAnswerError

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_LATE_SECONDS = (1, 2, 5, 10, 30, 60, 300, 3600)
_BETWEEN = ":"
_OTHER = "other"
_WHOLE_KINDS = (
    buttons.Choose,
    buttons.Close,
    buttons.Erase,
    buttons.Fight,
    buttons.Mark,
    buttons.Order,
    buttons.Speak,
)
ASKED: Mapping[str, str] = {
    **{f"{Open.__prefix__}{_BETWEEN}{each}": f"open_{each.name.lower()}" for each in ScreenName},
    **{f"{Act.__prefix__}{_BETWEEN}{each}": f"do_{each.name.lower()}" for each in Do},
    **{kind.__prefix__: kind.__name__.lower() for kind in _WHOLE_KINDS},
}
"""What a button asks for, by how its data begins."""
# The first that fits.
_STATUSES: Mapping[type[Exception], str] = {
    TelegramRetryAfter: "flood",
    TelegramNetworkError: "network",
    UnreadableAnswerError: "unreadable",
    TelegramServerError: "server",
    TelegramAPIError: "refused",
    ClientDecodeError: "unreadable",
}
OK = "ok"
STATUSES = frozenset({OK, *_STATUSES.values()})


def asked_for(update: Update) -> str:
    """One of a few dozen words, whatever anybody sends."""
    if query := update.callback_query:
        kind, _, rest = (query.data or "").partition(_BETWEEN)
        return ASKED.get(kind) or ASKED.get(f"{kind}{_BETWEEN}{rest.partition(_BETWEEN)[0]}", _OTHER)
    if message := update.message:
        return "command" if (message.text or "").startswith("/") else "message"
    return _OTHER


class BotMetrics:
    """Implements `Watcher`; all into the core's registry."""

    def __init__(self, core: PrometheusMetrics) -> None:
        self._core = core
        registry = core.registry
        self._updates = Counter(
            "bot_updates",
            "Updates by what was asked for and how it ended",
            ["asked", "ending"],
            registry=registry,
        )
        self._failures = Counter("bot_handler_errors", "Updates that failed by our fault", registry=registry)
        self._whole = Histogram(
            "bot_update_seconds",
            "From an update's arrival to the end of its handler",
            ["kind"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._lag = Histogram(
            "bot_update_lag_seconds",
            "How old messages are when their turn comes",
            buckets=_LATE_SECONDS,
            registry=registry,
        )
        self._open = Gauge("bot_updates_open", "Updates that wait or are handled", registry=registry)
        self._calls = Counter(
            "bot_calls",
            "Requests to the messenger by how they ended",
            ["method", "status"],
            registry=registry,
        )
        self._flood = Counter(
            "bot_flood_wait_seconds", "Seconds that the messenger asked us to wait", registry=registry
        )
        self._ended = cache(self._updates.labels)
        self._called = cache(self._calls.labels)
        self._kinds = {kind: self._whole.labels(kind) for kind in ("tap", "message")}

    def backlog(self, size: Callable[[], int]) -> None:
        """Where the number of open updates is to be read."""
        self._open.set_function(size)

    @contextmanager
    def handling(self, update: Update, waited: float) -> Iterator[None]:
        started, course = perf_counter(), begun()
        self._core.queued(waited)
        if message := update.message:
            self._lag.observe(max(0.0, time() - message.date.timestamp()))
        yield
        kind = "tap" if update.callback_query else "message"
        self._kinds[kind].observe(waited + perf_counter() - started)
        self._ended(asked_for(update), course.ending.value).inc()
        if course.ending is Ending.FAILED:
            self._failures.inc()

    def turned_away(self, update: Update) -> None:
        self._ended(asked_for(update), Ending.TURNED_AWAY.value).inc()

    def called(self, method: str, error: Exception | None = None) -> None:
        """Count a request to the messenger that has ended so."""
        status = next((word for kind, word in _STATUSES.items() if isinstance(error, kind)), OK)
        self._called(method, status).inc()
        if isinstance(error, TelegramRetryAfter):
            self._flood.inc(error.retry_after)


class CountedCalls(BaseRequestMiddleware):
    """Around each request that goes out, repeated ones included."""

    def __init__(self, metrics: BotMetrics) -> None:
        self._metrics = metrics

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            response = await make_request(bot, method)
        except (TelegramAPIError, ClientDecodeError) as error:
            self._metrics.called(method.__api_method__, error)
            raise
        self._metrics.called(method.__api_method__)
        return response

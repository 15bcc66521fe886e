"""Taps that wait for the bot's answer."""

import asyncio
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field

from telegram_sandbox.errors import BadRequestError

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(frozen=True, slots=True)
class Answer:
    text: str | None
    show_alert: bool


@dataclass(frozen=True, slots=True)
class Tap:
    id: str
    deadline: float
    answer: asyncio.Future[Answer] = field(repr=False)


class OpenTaps:
    def __init__(self, lifetime: float) -> None:
        self._lifetime = lifetime
        self._taps: OrderedDict[str, Tap] = OrderedDict()

    def open(self) -> Tap:
        loop = asyncio.get_running_loop()
        self._forget_expired(loop.time())
        tap = Tap(str(secrets.randbits(62)), loop.time() + self._lifetime, loop.create_future())
        self._taps[tap.id] = tap
        return tap

    def answer(self, tap_id: str, answer: Answer) -> None:
        tap = self._taps.pop(tap_id, None)
        if tap is None or asyncio.get_running_loop().time() > tap.deadline:
            raise BadRequestError(TOO_OLD)
        if not tap.answer.done():
            tap.answer.set_result(answer)

    def clear(self) -> None:
        self._taps.clear()

    def _forget_expired(self, now: float) -> None:
        while self._taps and next(iter(self._taps.values())).deadline < now:
            self._taps.popitem(last=False)

"""Our model of flood control: a token bucket for each chat, one for the whole bot, and waits on demand."""

import math
from typing import Protocol

from telegram_sandbox.config import FloodModel
from telegram_sandbox.errors import ControlError, TooManyRequestsError
from telegram_sandbox.world.model import ChatLog

SECONDS_A_MINUTE = 60
LONGEST_FLOOD = 86_400.0


class Bucket(Protocol):
    """Full as long as nobody has taken anything: `tokens` is None then."""

    tokens: float | None
    refilled_at: float


class BotBucket:
    """What all chats of a bot share. Implements `Bucket`."""

    def __init__(self) -> None:
        self.tokens: float | None = None
        self.refilled_at = 0.0


def flood(chat: ChatLog, seconds: float, now: float) -> None:
    """From now on the chat refuses whatever is sent or edited, for so long."""
    if not 0 <= seconds <= LONGEST_FLOOD:
        raise ControlError(f"must be from 0 to {LONGEST_FLOOD:g}", field="seconds")
    chat.flooded_until = now + seconds


def flooded(chat: ChatLog, now: float) -> float:
    """The seconds that are left of a wait on demand."""
    return min(max(0.0, chat.flooded_until - now), LONGEST_FLOOD)


def spend(
    model: FloodModel, chat: ChatLog, *, is_group: bool, now: float, everybody: Bucket | None = None
) -> None:
    """Takes one send or edit out of the chat's bucket, or refuses with the seconds to wait.

    `everybody` is the whole bot's bucket.
    """
    if left := flooded(chat, now):
        raise TooManyRequestsError(_whole(left))
    if not model.enabled:
        return
    rate = model.group_per_minute / SECONDS_A_MINUTE if is_group else model.private_per_second
    if everybody is not None and model.bot_per_second:
        _take(everybody, max(1.0, model.bot_per_second), model.bot_per_second, now)
    _take(chat, float(model.burst), rate, now)


def _take(bucket: Bucket, most: float, rate: float, now: float) -> None:
    held = most if bucket.tokens is None else bucket.tokens + max(0.0, now - bucket.refilled_at) * rate
    bucket.tokens, bucket.refilled_at = min(most, held), now
    if bucket.tokens < 1:
        raise TooManyRequestsError(max(1, _whole((1 - bucket.tokens) / rate)))
    bucket.tokens -= 1


def _whole(seconds: float) -> int:
    """Rounded up; what a sum of floating numbers is too large is nobody's second."""
    return math.ceil(round(seconds, 6))

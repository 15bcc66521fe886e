"""Our model of flood control: a token bucket for each chat."""

import math

from apps.sandbox.config import FloodModel
from apps.sandbox.errors import TooManyRequestsError
from apps.sandbox.model import ChatLog

SECONDS_A_MINUTE = 60


def spend(model: FloodModel, chat: ChatLog, *, is_group: bool, now: float) -> None:
    """Takes one send or edit out of the chat's bucket, or refuses with the seconds to wait."""
    if not model.enabled:
        return
    rate = model.group_per_minute / SECONDS_A_MINUTE if is_group else model.private_per_second
    held = model.burst if chat.tokens is None else chat.tokens + max(0.0, now - chat.refilled_at) * rate
    chat.tokens, chat.refilled_at = min(float(model.burst), held), now
    if chat.tokens < 1:
        raise TooManyRequestsError(max(1, math.ceil((1 - chat.tokens) / rate)))
    chat.tokens -= 1

"""Faults on demand, so that tests and people can see how a bot bears them."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from telegram_sandbox.errors import (
    BadRequestError,
    BotApiError,
    ConflictError,
    ControlError,
    ForbiddenError,
    TooManyRequestsError,
    UnauthorizedError,
)
from telegram_sandbox.trouble.flood import LONGEST_FLOOD

WEBHOOK = "webhook"
ANY = "*"
KINDS = ("drop", "drop_reply", "duplicate", "delay")
MAX_COUNT = 1_000_000
LONGEST_DELAY = 60.0


class ServerFaultError(BotApiError):
    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__()
        self.description = {500: "Internal Server Error", 502: "Bad Gateway"}.get(
            code, f"Server error {code}"
        )


# Made anew each time: an exception that is raised again keeps every traceback, and the requests in them.
_ERRORS: dict[str, Callable[[], BotApiError]] = {
    "400": lambda: BadRequestError("a fault was asked for"),
    "401": UnauthorizedError,
    "403": lambda: ForbiddenError("bot was blocked by the user"),
    "409": lambda: ConflictError("terminated by other getUpdates request"),
}


@dataclass
class Fault:
    """`method` is a Bot API method, "webhook" for deliveries, or "*" for every call.

    Of the calls that it could meet it meets the last one of each `every`, `count` times in all.
    """

    method: str
    kind: str
    count: int = 1
    seconds: float = 1.0
    every: int = 1
    passed: int = field(default=0, init=False)
    """Calls since the last one that it met."""

    def error(self) -> BotApiError | None:
        """The error a numeric kind stands for."""
        if self.kind == "429":
            return TooManyRequestsError(max(1, round(self.seconds)))
        if self.kind in _ERRORS:
            return _ERRORS[self.kind]()
        return ServerFaultError(int(self.kind)) if self.kind.isdigit() else None


class FaultPlan:
    def __init__(self) -> None:
        self._faults: dict[str, list[Fault]] = {}

    def add(self, fault: Fault) -> None:
        if not _known(fault.kind):
            known = ", ".join((*KINDS, "400", "401", "403", "409", "429", "5xx"))
            raise ControlError(f"unknown kind of fault; there are: {known}", field="kind")
        if not 1 <= fault.count <= MAX_COUNT:
            raise ControlError(f"must be from 1 to {MAX_COUNT}", field="count")
        longest = longest_wait(fault.kind)
        if not 0 <= fault.seconds <= longest:
            raise ControlError(f"must be from 0 to {longest:g}", field="seconds")
        if not 1 <= fault.every <= MAX_COUNT:
            raise ControlError(f"must be from 1 to {MAX_COUNT}", field="every")
        same = [f for f in self._faults.get(fault.method, []) if f.kind != fault.kind]
        self._faults[fault.method] = [*same, fault]

    def clear(self) -> None:
        self._faults.clear()

    def listed(self) -> list[dict[str, object]]:
        return [asdict(fault) for faults in self._faults.values() for fault in faults]

    def take(self, method: str) -> Fault | None:
        """The fault for this call, counted down; None, at the cost of one look, when none is planned."""
        if not self._faults:
            return None
        key = method if method in self._faults else ANY
        if key == ANY and method == WEBHOOK:
            return None
        faults = self._faults.get(key)
        if not faults:
            return None
        fault = faults[0]
        fault.passed += 1
        if fault.passed < fault.every:
            return None
        fault.passed = 0
        fault.count -= 1
        if fault.count <= 0:
            faults.pop(0)
            if not faults:
                del self._faults[key]
        return fault


def longest_wait(kind: str) -> float:
    """The most that `seconds` may be."""
    return LONGEST_FLOOD if kind == "429" else LONGEST_DELAY


def _known(kind: str) -> bool:
    return kind in KINDS or kind in _ERRORS or kind == "429" or bool(re.fullmatch(r"5[0-9]{2}", kind))

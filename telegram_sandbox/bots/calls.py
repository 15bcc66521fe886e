"""The latest Bot API calls with their answers, in a bounded ring."""

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from telegram_sandbox.world.model import Json


@dataclass(frozen=True, slots=True)
class CallRecord:
    seq: int
    bot_id: int
    method: str
    arguments: dict[str, Any]
    status: int
    answer: bytes
    milliseconds: float

    def shown(self) -> Json:
        return {
            "seq": self.seq,
            "bot_id": self.bot_id,
            "method": self.method,
            "arguments": self.arguments,
            "status": self.status,
            "answer": msgspec.json.decode(self.answer) if self.answer else None,
            "ms": round(self.milliseconds, 2),
        }


class CallLog:
    def __init__(self, length: int) -> None:
        self._calls: deque[CallRecord] = deque(maxlen=length)
        self.next_seq = 1

    def add(self, record: CallRecord) -> CallRecord:
        self._calls.append(record)
        self.next_seq = record.seq + 1
        return record

    def clear(self) -> None:
        """Numbers go on, so that who reads from one on misses nothing."""
        self._calls.clear()

    def since(self, seq: int) -> list[CallRecord]:
        """The kept calls with a number of at least `seq`."""
        skipped = max(0, seq - (self.next_seq - len(self._calls)))
        return list(islice(self._calls, skipped, None))

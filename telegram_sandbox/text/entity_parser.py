"""What the parsers of the Bot API's markups share: they read a source, and write text with entities."""

import re

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.text.formatted_text import Entity, utf16_length

END = "\0"


class EntityParser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._index = 0
        self._pieces: list[str] = []
        self._length = 0
        self._entities: list[Entity] = []

    @property
    def _is_done(self) -> bool:
        return self._index >= len(self._source)

    def _emit(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += utf16_length(piece)

    def _take(self, count: int) -> str:
        self._index += count
        return self._source[self._index - count : self._index]

    def _char(self, ahead: int = 0) -> str:
        index = self._index + ahead
        return self._source[index] if index < len(self._source) else END

    def _at(self, mark: str) -> bool:
        return self._source.startswith(mark, self._index)

    def _span(self, pattern: re.Pattern[str]) -> str:
        """Takes what `pattern` finds here, if anything."""
        match = pattern.match(self._source, self._index)
        self._index = match.end() if match else self._index
        return match.group() if match else ""

    def _add(self, kind: str, offset: int, **fields: object) -> None:
        """An entity from `offset` to here; without text there is none."""
        if self._length > offset:
            self._entities.append({"type": kind, "offset": offset, "length": self._length - offset, **fields})

    def _fault_at(self, reason: str, index: int) -> BadRequestError:
        return fault(f"{reason} at byte offset {self._bytes_before(index)}")

    def _bytes_before(self, index: int) -> int:
        return len(self._source[:index].encode("utf-8", "surrogatepass"))


def fault(reason: str) -> BadRequestError:
    return BadRequestError(f"can't parse entities: {reason}")

"""What this process remembers of many, for as long as there is room."""

from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")
_REMEMBERED = 10_000


class Lately(Generic[V]):
    """Values of the keys that were set last; of too many the oldest are forgotten."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._values: OrderedDict[object, V] = OrderedDict()

    def get(self, key: object) -> V | None:
        return self._values.get(key)

    def set(self, key: object, value: V) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)

    def pop(self, key: object) -> V | None:
        return self._values.pop(key, None)

"""Server-sent events for the chat page."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Event = tuple[str, object]
EventQueue = asyncio.Queue[Event | None]


class Events:
    def __init__(self, backlog: int) -> None:
        self._backlog = backlog
        self._subscribers: set[EventQueue] = set()

    def publish(self, name: str, payload: Callable[[], object]) -> None:
        """Tells every open page; `payload` is built only when somebody listens."""
        if not self._subscribers:
            return
        event = (name, payload())
        for queue in list(self._subscribers):
            if queue.qsize() >= self._backlog:
                self._end(queue)
            else:
                queue.put_nowait(event)

    @contextmanager
    def subscribed(self) -> Iterator[EventQueue]:
        queue: EventQueue = asyncio.Queue()
        self._subscribers.add(queue)
        try:
            yield queue
        finally:
            self._subscribers.discard(queue)

    def close(self) -> None:
        for queue in list(self._subscribers):
            self._end(queue)

    def _end(self, queue: EventQueue) -> None:
        """Ends a stream with None; the page then connects again and reads the world anew."""
        self._subscribers.discard(queue)
        queue.put_nowait(None)

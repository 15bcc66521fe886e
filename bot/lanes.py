"""Work in lanes: side by side across lanes, in turn within one, so that nobody waits for a neighbour."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from contextvars import Context, copy_context
from dataclasses import dataclass
from functools import partial

from apps.game_core.system.nursery import Nursery

Work = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class _Piece:
    work: Work
    done: asyncio.Future[None]
    context: Context
    """Its giver's, whoever makes room for it."""


class Lanes:
    """At most `places` pieces of work run at once, and at most `width` of one lane.

    Lanes that wait get the next free place in turn, however much waits in each of them.
    """

    def __init__(self, places: int, width: int = 1) -> None:
        self._places = places
        self._width = width
        self._nursery = Nursery()
        self._waiting: dict[Hashable, deque[_Piece]] = {}
        self._running: Counter[Hashable] = Counter()
        self._turns: deque[Hashable] = deque()
        self._idle = asyncio.Event()
        self._idle.set()

    def __len__(self) -> int:
        """All pieces that wait or run."""
        return self._running.total() + sum(map(len, self._waiting.values()))

    def waiting(self, lane: Hashable) -> int:
        return len(self._waiting.get(lane, ()))

    def put(self, lane: Hashable, work: Work) -> asyncio.Future[None]:
        """Do this when the lane's turn comes. The future ends with it; only `close` cancels it."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(lane, deque()).append(_Piece(work, done, copy_context()))
        self._idle.clear()
        if len(self._waiting[lane]) == 1 and self._running[lane] < self._width:
            self._turns.append(lane)
        self._fill()
        return done

    async def settled(self, within: float) -> bool:
        """Wait until nothing runs or waits, but not for ever; whether it came so far."""
        if self._idle.is_set():
            await asyncio.sleep(0)  # whoever has asked for the end of the last piece hears of it first
            return self._idle.is_set()
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._idle.wait()
        return self._idle.is_set()

    async def close(self) -> None:
        """Cancel what runs, and never begin what waits."""
        waiting = [piece for pieces in self._waiting.values() for piece in pieces]
        self._waiting.clear()
        self._turns.clear()
        for piece in waiting:
            piece.done.cancel()
        await self._nursery.close()

    def _fill(self) -> None:
        while self._turns and self._running.total() < self._places:
            lane = self._turns.popleft()
            piece = self._waiting[lane].popleft()
            if not self._waiting[lane]:
                del self._waiting[lane]
            self._running[lane] += 1
            self._queue(lane)
            task = piece.context.run(self._nursery.start, "lane", _run(piece))
            task.add_done_callback(partial(self._ended, lane, piece))

    def _queue(self, lane: Hashable) -> None:
        """Wait for a further place, if something of the lane waits and may run."""
        if lane in self._waiting and self._running[lane] < self._width:
            self._turns.append(lane)

    def _ended(self, lane: Hashable, piece: _Piece, _: asyncio.Task[None]) -> None:
        was_full = self._running[lane] == self._width
        self._running[lane] -= 1
        if not self._running[lane]:
            del self._running[lane]
        if not piece.done.done():
            piece.done.set_result(None)
        if was_full:
            self._queue(lane)
        self._fill()
        if not self._running and not self._waiting:
            self._idle.set()


async def _run(piece: _Piece) -> None:
    try:
        await piece.work()
    except asyncio.CancelledError:
        piece.done.cancel()
        raise

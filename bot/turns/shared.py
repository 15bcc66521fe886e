"""Turns that all processes of a bot share, in Redis: each step is one script, off the way of any tap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from apps.redis_cluster.client import Cluster, connections_to
from apps.redis_connections import Connections
from bot.outgoing.pacing import WHOLE_BOT, Allowance, SteadyClock, allowance_of
from bot.scripts import Script
from bot.turns import keys
from bot.turns.contracts import Claim, Draw, Parked, Past, Turn, Wait
from bot.turns.local import LocalTurns

log = structlog.get_logger(__name__)

Argument = bytes | str | int
_SCRIPTS = ("ask", "keep", "done", "spend", "flood", "park", "due")
_BUSY = 0.05
_MOST_DUE = 50


@dataclass(frozen=True, slots=True)
class SharedTimes:
    """Seconds. Screens that come farther apart than `window` cannot have come in the wrong order.

    A process that draws and is not heard of for a `lease` has died or sleeps; for the time of `doubt` it may
    still wake up and draw what it had. `away`: so long Redis is not asked after it has failed.
    """

    window: float = 15.0
    lease: float = 5.0
    doubt: float = 600.0
    kept: float = 3600.0
    handed_out: float = 10.0
    away: float = 5.0


class SharedTurns:
    """Implements `Turns`. While Redis is away each process keeps to its own, as `LocalTurns` does.

    `clock`: what turns are counted by instead of the server's time, in tests. `everybody`: all chats' budget.
    `memories`: by user, the hash in the same Redis that has what is kept of menus; it is read with the turn.
    """

    def __init__(
        self,
        redis: Redis,
        bot_id: int,
        clock: SteadyClock | None = None,
        everybody: Allowance | None = WHOLE_BOT,
        *,
        times: SharedTimes | None = None,
        memories: Callable[[int], str] | None = None,
        connections: Connections | None = None,
    ) -> None:
        self._redis = redis
        is_cluster = isinstance(redis, Cluster)
        self._bot = keys.tagged(bot_id) if is_cluster else bot_id
        self._clock = clock
        self._everybody = _pace(everybody) if everybody else (b"1", b"0")
        self._times = times or SharedTimes()
        spans = (self._times.window, self._times.lease, self._times.doubt, self._times.kept)
        self._spans = [b"%d" % _ms(each) for each in spans]
        self._memories = None if is_cluster else memories  # the user's slot is not the bot's
        self._local = LocalTurns(clock, everybody)
        self._connections = connections = connections or connections_to(redis)
        self._scripts = {name: Script(connections, _source(name)) for name in _SCRIPTS}
        self._away_until = float("-inf")

    @property
    def keep_every(self) -> float:
        return self._times.lease / 5

    async def ask(self, claim: Claim) -> Turn:
        reply = await self._run("ask", self._ask_keys(claim), self._ask_args(claim))
        match reply:
            case None:
                return await self._local.ask(claim)
            case [b"draw", unsure, anew, memory]:
                self._local.granted(claim)
                read = (memory or b"") if self._memories else None
                return Draw(unsure=bool(unsure), anew=bool(anew), memory=read)
            case [b"wait", milliseconds, flood]:
                if flood:
                    self._local.leave_alone(claim.chat_id, milliseconds / 1000)
                return Wait(milliseconds / 1000)
            case [b"busy"]:
                return Wait(_BUSY)
            case _:
                return Past()

    async def keep(self, claim: Claim) -> None:
        times = self._times
        await self._run("keep", [self._menu(claim)], [claim.ticket, _ms(times.lease), _ms(times.kept)])

    async def done(self, claim: Claim, drawn: str) -> None:
        args = [claim.ticket, drawn, keys.member(claim.chat_id, claim.user_id)]
        reply = await self._run("done", [self._menu(claim), keys.parked(self._bot)], args)
        if reply is None:
            await self._local.done(claim, drawn)
        elif reply == 0:
            log.info("menu drawn by another bot meanwhile", chat_id=claim.chat_id)

    async def spend(self, chat_id: int) -> float:
        names = [keys.chat(self._bot, chat_id), keys.everybody(self._bot)]
        reply = await self._run("spend", names, [*_pace(allowance_of(chat_id)), *self._everybody])
        if reply is None:
            return await self._local.spend(chat_id)
        milliseconds, flood = reply
        if flood:
            self._local.leave_alone(chat_id, milliseconds / 1000)
            return 0.0
        return float(milliseconds / 1000)

    async def flooded(self, chat_id: int, seconds: float) -> None:
        self._local.leave_alone(chat_id, seconds)
        await self._run("flood", [keys.chat(self._bot, chat_id)], [_ms(seconds)])

    def wait_of(self, chat_id: int) -> float:
        return self._local.wait_of(chat_id)

    async def park(self, claim: Claim, content: bytes, seconds: float) -> bool:
        names = [self._menu(claim), keys.menus(self._bot, claim.user_id), keys.parked(self._bot)]
        member = keys.member(claim.chat_id, claim.user_id)
        args: list[Argument] = [claim.ticket, content, _ms(seconds), _ms(self._times.kept), member]
        return await self._run("park", names, args) is not None

    async def due(self) -> list[Parked]:
        names = [keys.parked(self._bot), keys.everybody(self._bot)]
        members = await self._run("due", names, [_MOST_DUE, _ms(self._times.handed_out)])
        return [parked for member in members or () if (parked := await self._parked(member))]

    async def forget(self, user_id: int) -> None:
        try:
            await self._forget(user_id)
        except (RedisError, OSError) as error:
            log.warning("menus not forgotten yet", user_id=user_id, error=repr(error))

    async def _forget(self, user_id: int) -> None:
        chats = await self._redis.smembers(keys.menus(self._bot, user_id))  # type: ignore[misc]  # so in redis-py
        places = [(int(chat), user_id) for chat in chats]
        gone = [keys.menus(self._bot, user_id), keys.chat(self._bot, user_id)]
        gone += [keys.menu(self._bot, *place) for place in places]
        unparked = [("ZREM", keys.parked(self._bot), keys.member(*place)) for place in places]
        for reply in await self._connections.pipelined([("DEL", *gone), *unparked]):
            if isinstance(reply, Exception):
                raise reply

    async def _parked(self, member: bytes) -> Parked | None:
        chat_id, user_id = keys.place(member)
        try:
            found = self._redis.hget(keys.menu(self._bot, chat_id, user_id), "content")
            if (content := await found) is not None:  # type: ignore[misc]  # so in redis-py
                return Parked(chat_id, user_id, content)
            await self._redis.zrem(keys.parked(self._bot), member)
        except (RedisError, OSError) as error:
            log.warning("parked screen not read", error=repr(error))
        return None

    def _menu(self, claim: Claim) -> str:
        return keys.menu(self._bot, claim.chat_id, claim.user_id)

    def _ask_keys(self, claim: Claim) -> list[str]:
        bot = self._bot
        shared = [keys.everybody(bot), keys.menus(bot, claim.user_id), keys.parked(bot)]
        memories = [self._memories(claim.user_id)] if self._memories else []
        return [self._menu(claim), keys.chat(bot, claim.chat_id), *shared, *memories]

    def _ask_args(self, claim: Claim) -> list[Argument]:
        chat = _pace(allowance_of(claim.chat_id))
        claimed: list[Argument] = [claim.ticket, claim.version, claim.update_id, claim.seen]
        claimed += [int(claim.parked), int(claim.anew)]
        member = keys.member(claim.chat_id, claim.user_id)
        return [*claimed, *chat, *self._everybody, *self._spans, claim.chat_id, member, claim.memory]

    async def _run(self, name: str, names: Sequence[str], args: Sequence[Argument]) -> Any:
        """What the script answers; None while Redis is away."""
        clock = self._local.clock
        if clock.now() < self._away_until:
            return None
        now = "" if self._clock is None else _ms(self._clock.now())
        try:
            return await self._scripts[name](names, [now, *args])
        except (RedisError, OSError) as error:
            self._away_until = clock.now() + self._times.away
            log.warning("menus are not shared now", step=name, error=repr(error))
            return None


def _source(name: str) -> str:
    folder = resources.files(__package__) / "scripts"
    return "".join((folder / f"{part}.lua").read_text(encoding="utf-8") for part in ("_common", name))


@lru_cache(16)
def _pace(allowance: Allowance) -> tuple[bytes, bytes]:
    """Burst, and ms between two after it, as they go to Redis with each screen."""
    return b"%d" % allowance.burst, b"%d" % -int(-1000 // allowance.per_second)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)

"""Redis' clock, made to jump."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys

_LIBRARY = "faketime/libfaketimeMT.so.1"
_PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/lib/*-linux-gnu")
# What stands in Redis as a time moves the other way; what has an expiry expires, or lives on for as long.
_SHIFT = """
local step, controls = tonumber(ARGV[1]), ARGV[2]
local cursor = '0'
repeat
  local reply = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = reply[1]
  for _, name in ipairs(reply[2]) do
    local left = redis.call('PTTL', name)
    if left > 0 then
      redis.call('PEXPIRE', name, left - step)
    end
    if redis.call('TYPE', name).ok == 'hash' and string.sub(name, 1, #controls) == controls then
      local all = redis.call('HGETALL', name)
      for i = 1, #all, 2 do
        if all[i] == 'since' then
          redis.call('HSET', name, 'since', string.format('%d', all[i + 1] - step))
        elseif string.sub(all[i], 1, 2) == 't:' then
          local version, at = string.match(all[i + 1], '^(%S+) (%S+)')
          redis.call('HSET', name, all[i], version .. ' ' .. string.format('%d', at - step))
        end
      end
    end
  end
until cursor == '0'
local due = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #due, 2 do
  redis.call('ZADD', KEYS[1], string.format('%d', due[i + 1] - step), due[i])
end
"""


class RedisClock(Protocol):
    @property
    def how(self) -> str:
        """What makes it jump, for the report."""
        ...

    async def set(self, hours: int) -> None:
        """Let Redis' clock be that much ahead of everybody's, or behind."""
        ...


@dataclass(frozen=True, slots=True)
class FakedClock:
    """The server's real clock as it sees it: libfaketime reads from a file how far it is off."""

    library: Path
    file: Path

    @property
    def how(self) -> str:
        return "libfaketime"

    @property
    def environment(self) -> Mapping[str, str]:
        """What the server must be started with. Waiting goes on by the monotonic clock, as in a real jump."""
        return {
            "LD_PRELOAD": str(self.library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_CACHE_DURATION": "1",
        }

    async def set(self, hours: int) -> None:
        following = self.file.with_suffix(".following")
        following.write_text(f"{hours:+d}h\n", encoding="ascii")
        following.replace(self.file)


@dataclass(slots=True)
class ShiftedTimes:
    """Where there is no libfaketime: every time in Redis lies further back, or further ahead."""

    redis: Redis
    hours: int = 0

    @property
    def how(self) -> str:
        return "shifted times"

    async def set(self, hours: int) -> None:
        step = (hours - self.hours) * 3_600_000
        prefix = keys.CONTROLS.removesuffix("*")
        await self.redis.register_script(_SHIFT)((keys.DIRTY_INDEX,), (step, prefix))
        self.hours = hours


def faked_clock(folder: Path) -> FakedClock | None:
    """None where libfaketime is not installed."""
    for place in _PLACES:
        for library in sorted(Path("/").glob(f"{place.lstrip('/')}/{_LIBRARY}")):
            folder.mkdir(parents=True, exist_ok=True)
            clock = FakedClock(library, folder.absolute() / "redis-clock")
            clock.file.write_text("+0\n", encoding="ascii")
            return clock
    return None

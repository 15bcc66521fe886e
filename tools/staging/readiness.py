"""Whether processes say that they are ready, as an operator asks them."""

import asyncio
from collections.abc import Iterable

from aiohttp import ClientError, ClientSession, ClientTimeout

from tools.chaos.fleet import Fleet, Member
from tools.support.patience import PATIENCE
from tools.support.ports import free_ports

_PORT = "METRICS_PORT"
_GLANCE, _TIMEOUT = 0.1, ClientTimeout(total=5)


def give_ports(fleet: Fleet) -> None:
    """To members that have not been started yet."""
    members = tuple(fleet)
    for member, port in zip(members, free_ports(len(members)), strict=True):
        member.environment = {**member.environment, _PORT: str(port)}


async def until_ready(members: Iterable[Member]) -> None:
    async with asyncio.timeout(PATIENCE), ClientSession(timeout=_TIMEOUT) as session:
        for member in members:
            while not await _is_ready(session, member):  # noqa: ASYNC110 - other processes say so
                await asyncio.sleep(_GLANCE)


async def _is_ready(session: ClientSession, member: Member) -> bool:
    try:
        async with session.get(f"http://127.0.0.1:{member.environment[_PORT]}/readyz") as answer:
            return answer.ok
    except (ClientError, TimeoutError, OSError):
        return False

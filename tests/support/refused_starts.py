"""Servers that a bot does not start on, and what it says of them."""

import pytest

from apps.game_core.adapters.redis.client import connect
from apps.game_core.adapters.redis.server_check import check_server
from apps.game_core.errors import StartError

_TIMEOUT = 1.0


async def refusal_at_start(redis_url: str) -> str:
    """Why it does not."""
    client = connect(redis_url, timeout=_TIMEOUT)
    try:
        with pytest.raises(StartError) as caught:
            await check_server(client)
    finally:
        await client.aclose()
    return str(caught.value)

"""A port that a setting names: when it cannot be had, the setting is what the operator is told."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from apps.game_core.errors import StartError


@asynccontextmanager
async def required(
    setting: str, host: str, port: int, opening: AbstractAsyncContextManager[int]
) -> AsyncIterator[int]:
    """What `opening` opens, for as long as the block runs. Raises StartError when it cannot."""
    async with AsyncExitStack() as stack:
        try:
            opened = await stack.enter_async_context(opening)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or error
            raise StartError(f"{setting}: cannot listen on {host}:{port}: {why}") from error
        yield opened

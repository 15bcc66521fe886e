"""A million characters: one is born by the game, all others are copies of its rows."""

from collections.abc import AsyncIterator

from apps.game_core.container import Core
from apps.game_core.modules.characters.contracts import EnsureCharacter
from tools.support.copied_characters import analyze, copy_newcomers

_AT_ONCE = 5_000


async def seed(core: Core, number: int) -> AsyncIterator[int]:
    """Ids are 1 to `number`. Yields how many there are."""
    like = (await core.router.ask(EnsureCharacter(user_id=1, name="Hero", language="en"))).id
    for first in range(1, number + 1, _AT_ONCE):
        last = min(number, first + _AT_ONCE - 1)
        await copy_newcomers(core.engine, like, range(first, last + 1))
        yield last
    await analyze(core.engine)

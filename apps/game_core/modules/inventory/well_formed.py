"""Checks what other modules are asked, before anything happens: as `input_checks` does for operations."""

from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any, TypeVar

from apps.game_core.modules.inventory.input_checks import integer, letters
from apps.game_core.modules.inventory.inventory.limits import MAX_COINS, Letters, Within
from apps.game_core.system.protocols import Context

C = TypeVar("C", bound=Context[Any, Any, Any])
R = TypeVar("R")
_NUMBER = Within(0, MAX_COINS)
_KEY = Letters(112)
"""With what it is for before it, it is the id of an operation still."""


def well_formed(answer: Callable[[C], Awaitable[R]]) -> Callable[[C], Awaitable[R]]:
    """Hold a context's numbers to whole ones that every store takes, its texts to what can name an operation.

    Raises InvalidInputError.
    """

    async def checked(context: C) -> R:
        for each in fields(context):  # type: ignore[arg-type]  # every context is one
            value = getattr(context, each.name)
            if each.type is str:
                letters(_KEY, each.name, value)
            elif each.type is int or (each.type == int | None and value is not None):
                integer(_NUMBER, each.name, value)
        return await answer(context)

    return checked

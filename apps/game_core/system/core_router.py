"""The only way from one module to another."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from apps.game_core.system.protocols import A, Context, M

R = TypeVar("R")
Entry = Callable[[Any], Awaitable[Any]]


class UnknownRouteError(LookupError):
    """No module answers this action, or the context is not the one that the action takes."""

    def __init__(self, module: str, action: str, context: object) -> None:
        super().__init__(f"{module}/{action} does not take {type(context).__name__}")
        self.module, self.action = module, action


class CoreRouter:
    """A registry of (module, action, context type) -> entry point.

    A context says in its type what it is answered with, so a call through the router is as typed as a
    direct one: `await router.ask(ViewInventory(char_id=1))` is an `InventoryView`.
    """

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], tuple[type[Context[Any, Any, Any]], Entry]] = {}

    def register(self, context: type[Context[Any, Any, R]], entry: Callable[[Any], Awaitable[R]]) -> None:
        """Let `entry` answer contexts of this type."""
        self._entries[context.module, context.action] = (context, entry)

    async def ask(self, context: Context[Any, Any, R]) -> R:
        """Ask the module that the context is for. Raises UnknownRouteError: nobody answers it."""
        return await self.route(context.module, context.action, context)

    async def route(self, module: M, action: A, context: Context[M, A, R]) -> R:
        """Ask a module by the names of it and of the action, which the context's type knows, too.

        Raises:
            UnknownRouteError: nobody is registered for this module, action and context type.

        """
        expected, entry = self._entries.get((module, action), (None, None))
        if entry is None or expected is None or not isinstance(context, expected):
            raise UnknownRouteError(module, action, context)
        result: R = await entry(context)
        return result
